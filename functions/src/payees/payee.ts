import { quiet, tell, type Newsworthy } from '../notifications/notice.ts';
import type { Sealed } from '../shared/sealed.ts';
import { joinId } from '../shared/ids.ts';
import type { Currency, Minor } from '../shared/money.ts';

export const HOUR = 3600 * 1000;
/** How long a change of where money goes has to wait before money may go there (W4-29). */
export const COOLING_OFF = 24 * HOUR;
/** How soon an admin should have looked (I12); passed, it is escalated every day. */
export const targets = { review: 48 * HOUR, escalation: 24 * HOUR } as const;

/**
 * `payees/{uid}`: who may be paid, and where. One document, so that a withdrawal reads one. Names, papers and
 * account numbers are sealed in it; what is in clear may be shown to its owner and to finance.
 */
export type Payee = Newsworthy & {
  readonly kyc: Kyc;
  readonly destinations: readonly Destination[];
  /** Their account at the provider, which pays them out to a bank by itself; null when they never asked for one. */
  readonly connected: Connected | null;
  /** How many were ever saved: all but the first wait for their cooling-off. */
  readonly saved: number;
  /** Withdrawals of the last days, for the limits; returned ones are taken out again. */
  readonly recent: readonly RecentWithdrawal[];
  /** Counts changes, so that each has its own cause. */
  readonly version: number;
  /** The earliest deadline of all that waits for an admin; null when nothing does. */
  readonly dueAt: number | null;
  /** When the provider is asked about the connected account; null while nothing waits for its answer. */
  readonly askAt: number | null;
};

/** What somebody handed in to be verified. Sealed: legal name, country, the paths of four documents. */
export type Application = {
  readonly id: string;
  readonly requestHash: string;
  readonly sealed: Sealed;
  readonly submittedAt: number;
};

/** Each waits until `dueAt`; `overdue` counts how often that has passed. */
type Waiting = { readonly dueAt: number; readonly overdue: number };

export type Kyc =
  | { readonly status: 'none' }
  | ({ readonly status: 'pending'; readonly application: Application } & Waiting)
  | {
      readonly status: 'verified';
      readonly application: Application;
      readonly decidedAt: number;
      readonly by: string;
    }
  | {
      readonly status: 'rejected';
      readonly application: Application;
      readonly decidedAt: number;
      readonly by: string;
      readonly reason: string;
    };

/** The kinds of places that money may go to (F38). `connected`: the payee's account at the provider. */
export const destinationKinds = [
  'bank',
  'ifsc',
  'upi',
  'e_wallet',
  'mobile_money',
  'cash',
  'connected',
] as const;
export type DestinationKind = (typeof destinationKinds)[number];

/** Where money may go. Never edited: another account is another destination. */
export type Destination = SavedDestination &
  (
    | ({ readonly status: 'unverified' } & Waiting)
    | { readonly status: 'verified'; readonly decidedAt: number; readonly by: string }
    | {
        readonly status: 'rejected';
        readonly decidedAt: number;
        readonly by: string;
        readonly reason: string;
      }
  );

export type SavedDestination = {
  readonly id: string;
  readonly kind: DestinationKind;
  readonly currency: Currency;
  /** `QA•• •••• 1234`: all that is ever shown without a record of who looked. */
  readonly mask: string;
  readonly sealed: Sealed;
  readonly requestHash: string;
  readonly savedAt: number;
  /** After its cooling-off. */
  readonly usableAt: number;
};

/** An account at the provider, which receives transfers and pays them out to a bank by itself (F39). */
type ConnectedBase = {
  readonly provider: 'stripe';
  /** ISO 3166-1, two letters. It cannot change: the provider makes an account for one country. */
  readonly country: string;
  /** What the provider still asks for, by its own names. */
  readonly due: readonly string[];
  /** Why the provider has stopped it, in its own word. */
  readonly disabled: string | null;
  /** Of what it pays out to; '' while there is none. */
  readonly last4: string;
  /** What the provider knows that by; kept while there is none, so that the next one is another. '' before the first. */
  readonly bank: string;
  /** When it last became another, once there was a destination: money waits from then on. Else null. */
  readonly bankAt: number | null;
  readonly startedAt: number;
  /** When the last answer was asked for: an older one never overwrites it. */
  readonly askedAt: number | null;
  /** Since when it is not ready; null while it is. */
  readonly waitsSinceAt: number | null;
  /** When the sweep asks next; null while it is ready. */
  readonly nextAt: number | null;
  /** When it was ready for the first time. */
  readonly readyAt: number | null;
};

/** `incomplete`: the payee has to give something; `checking`: the provider looks at it; `restricted`: stopped. */
export type OpenedStatus = 'incomplete' | 'checking' | 'ready' | 'restricted';

/**
 * `creating` is recorded before the provider is asked, so that an account whose name was lost on the way is
 * found again.
 */
export type Connected = ConnectedBase &
  (
    | { readonly status: 'creating'; readonly account: null }
    | { readonly status: OpenedStatus; readonly account: string }
  );

/** Minor units of `currency`. */
export type RecentWithdrawal = {
  readonly withdrawal: string;
  readonly amount: Minor;
  readonly currency: Currency;
  readonly at: number;
};

export const newPayee: Payee = {
  kyc: { status: 'none' },
  destinations: [],
  connected: null,
  saved: 0,
  recent: [],
  version: 0,
  dueAt: null,
  askAt: null,
  ...quiet,
};

/** Who acts on a payee: its owner, or an admin about somebody else. */
export type Decision = { readonly uid: string; readonly by: string; readonly at: number };

type Changes = Partial<Pick<Payee, 'kyc' | 'destinations' | 'connected' | 'saved' | 'recent' | 'news'>>;

/** The payee with something changed: numbered, and due when the first of its parts is. */
export function changed(payee: Payee, changes: Changes): Payee {
  const after = { ...payee, ...changes, version: payee.version + 1 };
  return { ...after, dueAt: firstDue(after), askAt: after.connected?.nextAt ?? null };
}

function firstDue({ kyc, destinations }: Payee): number | null {
  const due = destinations.flatMap((one) => (one.status === 'unverified' ? [one.dueAt] : []));
  if (kyc.status === 'pending') due.push(kyc.dueAt);
  return due.length > 0 ? Math.min(...due) : null;
}

const words = {
  'kyc-verified': () => 'Your identity is verified. You can withdraw.',
  'kyc-rejected': (detail) => `Your identity could not be verified: ${detail}`,
  'kyc-overdue': () => 'Checking your documents takes longer than planned. We are on it.',
  'destination-saved': (detail) =>
    `${detail} was added to where you can be paid. If it was not you, tell us.`,
  'destination-verified': (detail) => `${detail} is verified. You can withdraw to it.`,
  'destination-rejected': (detail) => `${detail} was not accepted.`,
  'destination-overdue': (detail) => `Checking ${detail} takes longer than planned. We are on it.`,
  'account-bank-changed': (detail) =>
    `${detail} is where Stripe pays you out to from now on. Withdrawals to it wait 24 hours. If it was not you, tell us.`,
  'account-ready': () => 'Your Stripe account is ready. You can be paid to it.',
  'account-restricted': (detail) => `Stripe does not pay out to you for now. ${detail}`,
} satisfies Record<string, (detail: string) => string>;

/** Adds what the owner hears; `detail` is a mask or a reason, never a number or a name. */
export function told(
  payee: Payee,
  uid: string,
  event: keyof typeof words,
  at: number,
  detail = '',
): Newsworthy {
  const say: (detail: string) => string = words[event];
  const cause = `payee.${joinId(uid)}.${payee.version + 1}.${payee.news.length}.${event}`;
  return tell(payee, { cause, about: `payees/${uid}`, at }, [
    { to: uid, kind: `payees-${event}`, text: say(detail), facts: detail === '' ? {} : { detail } },
  ]);
}
