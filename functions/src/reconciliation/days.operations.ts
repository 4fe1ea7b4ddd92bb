import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { Provider } from '../psp/gateway.ts';
import type { SettlementGateway } from '../psp/ports.ts';
import { dayOf } from '../shared/day.ts';
import { Refusal } from '../shared/refusal.ts';
import { reconcile } from './reconciliation.operations.ts';
import { dueReconciliations } from './reconciliation.store.ts';
import { reconciliationId } from './reconciliation.ts';

/** Which days are compared when. */

const DAY = 24 * 3600 * 1000;

/** As far back as a day that nobody compared is found again: a schedule that did not run is no day left out. */
const BACK = 7;

/** Yesterday, and the days before it since the last one that was compared. */
export async function reconcileDays(
  gateway: SettlementGateway,
  { provider, at, pages }: { readonly provider: Provider; readonly at: number; readonly pages: number },
): Promise<void> {
  const days = Array.from({ length: BACK }, (_, i) => dayOf(at - (i + 1) * DAY));
  const found = await Promise.all(
    days.map((day) => load(collections.reconciliations.doc(reconciliationId(provider, day)))),
  );
  const last = found.findIndex((run) => run !== null);
  const missing = last === -1 ? days.slice(0, 1) : days.slice(0, Math.max(1, last));
  for (const day of missing.toReversed()) await reconcile(gateway, { provider, day, at, anew: false, pages });
}

/** What a run left behind, and the days whose last look is due. */
export const sweepReconciliations = (gateway: SettlementGateway, at: number, pages: number): Promise<Swept> =>
  sweep(dueReconciliations(at), async (id) => {
    const run = await load(collections.reconciliations.doc(id));
    if (!run) throw new Refusal('not_found', { what: 'reconciliation', id });
    const { provider, day } = run;
    await reconcile(gateway, { provider, day, at, anew: false, pages });
  });
