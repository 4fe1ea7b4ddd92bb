import { collections } from '../collections.ts';
import type { Query } from '../platform/store.ts';
import type { Package } from './package.ts';

/** All that were ever defined: a handful. */
export const definedPackages = (): Query<Package> => ({ collection: collections.packages, limit: 100 });
