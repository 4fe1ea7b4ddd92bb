import type { JournalEntry } from '../ledger/journal.ts';
import { splitId } from '../shared/ids.ts';

export const actors = ['you', 'counterparty', 'provider', 'system', 'staff'] as const;
export type Actor = (typeof actors)[number];

/** The people that a document’s id names: whoever may see the entry knows them from its reference. */
function peopleIn(reference: string): readonly string[] {
  const id = reference.slice(reference.indexOf('/') + 1);
  return (splitId(id, 3) ?? splitId(id, 2) ?? []).slice(1);
}

/** Who did it, as its owner may know: which admin it was is for finance. */
export function actorOf({ by, reference }: Pick<JournalEntry, 'by' | 'reference'>, uid: string): Actor {
  if (by === uid) return 'you';
  if (by === 'system') return 'system';
  if (by.startsWith('psp:')) return 'provider';
  return peopleIn(reference).includes(by) ? 'counterparty' : 'staff';
}
