import { collections } from '../collections.ts';
import type { Writer } from '../platform/store.ts';
import type { Posting } from './ledger.ts';
import { entryId } from './wallet.ts';

/**
 * Writes a posting: the journal entry with `create`, so that its cause happens once, then each touched
 * wallet and its next entry. A wallet may be there before its first entry (an erasure freezes it), so it is set as it was
 * read: `create` on the entry is what keeps two from being the same one. Escrow balances are written by the feature, in the document it writes anyway.
 */
export function writePosting(writer: Writer, posting: Posting): void {
  writer.create(collections.journal.doc(posting.entry.id), posting.entry);
  for (const [uid, { wallet, entry }] of Object.entries(posting.wallets)) {
    writer.set(collections.wallets.doc(uid), wallet);
    writer.create(collections.entries(uid).doc(entryId(entry.n)), entry);
  }
}
