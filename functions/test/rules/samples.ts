import { begun, checkpointOf } from '../../src/audit/audit.ts';
import { newBooking } from '../../src/bookings/agreeing.ts';
import { openDispute } from '../../src/bookings/contesting.ts';
import { issue, revoke } from '../../src/certificates/certificate.ts';
import { collections } from '../../src/collections.ts';
import type { Commission } from '../../src/commissions/commission.ts';
import { cellOf, firstTable } from '../../src/commissions/rates.ts';
import { newCourse, type Course } from '../../src/courses/course.ts';
import { submit } from '../../src/deposits/depositing.ts';
import { enrol } from '../../src/orders/enrolling.ts';
import { hold } from '../../src/orders/holding.ts';
import { openOrder } from '../../src/orders/ordering.ts';
import { packageDefaults } from '../../src/packages/package.ts';
import { extend } from '../../src/plans/membership.ts';
import { defaults } from '../../src/plans/offer.ts';
import { openSale } from '../../src/plans/sale.ts';
import { watch, type Progress } from '../../src/learning/watched.ts';
import { newMessage } from '../../src/notifications/message.ts';
import { newReach } from '../../src/notifications/reach.ts';
import { newProfile } from '../../src/profiles/profile.ts';
import type { Package } from '../../src/terms/terms.ts';
import type { CardPayment } from '../../src/payments/funding.ts';
import type { Escrow } from '../../src/escrow/escrow.ts';
import type { Generation } from '../../src/generations/generation.ts';
import { firstPolicy } from '../../src/generations/returns.ts';
import { bought } from '../../src/ledger/lots.ts';
import { newLot } from '../../src/lots/lifetime.ts';
import { foldDay } from '../../src/metering/meter.ts';
import { newPayee, type Connected, type Destination } from '../../src/payees/payee.ts';
import { nothing, newWallet } from '../../src/ledger/wallet.ts';
import { come } from '../../src/links/click.ts';
import { emptyDay, withMore } from '../../src/links/clickday.ts';
import type { Invoice } from '../../src/invoices/invoice.ts';
import { postJob, type Job } from '../../src/jobs/job.ts';
import { quoteItem } from '../../src/catalog/catalog.ts';
import { newPurchase } from '../../src/purchases/order.ts';
import { join as joinWeekly } from '../../src/payruns/joining.ts';
import { begin as beginRun } from '../../src/payruns/running.ts';
import type { PayrunLine } from '../../src/payruns/payrun.ts';
import type { Operator, Query, Ref } from '../../src/platform/store.ts';
import { nothingMoved } from '../../src/escrow/fees.ts';
import { takenIn } from '../../src/refunds/settle.ts';
import { nothingTaken } from '../../src/refunds/portions.ts';
import { minor } from '../../src/shared/money.ts';
import { owner, payee } from './actors.ts';

/** One stored document, and whose it is. */
export type Sample = { readonly ref: Ref<object>; readonly doc: object; readonly people: readonly string[] };

const sample = <T extends object>(ref: Ref<T>, doc: T, ...people: string[]): Sample => ({ ref, doc, people });

const ann = owner.uid!;
const bob = payee.uid!;
/** Two who are nobody in the tests: a list that finds theirs found too much. */
const [cat, dan] = ['cat', 'dan'];

const at = 1_767_225_600_000;
const amount = minor(10_000);
const requestHash = 'hash';
const sealed = { v: 1, nonce: 'bm9uY2U=', box: 'Ym94', tag: 'dGFn' } as const;

const taken = takenIn(nothingTaken);

const purchase = (uid: string) =>
  newPurchase(quoteItem({ kind: 'amount', amount }), { uid, provider: 'stripe', requestHash, at });
const review = {
  status: 'review',
  why: 'amount',
  stated: '1 QAR',
  payment: { attempt: 'a:1', reference: '', payment: '' },
  reviewAt: at,
} as const;

const commission = (uid: string): Commission => ({
  ...{ order: 'job~dan', level: 1, uid, buyer: 'dan', base: amount, total: amount, currency: 'INR' },
  ...{
    cell: cellOf(firstTable, 1, 'rank1', 'rank1'),
    amount,
    tax: minor(0),
    back: minor(0),
    orderBack: minor(0),
  },
  ...{ entries: 1, clears: true, at, clearAt: at, changedAt: at, dueAt: at, version: 1, news: [] },
  review: { by: 'the-finance', at, reason: 'Two people, one phone.' },
  status: 'pending',
});

const openJob = (payer: string): Job =>
  postJob({ payer, title: 'A logo', price: { amount, currency: 'QAR' }, requestHash, at });
const assigned = (payer: string, to: string): Job => ({
  ...openJob(payer),
  status: 'assigned',
  payee: to,
  assignedAt: at,
});

const escrow = (payer: string, to: string): Escrow => ({
  job: `job-${payer}`,
  title: 'A logo',
  payer,
  payee: to,
  parties: [payer, to],
  currency: 'QAR',
  price: amount,
  payerFee: minor(0),
  held: amount,
  balance: amount,
  ...{ refunded: minor(0), takenBack: nothingMoved, contested: [] },
  policy: { payeeFeeBps: 1000, payerFeeBps: 0, releaseHours: 72, clearanceHours: 0, feeTaxBps: 0 },
  lockedAt: at,
  version: 1,
  dueAt: at,
  news: [],
  status: 'held',
});
const disputed = (payer: string, to: string): Escrow => ({
  ...escrow(payer, to),
  status: 'disputed',
  openedAt: at,
  openedBy: payer,
  reason: 'other',
  statement: 'It is not what was agreed at all.',
  beforeDispute: { status: 'held' },
  overdue: 0,
});

const paymentBy = (payer: string): CardPayment => ({
  ...{ job: `job-${payer}`, title: 'A logo', payer, payee: 'dan', currency: 'QAR' },
  ...{ price: amount, payerFee: minor(0), held: amount, policy: escrow(payer, 'dan').policy },
  ...{ fromWallet: minor(0), fromCard: amount, customer: 'cus_1', method: '', save: false },
  ...{ createdAt: at, expiresAt: at, attempt: 1, version: 1, dueAt: null, balance: minor(0) },
  ...{ refunded: minor(0), returned: minor(0), intents: ['pi_1'], misfits: {}, chargebacks: {}, news: [] },
  ...{ status: 'paid', intent: 'pi_1', paidAt: at },
});

const generationBy = (uid: string): Generation => ({
  ...{ uid, kind: 'image', provider: 'atelier', prompt: 'A lighthouse', imageUrl: null, requestHash },
  ...{ price: minor(4), lots: [bought(minor(4))], balance: minor(0), costMicros: 40_000 },
  ...{ policy: { version: 1, cancelBps: 0 }, createdAt: at, deadlineAt: at, attempt: 1, asked: 1 },
  ...{ failures: ['timeout'], tasks: ['at_1'], loss: null, closedAt: at, version: 3, dueAt: null, news: [] },
  ...{ status: 'refunded', code: 'timeout', refunded: true, back: minor(4) },
});

const invoice = (number: number, uid: string): Invoice => ({
  ...{ kind: 'fee', series: 'F2026', number, issuedAt: at, occurredAt: at, currency: 'QAR' },
  ...{ lines: [{ text: 'Platform fee', amount }], net: amount, taxRate: 0, tax: minor(0), total: amount },
  ...{ issuer: { name: '', address: '', taxId: '' }, parties: [uid], corrects: null },
  reference: `escrows/j1~dan~${uid}`,
});

const offered: Package = {
  ...{ id: 'posts', title: 'Posts', pieces: 1, freeRevisions: 2, revisionFee: minor(0), turnaroundDays: 7 },
  price: { amount, currency: 'QAR' },
  milestones: [{ title: 'Posts', amount, pieces: 1 }],
};
const booking = (payer: string, to: string) =>
  newBooking({
    ...{ request: 'a'.repeat(24), payer, payee: to, terms: offered, policy: escrow(payer, to).policy },
    ...{ brief: 'A post.', requestHash, at },
  }).booking;

const contested = (one: ReturnType<typeof booking>) =>
  openDispute(
    { ...one, status: 'working', startedAt: at },
    { uid: one.payer, why: 'other', statement: 'It is not what was agreed at all.', at },
  );

const certified = (number: string, uid: string) =>
  issue({ number, uid, course: 'selling-online', title: 'Selling online', at });
const learned: Course = {
  ...newCourse('Selling online', 'How to.', at),
  price: { base: amount, taxBps: 1800, currency: 'INR' },
  modules: [
    {
      ...{ id: 'basics', title: 'Basics', published: true },
      topics: [{ id: 'first-steps', title: 'First steps', seconds: 60, published: true }],
    },
  ],
};
const learning = (uid: string): Progress => ({
  ...watch(null, {
    uid,
    course: 'selling-online',
    topic: 'first-steps',
    position: 0,
    length: 60,
    at,
    isHere: true,
  }),
  certificate: '0'.repeat(32),
});

const entry = {
  n: 1,
  journal: 'purchase:p1',
  kind: 'purchase',
  at,
  reference: 'purchases/p1',
  changes: { QAR: { available: amount } },
  before: { QAR: nothing },
  after: { QAR: { ...nothing, available: amount } },
  prev: '',
  hash: 'hash',
} as const;

const withdrawal = (uid: string) =>
  ({
    uid,
    amount,
    currency: 'QAR',
    destination: { id: 'd1', kind: 'bank', mask: 'QA•• •••• 8901', sealed },
    requestHash,
    requestedAt: at,
    policyVersion: 1,
    version: 1,
    dueAt: at,
    news: [],
    status: 'requested',
    overdue: 0,
  }) as const;

const report = { provider: 'stripe', attempt: 'p1:ann:1', reference: '', payment: '' } as const;
const bankAccount: Destination = {
  id: 'd1',
  kind: 'bank',
  currency: 'QAR',
  mask: 'QA•• •••• 8901',
  sealed,
  requestHash,
  savedAt: at,
  usableAt: at,
  status: 'verified',
  decidedAt: at,
  by: 'the-finance',
};
const connected: Connected = {
  provider: 'stripe',
  country: 'QA',
  due: ['external_account'],
  disabled: 'requirements.past_due',
  last4: '',
  bank: '',
  bankAt: null,
  startedAt: at,
  askedAt: at,
  waitsSinceAt: at,
  nextAt: at,
  readyAt: null,
  status: 'incomplete',
  account: 'acct_1',
};
const notice = {
  ...({ kind: 'escrow-locked', text: 'Hello', facts: {}, about: 'escrows/e' } as const),
  ...{ at, readAt: null },
};
const device = {
  id: 'd1',
  token: 'a-token-of-a-device',
  platform: 'web',
  language: null,
  seenAt: at,
} as const;

const starter = packageDefaults[0]!;

const rupees: Destination = { ...bankAccount, kind: 'ifsc', currency: 'INR' };
const weekly = (uid: string) =>
  joinWeekly(
    { join: null, payee: { ...newPayee, destinations: [rupees] } },
    { uid, destination: 'd1', minimum: amount, at },
  );
const lineOf = (uid: string): PayrunLine => ({
  ...{ run: '2026-W01-INR', uid, at, attempts: 0, retryAt: null },
  ...{ outcome: 'requested', withdrawal: `w1~${uid}`, amount },
});

/** What lies in every collection: something of the owner's, and something of nobody's in the tests. */
export const samples: Readonly<Record<keyof typeof collections, readonly Sample[]>> = {
  throttles: [sample(collections.throttles.doc('0f3c'), { expiresAt: at, n29453760: 1 }, ann)],
  adminActions: [
    sample(collections.adminActions.doc('a1'), {
      ...{ id: 'a1', action: 'withdrawal-approve', target: 'withdrawals/w1', by: 'the-finance', at },
      ...{ role: 'finance', ip: '192.0.2.1', reason: 'Checked', before: {}, after: {} },
    }),
  ],
  alerts: [
    sample(collections.alerts.doc('settled.stripe.txn_1'), {
      ...{ kind: 'refund_by_hand', severity: 'critical', title: 'A refund', explanation: 'By hand.', at },
      ...{ facts: { gross: -22_000 }, about: 'settlements/stripe_txn_1', people: [], status: 'open' },
    }),
  ],
  audits: [sample(collections.audits.doc('2026-01-01'), begun(at, at))],
  auditCheckpoints: [
    sample(collections.auditCheckpoints.doc('last'), checkpointOf('2026-01-01', begun(at, at))),
  ],
  totals: [sample(collections.totals.doc('t1'), { until: at, sums: {}, entries: 0 })],
  brakes: [sample(collections.brakes.doc('payouts'), { status: 'on', since: at, alert: 'audit.1' })],
  settlements: [
    sample(collections.settlements.doc('stripe_txn_1'), {
      ...{ provider: 'stripe', batch: 'stripe~2026-01-01', id: 'txn_1', type: 'refund', at },
      ...{ currency: 'QAR', gross: amount, fee: amount, stated: '10000 qar', source: 're_1' },
    }),
  ],
  reconciliations: [
    sample(collections.reconciliations.doc('stripe~2026-01-01'), {
      ...{ provider: 'stripe', day: '2026-01-01', startedAt: at, version: 1, phase: 'done', cursor: null },
      counts: { lines: 1, moves: 1, matched: 1, differences: 0, waiting: 0 },
      ...{ totals: {}, feesOff: {}, dueAt: null, doneAt: at },
    }),
  ],
  notices: [ann, cat].map((uid) => sample(collections.notices(uid).doc('n1'), notice, uid)),
  messages: [ann, cat].map((uid) =>
    sample(
      collections.messages.doc(`m-${uid}`),
      newMessage({ ...notice, id: 'n1', to: uid }, { mail: true, devices: ['d1'] }),
      uid,
    ),
  ),
  mail: [ann, cat].map((uid) =>
    sample(
      collections.mail.doc(`m-${uid}`),
      { to: [`${uid}@example.test`], message: { subject: 'News', text: 'Here.', html: '<p>Here.</p>' } },
      uid,
    ),
  ),
  reach: [ann, cat].map((uid) =>
    sample(
      collections.reach.doc(uid),
      { ...newReach, devices: [device], off: { mail: [], push: ['social'] } },
      uid,
    ),
  ),
  pushTokens: [ann, cat].map((uid) => sample(collections.pushTokens.doc(`d-${uid}`), { uid }, uid)),
  journal: [
    sample(
      collections.journal.doc('purchase:p1'),
      { id: 'purchase:p1', kind: 'purchase', legs: [], at, by: 'psp:stripe', reference: 'purchases/p1' },
      ann,
    ),
  ],
  wallets: [
    sample(collections.wallets.doc(ann), newWallet, ann),
    sample(collections.wallets.doc(cat), { ...newWallet, frozen: true }, cat),
  ],
  entries: [ann, cat].map((uid) => sample(collections.entries(uid).doc('000000000001'), entry, uid)),
  purchases: [
    sample(collections.purchases.doc('p1~ann'), purchase(ann), ann),
    sample(collections.purchases.doc('p2~ann'), { ...purchase(ann), ...review }, ann),
    sample(collections.purchases.doc('p3~cat'), purchase(cat), cat),
  ],
  chargebacks: [
    sample(
      collections.chargebacks.doc('du_1'),
      {
        ...{
          target: 'payments/job~ann',
          payer: ann,
          parties: [ann],
          payment: 'pi_1',
          reason: 'fraudulent',
          amount,
          fee: amount,
        },
        ...{
          currency: 'QAR',
          taken,
          booked: true,
          loss: minor(0),
          news: [],
        },
        ...{ frozen: null, openedAt: at, version: 1, dueAt: at, status: 'open' },
      },
      ann,
    ),
  ],
  refunds: [
    sample(
      collections.refunds.doc('r1'),
      {
        ...{
          target: 'payments/job~ann',
          uid: ann,
          parties: [ann],
          provider: 'stripe',
          payment: 'pi_1',
          attempt: 'card:job:ann:1',
        },
        ...{
          amount,
          currency: 'QAR',
          whole: true,
          reason: 'It was never done.',
          by: 'the-finance',
          requestHash,
        },
        ...{ requestedAt: at, taken, version: 1, news: [] },
        ...{ booked: true, dueAt: at, status: 'review', why: 'amount', reviewAt: at },
      },
      ann,
    ),
  ],
  payments: [
    ...[ann, cat].map((uid) => sample(collections.payments.doc(`job~${uid}`), paymentBy(uid), uid)),
    sample(
      collections.payments.doc('job2~ann'),
      {
        ...paymentBy(ann),
        ...{
          status: 'review',
          why: 'late',
          stated: '100 qar',
          intent: 'pi_2',
          collected: amount,
          reviewAt: at,
        },
      },
      ann,
    ),
  ],
  clearances: [ann, cat].map((uid) =>
    sample(
      collections.clearances.doc(`job~dan~${uid}`),
      { uid, currency: 'QAR', amount, reference: `escrows/job~dan~${uid}`, availableAt: at, dueAt: at },
      uid,
    ),
  ),
  roleDecisions: [
    sample(collections.roleDecisions.doc(ann), { role: 'finance', record: 'role.1', at, dueAt: null }, ann),
  ],
  buyers: [ann, cat].map((uid) => sample(collections.buyers.doc(uid), { customer: null, recent: [] }, uid)),
  pspEvents: [
    sample(
      collections.pspEvents.doc('stripe_evt1'),
      {
        ...{ provider: 'stripe', type: 'checkout.session.completed', receivedAt: at, dueAt: null },
        about: {
          kind: 'checkout',
          report: { ...report, outcome: 'paid', amount, currency: 'QAR', stated: '100 QAR' },
        },
        result: 'double_payment',
      },
      ann,
    ),
  ],
  jobs: [
    sample(collections.jobs.doc('open'), openJob(ann), ann),
    sample(collections.jobs.doc('assigned'), assigned(ann, bob), ann, bob),
    sample(collections.jobs.doc('other'), assigned(cat, dan), cat, dan),
    sample(collections.jobs.doc('other-open'), openJob(cat), cat),
  ],
  escrows: [
    sample(collections.escrows.doc('j1~ann~bob'), escrow(ann, bob), ann, bob),
    sample(collections.escrows.doc('j2~ann~dan'), disputed(ann, dan), ann, dan),
    sample(collections.escrows.doc('j3~cat~dan'), escrow(cat, dan), cat, dan),
  ],
  lots: [ann, cat].map((uid) =>
    sample(
      collections.lots.doc(`bonus-1~${uid}`),
      newLot({ uid, lot: 'bonus-1', kind: 'bonus', amount: minor(5), expiresAt: at, idleMs: null, at }),
      uid,
    ),
  ),
  subscriptions: [ann, cat].map((uid) =>
    sample(
      collections.subscriptions.doc(uid),
      {
        ...{ uid, tier: 'pro', subscription: 'sub_1', customer: 'cus_1', request: 'r', status: 'active' },
        ...{ ending: false, startAt: at, endAt: at, createdAt: at, version: 1, dueAt: at, news: [] },
      },
      uid,
    ),
  ),
  meterDays: [sample(collections.meterDays.doc('2026-01-01'), foldDay('2026-01-01', [], at))],
  referrals: [ann, cat].map((uid) =>
    sample(
      collections.referrals.doc(uid),
      {
        ...{ uid, referrer: 'dan', createdAt: at, untilAt: at, status: 'waiting', dueAt: at },
        ...{ link: 'link-1234', news: [] },
      },
      uid,
    ),
  ),
  referrers: [ann, cat].map((uid) => sample(collections.referrers.doc(uid), { rewarded: 1 }, uid)),
  branches: [ann, cat].map((uid) =>
    sample(collections.branches.doc(uid), { children: 1, grandchildren: 2, under: 'dan' }, uid),
  ),
  links: [ann, cat].map((uid) =>
    sample(
      collections.links.doc(`link-of-${uid}`),
      { uid, channel: 'x', path: '/join', code: 'C7GQ4XWH', createdAt: at },
      uid,
    ),
  ),
  linkers: [ann, cat].map((uid) => sample(collections.linkers.doc(uid), { made: 1 }, uid)),
  clicks: [ann, cat].map((uid) =>
    sample(
      collections.clicks.doc(`hash-of-${uid}`),
      come(null, { link: `link-of-${uid}`, channel: 'x', uid, at })!,
      uid,
    ),
  ),
  clickDays: [ann, cat].map((uid) =>
    sample(
      collections.clickDays.doc(`2026-01-01~${uid}`),
      withMore(
        emptyDay(uid, '2026-01-01'),
        { link: `link-of-${uid}`, channel: 'x' },
        { clicks: 1, unique: 1 },
      ),
      uid,
    ),
  ),
  conversions: [ann, cat].map((uid) =>
    sample(
      collections.conversions.doc(uid),
      {
        ...{ uid, link: 'link-of-dan', channel: 'x', owner: 'dan' },
        ...{ createdAt: at, boughtAt: null, dueAt: at },
      },
      uid,
    ),
  ),
  tallies: [ann, cat].map((uid) =>
    sample(collections.tallies.doc(`job~dan~${uid === ann ? 1 : 2}`), { uid, net: amount }, uid),
  ),
  standings: [ann, cat].map((uid) =>
    sample(
      collections.standings.doc(`2026-01~INR~${uid}`),
      {
        ...{ uid, board: '2026-01~INR', net: amount, count: 1, reachedAt: at, tie: '0f3c' },
        ...{ hidden: false, changedAt: at, dueAt: at },
      },
      uid,
    ),
  ),
  boards: [
    sample(
      collections.boards.doc('month~INR~0'),
      {
        ...{ board: '2026-01~INR', asOfAt: at, pages: 1 },
        rows: [{ uid: ann, rank: 1, net: amount, count: 1 }],
      },
      ann,
    ),
  ],
  unlisted: [ann, cat].map((uid) => sample(collections.unlisted.doc(uid), { at }, uid)),
  origins: [
    sample(
      collections.origins.doc('0f3c'),
      { kind: 'device', people: [{ uid: 'ann', at }], flaggedAt: null, dueAt: at },
      ann,
    ),
  ],
  codes: [sample(collections.codes.doc('C7GQ4XWH'), { uid: ann, createdAt: at }, ann)],
  codeOwners: [sample(collections.codeOwners.doc(ann), { code: 'C7GQ4XWH', createdAt: at }, ann)],
  commissions: [ann, cat].map((uid) =>
    sample(
      collections.commissions.doc(`job~dan~${uid === ann ? 1 : 2}`),
      { ...commission(uid), level: uid === ann ? 1 : 2 },
      uid,
    ),
  ),
  commissionTables: [
    sample(collections.commissionTables.doc('current'), { ...firstTable, by: 'the-finance' }),
  ],
  generations: [ann, cat].map((uid) =>
    sample(collections.generations.doc(`g1~${uid}`), generationBy(uid), uid),
  ),
  returnPolicies: [sample(collections.returnPolicies.doc('current'), { ...firstPolicy, by: 'the-finance' })],
  payees: [ann, cat].map((uid) =>
    sample(
      collections.payees.doc(uid),
      { ...newPayee, destinations: [bankAccount], connected, askAt: at },
      uid,
    ),
  ),
  withdrawals: [ann, cat].map((uid) =>
    sample(collections.withdrawals.doc(`w1~${uid}`), withdrawal(uid), uid),
  ),
  invoices: [ann, cat].map((uid, i) =>
    sample(collections.invoices.doc(`F2026-00000${i + 1}`), invoice(i + 1, uid), uid),
  ),
  invoiced: [
    sample(collections.invoiced.doc('purchase:p1'), { invoice: 'R2026-000001', at, credited: minor(0) }, ann),
  ],
  series: [sample(collections.series.doc('F2026'), { last: 2, issuedAt: at })],
  roots: [
    sample(collections.roots.doc('2026-01-01'), {
      ...{ day: '2026-01-01', previous: '', tree: 'hash', wallets: 1, root: 'hash', builtAt: at },
    }),
  ],
  rootRuns: [
    sample(collections.rootRuns.doc('2026-01-01'), {
      ...{ version: 3, phase: 'tree', cursor: null, chunks: 1, wallets: 1 },
    }),
  ],
  rootHeads: [
    sample(
      collections.rootHeads.doc('2026-01-01~ann'),
      { day: '2026-01-01', uid: ann, n: 1, head: 'hash' },
      ann,
    ),
  ],
  rootNodes: [
    sample(collections.rootNodes.doc('2026-01-01~0~0'), {
      ...{ day: '2026-01-01', tier: 0, chunk: 0, first: ann, hashes: ['hash'] },
    }),
  ],
  personKeys: [
    sample(
      collections.personKeys.doc(ann),
      { wrapped: { destinations: sealed, identity: sealed }, madeAt: at },
      ann,
    ),
  ],
  erasures: [
    sample(
      collections.erasures.doc(cat),
      {
        ...{ phase: 'identity', by: cat, requestedAt: at, version: 4, dueAt: at, keptUntilAt: at },
        ...{ remainders: ['files'], endedAt: null, wasFrozen: false, wasDisabled: false },
        left: { what: 'available', id: cat, amount, currency: 'QAR' },
      },
      cat,
    ),
  ],
  journalCursors: [sample(collections.journalCursors.doc('invoices'), { at })],
  adjustments: [
    sample(
      collections.adjustments.doc('ad1'),
      {
        ...{ kind: 'correction', uid: ann, currency: 'QAR', amount, direction: 'credit' },
        ...{ corrects: 'purchase:p1', reason: 'It was credited once.', by: 'the-finance', requestHash },
        ...{ requestedAt: at, policyVersion: 1, version: 1, dueAt: at, status: 'waiting', news: [] },
      },
      ann,
    ),
  ],
  givenBy: [
    sample(
      collections.givenBy.doc('to~ann'),
      { recent: [{ lot: 'bonus-1', at, amount: minor(5), currency: 'CREDIT' }] },
      ann,
    ),
  ],
  adjustedBy: [
    sample(
      collections.adjustedBy.doc('to~ann'),
      { recent: [{ adjustment: 'ad1', amount, currency: 'QAR', at }] },
      ann,
    ),
  ],
  usernames: [
    sample(
      collections.usernames.doc('name.ann'),
      { uid: ann, name: 'Ann', claimedAt: at, freeAt: null },
      ann,
    ),
  ],
  profiles: [ann, cat].map((uid) =>
    sample(collections.profiles.doc(uid), { ...newProfile(at), username: uid, bio: 'Hello.' }, uid),
  ),
  terms: [ann, cat].map((uid) =>
    sample(collections.terms.doc(uid), { packages: [offered], version: 1, savedAt: at }, uid),
  ),
  bookings: [
    sample(collections.bookings.doc('b1~ann~bob'), booking(ann, bob), ann, bob),
    sample(collections.bookings.doc('b2~dan~ann'), contested(booking(dan, ann)), dan, ann),
    sample(collections.bookings.doc('b3~cat~dan'), booking(cat, dan), cat, dan),
  ],
  migrations: [
    sample(collections.migrations.doc('net-earnings'), { cursor: ann, wallets: 1, changed: 0, at }, ann),
  ],
  offers: [sample(collections.offers.doc('plus'), { ...defaults[0]!, version: 1 })],
  memberships: [ann, cat].map((uid) =>
    sample(collections.memberships.doc(uid), extend(null, defaults[0]!, at), uid),
  ),
  sales: [ann, cat].map((uid) =>
    sample(
      collections.sales.doc(`s1~${uid}`),
      openSale({
        ...{ id: `s1~${uid}`, job: 's1', uid, offer: defaults[0]!, requestHash, at },
        policy: escrow(uid, 'dan').policy,
      }).sale,
      uid,
    ),
  ),
  courses: [sample(collections.courses.doc('selling-online'), learned)],
  lessons: [
    sample(collections.lessons.doc('selling-online~first-steps'), {
      ...{ course: 'selling-online', topic: 'first-steps' },
      video: { source: 'youtube', videoId: 'dQw4w9WgXcQ' },
    }),
    sample(collections.lessons.doc('selling-online~more'), {
      ...{ course: 'selling-online', topic: 'more' },
      video: { source: 'cloudinary', publicId: 'courses/more' },
    }),
    sample(collections.lessons.doc('selling-online~last'), {
      ...{ course: 'selling-online', topic: 'last' },
      video: { source: 'external', url: 'https://cdn.example.com/last.mp4' },
    }),
  ],
  videos: [
    sample(collections.videos.doc('v1'), {
      ...{ course: 'Selling', title: 'First', url: 'https://youtu.be/dQw4w9WgXcQ', seconds: 60, order: 1 },
    }),
  ],
  progress: [ann, cat].map((uid) =>
    sample(collections.progress.doc(`selling-online~${uid}`), learning(uid), uid),
  ),
  watching: [ann, cat].map((uid) => sample(collections.watching.doc(uid), { course: 'selling-online' }, uid)),
  certificates: [
    ...[ann, cat].map((uid, i) =>
      sample(collections.certificates.doc(`${i}`.repeat(32)), certified(`${i}`.repeat(32), uid), uid),
    ),
    sample(
      collections.certificates.doc('a'.repeat(32)),
      revoke(certified('a'.repeat(32), cat), {
        number: 'a'.repeat(32),
        by: 'mo',
        reason: 'It was not theirs.',
        at,
      }),
      cat,
    ),
  ],
  packages: [sample(collections.packages.doc('starter'), { ...starter, version: 1 })],
  members: [ann, cat].map((uid) =>
    sample(
      collections.members.doc(uid),
      hold(uid, null, { ...starter, full: starter.price, order: `o1~${uid}`, upgradeOf: null }, at),
      uid,
    ),
  ),
  enrolments: [ann, cat].map((uid) =>
    sample(
      collections.enrolments.doc(`c0ffee00c0ffee00~${uid}`),
      enrol(null, { course: 'c0ffee00c0ffee00', uid, title: learned.title, order: `o2~${uid}` }, at),
      uid,
    ),
  ),
  orders: [ann, cat].map((uid) =>
    sample(
      collections.orders.doc(`o1~${uid}`),
      openOrder(
        {
          ...{ id: `o1~${uid}`, job: 'o1', uid, kind: 'package', item: 'starter', requestHash, at },
          policy: escrow(uid, 'dan').policy,
        },
        {
          ...{ order: null, job: null, escrow: null, wallet: null, member: null },
          ...{ pack: starter, course: null, enrolment: null },
        },
      ).order,
      uid,
    ),
  ),
  deposits: [ann, cat].map((uid) =>
    sample(
      collections.deposits.doc(`d1~${uid}`),
      submit(null, {
        ...{ uid, amount, currency: 'QAR', reference: 'QNB-1', proof: `proofs/${uid}/slip.pdf` },
        ...{ requestHash, at },
      }),
      uid,
    ),
  ),
  depositReferences: [sample(collections.depositReferences.doc('ref1'), { deposit: 'd1~ann', at }, ann)],
  payrunJoins: [ann, cat].map((uid) => sample(collections.payrunJoins.doc(uid), weekly(uid), uid)),
  payruns: [
    sample(
      collections.payruns.doc('2026-W01-INR'),
      beginRun(null, { currency: 'INR', minimum: amount, by: 'system', at }),
    ),
  ],
  payrunLines: [ann, cat].map((uid) =>
    sample(collections.payrunLines.doc(`2026-W01-INR~${uid}`), lineOf(uid), uid),
  ),
  paymentReferences: [sample(collections.paymentReferences.doc('ref1'), { withdrawal: 'w1~ann', at }, ann)],
};

/** The collection that it lies in. */
export const folderOf = ({ ref }: Sample): string => ref.path.slice(0, ref.path.lastIndexOf('/'));

/**
 * One document of each collection once more where no rule reaches: below itself, and where a collection has
 * the same name at another place.
 */
export const strays = (name: keyof typeof collections): Sample[] =>
  samples[name].slice(0, 1).flatMap(({ ref, doc, people }) => {
    const id = people[0] ?? ref.id;
    // The emulator's REST takes no list below an id with a colon in it; above these nothing need lie.
    const steps = ref.path.replace(':', '-').split('/');
    const above = steps.slice(0, -2).join('/');
    const paths = [
      [steps.join('/'), 'below', id],
      ['elsewhere/here', ...steps],
      ...(above === '' ? [] : [[above, 'below/here', ...steps.slice(-2)]]),
    ];
    return paths.map((path) => ({ doc, people, ref: { path: path.join('/'), id: path.at(-1)! } }));
  });

/** Everything that lies in the store when somebody tries. */
export const everything = (): readonly Sample[] =>
  (Object.keys(samples) as (keyof typeof collections)[]).flatMap((name) => [
    ...samples[name],
    ...strays(name),
  ]);

/** The paths of those that a query finds. */
export function matching(
  among: readonly Sample[],
  { collection, where = [], ...rest }: Query<unknown>,
): string[] {
  const found = among.filter((sample) => {
    const value = (field: string): unknown =>
      field === '__name__' ? sample.ref.path : (sample.doc as Record<string, unknown>)[field];
    return (
      folderOf(sample) === collection.path &&
      (rest.orderBy ?? []).every(([field]) => field === 'id' || value(field) !== undefined) &&
      where.every(([field, is, wanted]) => fits(value(field), is, wanted))
    );
  });
  return found
    .map(({ ref }) => ref.path)
    .sort()
    .slice(0, rest.limit);
}

/** Firestore compares values of one type only. */
function fits(value: unknown, is: Operator, wanted: unknown): boolean {
  if (is === '==') return value === wanted;
  if (is === 'in') return (wanted as unknown[]).includes(value);
  if (is === 'array-contains') return Array.isArray(value) && value.includes(wanted);
  if (is === '>=') return typeof value === typeof wanted && (value as string) >= (wanted as string);
  throw new Error(`no sample is compared by ${is} yet`);
}
