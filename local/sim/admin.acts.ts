import { collections } from '../../functions/src/collections.ts';
import type { Withdrawal } from '../../functions/src/withdrawals/withdrawal.ts';
import type { Acts } from './acts.ts';
import type { Dice } from './dice.ts';
import { call, docOf, pickDoc, type Picked, type World } from './world.ts';

const why = { reason: 'Looked at it twice.' };

const pickWithdrawal = (
  world: World,
  dice: Dice,
  ...statuses: Withdrawal['status'][]
): Picked<Withdrawal> | null =>
  pickDoc(
    world,
    dice,
    collections.withdrawals,
    ({ status }) => statuses.includes(status) || dice.chance(0.05),
  );

/** Those who decide about others' money. */
export const adminActs = {
  approve(world, dice) {
    const found = pickWithdrawal(world, dice, 'requested');
    if (!found) return undefined;
    const input = { withdrawal: found.id, ...why };
    const [first, second] = [dice.pick(world.finance), dice.pick(world.finance)];
    if (dice.chance(0.3)) void call(world, second, 'withdrawals-approve', input);
    return call(world, first, 'withdrawals-approve', input);
  },
  reject(world, dice) {
    const found = pickWithdrawal(world, dice, 'requested', 'approved');
    return (
      found && call(world, dice.pick(world.finance), 'withdrawals-reject', { withdrawal: found.id, ...why })
    );
  },
  payOut(world, dice, request) {
    const found = pickWithdrawal(world, dice, 'approved');
    if (!found) return undefined;
    const { amount, currency } = found.doc;
    return call(world, dice.pick(world.finance), 'withdrawals-pay', {
      withdrawal: found.id,
      amount: { amount, currency },
      method: 'bank_transfer',
      // Now and then a reference that has paid another one.
      reference: dice.chance(0.15) ? 'QNB-2026-000123' : request,
      paidAt: world.scheduler.now() - 1000,
      ...why,
    });
  },
  failPayout(world, dice) {
    const found = pickWithdrawal(world, dice, 'approved', 'processing');
    return (
      found && call(world, dice.pick(world.finance), 'withdrawals-fail', { withdrawal: found.id, ...why })
    );
  },
  async refund(world, dice, request) {
    const kind = dice.pick(['purchase', 'payment'] as const);
    const paid = ['paid', 'partially_refunded'];
    const found =
      kind === 'purchase'
        ? pickDoc(world, dice, collections.purchases, ({ status }) => paid.includes(status))
        : pickDoc(world, dice, collections.payments, ({ status }) => paid.includes(status));
    if (!found) return undefined;
    const target = { kind, id: found.id };
    const amount = dice.chance(0.4) ? { amount: 100 + dice.below(3000) } : {};
    const by = dice.pick(world.finance);
    const shown = await call(world, by, 'refunds-preview', { target, ...amount });
    if (shown.kind !== 'answer') return undefined;
    const { plan } = shown.result;
    return call(world, by, 'refunds-create', { requestId: request, target, ...amount, plan, ...why });
  },
  /** Looks at what waits for a person: payments that do not fit, refunds that went astray, papers. */
  review(world, dice) {
    const by = dice.pick(world.finance);
    const inReview = ({ status }: { status: string }) => status === 'review';
    const purchase = pickDoc(world, dice, collections.purchases, inReview);
    if (purchase && dice.chance(0.5)) {
      const decision = dice.pick(['credit', 'dismiss']);
      return call(world, by, 'purchases-resolve', { purchase: purchase.id, decision, ...why });
    }
    const payment = pickDoc(world, dice, collections.payments, inReview);
    if (payment && dice.chance(0.6))
      return call(world, by, 'payments-credit', { payment: payment.id, ...why });
    const refund = pickDoc(world, dice, collections.refunds, inReview);
    if (!refund) return undefined;
    const vault = world.providers.till.vault.refunds;
    const back = Object.values(vault).some(
      ({ metadata, status }) => metadata?.refund === refund.id && status !== 'failed',
    );
    return call(world, by, 'refunds-resolve', {
      refund: refund.id,
      decision: back ? 'refunded' : 'failed',
      ...why,
    });
  },
  adjust(world, dice, request) {
    const person = dice.pick(dice.chance(0.1) ? world.guests : world.users);
    const corrects = world.recent.of('journal').at(-1);
    if (corrects === undefined) return undefined;
    return call(world, dice.pick(world.finance), 'adjustments-request', {
      requestId: request,
      uid: person.uid,
      amount: { amount: dice.pick([1, 700, 9000, 80_000]), currency: 'QAR' },
      direction: dice.pick(['credit', 'debit']),
      corrects,
      ...why,
    });
  },
  decideAdjustment(world, dice, request) {
    const waits = ({ status }: { status: string }) => status === 'waiting' || dice.chance(0.15);
    const found = pickDoc(world, dice, collections.adjustments, waits);
    if (!found) return undefined;
    // Mostly another one than who asked.
    const others = world.finance.filter(({ uid }) => uid !== found.doc.by);
    const by = dice.pick(dice.chance(0.8) ? others : world.finance);
    if (found.doc.status === 'posted')
      return call(world, by, 'adjustments-reverse', { requestId: request, entry: found.doc.entry, ...why });
    const name = dice.chance(0.7) ? 'adjustments-approve' : 'adjustments-reject';
    return call(world, by, name, { adjustment: found.id, ...why });
  },
} satisfies Acts;

/** What finance does at the beginning, so that somebody can be paid at all. */
export async function letThrough(world: World, uid: string): Promise<void> {
  const payee = docOf(world, collections.payees, uid);
  const by = world.finance[0]!;
  if (payee?.kyc.status === 'pending')
    await call(world, by, 'kyc-review', {
      ...{ uid, application: payee.kyc.application.id, decision: 'verify' },
      ...why,
    });
  for (const { id, status } of payee?.destinations ?? [])
    if (status === 'unverified')
      await call(world, by, 'destinations-verify', { uid, destination: id, decision: 'verify', ...why });
}
