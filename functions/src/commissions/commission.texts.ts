import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format, type Minor } from '../shared/money.ts';
import { commissionId, type Commission } from './commission.ts';

const eventOf = (one: Commission, at: number) => {
  const id = commissionId(one);
  return { cause: `commission.${id}.${one.version + 1}`, about: `commissions/${id}`, at };
};
const factsOf = ({ level, currency, clearAt }: Commission, amount: Minor) => ({
  level,
  amount,
  currency,
  clearAt,
});

/** For who earns it: how much, and from when it can be spent. Who bought is told by their username, where it is listed. */
export function toldEarned(one: Commission, amount: Minor, at: number): Newsworthy {
  const { uid, currency, clearAt } = one;
  const sum = format(amount, currency);
  const when =
    at < clearAt ? ` It can be spent from ${new Date(clearAt).toISOString().slice(0, 10)} on.` : '';
  const text =
    one.entries === 0
      ? `You earned ${sum} because somebody whom you brought bought something.${when}`
      : `${sum} of a commission that had gone back is yours again.${when}`;
  return tell(one, eventOf(one, at), [
    { to: uid, kind: 'commissions-earned', text, facts: factsOf(one, amount) },
  ]);
}

export function toldReversed(one: Commission, amount: Minor, owed: Minor, at: number): Newsworthy {
  const { uid, currency } = one;
  const short =
    owed > 0 ? ` You owe ${format(owed, currency)} of it, which what you earn next pays back.` : '';
  const text = `What somebody whom you brought had paid went back, and with it ${format(amount, currency)} of your commission.${short}`;
  const facts = { ...factsOf(one, amount), owed };
  return tell(one, eventOf(one, at), [{ to: uid, kind: 'commissions-reversed', text, facts }]);
}

/** For finance: buyer and earner may be one person under two names. */
export const toReview = (one: Commission): Finding => {
  const { uid, buyer, level, amount, currency, order } = one;
  const id = commissionId(one);
  return waiting('commission_held', `commissions/${id}`, {
    title: `A commission of ${format(amount, currency)} is held: who earns it may be who bought`,
    explanation: `${uid} would earn it at level ${level} because ${buyer} bought orders/${order}. They, or who stands between them, came from one device or address, or paid with one card. Nothing was booked. Look at both, then commissions-review releases it or refuses it.`,
    facts: { commission: id, level, amount, currency },
    people: [uid, buyer],
  });
};
