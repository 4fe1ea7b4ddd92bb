import { buyPackage, commissionOn, holder, withRupees } from './affiliates.ts';
import { requestId } from './stage.ts';
import type { All } from './spending.ts';

/** Who brings whom, and what it earns them, once each. */

const reason = 'Looked at it.';

export async function affiliating({ stage, cost, finance, chief }: All): Promise<void> {
  const [sponsor, buyer] = [await stage.actor(), await stage.actor()];
  const device = `device-${requestId()}`;
  const { code } = await cost('codes-mine', () => sponsor.api.codes.mine({ device }));
  await cost('codes-check', () => buyer.api.codes.check({ code }));
  await cost('codes-attach', () => buyer.api.codes.attach({ code, device }));
  await holder(stage, finance, 'pro', sponsor);
  await withRupees(stage, finance, 531_000, buyer);
  const { id: order } = await cost(
    'a package that was bought, and its commissions',
    () => buyPackage(buyer, 'starter'),
    'commissions-ordered',
  );
  await cost('commissions-table', () => sponsor.api.commissions.table({}));
  const { level1, level2, taxBps } = await chief.api.commissions.table({});
  await cost('commissions-define', () =>
    chief.api.commissions.define({ level1, level2, taxBps, mostBps: 6900, reason }),
  );
  if ((await commissionOn(stage, order, 1))?.status !== 'held') throw new Error('nothing is held');
  const wish = { commission: `${order}~1`, decision: 'release' as const, reason };
  await cost('commissions-review', () => finance.api.commissions.review(wish));
  await cost('commissions-list', () => sponsor.api.commissions.list({}));
}
