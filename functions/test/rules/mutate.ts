import {
  compared,
  conditionsOf,
  intruders,
  intruding,
  listed,
  loosened,
  refielded,
  removed,
  renamed,
  reverbed,
  widened,
  type Change,
} from './changes.ts';
import { blocksOf, inside, parseRules, type Part } from './parse.ts';

/** The rules with one change in them. */
export type Mutant = {
  /** Where, and what it says there now: its name in equivalents.ts. */
  readonly text: string;
  /** The collection whose probes will tell it first; empty when it may be any. */
  readonly near: string;
  readonly source: string;
};

/** Every mutant of a rules file, each once. `closed` are the places where no block should be. */
export function mutantsOf(source: string, closed: readonly string[]): Mutant[] {
  const tree = parseRules(source);
  const mutants = new Map<string, Mutant>();
  const add = (where: string, near: string, shown: Part, changes: readonly Change[]) => {
    for (const { from, to, by } of changes) {
      const changed = source.slice(0, from) + by + source.slice(to);
      if (changed === source || mutants.has(changed)) continue;
      // A change inside what is shown is shown in it; one beside it stands for itself.
      const within = from >= shown.from && to <= shown.to;
      const now = within ? source.slice(shown.from, from) + by + source.slice(to, shown.to) : by;
      const text = `${where}: ${oneLine(shown.text)} -> ${oneLine(now) || 'nothing'}`;
      mutants.set(changed, { text, near, source: changed });
    }
  };

  const fields = [...new Set(inside(tree, 'MemberLookupSimpleExpression').map(({ text }) => text))].filter(
    (text) => /^resource\.data\.\w+$/.test(text),
  );
  const changesIn = (part: Part): Change[] => [
    ...conditionsOf(part).flatMap(loosened),
    ...[compared, renamed, listed].flatMap((change) => change(part)),
    ...refielded(part, fields),
  ];

  for (const part of inside(tree, 'FunctionDeclaration'))
    add(inside(part, 'LocalFunctionId')[0]!.text, '', part, changesIn(part));

  const [root, ...blocks] = blocksOf(tree);
  const rootLine = { ...root!.part, to: root!.body, text: source.slice(root!.part.from, root!.body) };
  add(root!.path, '', rootLine, [...widened(root!), ...intruding(root!, closed)]);
  for (const block of blocks) {
    const path = block.path.slice(root!.path.length);
    const near = path.split('/').at(-2)!;
    for (const allow of block.allows)
      add(path, near, allow.part, [removed(allow.part), ...reverbed(allow), ...changesIn(allow.part)]);
    const { from } = block.part;
    const line = { ...block.part, to: block.body, text: source.slice(from, block.body) };
    add(path, near, line, [...widened(block), ...intruders(block)]);
    add(path, near, block.part, [removed(block.part)]);
  }
  return [...mutants.values()];
}

const oneLine = (text: string) =>
  text
    .replace(/\/\/.*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
