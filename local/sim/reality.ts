import type { CardPayment } from '../../functions/src/payments/funding.ts';
import type { Purchase } from '../../functions/src/purchases/purchase.ts';
import type { Refund } from '../../functions/src/refunds/refund.ts';
import type { Withdrawal } from '../../functions/src/withdrawals/withdrawal.ts';
import { asRead } from './asread.ts';
import { unmade } from './metered.ts';
import type { World } from './world.ts';

/** What the provider did against what the books say that it did, when everything has settled (I13). */
export function* unreal(world: World): Generator<string> {
  const { memory, providers } = world;
  yield* unmade(world);
  const all = <T>(name: string) =>
    [...memory.all(name)].map(([id, data]) => [id, asRead(data) as T] as const);
  const { vault, stored } = providers.till;
  const transfers = Map.groupBy(Object.values(vault.transfers), (one) => one.transfer_group ?? '');
  const payouts = Map.groupBy(Object.values(vault.payouts), (one) => one.metadata?.withdrawal ?? '');
  for (const [id, withdrawal] of all<Withdrawal>('withdrawals')) {
    const made = transfers.get(id) ?? [];
    const out = made.reduce((sum, one) => sum + one.amount - one.amount_reversed, 0);
    const should = 'payout' in withdrawal && withdrawal.status === 'paid' ? withdrawal.amount : 0;
    // One that waits for its bank, or for a person, may be in between.
    if (withdrawal.status === 'processing' || mayBeReturning(withdrawal)) continue;
    if (out !== should)
      yield `I13 withdrawal ${id}: is ${withdrawal.status}, and ${out} of ${should} left in ${made.length} transfers`;
    const paid = (payouts.get(id) ?? []).filter(({ status }) => status !== 'failed' && status !== 'canceled');
    if (paid.length > 1) yield `I13 withdrawal ${id}: ${paid.length} payouts were made`;
  }
  const refunds = Map.groupBy(Object.values(vault.refunds), (one) => one.metadata?.refund ?? '');
  for (const [id, refund] of all<Refund>('refunds')) {
    if (refund.provider !== 'stripe') continue;
    const back = (refunds.get(id) ?? []).filter(({ status }) => status !== 'failed');
    const sum = back.reduce((whole, one) => whole + one.amount, 0);
    if (refund.status === 'refunded' && sum !== refund.amount)
      yield `I13 refund ${id}: is refunded, and ${sum} of ${refund.amount} went back`;
    if (refund.status === 'failed' && sum !== 0) yield `I13 refund ${id}: has failed, and ${sum} went back`;
  }
  yield* unpaid(providers, all('purchases'), all('payments'));
  for (const { session } of Object.values(stored)) {
    const id = (session.client_reference_id ?? '').replace(/:\d+$/, '').replace(':', '~');
    const purchase = memory.get(`purchases/${id}`);
    if (purchase === null || session.payment_status !== 'paid') continue;
    const { status } = asRead(purchase) as Purchase;
    if (status === 'created' || status === 'pending' || status === 'expired')
      yield `I13 purchase ${id}: is paid at the provider and ${status} here`;
  }
}

type Placed<T> = readonly (readonly [id: string, doc: T])[];

/** What counts as paid was collected: that amount, of that currency, at that provider. */
function* unpaid(
  { till, orders }: World['providers'],
  purchases: Placed<Purchase>,
  payments: Placed<CardPayment>,
): Generator<string> {
  for (const [id, purchase] of purchases) {
    if (!('paidAt' in purchase)) continue;
    const { provider, payment, price, currency } = purchase;
    const intent = till.stored[payment.reference]?.intent;
    const order = orders.orders[payment.attempt];
    const [status, amount, of] =
      provider === 'stripe'
        ? [intent?.status, intent?.amount_received, intent?.currency.toUpperCase()]
        : [order?.payment_status, Math.round((order?.amount ?? 0) * 100), order?.currency];
    if (!/^succe/i.test(status ?? '') || amount !== price || of !== currency)
      yield `I13 purchase ${id}: is paid with ${price}, and ${amount ?? 0} was collected (${status ?? 'nothing'})`;
  }
  for (const [id, payment] of payments) {
    if (!('paidAt' in payment)) continue;
    const { status, amount_received: amount } = till.vault.intents[payment.intent] ?? {};
    if (status !== 'succeeded' || amount !== payment.fromCard)
      yield `I13 payment ${id}: is paid with ${payment.fromCard}, and ${amount ?? 0} was collected`;
  }
}

const mayBeReturning = (withdrawal: Withdrawal): boolean =>
  'payout' in withdrawal && withdrawal.payout.step === 'reversal';
