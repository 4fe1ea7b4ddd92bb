import type { Contract } from '../functions/src/contract.ts';

/** `escrow.release`: a call as the client has it. */
export type CallName = {
  [F in keyof Contract]: `${F}.${Extract<keyof Contract[F], string>}`;
}[keyof Contract];

export type Endpoint = {
  readonly asked: string;
  /** The calls that do it. */
  readonly calls?: readonly CallName[];
  /** A document that is read live, under the security rules. */
  readonly read?: string;
  /** The list that is read live: the words of a line in the list of reads. */
  readonly list?: string;
  /** A function that the outside calls. */
  readonly doors?: readonly string[];
};

/** What a coin system is expected to offer, and what serves it here. */
export const expected: readonly Endpoint[] = [
  { asked: 'Coin catalogue', calls: ['catalog.list', 'catalog.quote'] },
  { asked: 'Wallet', calls: ['wallet.get'], read: 'wallets/{uid}' },
  {
    asked: 'Wallet transactions',
    calls: ['wallet.entries'],
    list: 'what happened to my wallet, newest first',
  },
  { asked: 'Check a balance', calls: ['wallet.cover'] },
  { asked: 'Purchase coins', calls: ['purchases.create'] },
  { asked: 'Buy credits', calls: ['catalog.list', 'purchases.create'] },
  {
    asked: 'Have something made for credits',
    calls: ['generations.prices', 'generations.start', 'generations.get', 'generations.cancel'],
    list: 'my generations, newest first',
  },
  {
    asked: 'What came back of it',
    calls: ['generations.list'],
    list: 'those of which credits came back',
  },
  {
    asked: 'Credits that expire',
    calls: ['lots.list', 'rewards.welcome', 'rewards.refer'],
    list: 'credits that I was given, what ends first at first',
  },
  {
    asked: 'A monthly allowance',
    calls: ['allowance.tiers', 'allowance.subscribe', 'allowance.show', 'allowance.cancel'],
  },
  { asked: 'Callback of a provider of work', doors: ['generations-callback'] },
  {
    asked: 'Look after metered work',
    calls: ['generations.policy', 'generations.overdue', 'generations.remedy', 'metering.show', 'lots.grant'],
  },
  { asked: 'Get a purchase', read: 'purchases/{id}' },
  { asked: 'List purchases', list: 'my purchases, newest first' },
  { asked: 'Payment webhook', doors: ['psp-stripe', 'psp-fatora'] },
  { asked: 'Pay for a job', calls: ['jobs.post', 'jobs.assign', 'escrow.lock'] },
  { asked: 'Release a job’s payment', calls: ['escrow.submit', 'escrow.release'] },
  { asked: 'Refund a job’s payment', calls: ['escrow.refund', 'escrow.dispute', 'escrow.resolve'] },
  {
    asked: 'Pay for a job by card',
    calls: ['escrow.fund', 'payments.cancel'],
    list: 'my card payments, newest first',
  },
  {
    asked: 'Be found by a name',
    calls: ['usernames.claim', 'usernames.check', 'profiles.save', 'profiles.get'],
  },
  { asked: 'Offer work at a price', calls: ['terms.save', 'terms.get'] },
  {
    asked: 'Book a creator',
    calls: ['bookings.request', 'bookings.pay', 'bookings.accept', 'bookings.reject', 'bookings.withdraw'],
    list: 'my bookings on either side, newest first',
  },
  {
    asked: 'Deliver, approve and revise',
    calls: ['bookings.deliver', 'bookings.approve', 'bookings.revise', 'bookings.extra'],
  },
  { asked: 'Cancel a booking', calls: ['bookings.cancel', 'bookings.decide'] },
  {
    asked: 'Dispute a booking',
    calls: ['bookings.dispute', 'bookings.evidence', 'bookings.assign', 'bookings.resolve'],
  },
  {
    asked: 'Links to share, and what they do',
    calls: ['links.make', 'links.list', 'links.stats', 'links.share', 'links.banner'],
    doors: ['links-click'],
  },
  { asked: 'Whom somebody brought', calls: ['tree.show'] },
  { asked: 'Leaderboards', calls: ['leaders.show', 'leaders.mine', 'leaders.hide'] },
  {
    asked: 'Notifications: list, count, read, delete',
    calls: [
      'messages.list',
      'messages.unread',
      'messages.read',
      'messages.unmark',
      'messages.readall',
      'messages.delete',
    ],
    list: 'my notices, newest first',
  },
  {
    asked: 'Notifications by mail and on devices',
    calls: ['messages.preferences', 'push.add', 'push.remove'],
  },
  {
    asked: 'Plans and badges',
    calls: ['plans.list', 'plans.buy', 'plans.mine'],
    list: 'what I bought of the platform, newest first',
  },
  {
    asked: 'Packages of courses, and single courses',
    calls: ['packages.list', 'packages.buy', 'packages.mine', 'courses.buy', 'orders.get'],
    list: 'my orders of packages and courses, newest first',
  },
  {
    asked: 'Pay by bank transfer',
    calls: ['deposits.submit', 'deposits.verify', 'deposits.reject'],
    list: 'my transfers to the bank, newest first',
  },
  {
    asked: 'Courses: what there is, and what is in one',
    calls: ['courses.list', 'courses.show'],
  },
  {
    asked: 'Learn a course',
    calls: ['learning.show', 'learning.open', 'learning.beat', 'learning.claim'],
    list: 'how far I am in what I learn',
  },
  {
    asked: 'Certificates',
    calls: ['certificates.list', 'certificates.pdf', 'certificates.verify', 'certificates.proof'],
    list: 'my certificates, newest first',
    doors: ['certificates-page'],
  },
  {
    asked: 'Make courses',
    calls: [
      ...(['courses.drafts', 'courses.draft', 'courses.save', 'courses.terms', 'courses.publish'] as const),
      ...(['courses.module', 'courses.topic', 'courses.order', 'courses.drop', 'courses.remove'] as const),
      'certificates.revoke',
    ],
  },
  { asked: 'Saved cards', calls: ['payments.methods', 'payments.forget'] },
  { asked: 'Refund a payment', calls: ['refunds.preview', 'refunds.create', 'refunds.get'] },
  {
    asked: 'Receipts and invoices',
    calls: ['invoices.list', 'invoices.pdf'],
    list: 'my invoices, newest first',
  },
  { asked: 'Be paid by the provider', calls: ['connect.start', 'connect.link', 'connect.status'] },
  { asked: 'Request a withdrawal', calls: ['withdrawals.request', 'withdrawals.cancel'] },
  { asked: 'List withdrawals', calls: ['withdrawals.list'], list: 'my withdrawals, newest first' },
  { asked: 'Get a withdrawal', read: 'withdrawals/{id}' },
  {
    asked: 'Pending withdrawals',
    calls: ['withdrawals.queue'],
    list: 'withdrawals in one state, oldest first',
  },
  { asked: 'Approve a withdrawal', calls: ['withdrawals.approve'] },
  { asked: 'Mark a withdrawal paid', calls: ['withdrawals.pay'] },
  { asked: 'Reject a withdrawal', calls: ['withdrawals.reject', 'withdrawals.fail'] },
  {
    asked: 'Be paid every week',
    calls: ['payruns.join', 'payruns.leave', 'payruns.mine'],
    list: 'what each weekly run came to for me, newest first',
  },
  {
    asked: 'Weekly payouts, and approve many at once',
    calls: ['payruns.list', 'payruns.show', 'payruns.start', 'payruns.approve'],
    list: 'weekly runs, newest first',
  },
  { asked: 'Why a balance is what it is', calls: ['wallet.explain'] },
  { asked: 'A balance at a moment', calls: ['wallet.at', 'totals.show'] },
  { asked: 'A month on paper or as a file', calls: ['wallet.statement'] },
  { asked: 'A proof that an entry is in the books', calls: ['receipts.get'], read: 'roots/{day}' },
  { asked: 'Whether money may leave', calls: ['brake.show', 'brake.lift'] },
  {
    asked: 'Correct a balance',
    calls: ['adjustments.request', 'adjustments.approve', 'adjustments.reverse'],
  },
  { asked: 'The journal for an accountant', calls: ['exports.journal', 'exports.balances'] },
  { asked: 'Erase a person', calls: ['privacy.erase', 'privacy.fulfil', 'privacy.kept'] },
];

/** What is reached over plain HTTP, by others than the app. */
export const doors = [
  {
    name: 'psp-stripe',
    method: 'POST',
    who: 'Stripe, by its signature over the body',
    answers:
      '`200 {"result"}`: `credited`, `closed`, `review`, `nothing`, `seen`, …; `401` when the signature is missing or wrong; `503` when it is to be sent again',
  },
  {
    name: 'psp-fatora',
    method: 'POST',
    who: 'anyone: it is believed nothing, Fatora is asked about the order it names',
    answers: 'the same; `401` when it names no order',
  },
  {
    name: 'generations-callback',
    method: 'POST',
    who: 'the provider of metered work that `?provider=` names, by its signature over the body',
    answers:
      '`200 {"result"}`: the state of the generation; `401` when the signature is missing, wrong or old; `404` for no such provider; `503` when it is to be sent again',
  },
  {
    name: 'links-click',
    method: 'GET',
    who: 'anyone, as `links-click/<link>`',
    answers:
      '`302` to the page of the app that the link is for, with `link` and `code`; to the app itself where there is no such link; whoever is no robot is counted',
  },
  {
    name: 'certificates-page',
    method: 'GET',
    who: 'anyone who has the number of a certificate, `…/certificates-page/<number>`',
    answers:
      'a page, or JSON for who accepts only that: `200` with username, course and date; `404` where none holds; `429` when asked too often',
  },
  {
    name: 'health',
    method: 'GET',
    who: 'anyone',
    answers:
      '`200` or `503` with `ok`, what is wired (`set`, `test`, `missing`, never a value), and the first `problem`',
  },
] as const;
