import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { followJournal } from '../ledger/follow.operations.ts';
import { entryKinds, walletsIn } from '../ledger/journal.ts';
import { find } from '../platform/firestore.ts';
import { pageOfEntries } from '../wallet/wallet.store.ts';
import { ENOUGH, unusualIn } from './velocity.ts';

/**
 * Looks at every wallet that moved since the last run, off the money path, and tells finance of what is unusual.
 * Costs one read for each entry since then, and at most 351 for each wallet in it.
 */
export const sweepVelocity = (at: number): Promise<void> =>
  followJournal('velocity', entryKinds, async (page) => {
    const first = page[0]?.doc.at ?? at;
    let clean = true;
    for (const uid of new Set(page.flatMap(({ doc }) => walletsIn(doc))))
      try {
        const entries = (await find(pageOfEntries(uid, { limit: ENOUGH })))
          .map(({ doc }) => doc)
          .toReversed();
        for (const { id, finding } of unusualIn(uid, entries, first)) await raise(id, finding, at);
      } catch (error) {
        clean = false;
        logger.error('a wallet was not looked at', error, { uid });
      }
    return clean;
  });
