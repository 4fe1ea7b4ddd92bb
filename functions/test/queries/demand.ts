import type { Asked } from './code.ts';

/** A field of an index, as firestore.indexes.json writes it. */
export type IndexField = { readonly fieldPath: string } & (
  { readonly order: 'ASCENDING' | 'DESCENDING' } | { readonly arrayConfig: 'CONTAINS' }
);

/** An index that a query needs: one field is a single-field index, more are a composite one. */
export type Demand = {
  readonly collectionGroup: string;
  /** Of one collection, where nothing is said; else of all sub-collections of that name together. */
  readonly queryScope?: string;
  readonly fields: readonly IndexField[];
};

const ascending = (fieldPath: string): IndexField => ({ fieldPath, order: 'ASCENDING' });

/**
 * The indexes that Firestore asks for: equalities first, then what is ordered, ranged or added up, each in
 * its direction. Equalities alone are merged from single-field indexes.
 * https://firebase.google.com/docs/firestore/query-data/index-overview
 */
export function demandsOf({ collection, everyones, where = [], orderBy = [], sum }: Asked): Demand[] {
  const scope = {
    collectionGroup: collection.path.split('/').at(-1)!,
    ...(everyones && { queryScope: 'COLLECTION_GROUP' }),
  };
  const having = (...operators: string[]) =>
    [...new Set(where.filter(([, is]) => operators.includes(is)).map(([field]) => field))].sort();
  const equal = having('==', 'in');
  const ranged = having('<', '<=', '>', '>=');
  const contained = having('array-contains').map((fieldPath): IndexField => ({
    fieldPath,
    arrayConfig: 'CONTAINS',
  }));

  const ordered = orderBy
    .filter(([field]) => field !== 'id' && !equal.includes(field))
    .map(([fieldPath, direction]): IndexField => {
      return { fieldPath, order: direction === 'asc' ? 'ASCENDING' : 'DESCENDING' };
    });
  // Without an order of its own a range is ordered by its field, which must otherwise be the first.
  if (ordered.length === 0) ordered.push(...ranged.map(ascending));
  const [first] = ordered;
  if (ranged.length > 1 || (ranged[0] !== undefined && ranged[0] !== first?.fieldPath))
    throw new Error(`a range must be the first order: ${scope.collectionGroup} ${ranged.join()}`);
  if (sum !== undefined && ![...equal, ...ordered.map(({ fieldPath }) => fieldPath)].includes(sum))
    ordered.push(ascending(sum));

  const equalities = [...contained, ...equal.map(ascending)];
  if (ordered.length === 0) return equalities.map((field) => ({ ...scope, fields: [field] }));
  return [{ ...scope, fields: [...equalities, ...ordered] }];
}

/** One text for one index, to compare and to read. */
export const nameOf = ({ collectionGroup, queryScope = 'COLLECTION', fields }: Demand): string =>
  `${collectionGroup}${queryScope === 'COLLECTION' ? '' : ` ${queryScope}`}: ${fields
    .map((field) => `${field.fieldPath} ${'order' in field ? field.order : field.arrayConfig}`)
    .join(', ')}`;
