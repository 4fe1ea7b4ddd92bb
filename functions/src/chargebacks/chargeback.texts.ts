import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import type { DisputeReport } from '../psp/ports.ts';
import type { TargetName } from '../refunds/target.ts';
import type { TakenBack } from '../refunds/portions.ts';
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
    ...chargeback.taken.shares.map(({ uid }) => uid),
    ...(chargeback.payer === '' ? [] : [chargeback.payer]),
  ];
  const debts = owed.map(({ uid, amount }) => `${uid} ${amount}`);
  return tell(chargeback, { cause: `chargeback.${id}.open`, about: `chargebacks/${id}`, at }, [
    ...[...new Set(notices)].map((to) => ({
      to,
      kind: 'chargeback-open' as const,
      text: `A bank took back a payment of ${moneyOf(chargeback)}. Until that is decided, its money is held.`,
      facts: { chargeback: id, amount: chargeback.amount, currency: chargeback.currency, owes: debts.length },
    })),
  ]);
}

export function toldEnd(id: string, chargeback: Chargeback, at: number): Newsworthy {
  const { status, payer, taken, frozen } = chargeback;
  const people = new Set([...taken.shares.map(({ uid }) => uid), ...(payer === '' ? [] : [payer])]);
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

/** For finance: nobody here knows whose money it was, yet. */
export const disputeUnknown = (
  id: string,
  { payment, amount, currency, reason }: DisputeReport,
): Finding => ({
  kind: 'dispute_unknown',
  severity: 'critical',
  title: `A bank took back a payment that is not in the books`,
  explanation: `Stripe lists the dispute ${id} of ${payment || 'a payment without an intent'}, and no payment here names it. If the payment comes into the books within 30 days, the chargeback is booked then; else look at it in the dashboard. Nothing was changed.`,
  facts: { dispute: id, payment, amount, currency, reason },
  about: `pspEvents`,
  people: [],
});

/** For finance: the bank waits for an answer, and gives right to whoever gives one. */
export const toAnswer = (id: string, { kind, id: target }: TargetName, report: DisputeReport): Finding =>
  waiting('chargeback_open', `chargebacks/${id}`, {
    title: `A bank took back a payment, and waits for an answer: ${report.reason}`,
    explanation: `Stripe lists the dispute ${id} of the ${kind} ${target}. Its money is held. Answer it in the dashboard before the date that stands there, with what shows that the work was done; what the banks decide is booked by itself.`,
    facts: { dispute: id, amount: report.amount, currency: report.currency, reason: report.reason },
    people: [],
  });
