import type { Plain } from '../../functions/src/shared/stored.ts';
import { compare } from './values.ts';

/** What may become of a notice: its owner reads it, or not yet, or deletes all of it but its id, for good. */
export function isMarked(before: Plain, after: Plain): boolean {
  if ('deletedAt' in after) return Object.keys(after).length === 1;
  return compare({ ...before, readAt: null }, { ...after, readAt: null }) === 0;
}
