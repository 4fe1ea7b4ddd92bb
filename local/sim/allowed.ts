import type { Story } from './client.ts';
import type { Memory } from './memory.ts';

/**
 * What may become of a document, from how it was stored and how it is stored, and who may be behind it: permissions once
 * more, beside the product's own. The limits are written out here; taken from the product, they would say whatever it
 * says.
 */

type Doc = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** All documents by collection and id, as the commit leaves them. */
export type Docs = ReadonlyMap<string, ReadonlyMap<string, unknown>>;
export type Became = {
  readonly collection: string;
  readonly id: string;
  readonly before: Doc | null;
  readonly after: Doc;
};

/** From each status those that may follow; '' is what there was before. */
type Ways = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const ways: Ways = {
  escrows: {
    '': ['held'],
    held: ['submitted', 'disputed', 'released', 'refunded'],
    submitted: ['revision', 'disputed', 'released', 'refunded'],
    revision: ['submitted', 'disputed', 'released', 'refunded'],
    disputed: ['held', 'submitted', 'revision', 'released', 'refunded', 'split'],
  },
  // What leads it says when; of its own it only ends.
  kept: { '': ['held', 'released'], held: ['released', 'refunded', 'split'] },
  bookings: {
    '': ['requested'],
    requested: ['accepted', 'working', 'rejected', 'withdrawn', 'expired', 'cancelled'],
    // Its money may have come a moment before.
    accepted: [
      ...['working', 'rejected', 'withdrawn', 'expired', 'cancelled'],
      ...['delivered', 'cancelling', 'disputed'],
    ],
    working: ['delivered', 'cancelling', 'disputed', 'cancelled'],
    delivered: ['changes', 'working', 'accepted', 'done', 'cancelling', 'disputed', 'cancelled'],
    changes: ['delivered', 'cancelling', 'disputed', 'cancelled'],
    cancelling: ['working', 'delivered', 'changes', 'cancelled'],
    disputed: ['working', 'delivered', 'changes', 'resolved', 'cancelled'],
  },
  generations: {
    '': ['reserved'],
    reserved: ['running', 'completed', 'refunded', 'expired'],
    running: ['reserved', 'completed', 'refunded', 'expired'],
  },
  sales: { '': ['open', 'done'], open: ['done', 'lapsed'] },
  orders: { '': ['open', 'done'], open: ['done', 'lapsed'] },
  enrolments: { '': ['active'], active: ['ended'], ended: ['active'] },
  commissions: {
    '': ['held', 'pending', 'available', 'reversed'],
    held: ['pending', 'available', 'reversed', 'refused'],
    pending: ['available', 'reversed'],
    // A dispute is won within the window.
    available: ['reversed', 'pending'],
    reversed: ['pending', 'available'],
  },
  certificates: { '': ['valid'], valid: ['revoked'] },
  withdrawals: {
    '': ['requested'],
    requested: ['approved', 'processing', 'rejected', 'cancelled'],
    approved: ['processing', 'paid', 'rejected', 'failed'],
    processing: ['paid', 'failed'],
    // It came back.
    paid: ['failed'],
  },
  adjustments: { '': ['waiting', 'posted'], waiting: ['posted', 'rejected'] },
  purchases: {
    '': ['created'],
    created: ['pending', 'paid', 'failed', 'expired', 'review'],
    pending: ['paid', 'failed', 'expired', 'review'],
    failed: ['review'],
    expired: ['review'],
    // Nobody answered whether it was paid, and in the end it was not.
    review: ['paid', 'failed', 'expired'],
    paid: ['partially_refunded', 'refunded'],
    partially_refunded: ['paid', 'refunded'],
    refunded: ['paid', 'partially_refunded'],
  },
};

/** By whom an escrow may be ended, from where to where. What a chargeback takes back an admin's power does. */
const closers: Ways = {
  held: { released: ['payer', 'admin'], refunded: ['payer', 'payee', 'admin', 'timer'] },
  submitted: { released: ['payer', 'admin', 'timer'], refunded: ['payee', 'admin'] },
  revision: { released: ['payer', 'admin'], refunded: ['payee', 'admin'] },
  disputed: { released: ['admin'], refunded: ['admin'], split: ['admin'] },
};

/** Above it two admins are needed, in minor units (D13); nobody here has another currency. */
const twoAdminsAbove = (currency: unknown): number => (currency === 'INR' ? 12_000_000 : 500_000);
/** One admin alone adjusts so much (W2-47). */
const ALONE_UP_TO = 50_000;

const open = ['requested', 'approved', 'processing'];

/** After a commit: whether what it made of a document may be. */
export function* notAllowed(became: Became, docs: Docs): Generator<string> {
  const { collection, id, before, after } = became;
  const path = `${collection}/${id}`;
  if (collection === 'journal' && before === null) yield* entryProblems(after, docs);
  const [from, to] = [text(before?.status), text(after.status)];
  const isKept = collection === 'escrows' && after.keeper !== undefined;
  const known = ways[isKept ? 'kept' : collection];
  if (!known || from === to) return;
  if (!known[from]?.includes(to)) yield `W ${path} went from ${from || 'nothing'} to ${to}`;
  const who = String(after.closedBy);
  if (collection === 'escrows' && !isKept && closers[from]?.[to]?.includes(who) === false)
    yield `W ${path} was ${to} by ${who} while it was ${from}`;
  if (collection === 'withdrawals') yield* withdrawalProblems(became, docs);
  if (collection === 'adjustments') yield* adjustmentProblems(became);
}

const debtOf = (wallet: Doc | undefined, currency: unknown): number =>
  (wallet?.balances as Readonly<Record<string, { debt: number }>> | undefined)?.[String(currency)]?.debt ?? 0;

function* withdrawalProblems({ id, before, after }: Became, docs: Docs): Generator<string> {
  const path = `withdrawals/${id}`;
  const { uid, amount, currency, status, approvedBy, secondBy, closedBy } = after;
  const wallet = docs.get('wallets')?.get(String(uid)) as Doc | undefined;
  if (before === null) {
    const others = [...(docs.get('withdrawals') ?? [])] as [string, Doc][];
    const more = others.filter(
      ([other, one]) =>
        other !== id && one.uid === uid && one.currency === currency && open.includes(String(one.status)),
    );
    for (const [other] of more) yield `W ${path} was asked for while ${other} was open`;
  } else if (before.uid !== uid || before.amount !== amount || before.currency !== currency)
    yield `W ${path} is another amount, or another’s`;
  const isLet = status === 'approved' || status === 'processing';
  if ((before === null || isLet) && wallet?.frozen === true)
    yield `W ${path} is ${String(status)}, and frozen`;
  if ((before === null || isLet) && debtOf(wallet, currency) > 0)
    yield `W ${path} is ${String(status)}, and its owner owes ${debtOf(wallet, currency)}`;
  if ([approvedBy, secondBy].includes(uid)) yield `W ${path} was approved by its owner`;
  if ((status === 'cancelled') !== (closedBy === uid) && closedBy !== undefined)
    yield `W ${path} was ${String(status)} by ${text(closedBy)}`;
  const second = status === 'processing' ? secondBy : 'proof' in after ? closedBy : undefined;
  if (
    second !== undefined &&
    Number(amount) > twoAdminsAbove(currency) &&
    (second === null || second === approvedBy)
  )
    yield `W ${path}, ${Number(amount)}, is ${String(status)} with one admin alone`;
}

function* adjustmentProblems({ id, before, after }: Became): Generator<string> {
  const path = `adjustments/${id}`;
  const { uid, by, amount, status, closedBy } = after;
  if (by === uid || closedBy === uid) yield `W ${path} was ${String(status)} by whom it is about`;
  if (before?.status === 'waiting' && closedBy === by) yield `W ${path} was ${String(status)} by who asked`;
  if (before === null && status === 'posted' && Number(amount) > ALONE_UP_TO)
    yield `W ${path}, ${Number(amount)}, was posted by one admin alone`;
}

/** Who alone may make an entry: by their uid or the schedule’s name, given whose it is. */
const makers: Readonly<Record<string, (by: string, whose: readonly string[]) => boolean>> = {
  'withdrawal-request': (by, whose) => whose.includes(by) || /^payrun:\d{4}-W\d{2}-INR$/.test(by),
  // What an order makes others earn comes by itself, or by finance where it was held.
  commission: (by, whose) => by === 'system' || (by.startsWith('finance') && !whose.includes(by)),
  'order-refund': (by, whose) => by.startsWith('finance') && !whose.includes(by),
};

/** What a frozen wallet gives away; who ended an escrow in whose name. */
function* entryProblems({ id, kind, by, legs, reference }: Doc, docs: Docs): Generator<string> {
  const may = makers[String(kind)];
  const about = String(reference).split('/')[1] ?? '';
  if (may && !may(String(by), about.split('~').slice(1))) yield `W ${String(id)} was made by ${String(by)}`;
  if (['escrow-lock', 'payment-hold', 'withdrawal-request', 'generation-reserve'].includes(String(kind)))
    for (const { account, amount } of legs as readonly { account: string; amount: number }[]) {
      const [, uid = ''] = /^wallet:(.*):available$/.exec(account) ?? [];
      const wallet = docs.get('wallets')?.get(uid) as Doc | undefined;
      if (amount < 0 && wallet?.frozen === true) yield `W ${String(id)} takes from a frozen wallet`;
    }
  const [, name = ''] = /^escrow:(.*):end$/.exec(String(id)) ?? [];
  const escrow = docs.get('escrows')?.get(name) as Doc | undefined;
  if (!escrow) return;
  const { payer, payee, closedBy } = escrow;
  const fits: Readonly<Record<string, boolean>> = {
    payer: by === payer,
    payee: by === payee,
    timer: by === 'system',
    admin: by !== payer && by !== payee,
  };
  if (!fits[String(closedBy)])
    yield `W ${String(id)} is by ${String(by)}, and ended by the ${text(closedBy)}`;
}

/** Who alone may do it: one side of what the input names. */
const sides: Readonly<Record<string, readonly [collection: string, side: string]>> = {
  'escrow-submit': ['escrows', 'payee'],
  'escrow-revise': ['escrows', 'payer'],
  'escrow-release': ['escrows', 'payer'],
  'withdrawals-cancel': ['withdrawals', 'uid'],
  'payments-cancel': ['payments', 'payer'],
  'escrow-fund': ['jobs', 'payer'],
  'escrow-lock': ['jobs', 'payer'],
  'jobs-assign': ['jobs', 'payer'],
  'jobs-cancel': ['jobs', 'payer'],
  'bookings-pay': ['bookings', 'payer'],
  'bookings-withdraw': ['bookings', 'payer'],
  'bookings-approve': ['bookings', 'payer'],
  'bookings-revise': ['bookings', 'payer'],
  'bookings-extra': ['bookings', 'payer'],
  'bookings-accept': ['bookings', 'payee'],
  'bookings-reject': ['bookings', 'payee'],
  'bookings-deliver': ['bookings', 'payee'],
  'generations-cancel': ['generations', 'uid'],
};
/** Both sides may. */
const eithers: Readonly<Record<string, string>> = {
  'escrow-refund': 'escrows',
  'escrow-dispute': 'escrows',
  'bookings-cancel': 'bookings',
  'bookings-dispute': 'bookings',
  'bookings-evidence': 'bookings',
};
const ofSupport = ['bookings-decide', 'bookings-resolve', 'bookings-assign', 'generations-remedy'];

/** With these an admin is a person like any other, though they give a reason. */
export const isPersons = (name: string): boolean =>
  name === 'escrow-dispute' || (name.startsWith('bookings-') && !ofSupport.includes(name));

/** What was done for somebody who may not. Support says why, and has its own rules. */
export function notTheirs({ name, person, input, seen }: Story, memory: Memory): string | null {
  if (seen.kind !== 'answer') return null;
  const fields = input as Doc;
  if (ofSupport.includes(name))
    return person.role === 'support'
      ? null
      : `W ${name} was done for ${person.uid}: ${JSON.stringify(input)}`;
  if (person.role !== null && !isPersons(name) && typeof fields.reason === 'string') return null;
  const [collection, side] = sides[name] ?? [eithers[name]];
  if (collection === undefined) return null;
  const doc: Doc = memory.get(`${collection}/${String(fields[collection.slice(0, -1)])}`) ?? {};
  const may = side === undefined ? [doc.payer, doc.payee] : [doc[side]];
  return may.includes(person.uid) ? null : `W ${name} was done for ${person.uid}: ${JSON.stringify(input)}`;
}
