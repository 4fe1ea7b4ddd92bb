import type { Currency } from './money.ts';

/**
 * One way to say no. A refusal is thrown, because throwing is what aborts a transaction; it names its
 * facts so that an app can say something useful, and it never carries a numeric `code`, because
 * Firestore's retry reads numeric codes.
 */

/** Every reason with the callable status it answers; `what` is a sentence for the API page. */
const reasons = {
  invalid_input: ['invalid-argument', 'The input does not fit the schema; `path` says where.'],
  invalid_amount: [
    'invalid-argument',
    'The amount cannot be bought or moved; `nearest` names amounts that can.',
  ],
  signed_out: ['unauthenticated', 'Nobody is signed in, or the token could not be verified.'],
  account_gone: ['unauthenticated', 'The account was disabled, removed or signed out everywhere.'],
  app_unverified: ['unauthenticated', 'App Check did not verify the app that calls.'],
  app_check_replayed: ['unauthenticated', 'This App Check token was used before; send a new one.'],
  role_missing: ['permission-denied', 'The caller does not hold the role that this call needs.'],
  not_yours: ['permission-denied', 'The caller is not a party who may do this.'],
  own_request: [
    'permission-denied',
    'An admin may not decide about themselves, their money or their documents.',
  ],
  same_admin: ['permission-denied', 'Above the threshold a second, different admin has to do this.'],
  not_found: ['not-found', 'There is no such thing, or the caller may not know of it.'],
  request_id_reused: ['already-exists', 'This request id was used before with other input.'],
  reference_reused: ['already-exists', 'This payment reference was used before.'],
  insufficient_funds: ['failed-precondition', 'The balance is too small: `available`, `needed`, `currency`.'],
  wallet_frozen: ['failed-precondition', 'The wallet may receive but neither spend nor withdraw.'],
  username_taken: ['already-exists', 'This username, or one that looks like it, is somebody else’s.'],
  username_reserved: ['failed-precondition', 'This username, or what it looks like, is the house’s own.'],
  username_needed: ['failed-precondition', 'A username is needed first: `uid` has none.'],
  revision_unpaid: [
    'failed-precondition',
    'The free revisions are used up; this one is paid first: `fee`, `currency`.',
  ],
  revision_free: ['failed-precondition', 'No fee is due for the next revision; ask for it.'],
  already_held: [
    'failed-precondition',
    'It, or something that includes it, is held already: `item`, `order`, `untilAt`.',
  ],
  wrong_status: ['failed-precondition', 'The thing is in a state that does not allow this: `status`.'],
  not_due: ['failed-precondition', 'It is too early: `dueAt`.'],
  too_late: [
    'failed-precondition',
    'It would not be done before `dueAt`, when something else happens by itself.',
  ],
  not_reversible: [
    'failed-precondition',
    'An entry of this kind is undone by another call, which keeps the documents true: `kind`, `use`.',
  ],
  self_payment: ['failed-precondition', 'Payer and payee are the same person.'],
  job_not_assigned: ['failed-precondition', 'The job has nobody assigned yet.'],
  job_funded: ['failed-precondition', 'Money is in escrow for this job, so it can no longer change.'],
  kept_elsewhere: [
    'failed-precondition',
    'This is a part of something larger, whose own calls lead it: `keeper`.',
  ],
  refund_too_large: ['failed-precondition', 'More than what is left to refund: `amount`, `remaining`.'],
  plan_changed: ['aborted', 'It has changed since it was shown; look at it again.'],
  access_needed: [
    'permission-denied',
    'This is open to who bought the course, or has a package that includes it: `course`, `fromRank`.',
  ],
  course_unfinished: ['failed-precondition', 'Not all of the course is done yet: `topics`, `done`.'],
  partial_refund_unsupported: ['failed-precondition', 'This provider refunds the whole payment or nothing.'],
  chargeback_open: [
    'failed-precondition',
    'The payer’s bank took this money back, and nothing moves until that is decided: `chargeback`.',
  ],
  payment_open: ['failed-precondition', 'A card payment for this is under way: `payment`.'],
  kyc_required: ['failed-precondition', 'The person is not verified: `status`.'],
  destination_unverified: ['failed-precondition', 'The destination was not verified yet.'],
  onboarding_required: [
    'failed-precondition',
    'The account at the payment provider is not ready to be paid to: `status`, `due`.',
  ],
  withdrawal_open: ['failed-precondition', 'Another withdrawal is still open.'],
  payouts_stopped: [
    'failed-precondition',
    'The books do not prove themselves, and nothing leaves until that is explained: `alert`.',
  ],
  money_left: [
    'failed-precondition',
    'Money is still there or on its way, so nothing can be erased yet: `what`, `id`, `currency`, `amount`.',
  ],
  debt_open: ['failed-precondition', 'Money is owed after a refund: `debt`, `currency`.'],
  currency_mismatch: ['failed-precondition', 'The currencies differ: `expected`, `found`.'],
  amount_mismatch: ['failed-precondition', 'The amounts differ: `expected`, `found`.'],
  always_sent: [
    'failed-precondition',
    'What is about money is sent by every way there is, and cannot be switched off: `channel`, `group`.',
  ],
  below_minimum: ['failed-precondition', 'The amount is below the minimum: `minimum`, `currency`.'],
  too_many_calls: ['resource-exhausted', 'Called too often: `limit`, and `retryAt` when to come back.'],
  limit_reached: ['resource-exhausted', 'A limit in a window was reached: `limit`, `used`, `retryAt`.'],
  provider_unavailable: ['unavailable', 'The provider did not answer; repeat with the same request id.'],
  provider_refused: ['failed-precondition', 'The payment provider said no: `code`.'],
  busy: ['aborted', 'Too many people change this at once; nothing happened, try again.'],
  bad_signature: ['unauthenticated', 'The webhook is not signed by the provider.'],
} as const satisfies Record<string, readonly [string, string]>;

export type Reason = keyof typeof reasons;
export type Status = (typeof reasons)[Reason][0];
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

type None = Readonly<Record<string, never>>;
type Amounts = { readonly amount: number; readonly currency: Currency };

/** The facts of each refusal, as apps get them. Amounts in minor units, times in milliseconds. */
export type FactsOf = {
  readonly invalid_input: { readonly path: string; readonly problem: string };
  readonly invalid_amount: { readonly nearest: readonly number[]; readonly currency: Currency };
  readonly signed_out: None;
  readonly account_gone: None;
  readonly app_unverified: None;
  readonly app_check_replayed: None;
  readonly role_missing: { readonly role: string };
  readonly not_yours: { readonly side?: string; readonly document?: string };
  readonly own_request: None;
  readonly same_admin: None;
  readonly not_found: { readonly what: string; readonly id?: string; readonly uid?: string };
  readonly request_id_reused: None;
  readonly reference_reused: None;
  readonly insufficient_funds: {
    readonly available: number;
    readonly needed: number;
    readonly currency: Currency;
  };
  readonly wallet_frozen: None;
  readonly username_taken: None;
  readonly username_reserved: None;
  readonly username_needed: { readonly uid: string };
  readonly revision_unpaid: { readonly fee: number; readonly currency: Currency };
  readonly revision_free: None;
  /** What is held, by which order, and until when; null for no end. */
  readonly already_held: { readonly item: string; readonly order: string; readonly untilAt: number | null };
  readonly wrong_status: { readonly status: string; readonly application?: string };
  readonly not_due: { readonly dueAt: number | null };
  readonly too_late: { readonly dueAt: number };
  /** `use`: the call that does it. */
  readonly not_reversible: { readonly kind: string; readonly use: string };
  readonly self_payment: None;
  readonly job_not_assigned: { readonly job: string };
  readonly job_funded: { readonly job: string };
  /** The document that leads it. */
  readonly kept_elsewhere: { readonly keeper: string };
  readonly refund_too_large: Amounts & { readonly remaining: number };
  readonly plan_changed: None;
  readonly access_needed: { readonly course: string; readonly fromRank: number | null };
  readonly course_unfinished: { readonly topics: number; readonly done: number };
  readonly partial_refund_unsupported: { readonly provider: string };
  readonly chargeback_open: { readonly chargeback: string };
  readonly payment_open: { readonly payment: string };
  readonly kyc_required: { readonly status: string };
  readonly destination_unverified: { readonly status: string };
  /** `due`: what the provider still asks for, in words. */
  readonly onboarding_required: { readonly status: string; readonly due: readonly string[] };
  readonly withdrawal_open: { readonly reserved: number; readonly currency: Currency };
  readonly payouts_stopped: { readonly alert: string };
  /** `what`: a part of the wallet, or the kind of document that `id` names; `amount` is 0 where nothing was paid yet. */
  readonly money_left: Amounts & { readonly what: string; readonly id: string };
  readonly debt_open: { readonly debt: number; readonly currency: Currency };
  readonly currency_mismatch: { readonly expected: Currency; readonly found: Currency };
  /** `found` is a text where a payment provider's own words are shown. */
  readonly amount_mismatch: {
    readonly expected: number;
    readonly found: number | string;
    readonly expectedCurrency?: Currency;
    readonly foundCurrency?: Currency;
  };
  readonly always_sent: { readonly channel: string; readonly group: string };
  readonly below_minimum: Amounts & { readonly minimum: number };
  readonly too_many_calls: { readonly limit: string; readonly retryAt: number };
  readonly limit_reached: {
    readonly limit: number;
    readonly used: number;
    readonly needed?: number;
    readonly currency?: Currency;
    /** Null where waiting does not help. */
    readonly retryAt: number | null;
  };
  readonly provider_unavailable: { readonly provider: string };
  readonly provider_refused: { readonly provider: string; readonly code: string };
  readonly busy: None;
  readonly bad_signature: None;
};

export const statusOf = (reason: Reason): Status => reasons[reason][0];
export const meaningOf = (reason: Reason): string => reasons[reason][1];
/** For a person: the meaning without the names of the facts, which have a place of their own. */
export const messageOf = (reason: Reason): string => meaningOf(reason).replace(/[:;] `.*$/, '.');
/** What every call may refuse; a contract names only what else it may. */
export const common = [
  'signed_out',
  'account_gone',
  'app_unverified',
  'app_check_replayed',
  'role_missing',
  'invalid_input',
  'too_many_calls',
  'busy',
] as const satisfies readonly Reason[];

export const allReasons = Object.keys(reasons) as Reason[];

/** A reason with the facts that it has. */
type Said = {
  readonly [R in Reason]: None extends FactsOf[R]
    ? readonly [reason: R, facts?: FactsOf[R]]
    : readonly [reason: R, facts: FactsOf[R]];
}[Reason];

/** Thrown to say no: aborts the transaction it is thrown in; nothing has happened. */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly facts: Facts;

  constructor(...[reason, facts = {}]: Said) {
    super(`${reason} ${JSON.stringify(facts)}`);
    this.name = 'Refusal';
    this.reason = reason;
    this.facts = facts;
  }
}

/** For the end of a switch over a union: a missed case does not compile. */
export function impossible(value: never): never {
  throw new Error(`impossible: ${JSON.stringify(value)}`);
}
