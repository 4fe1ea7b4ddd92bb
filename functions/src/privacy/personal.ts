import { grounds, type Ground } from './grounds.ts';
import { plain, pseudonyms } from './harmless.ts';

/**
 * Where anything personal lies, and what an erasure does to it. With harmless.ts it names every field of every
 * collection that can hold a text; a new one that nobody decided about fails a test. docs/privacy.md is made from this.
 */

/**
 * `erased`: deleted, or replaced by a word that says so. `sealed`: unreadable wherever it was copied to, since the only
 * key to it is destroyed. `kept`: stays, on a ground of law.
 */
export const fates = ['erased', 'sealed', 'kept'] as const;
export type Fate = (typeof fates)[number];

export type Personal = {
  readonly collection: string;
  /** `*`: whatever the item. A field stands for all that is within it; none, for the whole document. */
  readonly fields: readonly string[];
  readonly what: string;
  readonly fate: Fate;
  readonly ground: Ground;
};

const row = (
  collection: string,
  what: string,
  fate: Fate,
  ground: Ground,
  ...fields: readonly string[]
): Personal => ({ collection, fields, what, fate, ground });

/** Documents that tell their people something. */
const newsworthy = [
  ...['purchases', 'jobs', 'escrows', 'payments', 'refunds', 'chargebacks', 'payees', 'withdrawals'],
  ...['adjustments', 'bookings', 'certificates', 'deposits', 'memberships', 'sales', 'members', 'orders'],
  ...['generations', 'lots', 'subscriptions', 'referrals', 'commissions', 'payrunJoins'],
];

/** Beyond the uid, which is in all of them. */
export const personal: readonly Personal[] = [
  row('Firebase Auth', 'e-mail, phone, name, sign-in providers, roles: the account', 'erased', 'request'),
  row('Cloud Storage kyc/{uid}/', 'identity documents', 'erased', 'identity'),
  row('personKeys', 'the key to where they are paid to', 'erased', 'request', 'wrapped.destinations'),
  row('personKeys', 'the key to who they are', 'erased', 'identity', 'wrapped.identity'),
  row('payees', 'legal name, country, paths of documents', 'sealed', 'identity', 'kyc.application.sealed'),
  row(
    'payees',
    'state of the identity check',
    'erased',
    'identity',
    'kyc.application.requestHash',
    'kyc.reason',
  ),
  row(
    ...(['payees', 'holder, account numbers, phone, address of payment', 'sealed', 'request'] as const),
    'destinations.*.sealed',
  ),
  row(
    ...(['payees', 'digits shown of an account, why it was refused', 'erased', 'request'] as const),
    ...['destinations.*.mask', 'destinations.*.reason', 'destinations.*.requestHash'],
  ),
  row('payees', 'account at the payment provider, closed there too', 'erased', 'request', 'connected'),
  row(
    ...(['withdrawals', 'holder and account number that it went to', 'sealed', 'request'] as const),
    'destination.sealed',
  ),
  row('withdrawals', 'digits shown of that account', 'erased', 'request', 'destination.mask'),
  row(
    ...([
      'withdrawals',
      'proof of payment: the bank’s and the provider’s references',
      'kept',
      'books',
    ] as const),
    ...['proof.reference', 'payout', 'destination.account', 'reason'],
  ),
  row('jobs', 'what its payer called the work', 'erased', 'request', 'title'),
  row('escrows', 'what its payer called the work', 'erased', 'request', 'title'),
  row('payments', 'what its payer called the work', 'erased', 'request', 'title'),
  row(
    ...(['escrows', 'what the parties wrote: gone once it is closed', 'erased', 'request'] as const),
    ...['note', 'wish', 'statement', 'beforeDispute'],
  ),
  row('usernames', 'what they were called; nobody else may be for 30 days', 'erased', 'request', 'name'),
  row(
    ...(['profiles', 'what everybody could see of them', 'erased', 'request'] as const),
    ...['username', 'bio', 'links.*.url', 'avatar'],
  ),
  row('Cloud Storage avatars/{uid}/, proofs/{uid}/', 'pictures, proofs, evidence', 'erased', 'request'),
  row(
    ...(['terms', 'what they offered', 'erased', 'request'] as const),
    ...['packages.*.id', 'packages.*.title', 'packages.*.milestones.*.title'],
  ),
  row('bookings', 'what the brand wished for', 'erased', 'request', 'brief'),
  row(
    ...(['bookings', 'what the creator called the work, and delivered', 'erased', 'request'] as const),
    ...['terms.id', 'terms.title', 'terms.milestones.*.title', 'parts.*.title'],
    ...['deliveries.*.note', 'deliveries.*.links'],
  ),
  row(
    ...(['bookings', 'what the parties wrote: gone once it is over', 'erased', 'request'] as const),
    ...['wish', 'back', 'statement', 'evidence'],
  ),
  row('bookings', 'why one of them ended it, by whoever is erased', 'erased', 'request', 'why'),
  row('progress', 'what they watched of which course', 'erased', 'request'),
  row('watching', 'which course they watched last', 'erased', 'request'),
  row('certificates', 'why one was taken back', 'kept', 'trace', 'reason'),
  row('memberships', 'plans and badges that they had', 'erased', 'request', 'plan', 'badges'),
  row('members', 'packages of courses that they had', 'erased', 'request', 'package', 'holdings'),
  row('enrolments', 'what the course that they bought is called', 'erased', 'request', 'title'),
  row('deposits', 'where the proof of a transfer lay, which is gone', 'erased', 'request', 'proof'),
  row(
    ...(['deposits', 'the bank’s reference of a transfer, and what finance said', 'kept', 'books'] as const),
    ...['reference', 'why'],
  ),
  row(
    ...(['generations', 'what they asked for, the image that they named, what was made', 'erased'] as const),
    ...(['request', 'prompt', 'imageUrl', 'resultUrl', 'requestHash'] as const),
  ),
  row('the provider of metered work', 'the same, taken away there too', 'erased', 'request'),
  row(
    ...(['subscriptions', 'the provider’s customer and subscription, ended there too', 'erased'] as const),
    ...(['request', 'customer', 'subscription', 'request'] as const),
  ),
  row('referrals', 'who brought them, and by which link', 'erased', 'request', 'link'),
  row('links', 'the links that they shared, and what these did', 'erased', 'request', 'path', 'code'),
  row('conversions', 'by which link they came', 'erased', 'request', 'link'),
  row(
    ...([
      'clicks',
      'that they followed a link, by a hash whose key is another every day; gone in three days',
      'erased',
    ] as const),
    'request',
  ),
  row('codes', 'the code by which they brought others: nobody’s from then on', 'erased', 'request'),
  row('codeOwners', 'which code was theirs', 'erased', 'request', 'code'),
  row('commissions', 'why finance let one pass that was held, or did not', 'kept', 'books', 'review.reason'),
  row(
    ...([
      'origins',
      'by a hash, from which device and address they came, and by which card they paid; gone in 90 days',
      'erased',
    ] as const),
    'request',
  ),
  row('notices', 'their own inbox', 'erased', 'request', 'text', 'facts', 'about'),
  row('mail', 'a mail on its way: their address, and what it says', 'erased', 'request', 'to', 'message'),
  row('reach', 'tokens of their devices', 'erased', 'request', 'devices.*.token', 'devices.*.id'),
  row('pushTokens', 'whose a device is', 'erased', 'request', 'uid'),
  row('messages', 'which notices are on their way by mail or to a device', 'erased', 'request', 'uid'),
  row('inboxes of others', 'what the other side of a contract was told of it', 'kept', 'claims'),
  ...newsworthy.map((collection) =>
    row(collection, 'messages on their way to an inbox', 'erased', 'request', 'news'),
  ),
  row(
    'buyers',
    'the provider’s customer with saved cards, deleted there too',
    'erased',
    'request',
    'customer',
  ),
  row('buyers', 'orders of the last day', 'erased', 'request', 'recent'),
  row('throttles', 'how often they called what, by a hash; gone by itself in days', 'erased', 'request'),
  row('roleDecisions', 'a role that they had', 'erased', 'request', 'record'),
  row(
    ...([
      'purchases',
      'the provider’s ids of an order, and its page, which is over',
      'kept',
      'books',
    ] as const),
    ...['payment', 'reference', 'stated', 'url', 'why'],
  ),
  row(
    ...(['payments', 'the provider’s ids of a card payment and of its customer', 'kept', 'books'] as const),
    ...['customer', 'method', 'intent', 'intents', 'stated', 'failure', 'why'],
  ),
  row('refunds', 'why and how it went back', 'kept', 'books', 'reason', 'why', 'payment', 'reference'),
  row('chargebacks', 'the bank’s reason', 'kept', 'books', 'reason', 'payment'),
  row('adjustments', 'why the books were corrected', 'kept', 'books', 'reason', 'why'),
  row('pspEvents', 'what the provider told of a payment: its ids', 'kept', 'books', 'about'),
  row('settlements', 'what the provider booked: its ids', 'kept', 'books', 'source', 'stated', 'id'),
  row('invoices', 'documents as issued, to a customer number', 'kept', 'tax', 'lines.*.text', 'reference'),
  row(
    'alerts',
    'what finance had to look at, and said about it',
    'kept',
    'claims',
    'explanation',
    'reason',
    'facts',
  ),
  row(
    ...([
      'adminActions',
      'who used which power on them and why, with the last digits of an account; an admin’s own address',
      'kept',
      'trace',
    ] as const),
    ...['reason', 'ip', 'before', 'after'],
  ),
  row('payrunJoins', 'whether they are paid every week, and where to', 'erased', 'request', 'destination'),
  row('brakes', 'why payouts were let go again', 'kept', 'trace', 'reason'),
];

/** What holds for a field: personal, a pseudonym, plain; null when nobody decided. A field answers for those within. */
export function classOf(collection: string, field: string): 'personal' | 'pseudonym' | 'plain' | null {
  const steps = field.split('.');
  const names = steps.map((_, i) => steps.slice(0, i + 1).join('.'));
  const among = (fields: readonly string[] | undefined) => names.some((name) => fields?.includes(name));
  if (personal.some((one) => one.collection === collection && among(one.fields))) return 'personal';
  if (among(pseudonyms[collection])) return 'pseudonym';
  return among(plain[collection]) ? 'plain' : null;
}

/** The table as people are shown it. */
export function rows() {
  const uids = Object.entries(pseudonyms).flatMap(([name, fields]) =>
    fields.map((field) => `${name}.${field}`),
  );
  const everywhere: Personal = {
    ...{ collection: 'all', fields: uids, fate: 'kept', ground: 'pseudonym' },
    what: 'the uid, alone or within an id: after the account is gone, a number that names nobody',
  };
  return [...personal, everywhere].map(({ ground, ...one }) => ({ ...one, ...grounds[ground] }));
}
