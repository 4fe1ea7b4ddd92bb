import type { Purchase } from '../../functions/src/purchases/purchase.ts';
import type { Refund } from '../../functions/src/refunds/refund.ts';
import type { Withdrawal } from '../../functions/src/withdrawals/withdrawal.ts';
import { fromStored } from '../../functions/src/shared/stored.ts';
import type { World } from './world.ts';

/** What the provider did against what the books say that it did, when everything has settled (I13). */
export function* unreal({ memory, providers }: World): Generator<string> {
  const all = <T>(name: string) =>
    [...memory.all(name)].map(([id, data]) => [id, fromStored(data) as T] as const);
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
  for (const { session } of Object.values(stored)) {
    const id = (session.client_reference_id ?? '').replace(/:\d+$/, '').replace(':', '~');
    const purchase = memory.get(`purchases/${id}`);
    if (purchase === null || session.payment_status !== 'paid') continue;
    const { status } = fromStored(purchase) as Purchase;
    if (status === 'created' || status === 'pending' || status === 'expired')
      yield `I13 purchase ${id}: is paid at the provider and ${status} here`;
  }
}

const mayBeReturning = (withdrawal: Withdrawal): boolean =>
  'payout' in withdrawal && withdrawal.payout.step === 'reversal';
