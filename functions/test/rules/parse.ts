import plugin from '@firebase/eslint-plugin-security-rules';

/** A part of a rules file, as Google's own grammar reads it: its kind, where it stands, and what is in it. */
export type Part = {
  readonly kind: string;
  readonly from: number;
  /** Just after its last character. */
  readonly to: number;
  readonly text: string;
  readonly inside: readonly Part[];
};

/** A node of the parser's tree; those without children are tokens. */
type Node = {
  readonly start?: { readonly start: number };
  readonly stop?: { readonly stop: number };
  readonly symbol?: { readonly start: number; readonly stop: number };
  readonly children?: readonly Node[] | null;
};

/** @throws SyntaxError when the file is none. */
export function parseRules(source: string): Part {
  const { services } = plugin.parser.parseForESLint(source);
  return partOf(services.tree as Node, source);
}

function partOf(node: Node, source: string): Part {
  const from = (node.symbol ?? node.start!).start;
  const to = ('start' in node && node.stop ? node.stop.stop : (node.symbol?.stop ?? from)) + 1;
  return {
    kind: node.symbol ? 'Token' : node.constructor.name.replace('Context', ''),
    ...{ from, to, text: source.slice(from, to) },
    inside: (node.children ?? []).map((child) => partOf(child, source)),
  };
}

/** A part and all that is in it, from the outside in. */
export const partsOf = (part: Part): Part[] => [part, ...part.inside.flatMap(partsOf)];

export const inside = (part: Part, kind: string): Part[] => partsOf(part).filter((one) => one.kind === kind);

/** What may be asked of a `match`: its whole path, its own `allow` lines, and where its body begins. */
export type Block = {
  readonly part: Part;
  readonly path: string;
  readonly allows: readonly { readonly part: Part; readonly verbs: readonly string[] }[];
  readonly body: number;
};

/** Every `match` below the one for the whole database or bucket, which comes first. */
export function blocksOf(part: Part, above = ''): Block[] {
  if (part.kind !== 'MatchRuleDeclaration') return part.inside.flatMap((one) => blocksOf(one, above));
  const [own] = part.inside.filter(({ kind }) => kind === 'PathDecl');
  const path = above + own!.text;
  const statements = part.inside.flatMap((one) => (one.kind === 'MatchStatement' ? one.inside : []));
  const allows = statements
    .filter(({ kind }) => kind === 'PermissionDeclaration')
    .map((one) => ({ part: one, verbs: verbsOf(one) }));
  const block = { part, path, allows, body: own!.to + part.text.slice(own!.to - part.from).indexOf('{') + 1 };
  return [block, ...statements.flatMap((one) => blocksOf(one, path))];
}

/** `allow get, list: if …` without its condition. */
const verbsOf = ({ text }: Part): string[] =>
  text
    .replace(/[:;][^]*/, '')
    .replace('allow', '')
    .split(',')
    .map((verb) => verb.trim());
