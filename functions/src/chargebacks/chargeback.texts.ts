import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import type { TakenBack } from '../refunds/takeback.ts';
import type { Chargeback } from './chargeback.ts';

const moneyOf = ({ amount, currency }: Pick<Chargeback, 'amount' | 'currency'>) => format(amount, currency);

/** Whoever's money is held, and whoever's bank began it. */
export function toldOpen(
  id: string,
  chargeback: Chargeback,
  owed: TakenBack['owed'],
  at: number,
): Newsworthy {
  const notices = [
    ...chargeback.shares.map(({ uid }) => uid),
    ...(chargeback.payer === '' ? [] : [chargeback.payer]),
  ];
  const debts = owed.map(({ uid, amount }) => `${uid} ${amount}`);
  return tell(chargeback, { cause: `chargeback.${id}.open`, about: `chargebacks/${id}`, at }, [
    ...[...new Set(notices)].map((to) => ({
      to,
      kind: 'chargeback-open',
      text: `A bank took back a payment of ${moneyOf(chargeback)}. Until that is decided, its money is held.`,
      facts: { chargeback: id, amount: chargeback.amount, currency: chargeback.currency, owes: debts.length },
    })),
  ]);
}

export function toldEnd(id: string, chargeback: Chargeback, at: number): Newsworthy {
  const { status, payer, shares, frozen } = chargeback;
  const people = new Set([...shares.map(({ uid }) => uid), ...(payer === '' ? [] : [payer])]);
  const text =
    status === 'won'
      ? `The bank’s claim on a payment of ${moneyOf(chargeback)} was turned down${frozen ? ': the work goes on.' : '.'}`
      : `The bank’s claim on a payment of ${moneyOf(chargeback)} stands.`;
  return tell(
    chargeback,
    { cause: `chargeback.${id}.${status}`, about: `chargebacks/${id}`, at },
    [...people].map((to) => ({ to, kind: `chargeback-${status}`, text, facts: { chargeback: id } })),
  );
}
