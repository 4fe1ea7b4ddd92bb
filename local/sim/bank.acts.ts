import type { Acts } from './acts.ts';
import { play } from './world.ts';

/** What banks, and people at Stripe, do by themselves. */
export const bankActs = {
  bank(world, dice) {
    const { payouts } = world.providers.till.vault;
    const all = Object.values(payouts).slice(-12);
    const waiting = all.filter(({ status }) => status === 'pending' || status === 'in_transit');
    const paid = all.filter(({ status }) => status === 'paid');
    if (paid.length > 0 && world.faults.strikes(dice, 'payout-returned', 'bank'))
      return play(world, `/play/payout-failed/${dice.pick(paid).id}`, { code: 'account_closed' });
    if (waiting.length === 0) return undefined;
    const how = dice.chance(0.8) ? 'payout-paid' : 'payout-failed';
    return play(world, `/play/${how}/${dice.pick(waiting).id}`);
  },
  bankRefund(world, dice) {
    const { refunds } = world.providers.till.vault;
    // From now on some begin as pending, and their bank decides later.
    world.providers.moods.refunds = dice.chance(0.5) ? 'pending' : 'succeeded';
    const waiting = Object.values(refunds).filter(({ status }) => status === 'pending');
    if (waiting.length === 0) return undefined;
    const how = dice.chance(0.7) ? 'refund-succeeded' : 'refund-failed';
    return play(world, `/play/${how}/${dice.pick(waiting).id}`);
  },
  chargeback(world, dice) {
    const { intents } = world.providers.till.vault;
    const sessions = Object.values(world.providers.till.stored).flatMap(({ intent }) => intent ?? []);
    const paid = [...Object.values(intents), ...sessions].filter(({ status }) => status === 'succeeded');
    if (paid.length === 0) return undefined;
    const { id, amount } = dice.pick(paid.slice(-15));
    const wish = dice.chance(0.7) ? {} : { amount: String(Math.max(1, Math.floor(amount / 3))) };
    return play(world, `/play/dispute/${id}`, { ...wish, ...(dice.chance(0.2) && { inquiry: 'yes' }) });
  },
  closeChargeback(world, dice) {
    // An inquiry is only closed.
    const open = Object.values(world.providers.till.vault.disputes).filter(
      ({ status }) => status === 'needs_response',
    );
    if (open.length === 0) return undefined;
    return play(world, `/play/${dice.pick(['won', 'lost'])}/${dice.pick(open).id}`);
  },
} satisfies Acts;
