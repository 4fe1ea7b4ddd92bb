import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import type { Withdrawal } from './withdrawal.ts';

type Say = (amount: string, mask: string, reason: string) => string;

/** What the owner hears; the account only ever by its mask. */
const words = {
  requested: (amount, mask) => `You asked to withdraw ${amount} to ${mask}. We check it within three days.`,
  approved: (amount, mask) => `Your withdrawal of ${amount} was approved. It will be sent to ${mask}.`,
  processing: (amount, mask) =>
    `Your withdrawal of ${amount} was approved and is on its way to ${mask}. A bank may take some days.`,
  paid: (amount, mask) => `${amount} was sent to ${mask}.`,
  rejected: (amount, _, reason) =>
    `Your withdrawal was rejected; ${amount} is back in your wallet. ${reason}`,
  failed: (amount, mask, reason) =>
    `${mask} did not take ${amount}; the money is back in your wallet. ${reason}`,
  bounced: (amount, mask) => `${mask} sent ${amount} back; the money is in your wallet again.`,
  cancelled: (amount) => `You cancelled your withdrawal; ${amount} is back in your wallet.`,
  overdue: (amount) => `Your withdrawal of ${amount} takes longer than planned. We are on it.`,
} satisfies Record<string, Say>;

export type WithdrawalEvent = keyof typeof words;

/** Adds what the owner hears about an event to what the withdrawal has to tell. */
export function told(
  id: string,
  withdrawal: Withdrawal,
  event: WithdrawalEvent,
  at: number,
  reason = '',
): Newsworthy {
  const { uid, amount, currency, destination } = withdrawal;
  const say: Say = words[event];
  const text = say(format(amount, currency), destination.mask, reason).trim();
  const number = withdrawal.version + (event === 'requested' ? 0 : 1);
  const cause = `withdrawal.${id}.${number}.${event}`;
  return tell(withdrawal, { cause, about: `withdrawals/${id}`, at }, [
    { to: uid, kind: `withdrawal-${event}`, text, facts: { withdrawal: id, amount, currency } },
  ]);
}

/** For finance: it lasts too long, or the provider says why it does not go on. */
export const waitsFor = (id: string, { uid, amount, currency, status }: Withdrawal, why: string): Finding =>
  waiting('withdrawal_waits', `withdrawals/${id}`, {
    title: `A withdrawal of ${format(amount, currency)} waits: ${why}`,
    explanation: `The withdrawal ${id} is ${status}. One that nobody has decided is decided with withdrawals-approve, -reject or -pay; of one that the provider pays, its payout says what the provider says, and the sweep goes on when that is mended there.`,
    facts: { status, why, amount, currency },
    people: [uid],
  });
