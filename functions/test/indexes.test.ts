import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collections } from '../src/collections.ts';
import type { Collection } from '../src/platform/store.ts';
import { appQueries } from './queries/app.ts';
import { codeQueries, type Asked } from './queries/code.ts';
import { demandsOf, nameOf, type Demand, type IndexField } from './queries/demand.ts';
import { scanSource } from './queries/scan.ts';

type Override = {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  /** Firestore deletes a document when the time in this field is over. */
  readonly ttl?: boolean;
  readonly indexes: readonly {
    readonly queryScope: string;
    readonly order?: 'ASCENDING';
    readonly arrayConfig?: 'CONTAINS';
  }[];
};
type Spec = {
  readonly indexes: readonly (Demand & { readonly queryScope: string })[];
  readonly fieldOverrides: readonly Override[];
};
const file = join(import.meta.dirname, '..', '..', 'firestore.indexes.json');
const spec = JSON.parse(readFileSync(file, 'utf8')) as Spec;

const queries: readonly Asked[] = [
  ...Object.values(codeQueries).flat(),
  ...appQueries.map(({ query }) => query('ann')),
];
const demands = queries.flatMap(demandsOf);
const namesOf = (found: readonly Demand[]) => [...new Set(found.map(nameOf))].sort();

const scan = scanSource();

test('W2-50 every query in the code is listed', () => {
  expect(Object.keys(codeQueries).sort()).toEqual(scan.sites);
  const swept = codeQueries['notifications/notifications.operations.ts untold'] ?? [];
  expect(swept.map(({ collection }) => collection.path)).toEqual(scan.swept);
  const sums = Object.entries(codeQueries).flatMap(([site, asked]) =>
    asked.flatMap(({ sum }) => (sum === undefined ? [] : [`${site.split(' ')[1]!} ${sum}`])),
  );
  expect(sums).toEqual(scan.sums);
});

test('W2-50 each query has its composite index, and each index a query', () => {
  const needed = demands.filter(({ fields }) => fields.length > 1);
  expect(spec.indexes.map(nameOf).sort()).toEqual(namesOf(needed));
});

const singles = spec.fieldOverrides.flatMap(({ collectionGroup, fieldPath, indexes }) =>
  indexes.map(({ queryScope, ...index }): Demand => ({
    ...{ collectionGroup, queryScope, fields: [{ fieldPath, ...index } as IndexField] },
  })),
);

test('W2-50 a field by itself is indexed where a query needs it, and nowhere else', () => {
  const needed = demands.filter(({ fields }) => fields.length === 1);
  expect(singles.map(nameOf).sort()).toEqual(namesOf(needed));
});

test('no field of any collection is indexed unasked, so none that rises caps the writes', () => {
  const groups = Object.values(collections).map(
    (one: Collection<unknown> | ((uid: string) => Collection<unknown>)) =>
      (typeof one === 'function' ? one('ann') : one).path.split('/').at(-1),
  );
  const closed = spec.fieldOverrides.filter(({ fieldPath }) => fieldPath === '*');
  expect(closed.map(({ collectionGroup }) => collectionGroup).sort()).toEqual(groups.sort());
  for (const { indexes } of closed) expect(indexes).toEqual([]);
});

test('W4-35 of all that is stored only throttles and clicks go by themselves, and no record of money', () => {
  const timed = spec.fieldOverrides.filter((override) => 'ttl' in override);
  // No index: a field that rises and has one caps the writes, and nobody asks for it.
  const only = (collectionGroup: string) => ({
    ...{ collectionGroup, fieldPath: 'expiresAt', ttl: true, indexes: [] },
  });
  expect(timed).toEqual(['throttles', 'clicks'].map(only));
});

test('a query is turned into the index that Firestore would ask for', () => {
  const ask = (query: Omit<Asked, 'collection'>) =>
    demandsOf({ collection: collections.purchases, ...query }).map(nameOf);
  expect(ask({})).toEqual([]);
  expect(ask({ orderBy: [['id', 'asc']] })).toEqual([]);
  expect(ask({ where: [['a', '<=', 1]], orderBy: [['a', 'asc']] })).toEqual(['purchases: a ASCENDING']);
  const both = [
    ['b', '==', 1],
    ['a', 'in', [1]],
  ] as const;
  expect(ask({ where: both })).toEqual(['purchases: a ASCENDING', 'purchases: b ASCENDING']);
  expect(ask({ where: [...both, ['c', '>', 0]] })).toEqual([
    'purchases: a ASCENDING, b ASCENDING, c ASCENDING',
  ]);
  expect(ask({ where: both, sum: 's' })).toEqual(['purchases: a ASCENDING, b ASCENDING, s ASCENDING']);
  expect(ask({ where: [['l', 'array-contains', 1]], orderBy: [['t', 'desc']] })).toEqual([
    'purchases: l CONTAINS, t DESCENDING',
  ]);
  expect(ask({ everyones: true, orderBy: [['t', 'asc']] })).toEqual([
    'purchases COLLECTION_GROUP: t ASCENDING',
  ]);
  expect(() => ask({ where: [['a', '>', 1]], orderBy: [['b', 'asc']] })).toThrow('first order');
});

test('firebase-tools takes the file', () => {
  const { FirestoreApi } = createRequire(import.meta.url)('firebase-tools/lib/firestore/api') as {
    FirestoreApi: new () => { validateSpec(spec: unknown): void };
  };
  const tools = new FirestoreApi();
  expect(() => {
    tools.validateSpec(spec);
  }).not.toThrow();
  expect(() => {
    tools.validateSpec({ indexes: [{ collectionGroup: 'x', queryScope: 'ALL', fields: [] }] });
  }).toThrow('queryScope');
});
