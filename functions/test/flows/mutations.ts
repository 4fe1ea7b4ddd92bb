import type { Call } from '../../src/shared/call.ts';

/** Every way to spoil an input, made from its JSON schema: a call that is new is covered the day it is added. */

export type Json = null | boolean | number | string | readonly Json[] | Fields;
export type Fields = { readonly [key: string]: Json };

export type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
};

export type Spoilt = {
  /** Where it is spoilt, `item.coins.GBC`; empty for the whole of it. */
  readonly path: string;
  readonly with: string;
  readonly input: Json;
  /** A number that is none, another shape, or text that the schema may well take. */
  readonly kind: 'number' | 'shape' | 'text';
};

/** JSON can say a number that JavaScript reads as infinite; `JSON.stringify` cannot, so `bodyOf` puts it in. */
const ENDLESS = '@1e400@';
export const bodyOf = (input: Json): string =>
  JSON.stringify({ data: input }).replaceAll(`"${ENDLESS}"`, '1e400');

/** How the mobile SDKs send a 64-bit integer. */
export const int64 = (value: string): Json => ({
  '@type': 'type.googleapis.com/google.protobuf.Int64Value',
  value,
});

const noNumbers: Readonly<Record<string, Json>> = {
  'a negative one': -1,
  'a large negative one': -9007199254740991,
  'a fraction': 0.5,
  'three decimals': 10.005,
  'more than 2^53': 9007199254740992,
  'a 64-bit integer above 2^53': int64('9007199254740993'),
  'a negative 64-bit integer': int64('-5'),
  infinity: ENDLESS,
  'a huge one': 1e308,
  null: null,
  text: '100',
  'text that says NaN': 'NaN',
  'text with an exponent': '1e3',
  'empty text': '',
  true: true,
  'a list': [100],
  'an object': { amount: 100 },
};

const noTexts: Readonly<Record<string, Json>> = {
  null: null,
  'a number': 5,
  true: true,
  'a list': ['text'],
  'an object': { toString: 'text' },
  'a megabyte': 'x'.repeat(1_000_000),
};

const noObjects: Readonly<Record<string, Json>> = {
  null: null,
  'a list': [],
  text: '{}',
  'a number': 0,
  true: true,
};

const noBooleans: Readonly<Record<string, Json>> = {
  null: null,
  text: 'true',
  'a number': 1,
  'a list': [true],
};

const noLists: Readonly<Record<string, Json>> = {
  null: null,
  text: '[]',
  'a number': 0,
  'an object': { 0: 1 },
};

const noMembers = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'nonsense', ''];

/** Where zero means something. */
const mayBeZero = new Set([
  ...['percent', 'from', 'to', 'at', 'paidAt', 'image', 'video', 'enhance'],
  ...['part', 'costs', 'payeeFeeBps', 'payerFeeBps', 'freeRevisions', 'revisionFee'],
  ...['tax', 'taxBps', 'position', 'rank1', 'rank2', 'rank3', 'course', 'page', 'until'],
]);

const strangeTexts = {
  nothing: '',
  blanks: '  \t ',
  'a path': 'wallets/somebody',
  'a way up': '../../wallets/somebody',
  dots: '..',
  'a reserved name': '__id__',
  'prototype keys as an id': '__proto__~constructor',
  'prototype keys as a long id': '__proto__~constructor~toString',
  'an id of nobody': 'nobodys-thing~nobody',
  'a long id of nobody': 'nobodys-thing~nobody~noone',
  'an id with a stray escape': 'a.ZZ~b',
  'a nul': 'a\u0000b',
  'half a character': 'a\ud800b',
  'a reversed line': '\u202eevil\u202c',
  emoji: '😀'.repeat(40),
  html: '<script>alert(1)</script>',
} as const;

const putIn = (value: Json, key: string, part: Json): Json => ({ ...(value as object), [key]: part });
const without = (value: Json, key: string): Json =>
  Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== key));

/** What is spoilt in one place, seen from the whole input. */
const seenFrom = (value: Json, key: string, spoilt: readonly Spoilt[]): Spoilt[] =>
  spoilt.map((one) => ({
    ...one,
    path: one.path === '' ? key : `${key}.${one.path}`,
    input: putIn(value, key, one.input),
  }));

const each = (inputs: Readonly<Record<string, Json>>, kind: Spoilt['kind']): Spoilt[] =>
  Object.entries(inputs).map(([name, input]) => ({ path: '', with: name, input, kind }));

/** Every way to spoil `value`, which fits `schema`. `name` is the field's. */
export function spoil(schema: Schema, value: Json, name = ''): Spoilt[] {
  if (schema.oneOf) return spoilUnion(schema.oneOf, value, name);
  const [only, none] = schema.anyOf ?? [];
  if (only && none?.type === 'null') return spoil(only, value, name).filter(({ input }) => input !== null);
  // A schema that takes fractions is spoilt like the others, and shows itself by taking them.
  if (schema.type === 'integer' || schema.type === 'number') return spoilNumber(schema, name);
  if (schema.type === 'string') return spoilText(schema);
  if (schema.type === 'object') return spoilObject(schema, value as Fields);
  if (schema.type === 'array') return spoilList(schema, value as readonly Json[], name);
  if (schema.type === 'boolean') return each(noBooleans, 'shape');
  throw new Error(`no idea how to spoil ${name}: ${JSON.stringify(schema).slice(0, 200)}`);
}

function spoilNumber({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema, name: string): Spoilt[] {
  const bounds = { 'the least': minimum, 'the most': maximum };
  return [
    ...each(mayBeZero.has(name) ? noNumbers : { ...noNumbers, zero: 0, 'zero below zero': -0 }, 'number'),
    ...each(maximum < Number.MAX_SAFE_INTEGER ? { 'one too many': maximum + 1 } : {}, 'number'),
    ...each(mayBeZero.has(name) ? bounds : { 'the most': maximum }, 'text'),
  ];
}

function spoilText(schema: Schema): Spoilt[] {
  const shapes = each(noTexts, 'shape');
  if (schema.enum ?? schema.const)
    return [...shapes, ...each(Object.fromEntries(noMembers.map((text) => [`“${text}”`, text])), 'shape')];
  const longest = { 'the longest': 'x'.repeat(schema.maxLength ?? 64) };
  return [...shapes, ...each({ ...strangeTexts, ...longest }, 'text')];
}

function spoilList({ items = {} }: Schema, value: readonly Json[], name: string): Spoilt[] {
  const parts = value.flatMap((part, i) =>
    spoil(items, part, name).map((one) => ({
      ...one,
      path: [String(i), one.path].filter(Boolean).join('.'),
      input: value.toSpliced(i, 1, one.input),
    })),
  );
  return [...each(noLists, 'shape'), ...parts];
}

function spoilObject(schema: Schema, value: Fields): Spoilt[] {
  const { properties = {}, required = [], additionalProperties: rest } = schema;
  const whole = each(noObjects, 'shape');
  const unknown = ['extra', 'constructor', 'toString', 'uid', ''].map((key) => ({
    ...{ path: '', with: `an unknown field “${key}”`, kind: 'shape' as const },
    input: putIn(value, key, 1),
  }));
  const missing = required.map((key) => ({
    ...{ path: key, with: 'nothing', kind: 'shape' as const },
    input: without(value, key),
  }));
  const parts = Object.entries(value).flatMap(([key, part]) => {
    const own = properties[key] ?? (typeof rest === 'object' ? rest : undefined);
    return own ? seenFrom(value, key, spoil(own, part, key)) : [];
  });
  const deep = {
    path: '',
    with: 'junk inside junk',
    input: putIn(value, 'junk', nested(300)),
    kind: 'shape',
  } as const;
  return [...whole, ...unknown, deep, ...missing, ...parts];
}

function nested(depth: number): Json {
  let junk: Json = 'junk';
  for (let i = 0; i < depth; i += 1) junk = i % 2 ? [junk] : { junk };
  return junk;
}

const constOf = (schema: Schema | undefined, key: string) => schema?.properties?.[key]?.const;

/** The branch that the value is of, and every other one, made up. */
function spoilUnion(branches: readonly Schema[], value: Json, name: string): Spoilt[] {
  const mark = ['kind', 'source'].find((key) => key in (value as Fields)) ?? 'kind';
  const own = branches.find((branch) => constOf(branch, mark) === (value as Fields)[mark]);
  if (!own) throw new Error(`${name} is of no kind: ${JSON.stringify(value)}`);
  const others = branches
    .filter((branch) => branch !== own)
    .map((branch) => [branch, sample(branch, value as Fields)] as const);
  return [[own, value] as const, ...others].flatMap(([branch, start]) => spoil(branch, start, name));
}

/** What fits a field of this name in a branch that no example is of. */
const texts: Fields = {
  account: '123456789012',
  ifsc: 'HDFC0001234',
  upi: 'someone@okbank',
  pan: 'AAPFU0939F',
  gstin: '27AAPFU0939F1ZV',
  operator: 'Some Wallet',
  phone: '+97433123456',
  country: 'QA',
  place: 'An office',
  // Of either player.
  videoId: '12345678901',
  url: 'https://cdn.example.com/first.mp4',
};

/** Something that fits a branch; a text as in the branch that the value is of, where that has one. */
function sample(schema: Schema, like: Fields = {}, key = ''): Json {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0]!;
  const text = like[key] ?? texts[key];
  if (schema.type === 'string' && text !== undefined) return text;
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (schema.type !== 'object') throw new Error(`no sample for ${JSON.stringify(schema)}`);
  const named = Object.entries(schema.properties ?? {}).map(
    ([key, part]) => [key, sample(part, like, key)] as const,
  );
  const { propertyNames, additionalProperties: rest } = schema;
  const free = typeof rest === 'object' ? [[propertyNames?.enum?.[0] ?? 'any', sample(rest)] as const] : [];
  return Object.fromEntries([...named, ...free]);
}

const candidates: readonly Json[] = [
  'requested',
  'sample-1',
  '000000000001',
  'aaaaaaaa~bob',
  'aaaaaaaa~bob~cat',
  'pm_card1',
  'ab'.repeat(16),
  'R2026-000001',
  '2026-W06-INR',
  '2026-W06-INR~bob',
  'aaaaaaaa~bob~1',
  'proofs/bob/chat.png',
  {},
  'https://example.com/a.png',
  1,
  true,
];

/** Every way to spoil what fits a call, and the fields that it leaves out. */
export function spoilCall({ input }: Call, schema: Schema, start: Fields): Spoilt[] {
  const left = Object.entries(schema.properties ?? {}).filter(([key]) => !(key in start));
  const added = left.flatMap(([key, part]) => {
    const fits = [part.enum?.[0] ?? null, ...candidates].find(
      (candidate) => input.safeParse(putIn(start, key, candidate)).success,
    );
    if (fits === undefined) throw new Error(`nothing fits ${key}`);
    return seenFrom(start, key, spoil(part, fits, key));
  });
  return [...spoil(schema, start), ...added];
}
