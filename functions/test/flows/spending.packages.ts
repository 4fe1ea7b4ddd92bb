import type { All } from './spending.ts';
import { requestId } from './stage.ts';

/** What people who buy packages and courses set off, once each. */

const reason = 'Looked at it.';

export async function learning({ stage, cost, finance, chief }: All): Promise<void> {
  const ann = await stage.actor();
  const transfer = { amount: { amount: 2_000_000, currency: 'INR' as const }, reference: requestId() };
  const proof = `proofs/${ann.uid}/slip.pdf`;
  const { id: deposit } = await ann.api.deposits.submit({ requestId: requestId(), ...transfer, proof });
  await finance.api.deposits.verify({ ...transfer, deposit, reason });
  await cost('packages-define', () =>
    chief.api.packages.define({
      ...{ package: 'gold', title: 'Gold', rank: 4, base: 900_000, taxBps: 1800, tax: 162_000 },
      ...{ total: 1_062_000, currency: 'INR', days: 365, reason },
    }),
  );
  await cost('packages-list', () => ann.api.packages.list({}));
  const wish = { requestId: requestId(), package: 'starter' };
  const { id: order } = await cost('packages-buy', () => ann.api.packages.buy(wish));
  await cost('packages-mine', () => ann.api.packages.mine({}));
  await stage.db.doc('courses/spendingcourse').set({
    ...{ title: 'Tying knots', published: true, fromRank: null },
    price: { base: 100_000, taxBps: 1800, currency: 'INR' },
  });
  const course = { requestId: requestId(), course: 'spendingcourse' };
  await cost('courses-buy', () => ann.api.courses.buy(course));
  await cost('orders-get', () => ann.api.orders.get({ order }));
  await cost('orders-list', () => ann.api.orders.list({ limit: 1 }));
  const upgrade = { requestId: requestId(), package: 'pro' };
  await cost('an upgrade', () => ann.api.packages.buy(upgrade), 'packages-buy');
  await cost('orders-refund', () =>
    finance.api.orders.refund({ requestId: requestId(), order, amount: 1_000, reason }),
  );
}
