import { toStored } from '../../functions/src/platform/convert.ts';
import type { Operator, Query } from '../../functions/src/platform/store.ts';
import type { Plain } from '../../functions/src/shared/stored.ts';
import { compare, sameKind } from './values.ts';

/** How a query is answered from documents in memory, as Firestore answers it. */

/** Of everyone’s, its path in the place of its id. */
type Found = readonly [id: string, data: Plain];
type Order = readonly (readonly [field: string, direction: 'asc' | 'desc'])[];

const holds: Record<Operator, (value: unknown, wanted: unknown) => boolean> = {
  '==': (value, wanted) => compare(value, wanted) === 0,
  '<': (value, wanted) => sameKind(value, wanted) && compare(value, wanted) < 0,
  '<=': (value, wanted) => sameKind(value, wanted) && compare(value, wanted) <= 0,
  '>': (value, wanted) => sameKind(value, wanted) && compare(value, wanted) > 0,
  '>=': (value, wanted) => sameKind(value, wanted) && compare(value, wanted) >= 0,
  in: (value, wanted) => (wanted as readonly unknown[]).some((one) => compare(value, one) === 0),
  'array-contains': (value, wanted) =>
    Array.isArray(value) && value.some((one) => compare(one, wanted) === 0),
};

/** Of a field within a field by its path. */
export function fieldOf(data: Plain, path: string): unknown {
  let value: unknown = data;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Plain)[name];
  }
  return value;
}

/** Part by part, so that a parent comes before what is under another one whose name begins like its own. */
export const byPath = (one: string, other: string): number => compare(one.split('/'), other.split('/'));

const isInequality = (operator: Operator): boolean => ['<', '<=', '>', '>='].includes(operator);

/** What it is sorted by, without the id: an inequality sorts by its field where nothing else is said. */
function orderOf({ where = [], orderBy = [] }: Query<unknown>): Order {
  if (orderBy.length > 0) return orderBy;
  const unequal = where.find(([, operator]) => isInequality(operator));
  return unequal ? [[unequal[0], 'asc']] : [];
}

/**
 * @param documents those of the collection, in any order
 * @param after where the page before ended: the values that it was sorted by, and the id
 */
export function answer(
  query: Query<unknown>,
  documents: Iterable<Found>,
  after: { readonly values: readonly unknown[]; readonly id: string } | null,
): Found[] {
  const where = (query.where ?? []).map(
    ([field, operator, value]) => [field, operator, toStored({ [field]: value })[field]] as const,
  );
  const order = orderOf(query);
  const down = order.at(-1)?.[1] === 'desc' ? -1 : 1;
  const found: Found[] = [];
  for (const one of documents) {
    const [, data] = one;
    if (order.some(([field]) => fieldOf(data, field) === undefined)) continue;
    const fits = where.every(([field, operator, wanted]) => {
      const value = fieldOf(data, field);
      return value !== undefined && holds[operator](value, wanted);
    });
    if (fits) found.push(one);
  }
  const place = (values: readonly unknown[], id: string, other: Found): number => {
    for (const [i, [field, direction]] of order.entries()) {
      const sign = compare(values[i], fieldOf(other[1], field)) * (direction === 'desc' ? -1 : 1);
      if (sign !== 0) return sign;
    }
    return byPath(id, other[0]) * down;
  };
  const valuesOf = ([, data]: Found) => order.map(([field]) => fieldOf(data, field));
  found.sort((one, other) => place(valuesOf(one), one[0], other));
  const rest = after === null ? found : found.filter((one) => place(after.values, after.id, one) < 0);
  return rest.slice(0, query.limit ?? rest.length);
}
