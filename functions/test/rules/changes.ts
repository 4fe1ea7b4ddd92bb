import { adminRoles } from '../../src/shared/call.ts';
import { inside, partsOf, type Block, type Part } from './parse.ts';

/** A stretch of the file, and what is written there instead. */
export type Change = { readonly from: number; readonly to: number; readonly by: string };

const replace = ({ from, to }: Part, by: string): Change => ({ from, to, by });
const insert = (at: number, by: string): Change => ({ from: at, to: at, by });

const SIGNED_IN = 'request.auth != null';
export const verbs = ['get', 'list', 'create', 'update', 'delete'] as const;

/** What is a condition, or a part of one that is true or false by itself. */
const logical = ['LogicalOrExpression', 'LogicalAndExpression'];

/** Each condition that a line or a function stands on, then the operands of `||` and `&&` in it. */
export function conditionsOf(part: Part): Part[] {
  const stated = ['PermissionBody', 'ReturnStatement'].flatMap((kind) => inside(part, kind));
  return stated.flatMap(({ inside: parts }) => operandsOf(parts.find(({ kind }) => kind !== 'Token')));
}

const operandsOf = (part: Part | undefined): Part[] => {
  if (!part) return [];
  const [first, operator, second] = part.inside;
  if (logical.includes(part.kind)) return [part, ...operandsOf(first), ...operandsOf(second)];
  const bracketed = first?.text === '(' ? operator : undefined;
  // What only wraps another part is not tried twice.
  const within = operandsOf(bracketed ?? (part.inside.length === 1 ? first : undefined));
  return within.some(({ kind }) => logical.includes(kind)) ? within : [part];
};

/** A condition that is always true or never, that asks for less, or for the opposite. */
export const loosened = (condition: Part): Change[] => [
  replace(condition, 'true'),
  replace(condition, 'false'),
  replace(condition, SIGNED_IN),
  replace(condition, `!(${condition.text})`),
  ...(logical.includes(condition.kind) ? halved(condition) : []),
];

/** One side of `||` or `&&` alone, and the one for the other. */
function halved({ inside: [left, operator, right], ...whole }: Part): Change[] {
  const at = { ...whole, inside: [] };
  return [
    replace(at, left!.text),
    replace(at, right!.text),
    replace(operator!, operator!.text === '||' ? '&&' : '||'),
  ];
}

const opposite: Readonly<Record<string, string>> = { '==': '!=', '!=': '==' };

export const compared = (part: Part): Change[] =>
  partsOf(part).flatMap((one) =>
    opposite[one.text] === undefined ? [] : [replace(one, opposite[one.text]!)],
  );

/** Roles that there are, one that there is not, and none. */
const strings = [...adminRoles, 'admin', ''].map((role) => `'${role}'`);

/** Each text that is written out is another one. */
export const renamed = (part: Part): Change[] =>
  partsOf(part)
    .filter(({ kind, text }) => kind === 'Token' && text.startsWith("'"))
    .flatMap((one) => strings.filter((text) => text !== one.text).map((text) => replace(one, text)));

/** Each `[…]` has one more, or one less. */
export const listed = (part: Part): Change[] =>
  inside(part, 'ListSimpleExpression').flatMap((list) => {
    const parts = list.inside.flatMap((one) => (one.kind === 'ExpressionList' ? one.inside : []));
    const elements = parts.filter(({ text }) => text !== ',');
    const texts = elements.map(({ text }) => text);
    return [
      ...texts.map((gone) => replace(list, `[${texts.filter((text) => text !== gone).join(', ')}]`)),
      ...strings
        .filter((more) => !texts.includes(more))
        .map((more) => replace(list, `[${[...texts, more].join(', ')}]`)),
    ];
  });

/** A field of the document is another field that some rule asks for. */
export function refielded(part: Part, fields: readonly string[]): Change[] {
  const found = inside(part, 'MemberLookupSimpleExpression').filter(({ text }) =>
    /^resource\.data\.\w+$/.test(text),
  );
  return found.flatMap((one) =>
    fields.filter((field) => field !== one.text).map((field) => replace(one, field)),
  );
}

/** A line lets do something else, or more. */
export function reverbed({ part, verbs: said }: Block['allows'][number]): Change[] {
  const names = inside(part, 'OperationId');
  const all = { ...names[0]!, to: names.at(-1)!.to };
  const others = ['get', 'list', 'read', 'write'].filter((verb) => verb !== said.join());
  const more = ['create', 'update', 'delete', 'write'].map((verb) => [...said, verb].join(', '));
  return [...others, ...more].map((text) => replace(all, text));
}

/** A wildcard takes in everything below; a place is meant wherever its name occurs. */
export const widened = ({ part, path }: Block): Change[] => {
  const [own] = part.inside.filter(({ kind }) => kind === 'PathDecl');
  const captures = partsOf(own!).filter(({ kind, text }) => kind === 'Capture' && !text.includes('='));
  return [
    ...captures.map((one) => replace(one, one.text.replace('}', '=**}'))),
    ...(path.startsWith('/databases/') && own!.text !== path ? [insert(own!.from, '/{any=**}')] : []),
  ];
};

export const removed = (part: Part): Change => replace(part, '');

/** A line or a block that nobody asked for, at the top of a block. */
export const intruders = ({ body }: Block): Change[] => [
  ...verbs.map((verb) => insert(body, ` allow ${verb}: if ${SIGNED_IN};`)),
  insert(body, ` match /{below=**} { allow read: if ${SIGNED_IN}; }`),
];

/** The same where there is no block yet: anywhere, or at one of these places. */
export const intruding = ({ body }: Block, places: readonly string[]): Change[] =>
  places.flatMap((place) =>
    verbs.map((verb) => insert(body, ` match ${place} { allow ${verb}: if ${SIGNED_IN}; }`)),
  );
