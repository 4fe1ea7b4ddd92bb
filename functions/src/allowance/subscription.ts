import type { JournalEntry, Leg } from '../ledger/journal.ts';
import { leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { givingLegs, newLot, type GivenLot, type Paid } from '../lots/lifetime.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import type { SubscriptionReport, SubscriptionStatus, Tier } from '../psp/subscribing.ts';
import { PSP_FEE_BPS } from '../purchases/payment.ts';
import { feeOf, minor, negate, type Minor } from '../shared/money.ts';

/** `subscriptions/{uid}`: who is subscribed to what, as Stripe last said; the allowance is in lots (F47). */
export type Subscription = Newsworthy & {
  readonly uid: string;
  readonly tier: Tier;
  /** The provider's own id; '' until it was asked. */
  readonly subscription: string;
  readonly customer: string;
  /** Names the request by which it was made, or changed. */
  readonly request: string;
  readonly status: SubscriptionStatus;
  readonly ending: boolean;
  readonly startAt: number;
  readonly endAt: number;
  readonly createdAt: number;
  /** The dispute by which a bank claims what one of its months cost; none goes on, or begins, meanwhile. */
  readonly contested?: string;
  readonly version: number;
  /** When Stripe is asked; null once it is over. */
  readonly dueAt: number | null;
};

/** Credits a month. What is not used of them ends with its month: they do not roll over. */
export const allowances: Readonly<Record<Tier, Minor>> = {
  basic: minor(40),
  pro: minor(120),
  studio: minor(500),
};

const HOUR = 3600 * 1000;
export const times = {
  /** How soon a lost answer or event is asked about: less than the hour after which the sweep comes again. */
  ask: (HOUR * 5) / 6,
  /** How long after a period the renewal may take: Stripe finalizes an invoice after about an hour. */
  renewal: 3 * HOUR,
  /** How long somebody may take to pay the first invoice; Stripe gives 23 hours. */
  giveUp: 48 * HOUR,
} as const;

/** The name of a month's allowance, by which it is given once (W1-23): two subscriptions may begin in one second. */
export const lotOfPeriod = ({
  subscription,
  startAt,
}: Pick<SubscriptionReport, 'subscription' | 'startAt'>): string =>
  `allowance-${subscription}-${Math.floor(startAt / 1000)}`;

/** What it is opened under at the provider. */
export const nameOf = ({ request }: Pick<Subscription, 'request'>): string => `subscribe:${request}`;

/** Whether a report is about this one: by its id, or as long as that is not known by the name that it was opened under. */
export const isOf = (before: Subscription, report: SubscriptionReport): boolean =>
  before.subscription === '' ? report.name === nameOf(before) : report.subscription === before.subscription;

export type Renewed = {
  readonly subscription: Subscription;
  readonly lot: GivenLot | null;
  readonly posting: Posting | null;
};

type Found = {
  readonly before: Subscription;
  readonly wallet: Wallet | null;
  /** The lot of the period that the report speaks of, where there is one. */
  readonly lot: GivenLot | null;
};

/** Whether a period is paid: active, and the last invoice is of this period and paid. */
export const isPaid = ({ status, invoice, startAt, tier }: SubscriptionReport): boolean =>
  status === 'active' && tier !== null && invoice?.paid === true && invoice.startAt >= startAt;

/**
 * Does what Stripe says of a subscription: notes how it stands, and gives a paid period's allowance, once for each person
 * and period. What was bought, and other periods' allowances, stay as they are (W1-22).
 */
export function renew({ before, wallet, lot }: Found, report: SubscriptionReport, at: number): Renewed {
  const { status, ending, startAt, endAt } = report;
  const tier = report.tier ?? before.tier;
  const noted: Subscription = {
    ...before,
    ...{ subscription: report.subscription, tier, status, ending, startAt, endAt },
    ...{ version: before.version + 1, dueAt: nextAsk(before, report, at) },
  };
  if (!isPaid(report) || lot !== null) return { subscription: noted, lot: null, posting: null };
  const { uid } = before;
  const amount = allowances[tier];
  const name = lotOfPeriod(report);
  const id = `${name}~${uid}`;
  const { legs, psp, paid } = payingLegs(report.invoice);
  const gift = {
    ...({ uid, lot: name, kind: 'allowance', amount, expiresAt: endAt, idleMs: null } as const),
    ...{ paid, at },
  };
  const entry: JournalEntry = {
    ...{ id: `lot:${id}:grant`, kind: 'grant', at, by: 'psp:stripe', reference: `lots/${id}` },
    legs: [...legs, ...givingLegs(gift, wallet)],
    ...(psp && { psp }),
  };
  const facts = { tier, amount, expiresAt: endAt };
  const text = `Your ${tier} allowance of ${amount} credits is here.`;
  const { news } = tell(noted, { cause: `allowance.${id}`, about: `subscriptions/${uid}`, at }, [
    { to: uid, kind: 'allowance-given', text, facts },
  ]);
  const posting = post(entry, { wallets: { [uid]: wallet } });
  return { subscription: { ...noted, news }, lot: newLot(gift), posting };
}

/** What was paid for it: the provider owes it less its fee, and it is the platform's. */
function payingLegs(invoice: SubscriptionReport['invoice']): {
  readonly legs: readonly Leg[];
  readonly psp?: JournalEntry['psp'];
  readonly paid: Paid | null;
} {
  if (!invoice?.currency || invoice.amount === 0 || invoice.payment === '') return { legs: [], paid: null };
  const { amount, currency, payment } = invoice;
  const cost = feeOf(amount, PSP_FEE_BPS);
  const legs = [
    leg('psp:stripe:clearing', currency, minor(cost - amount)),
    leg('psp:stripe:costs', currency, negate(cost)),
    leg('platform:fees', currency, amount),
  ].filter((one) => one.amount !== 0);
  return { legs, psp: { provider: 'stripe', source: payment }, paid: { amount, currency, payment } };
}

function nextAsk({ createdAt }: Subscription, report: SubscriptionReport, at: number): number | null {
  switch (report.status) {
    case 'ended':
      return null;
    case 'incomplete':
      return at < createdAt + times.giveUp ? at + times.ask : null;
    case 'active':
    case 'unpaid':
      // One that should have been renewed by now is asked about again; a time that is over says nothing (I12).
      return Math.max(isPaid(report) ? report.endAt + times.renewal : 0, at + times.ask);
  }
}
