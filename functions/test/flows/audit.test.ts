import type { Verdict } from '../../src/audit/audit.ts';
import { auditAll } from '../../src/audit/audit.operations.ts';
import { runAudit } from '../../src/audit/nightly.operations.ts';
import { lockedEscrow, qar, submittedEscrow } from './acts.ts';
import { begunBooking, deliver, pairOf } from './creators.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';
import { verified } from './strangers.ts';

/** F69 W2-18: the audit of the whole store, and every way to corrupt it. */

jest.setTimeout(180_000);

async function madeBy(artist: Actor): Promise<string> {
  const order = { requestId: requestId(), kind: 'image', prompt: 'A lighthouse' } as const;
  const { id } = await artist.api.generations.start(order);
  await stage.advance('1s');
  return id;
}

/** Credits bought, given and subscribed to; work that was done, that failed, and that came too late. */
async function creditsOf(artist: Actor, finance: Actor) {
  const { uid, api } = artist;
  const item = { kind: 'credits', pack: 'some' } as const;
  const pack = await api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, pack.id));
  await stage.idle();
  const target = { kind: 'purchase', id: pack.id } as const;
  const { plan } = await finance.api.refunds.preview({ target, amount: 500 });
  const reason = 'Not wanted.';
  const part = { requestId: requestId(), target, plan, amount: 500, reason };
  const { id: refund } = await finance.api.refunds.create(part);
  const gift = { requestId: requestId(), uid, credits: 30, reason: 'A present.' };
  const bonus = (await finance.api.lots.grant(gift)).id;
  await api.allowance.subscribe({ requestId: requestId(), tier: 'basic' });
  const { id } = Object.values(stage.stripe.vault().subscriptions).find((one) => one.metadata.uid === uid)!;
  await stage.stripe.play('subscription-paid', id);
  await stage.idle();
  const allowance = (await stage.db.collection('lots').where('kind', '==', 'allowance').get()).docs[0]!.id;
  const done = await madeBy(artist);
  await stage.atelier.finish('succeeded');
  const failed = await madeBy(artist);
  await api.generations.cancel({ generation: failed });
  const late = await madeBy(artist);
  const { task_id: task } = stage.atelier.tasks().at(-1)!;
  await stage.advance('11m');
  await stage.atelier.finish('succeeded', task);
  await api.allowance.cancel({});
  await stage.advance(`${32 * 24}h`);
  return { uid, pack: pack.id, refund, bonus, allowance, done, failed, late, made: '' };
}

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
let released: string;
let held: string;
let waiting: string;
let clearing: string;
let paid: string;
let adjusted: string;
let refunded: string;
let bought: string;
let booking: string;
let sale: string;
let deposit: string;
let credits: Awaited<ReturnType<typeof creditsOf>>;
beforeAll(async () => {
  stage = await openStage({ CLEARANCE_HOURS: '24' });
  const [artist, gifts] = [await stage.actor(), await stage.actor('finance')];
  credits = await creditsOf(artist, gifts);
  [payer, payee] = await Promise.all([stage.buyer(50_000), stage.actor()]);
  released = await submittedEscrow(payer, payee, 10_000);
  await payer.api.escrow.release({ escrow: released });
  held = await lockedEscrow(payer, payee, 5_000);
  const back = await lockedEscrow(payer, payee, 2_500);
  await payer.api.escrow.refund({ escrow: back });
  const job = await payer.api.jobs.post({
    ...{ requestId: requestId(), title: 'By card', price: { amount: 7_000, currency: 'QAR' } },
  });
  await payer.api.jobs.assign({ job: job.id, payee: payee.uid });
  const { id } = await payer.api.escrow.fund({ job: job.id, fromWallet: 1_000 });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intent = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === attempt,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  const finance = await stage.actor('finance');
  const target = { kind: 'payment', id } as const;
  const { plan } = await finance.api.refunds.preview({ target });
  refunded = (
    await finance.api.refunds.create({ requestId: requestId(), target, plan, reason: 'Not wanted.' })
  ).id;
  await stage.idle();
  const [seller, treasurer] = [await stage.buyer(30_000), await stage.actor('finance')];
  bought = (await stage.db.collection('purchases').where('uid', '==', seller.uid).get()).docs[0]!.id;
  const { destination } = await verified(finance, seller);
  await stage.advance('49h');
  const ask = async (amount: number) => {
    const asked = { requestId: requestId(), amount: qar(amount), destination };
    return (await seller.api.withdrawals.request(asked)).id;
  };
  paid = await ask(6_000);
  const reason = 'Looked at it.';
  await finance.api.withdrawals.approve({ withdrawal: paid, reason });
  await treasurer.api.withdrawals.pay({
    ...{ withdrawal: paid, amount: qar(6_000), method: 'bank_transfer', reference: requestId(), reason },
    paidAt: stage.cloud.clock.now(),
  });
  waiting = await ask(5_000);
  clearing = await submittedEscrow(payer, payee, 8_000);
  await payer.api.escrow.release({ escrow: clearing });
  const corrects = (await payer.api.wallet.entries({})).entries.at(-1)!.journal;
  const order = { requestId: requestId(), uid: payer.uid, amount: qar(1_000), corrects, reason };
  const milestones = [
    { title: 'The first', amount: 4_000, pieces: 1 },
    { title: 'The rest', amount: 6_000, pieces: 2 },
  ];
  const pair = await pairOf(stage, 20_000, { pieces: 3, milestones, freeRevisions: 0 });
  booking = await begunBooking(pair);
  await deliver(pair, booking);
  await pair.brand.api.bookings.extra({ booking });
  await pair.brand.api.bookings.revise({ booking, wish: 'Bluer.' });
  await deliver(pair, booking);
  await pair.brand.api.bookings.approve({ booking });
  sale = (await pair.brand.api.plans.buy({ requestId: requestId(), offer: 'plus' })).id;
  const transfer = { amount: qar(30_000), reference: requestId() };
  deposit = (
    await pair.brand.api.deposits.submit({
      ...{ ...transfer, requestId: requestId(), proof: `proofs/${pair.brand.uid}/slip.pdf` },
    })
  ).id;
  await finance.api.deposits.verify({ ...transfer, deposit, reason });
  adjusted = (await finance.api.adjustments.request({ ...order, direction: 'credit' })).id;
  credits.made = await madeBy(artist);
}, 90_000);
afterAll(() => stage.stop());

test('F69 I1 I2 I3 I4 I5 I6 I7 of a store that nobody touched there is nothing to say', async () => {
  const verdict = await auditAll();
  expect(verdict).toMatchObject({ ok: true, violations: [], violationCount: 0 });
  const journal = await stage.db.collection('journal').count().get();
  expect(verdict.entries).toBe(journal.data().count);
  expect(verdict.documents).toBeGreaterThan(verdict.entries);
});

type Doc = Record<string, unknown>;
const firstEntry = () => `wallets/${payer.uid}/entries/000000000001`;
const lastEntry = async () => {
  const { docs } = await stage.db
    .collection(`wallets/${payer.uid}/entries`)
    .orderBy('n', 'desc')
    .limit(1)
    .get();
  return docs[0]!.ref.path;
};
const release = () => `journal/escrow:${released}:end`;
const legsOf = (doc: Doc) => doc.legs as { account: string; amount: number }[];

const partsOf = (doc: Doc) => doc.parts as object[];
type StoredLot = { readonly id: string; readonly amount: number };
const memberOf = (id: string): string => `memberships/${id.split('~')[1]!}`;
const lotsIn = (doc: Doc) => (doc.lots as { readonly CREDIT: readonly StoredLot[] }).CREDIT;

const clearance = () => `clearances/${clearing}`;
const onAccount = (from: string, to: string) => (doc: Doc) => ({
  ...doc,
  legs: legsOf(doc).map((leg) => (leg.account === from ? { ...leg, account: to } : leg)),
});

const corruptions: readonly [
  name: string,
  path: () => string | Promise<string>,
  spoil: (doc: Doc) => Doc | null,
  invariant: string,
  document: () => string,
][] = [
  [
    'an amount of a leg',
    release,
    (doc) => ({
      ...doc,
      legs: legsOf(doc).map((leg, i) => (i === 0 ? { ...leg, amount: leg.amount + 1 } : leg)),
    }),
    'I1',
    release,
  ],
  ['a leg that is missing', release, (doc) => ({ ...doc, legs: legsOf(doc).slice(1) }), 'I1', release],
  [
    'two amounts that hide each other',
    release,
    (doc) => ({
      ...doc,
      legs: legsOf(doc).map((leg) => {
        if (leg.account.startsWith('wallet')) return { ...leg, amount: leg.amount - 1 };
        return leg.account === 'platform:fees' ? { ...leg, amount: leg.amount + 1 } : leg;
      }),
    }),
    'I2',
    () => `wallets/${payee.uid}`,
  ],
  ['an entry that is gone', release, () => null, 'I7', release],
  [
    'the hash of a wallet’s entry',
    firstEntry,
    (doc) => ({ ...doc, hash: 'f'.repeat(64) }),
    'chain',
    firstEntry,
  ],
  [
    'a wallet’s entry that is gone',
    firstEntry,
    () => null,
    'chain',
    () => `wallets/${payer.uid}/entries/000000000002`,
  ],
  [
    'a wallet that was rewound',
    () => `wallets/${payer.uid}`,
    (doc) => ({ ...doc, version: Number(doc.version) - 1 }),
    'chain',
    () => `wallets/${payer.uid}`,
  ],
  [
    'a balance that was edited by hand',
    () => `wallets/${payee.uid}`,
    (doc) => {
      const { QAR, ...others } = doc.balances as { QAR: { available: number } };
      return { ...doc, balances: { ...others, QAR: { ...QAR, available: QAR.available + 100 } } };
    },
    'I2',
    () => `wallets/${payee.uid}`,
  ],
  [
    'an escrow’s balance',
    () => `escrows/${held}`,
    (doc) => ({ ...doc, balance: Number(doc.balance) + 1 }),
    'I2',
    () => `escrows/${held}`,
  ],
  [
    'an escrow’s outcome',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, outcome: { toPayee: 9_000, toPlatform: 999, toPayer: 0 } }),
    'I5',
    () => `escrows/${released}`,
  ],
  [
    'what is asked for by a withdrawal',
    () => `withdrawals/${waiting}`,
    (doc) => ({ ...doc, amount: 25_000 }),
    'I7',
    () => `journal/withdrawal:${waiting}:request`,
  ],
  [
    'what a withdrawal paid',
    () => `withdrawals/${paid}`,
    (doc) => ({ ...doc, amount: 1 }),
    'I7',
    () => `journal/withdrawal:${paid}:end`,
  ],
  [
    'a paid withdrawal called rejected',
    () => `withdrawals/${paid}`,
    (doc) => ({ ...doc, status: 'rejected', reason: 'x' }),
    'I6',
    () => `journal/withdrawal:${paid}:end`,
  ],
  [
    'an outcome whose parts are swapped',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, outcome: { toPayee: 1_000, toPlatform: 9_000, toPayer: 0 } }),
    'I7',
    () => `journal/escrow:${released}:end`,
  ],
  [
    'a released escrow called refunded',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, status: 'refunded', outcome: { toPayee: 0, toPlatform: 0, toPayer: doc.held } }),
    'I6',
    () => `journal/escrow:${released}:end`,
  ],
  [
    'what was taken back of an escrow',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, takenBack: doc.outcome }),
    'I5',
    () => `payments/${released.split('~').slice(0, 2).join('~')}`,
  ],
  [
    'whom an escrow is for',
    () => `escrows/${held}`,
    (doc) => ({ ...doc, payee: 'mallory', parties: [doc.payer, 'mallory'] }),
    'I5',
    () => `escrows/${held}`,
  ],
  [
    'the fee policy of an escrow that ended',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, policy: { ...(doc.policy as object), payeeFeeBps: 0 } }),
    'I5',
    () => `escrows/${released}`,
  ],
  ['fees booked as losses', release, onAccount('platform:fees', 'platform:losses'), 'I7', release],
  [
    'a payout booked as tax',
    () => `journal/withdrawal:${paid}:end`,
    onAccount('bank:payouts', 'tax:fees'),
    'I7',
    () => `journal/withdrawal:${paid}:end`,
  ],
  [
    'the time of an entry',
    () => `journal/withdrawal:${paid}:end`,
    (doc) => ({ ...doc, at: new Date(0) }),
    'I2',
    () => `journal/withdrawal:${paid}:end`,
  ],
  [
    'the kind of an entry',
    () => `journal/withdrawal:${paid}:end`,
    (doc) => ({ ...doc, kind: 'withdrawal-return' }),
    'I6',
    () => `journal/withdrawal:${paid}:end`,
  ],
  ['a clearance that is gone', clearance, () => null, 'I5', clearance],
  [
    'when something clears',
    clearance,
    (doc) => ({ ...doc, dueAt: new Date(1), availableAt: new Date(1) }),
    'I5',
    clearance,
  ],
  ['what clears', clearance, (doc) => ({ ...doc, amount: 1 }), 'I2', () => `wallets/${payee.uid}`],
  [
    'an adjustment that is gone',
    () => `adjustments/${adjusted}`,
    () => null,
    'I6',
    () => `journal/adjustment:${adjusted}`,
  ],
  [
    'what was bought',
    () => `purchases/${bought}`,
    (doc) => ({ ...doc, price: Number(doc.price) * 10, value: Number(doc.value) * 10 }),
    'I7',
    () => `journal/purchase:${bought}`,
  ],
  [
    'what of an order went back',
    () => `purchases/${bought}`,
    (doc) => ({ ...doc, refunded: 500, valueBack: 500 }),
    'I5',
    () => `purchases/${bought}`,
  ],
  [
    'the amount of a refund',
    () => `refunds/${refunded}`,
    (doc) => ({ ...doc, amount: 1 }),
    'I7',
    () => `journal/refund:${refunded}`,
  ],
  [
    'what somebody took out over the years',
    () => `wallets/${payer.uid}`,
    (doc) => {
      const { QAR } = doc.lifetime as { QAR: object };
      return { ...doc, lifetime: { QAR: { ...QAR, withdrawn: 999 } } };
    },
    'I2',
    () => `wallets/${payer.uid}`,
  ],
  [
    'a milestone that was paid called open',
    () => `bookings/${booking}`,
    (doc) => ({ ...doc, parts: partsOf(doc).map((part) => ({ ...part, status: 'open' })) }),
    'I5',
    () => `bookings/${booking}`,
  ],
  [
    'a milestone that was not paid called released',
    () => `bookings/${booking}`,
    (doc) => ({ ...doc, parts: partsOf(doc).map((part) => ({ ...part, status: 'released' })) }),
    'I5',
    () => `bookings/${booking}`,
  ],
  [
    'what milestones are worth',
    () => `bookings/${booking}`,
    (doc) => ({
      ...doc,
      parts: partsOf(doc).map((part, i) => ({ ...part, amount: i === 0 ? 9_000 : 1_000 })),
    }),
    'I5',
    () => `bookings/${booking}`,
  ],
  [
    'how much of the work was approved',
    () => `bookings/${booking}`,
    (doc) => ({ ...doc, parts: partsOf(doc).map((part) => ({ ...part, approved: 9 })) }),
    'I5',
    () => `bookings/${booking}`,
  ],
  [
    'how many revisions were paid',
    () => `bookings/${booking}`,
    (doc) => ({ ...doc, revisions: { used: 1, paid: 0, fees: 1 } }),
    'I5',
    () => `bookings/${booking}`,
  ],
  ['a booking that is gone', () => `bookings/${booking}`, () => null, 'I5', () => `bookings/${booking}`],
  [
    'a plan that was bought called lapsed',
    () => `sales/${sale}`,
    (doc) => ({ ...doc, status: 'lapsed' }),
    'I5',
    () => `sales/${sale}`,
  ],
  [
    'a plan that holds a day longer',
    () => memberOf(sale),
    (doc) => {
      const plan = doc.plan as { readonly untilAt: { toMillis(): number } };
      return { ...doc, plan: { ...plan, untilAt: new Date(plan.untilAt.toMillis() + 86_400_000) } };
    },
    'I5',
    () => memberOf(sale),
  ],
  [
    'a plan that holds a day longer, in all of its document',
    () => memberOf(sale),
    (doc) => {
      const plan = doc.plan as { readonly untilAt: { toMillis(): number }; readonly lasts: number };
      const untilAt = new Date(plan.untilAt.toMillis() + 86_400_000);
      const { plus } = doc.given as { readonly plus: number };
      return {
        ...doc,
        plan: { ...plan, untilAt, lasts: plan.lasts + 86_400_000 },
        given: { plus: plus + 86_400_000 },
      };
    },
    'I5',
    () => memberOf(sale),
  ],
  ['who has what they bought', () => memberOf(sale), () => null, 'I5', () => memberOf(sale)],
  [
    'the amount of a transfer',
    () => `deposits/${deposit}`,
    (doc) => ({ ...doc, amount: 1 }),
    'I7',
    () => `journal/deposit:${deposit}`,
  ],
  [
    'a transfer that was found called rejected',
    () => `deposits/${deposit}`,
    (doc) => ({ ...doc, status: 'rejected' }),
    'I6',
    () => `journal/deposit:${deposit}`,
  ],
  [
    'a lot that another one hides',
    () => `wallets/${credits.uid}`,
    (doc) => {
      const [first, ...rest] = lotsIn(doc);
      const [other] = rest;
      const [less, more] = [
        { ...first!, amount: first!.amount - 1 },
        { ...other!, amount: other!.amount + 1 },
      ];
      return { ...doc, lots: { CREDIT: [less, more] } };
    },
    'I2',
    () => `wallets/${credits.uid}`,
  ],
  [
    'a lot that is less than the balance',
    () => `wallets/${credits.uid}`,
    (doc) => ({ ...doc, lots: { CREDIT: lotsIn(doc).slice(1) } }),
    'I2',
    () => `wallets/${credits.uid}`,
  ],
  [
    'a present that is said to be bought',
    () => `wallets/${credits.uid}`,
    (doc) => ({
      ...doc,
      lots: { CREDIT: lotsIn(doc).map((lot) => ({ ...lot, kind: 'purchased', expiresAt: null })) },
    }),
    'I2',
    () => `wallets/${credits.uid}`,
  ],
  [
    'what a generation holds',
    () => `generations/${credits.made}`,
    (doc) => ({ ...doc, balance: Number(doc.balance) - 1 }),
    'I5',
    () => `generations/${credits.made}`,
  ],
  [
    'what a generation cost',
    () => `generations/${credits.done}`,
    (doc) => ({ ...doc, price: 1 }),
    'I7',
    () => `journal/generation:${credits.done}:end`,
  ],
  [
    'where the credits of a generation came from',
    () => `generations/${credits.made}`,
    (doc) => ({ ...doc, lots: [{ ...(doc.lots as object[])[0], id: 'purchased', kind: 'purchased' }] }),
    'I7',
    () => `journal/generation:${credits.made}:reserve`,
  ],
  [
    'a generation that nobody would settle',
    () => `generations/${credits.made}`,
    (doc) => ({ ...doc, dueAt: null }),
    'I5',
    () => `generations/${credits.made}`,
  ],
  [
    'a reservation that is gone',
    () => `journal/generation:${credits.made}:reserve`,
    () => null,
    'I7',
    () => `journal/generation:${credits.made}:reserve`,
  ],
  [
    'work that was done called refunded',
    () => `generations/${credits.done}`,
    (doc) => ({ ...doc, status: 'refunded', refunded: true, code: 'timeout', back: doc.price }),
    'I6',
    () => `journal/generation:${credits.done}:end`,
  ],
  [
    'what came back of a generation',
    () => `generations/${credits.late}`,
    (doc) => ({ ...doc, back: 0 }),
    'I5',
    () => `generations/${credits.late}`,
  ],
  [
    'what came back of one that was cancelled',
    () => `generations/${credits.failed}`,
    (doc) => ({ ...doc, back: Number(doc.back) + 1 }),
    'I7',
    () => `journal/generation:${credits.failed}:end`,
  ],
  [
    'a loss that is not told',
    () => `generations/${credits.late}`,
    (doc) => ({ ...doc, loss: null }),
    'I6',
    () => `journal/generation:${credits.late}:loss`,
  ],
  [
    'how much was given',
    () => `lots/${credits.bonus}`,
    (doc) => ({ ...doc, given: 3 }),
    'I7',
    () => `journal/lot:${credits.bonus}:grant`,
  ],
  [
    'a gift that is gone',
    () => `lots/${credits.bonus}`,
    () => null,
    'I6',
    () => `journal/lot:${credits.bonus}:grant`,
  ],
  [
    'what was paid for an allowance',
    () => `lots/${credits.allowance}`,
    (doc) => ({ ...doc, paid: null }),
    'I7',
    () => `journal/lot:${credits.allowance}:grant`,
  ],
  [
    'how much of a lot expired',
    () => `lots/${credits.allowance}`,
    (doc) => ({ ...doc, expired: 1 }),
    'I5',
    () => `lots/${credits.allowance}`,
  ],
  [
    'an expiry that is not told',
    () => `lots/${credits.allowance}`,
    (doc) => ({ ...doc, expiries: 0 }),
    'I6',
    () => `journal/lot:${credits.allowance}:expiry:1`,
  ],
  [
    'what expired booked as fees',
    () => `journal/lot:${credits.allowance}:expiry:1`,
    onAccount('platform:breakage', 'platform:fees'),
    'I5',
    () => `lots/${credits.allowance}`,
  ],
  [
    'how many credits were bought',
    () => `purchases/${credits.pack}`,
    (doc) => ({ ...doc, credits: 5_000 }),
    'I7',
    () => `journal/purchase:${credits.pack}`,
  ],
  [
    'how many bought credits went back',
    () => `purchases/${credits.pack}`,
    (doc) => ({ ...doc, creditsBack: 0 }),
    'I5',
    () => `purchases/${credits.pack}`,
  ],
  [
    'how many credits a refund took',
    () => `refunds/${credits.refund}`,
    (doc) => {
      const taken = doc.taken as { sources: object };
      return { ...doc, taken: { ...taken, sources: { ...taken.sources, credits: 0 } } };
    },
    'I7',
    () => `journal/refund:${credits.refund}`,
  ],
];

test.each(corruptions)('W2-18 found and named: %s', async (_, path, spoil, invariant, document) => {
  const ref = stage.db.doc(await path());
  const before = (await ref.get()).data()!;
  const after = spoil(before);
  const put = (doc: Doc | null) =>
    stage.cloud.host.unheard(async () => {
      await (doc ? ref.set(doc) : ref.delete());
    });
  await put(after);
  let verdict: Verdict;
  try {
    verdict = await auditAll();
  } finally {
    await put(before);
  }
  expect(verdict.ok).toBe(false);
  expect(verdict.violations).toContainEqual(expect.objectContaining({ invariant, document: document() }));
});

test('what was edited was put back each time', async () => {
  expect((await auditAll()).violations).toEqual([]);
});

test('W2-18 found and named: an entry and a wallet’s entry that nobody caused', async () => {
  const last = await lastEntry();
  const n = Number(last.split('/').at(-1)) + 1;
  const entry = stage.db.doc(`wallets/${payer.uid}/entries/${String(n).padStart(12, '0')}`);
  const extra = stage.db.doc('journal/purchase:nobody~ann');
  await stage.cloud.host.unheard(async () => {
    await entry.set({ ...(await stage.db.doc(last).get()).data(), n });
    await extra.set((await stage.db.doc(release()).get()).data()!);
  });
  const { violations } = await auditAll();
  await stage.cloud.host.unheard(async () => {
    await Promise.all([entry.delete(), extra.delete()]);
  });
  expect(violations).toContainEqual(expect.objectContaining({ invariant: 'chain', document: entry.path }));
  expect(violations).toContainEqual(expect.objectContaining({ invariant: 'I6', document: extra.path }));
});

test('F69 W2-35 one unit that nobody can explain stops what leaves, until a superadmin has looked', async () => {
  const [finance, root] = [await stage.actor('finance'), await stage.actor('superadmin')];
  const daily = () => stage.cloud.runSchedule('audit-daily');
  await daily();
  expect(await finance.api.brake.show({})).toMatchObject({ status: 'off' });
  // Somebody for whom nothing clears in the meantime: what is put back is as it was.
  const { uid } = await stage.buyer(5_000);
  const ref = stage.db.doc(`wallets/${uid}`);
  const before = (await ref.get()).data()!;
  const more = {
    ...before,
    balances: { QAR: { ...(before.balances as { QAR: object }).QAR, available: 99_999 } },
  };
  await stage.cloud.host.unheard(async () => {
    await ref.set(more);
  });
  await stage.advance('24h');
  await daily();
  await daily();
  const { status, alert } = await finance.api.brake.show({});
  expect(status).toBe('on');
  const { alerts } = await finance.api.alerts.list({ status: 'open' });
  expect(alerts.filter(({ kind }) => kind === 'books_differ')).toMatchObject([
    { id: alert, severity: 'critical', about: ref.path, facts: { invariant: 'I2' } },
  ]);
  const { destination } = await verified(finance, payer);
  const ask = () =>
    payer.api.withdrawals.request({ requestId: requestId(), amount: qar(5_000), destination });
  const { id } = await ask();
  const approve = () => finance.api.withdrawals.approve({ withdrawal: id, reason: 'Looked at it.' });
  expect(await refusal(approve())).toMatchObject({ reason: 'payouts_stopped', facts: { alert } });
  const reveal = () => finance.api.withdrawals.reveal({ withdrawal: id, reason: 'To pay it.' });
  expect(await refusal(reveal())).toMatchObject({ reason: 'payouts_stopped' });
  // What comes in, and what goes back to people, goes on.
  await stage.buyer(5_000);
  await payer.api.escrow.refund({ escrow: await lockedEscrow(payer, payee, 2_500) });
  await payer.api.withdrawals.cancel({ withdrawal: id });
  await stage.cloud.host.unheard(async () => {
    await ref.set(before);
  });
  const lift = (by: Actor) => by.api.brake.lift({ reason: 'A test had edited it; it was put back.' });
  expect(await refusal(lift(finance))).toMatchObject({ reason: 'role_missing' });
  expect(await lift(root)).toMatchObject({ status: 'off' });
  expect(await lift(root)).toMatchObject({ status: 'off' });
  const again = await ask();
  const stop = { reason: 'The audit from here found something.' };
  const stopped = await finance.api.brake.engage(stop);
  expect(stopped.status).toBe('on');
  expect(await root.api.brake.engage(stop)).toEqual(stopped);
  const action = (await stage.db.doc(`adminActions/${stopped.alert}`).get()).data();
  expect(action).toMatchObject({ ...stop, action: 'brake-engage', by: finance.uid });
  await lift(root);
  await finance.api.withdrawals.approve({ withdrawal: again.id, reason: 'Looked at it.' });
});

test('an audit that dies between any two pages is gone on with, and comes to the same', async () => {
  const id = 'by-hand';
  for (let run = 0; run < 40; run += 1) await runAudit(id, stage.cloud.clock.now(), 1);
  const audit = (await stage.db.doc(`audits/${id}`).get()).data()!;
  expect(audit).toMatchObject({ phase: 'done', found: { count: 0 } });
  expect((audit.counts as { entries: number }).entries).toBe((await auditAll()).entries);
});
