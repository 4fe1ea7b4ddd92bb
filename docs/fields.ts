import { z } from 'zod';
import * as pieces from '../functions/src/shared/schema.ts';

/** A schema as rows that a person can read, made from its JSON schema. */

type Shape = {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly propertyNames?: Shape;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly string[];
  readonly const?: string | number;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** What the schema says when something does not fit; put in below. */
  readonly says?: readonly string[];
};

export type Row = {
  readonly field: string;
  readonly type: string;
  readonly required: boolean;
  readonly rules: string;
  /** Of which kind the object has to be to have it; empty for all. */
  readonly when: string;
};

/** Pieces with a name of their own, explained once at the top of the page. */
const names = new Map<unknown, string>([
  [pieces.Amount, 'amount'],
  [pieces.AmountOut, 'amount'],
  [pieces.CurrencyCode, 'currency'],
  [pieces.Time, 'time'],
  [pieces.Uid, 'user id'],
  [pieces.RequestId, 'request id'],
  [pieces.PlainId, 'id'],
]);

/** How each piece is refused is said where it is explained. */
const isId = (says: readonly string[]): boolean => says.includes('not an id of this kind');

type Side = 'input' | 'output';

/** JSON schema, with the names of pieces and the words of the checks that JSON schema does not know. */
const shapeOf = (schema: z.ZodType, io: Side): Shape =>
  z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      // Text is checked once more after it was trimmed: those are the bounds that count.
      if (io === 'input' && def.type === 'pipe' && def.out._zod.def.type === 'string')
        Object.assign(jsonSchema, shapeOf(def.out as z.ZodString, io));
      const says = [...((jsonSchema.says as string[] | undefined) ?? []), ...messagesOf(def)];
      if (says.length > 0) jsonSchema.says = [...new Set(says)];
      const title = names.get(zodSchema) ?? (isId(says) ? 'id' : undefined);
      if (title !== undefined) jsonSchema.title = title;
    },
  }) as Shape;

function messagesOf({ checks = [] }: z.core.$ZodTypeDef): string[] {
  return checks.flatMap((check) => {
    const { error } = check._zod.def;
    const said = error?.({} as never);
    const message = typeof said === 'object' ? said?.message : said;
    return message === undefined ? [] : [message];
  });
}

/** The fields of an object, those inside others by their path. */
export function fieldsOf(schema: z.ZodType, io: Side): Row[] {
  const shape = shapeOf(schema, io);
  if (!shape.oneOf) return rowsIn(shape, '');
  const kind = {
    field: tellerOf(shape.oneOf),
    type: shape.oneOf.map(kindOf).join(', '),
    required: true,
    rules: '',
    when: '',
  };
  return [kind, ...branchRows(shape.oneOf, '')];
}

/** What the object as a whole has to be. */
export const wholeOf = (schema: z.ZodType): string => (shapeOf(schema, 'input').says ?? []).join('; ');

function rowsIn(shape: Shape, path: string): Row[] {
  const { properties = {}, required = [] } = shape;
  return Object.entries(properties).flatMap(([name, part]) =>
    rowsOf(part, path === '' ? name : `${path}.${name}`, required.includes(name)),
  );
}

function rowsOf(part: Shape, field: string, required: boolean): Row[] {
  const { shape, nullable } = withoutNull(part);
  const type = typeOf(shape) + (nullable ? ' or null' : '');
  return [{ field, type, required, rules: rulesOf(part, shape), when: '' }, ...inside(shape, field)];
}

function inside(shape: Shape, field: string): Row[] {
  if (shape.oneOf) return branchRows(shape.oneOf, field);
  if (shape.items) return inside(shape.items, `${field}[]`);
  const { additionalProperties: rest } = shape;
  if (typeof rest === 'object' && shape.propertyNames) return inside(rest, `${field}.*`);
  return rowsIn(shape, field);
}

/** The field that tells the branches of a union apart, a constant of its own in each: `kind`, or of a video its `source`. */
function tellerOf(branches: readonly Shape[]): string {
  const [first] = branches;
  const teller = Object.keys(first?.properties ?? {}).find((name) =>
    branches.every((branch) => branch.properties?.[name]?.const !== undefined),
  );
  if (teller === undefined) throw new Error('nothing tells the branches of a union apart');
  return teller;
}

function branchRows(branches: readonly Shape[], field: string): Row[] {
  const teller = tellerOf(branches);
  return branches.flatMap((branch) => {
    const when = `when \`${teller}\` is ${kindOf(branch, 0, branches)}`;
    return rowsIn(branch, field)
      .filter((row) => row.field !== (field === '' ? teller : `${field}.${teller}`))
      .map((row) => ({ ...row, when }));
  });
}

/** Null is said beside the type, in either of the two ways that JSON schema has for it. */
function withoutNull(shape: Shape): { shape: Shape; nullable: boolean } {
  const { type, anyOf = [] } = shape;
  if (Array.isArray(type) && type.length === 2)
    return { shape: { ...shape, type: type.find((name) => name !== 'null') as string }, nullable: true };
  const [only, ...others] = anyOf.filter((one) => one.type !== 'null');
  return only && others.length === 0 ? { shape: only, nullable: true } : { shape, nullable: false };
}

const code = (text: string): string => `\`${text}\``;

function typeOf(shape: Shape): string {
  const { oneOf, anyOf = [], items, additionalProperties: rest, propertyNames: keys } = shape;
  if (shape.title !== undefined) return shape.title;
  if (shape.const !== undefined) return code(String(shape.const));
  if (shape.enum) return shape.enum.map(code).join(', ');
  if (oneOf) return `object; ${code(tellerOf(oneOf))} is ${oneOf.map(kindOf).join(', ')}`;
  if (isConstants(anyOf)) return anyOf.map((one) => code(String(one.const))).join(', ');
  if (items) return `list of ${typeOf(items)}${items.enum ? '' : 's'}`;
  if (typeof rest !== 'object' || !keys)
    return shape.type === 'string' ? 'text' : String(shape.type ?? 'any');
  const bounds = boundsOf(rest);
  return `map of ${typeOf(keys)} to ${typeOf(rest)}${bounds && ` (${bounds})`}`;
}

const isConstants = (shapes: readonly Shape[]): boolean =>
  shapes.length > 0 && shapes.every((one) => one.const !== undefined);

const kindOf = (branch: Shape, _: number, branches: readonly Shape[]): string =>
  code(String(branch.properties?.[tellerOf(branches)]?.const));

/** What the type does not say already. */
function rulesOf(outer: Shape, shape: Shape): string {
  const fallback = outer.default === undefined ? '' : `${code(JSON.stringify(outer.default))} when left out`;
  if (shape.title !== undefined) return fallback;
  const says = (shape.says ?? []).filter((text) => text !== EVERY_TEXT).map((text) => `else “${text}”`);
  return [boundsOf(shape), ...says, fallback].filter(Boolean).join('; ');
}

/** Said once, of all text. */
const EVERY_TEXT = 'has control characters';

function boundsOf(shape: Shape): string {
  const above = shape.exclusiveMinimum === undefined ? undefined : shape.exclusiveMinimum + 1;
  if (shape.title !== undefined) return '';
  if (shape.type === 'integer') return range(shape.minimum ?? above, shape.maximum);
  const length = shape.type === 'string' ? range(shape.minLength, shape.maxLength) : '';
  return length && `${length} characters`;
}

function range(least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): string {
  const [bottom, top] = [least > Number.MIN_SAFE_INTEGER, most < Number.MAX_SAFE_INTEGER];
  if (bottom && top) return `${least} to ${most}`;
  if (bottom) return `at least ${least}`;
  return top ? `at most ${most}` : '';
}
