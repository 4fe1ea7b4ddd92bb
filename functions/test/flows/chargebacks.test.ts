import type { Chargeback } from '../../src/chargebacks/chargeback.ts';
import type { CardPayment } from '../../src/payments/funding.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { assignedJob, escrowOn, noticesOf, orderOf, purchaseOn } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** W3-17 W4-18: a payer's bank takes a payment back, whatever has happened to the money since. */

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
}, 180_000);
beforeEach(async () => {
  [payer, payee] = await Promise.all([stage.actor(), stage.actor()]);
});
afterEach(async () => {
  stage.stripe.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

async function funded(price: number) {
  const job = await assignedJob(payer, payee, price);
  const { id } = await payer.api.escrow.fund({ job });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const { id: intent } = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === attempt,
  )!;
  await stage.stripe.play('confirm', intent);
  await stage.idle();
  return { intent, payment: id, escrow: `${job}~${payer.uid}~${payee.uid}` };
}

/** Opens a dispute and answers its id. */
async function contest(intent: string, amount?: number): Promise<string> {
  await stage.stripe.play('dispute', intent, amount === undefined ? {} : { amount: String(amount) });
  await stage.idle();
  return Object.values(stage.stripe.vault().disputes).findLast((one) => one.payment_intent === intent)!.id;
}
async function decide(id: string, how: 'won' | 'lost') {
  await stage.stripe.play(how, id);
  await stage.idle();
}
const chargebackOn = async (id: string) =>
  fromStored((await stage.db.doc(`chargebacks/${id}`).get()).data() ?? {}) as Chargeback;
const balanceOf = async ({ api }: Actor) => {
  const [held] = (await api.wallet.get({})).balances;
  return { available: held?.available ?? 0, debt: held?.debt ?? 0 };
};
const account = async (name: string) => (await booksOf(stage)).accounts.get(`${name} QAR`) ?? 0;

test('an escrow that has the money is frozen; lost, it gives it; nothing else ever leaves it', async () => {
  const { intent, escrow } = await funded(10_000);
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  const costs = await account('psp:stripe:costs');
  const id = await contest(intent);
  expect(await chargebackOn(id)).toMatchObject({
    status: 'open',
    frozen: escrow,
    amount: 10_000,
    fee: 1_500,
  });
  expect((await account('psp:stripe:costs')) - costs).toBe(-1_500);
  for (const act of [
    () => payer.api.escrow.release({ escrow }),
    () => payee.api.escrow.refund({ escrow }),
    () => payer.api.escrow.revise({ escrow, wish: 'Blue.' }),
  ])
    expect(await refusal(act())).toMatchObject({ reason: 'chargeback_open', facts: { chargeback: id } });
  await stage.advance('100h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted', balance: 10_000 });
  await decide(id, 'lost');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'refunded', balance: 0, contested: [] });
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost', loss: 0, dueAt: null });
  expect(await account(`chargeback:${id}`)).toBe(0);
});

test('won, a frozen escrow goes on with its clocks begun anew, and the fee stays paid', async () => {
  const { intent, escrow } = await funded(10_000);
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  const id = await contest(intent);
  await stage.advance('100h');
  await decide(id, 'won');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted', contested: [] });
  await stage.advance('71h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted' });
  await stage.advance('2h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'released' });
  expect(await balanceOf(payee)).toEqual({ available: 9_000, debt: 0 });
});

test('W3-17 after it was earned and spent it is owed; won, they have it again', async () => {
  const { intent, escrow } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  const helper = await stage.actor();
  const job = await assignedJob(payee, helper, 7_000);
  await payee.api.escrow.lock({ job });
  const fees = await account('platform:fees');
  const id = await contest(intent);
  expect(await balanceOf(payee)).toEqual({ available: 0, debt: 7_000 });
  expect((await account('platform:fees')) - fees).toBe(-1_000);
  expect(await noticesOf(stage, payee, `chargebacks/${id}`)).toEqual(['chargeback-open']);
  await decide(id, 'won');
  expect(await balanceOf(payee)).toEqual({ available: 2_000, debt: 0 });
  expect(await account('platform:fees')).toBe(fees);
  expect(await noticesOf(stage, payee, `chargebacks/${id}`)).toEqual(['chargeback-open', 'chargeback-won']);
});

test('coins that a bank takes back come from the wallet, and what was charged back is not refunded as well', async () => {
  const { id: purchase } = await orderOf(payer, 10_000);
  await stage.stripe.pay(sessionOf(stage, purchase));
  await stage.idle();
  const { payment } = (await purchaseOn(stage, purchase)) as { payment: { payment: string } };
  const id = await contest(payment.payment);
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
  const target = { kind: 'purchase', id: purchase } as const;
  expect(await refusal(finance.api.refunds.preview({ target }))).toMatchObject({
    ...{ reason: 'chargeback_open', facts: { chargeback: id } },
  });
  await decide(id, 'lost');
  expect(await refusal(finance.api.refunds.preview({ target }))).toMatchObject({ reason: 'wrong_status' });
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost' });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('a part refunded before is not given twice; what exceeds it is the platform’s loss', async () => {
  const { intent, payment, escrow } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  const target = { kind: 'payment', id: payment } as const;
  const { plan } = await finance.api.refunds.preview({ target, amount: 4_000 });
  const reason = 'Half of it was missing.';
  await finance.api.refunds.create({ requestId: requestId(), target, amount: 4_000, plan, reason });
  const losses = await account('platform:losses');
  const id = await contest(intent, 10_000);
  expect(await chargebackOn(id)).toMatchObject({ loss: 4_000 });
  expect((await account('platform:losses')) - losses).toBe(-4_000);
  await decide(id, 'won');
  expect(await account('platform:losses')).toBe(losses);
  expect(await balanceOf(payee)).toEqual({ available: 9_000 - 3_600, debt: 0 });
});

test('W3-06 told in any order, again and again, or never: it is done once', async () => {
  const { intent, escrow } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  stage.stripe.faults.delivery = 'never';
  const id = await contest(intent);
  await decide(id, 'lost');
  const events = stage.stripe.events().filter(({ data }) => data.object.id === id);
  expect(events.map(({ type }) => type)).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
  for (const event of events.toReversed()) await stage.stripe.deliver(event, { times: 5 });
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost' });
  expect(await balanceOf(payee)).toEqual({ available: 0, debt: 0 });

  stage.stripe.heal();
  const other = await funded(5_000);
  await payer.api.escrow.release({ escrow: other.escrow });
  stage.stripe.faults.delivery = 'never';
  const silent = await contest(other.intent);
  stage.stripe.heal();
  // Nobody ever told of it: only its end is.
  await stage.stripe.play('won', silent);
  await stage.idle();
  expect(await chargebackOn(silent)).toMatchObject({ status: 'won' });
  expect(await balanceOf(payee)).toEqual({ available: 4_500, debt: 0 });
});

test('an end of which nobody tells is asked for within a day', async () => {
  const { intent, escrow } = await funded(10_000);
  const id = await contest(intent);
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.play('lost', id);
  await stage.advance('25h');
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost' });
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'refunded' });
});

const remainingOf = async (id: string) =>
  (await finance.api.refunds.preview({ target: { kind: 'payment', id } })).remaining;
const paymentOn = async (id: string) =>
  fromStored((await stage.db.doc(`payments/${id}`).get()).data() ?? {}) as CardPayment;

test('two banks’ claims on one held payment: each takes its part, and it goes on when the last is decided', async () => {
  const { intent, escrow, payment } = await funded(10_000);
  const [one, two] = [await contest(intent, 4_000), await contest(intent, 3_000)];
  expect(await escrowOn(stage, escrow)).toMatchObject({ contested: [one, two], dueAt: null });
  await decide(one, 'lost');
  expect(await escrowOn(stage, escrow)).toMatchObject({ balance: 6_000, contested: [two], dueAt: null });
  expect(await refusal(payer.api.escrow.release({ escrow }))).toMatchObject({ reason: 'chargeback_open' });
  await decide(two, 'lost');
  expect(await escrowOn(stage, escrow)).toMatchObject({ balance: 3_000, contested: [] });
  expect(await remainingOf(payment)).toBe(3_000);
  await payer.api.escrow.release({ escrow });
  expect(await balanceOf(payee)).toEqual({ available: 2_700, debt: 0 });
});

test('a claim that is won frees nothing that another one holds, and no more can be refunded than was paid', async () => {
  const { intent, escrow, payment } = await funded(10_000);
  const [one, two] = [await contest(intent, 4_000), await contest(intent, 3_000)];
  await decide(one, 'won');
  expect(await escrowOn(stage, escrow)).toMatchObject({ balance: 10_000, contested: [two], dueAt: null });
  await decide(two, 'won');
  await payer.api.escrow.release({ escrow });
  expect(await remainingOf(payment)).toBe(10_000);
});

test('while a part is claimed the rest is not refunded; afterwards it can be', async () => {
  const { id: purchase } = await orderOf(payer, 10_000);
  await stage.stripe.pay(sessionOf(stage, purchase));
  await stage.idle();
  const { payment } = (await purchaseOn(stage, purchase)) as { payment: { payment: string } };
  const id = await contest(payment.payment, 1_100);
  const target = { kind: 'purchase', id: purchase } as const;
  expect(await refusal(finance.api.refunds.preview({ target }))).toMatchObject({ reason: 'chargeback_open' });
  expect(await balanceOf(payer)).toEqual({ available: 9_000, debt: 0 });
  await decide(id, 'won');
  const { plan } = await finance.api.refunds.preview({ target });
  const made = await finance.api.refunds.create({
    requestId: requestId(),
    target,
    plan,
    reason: 'Not wanted.',
  });
  expect(made).toMatchObject({ status: 'refunded', amount: 11_000 });
});

test('lost, and won after all: everybody has theirs again, once', async () => {
  const { intent, escrow, payment } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  const id = await contest(intent);
  await decide(id, 'lost');
  expect(await balanceOf(payee)).toEqual({ available: 0, debt: 0 });
  await decide(id, 'won');
  const won = stage.stripe.events().findLast(({ type }) => type === 'charge.dispute.closed')!;
  await stage.stripe.deliver({ ...won, id: 'evt_won_again' });
  expect(await chargebackOn(id)).toMatchObject({ status: 'won' });
  expect(await balanceOf(payee)).toEqual({ available: 9_000, debt: 0 });
  expect(await remainingOf(payment)).toBe(10_000);
});

/** A payment whose amount somebody changed at Stripe: its money lies under review. */
async function misfit() {
  const job = await assignedJob(payer, payee, 10_000);
  const { id } = await payer.api.escrow.fund({ job });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const all = Object.values(stage.stripe.vault().intents);
  const { id: intent } = all.find(({ metadata }) => metadata.attempt === attempt)!;
  await stage.stripe.play('change', intent, { amount: '9999' });
  await stage.stripe.play('confirm', intent);
  await stage.idle();
  expect(await paymentOn(id)).toMatchObject({ status: 'review', balance: 9_999 });
  return { id, intent };
}
const look = 'It came, whatever it was for.';

test.each(['won', 'lost'] as const)(
  'money under review that a bank claims is not let in as well; the claim is %s',
  async (how) => {
    const { id, intent } = await misfit();
    const losses = await account('platform:losses');
    const claim = await contest(intent);
    expect(await paymentOn(id)).toMatchObject({ status: 'failed', balance: 0 });
    const credit = () => finance.api.payments.credit({ payment: id, reason: look });
    expect(await refusal(credit())).toMatchObject({ reason: 'wrong_status' });
    await decide(claim, how);
    expect(await refusal(credit())).toMatchObject({ reason: 'wrong_status' });
    // Won, it is the payer's again.
    expect(await balanceOf(payer)).toEqual({ available: how === 'won' ? 9_999 : 0, debt: 0 });
    expect(await account('platform:losses')).toBe(losses);
  },
);

test('money that was let into the wallet after a review is taken back from there', async () => {
  const { id, intent } = await misfit();
  await finance.api.payments.credit({ payment: id, reason: look });
  const claim = await contest(intent);
  await decide(claim, 'lost');
  expect(await chargebackOn(claim)).toMatchObject({ status: 'lost', loss: 0, target: `payments/${id}` });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('an order under review that a bank claims is not credited; only the fee is in the books', async () => {
  const { id } = await orderOf(payer, 10_000);
  stage.stripe.faults.amount = 9_000;
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.heal();
  await stage.idle();
  const { payment } = (await purchaseOn(stage, id)) as { payment: { payment: string } };
  const losses = await account('platform:losses');
  const claim = await contest(payment.payment);
  const resolve = (decision: 'credit' | 'dismiss') =>
    finance.api.purchases.resolve({ purchase: id, decision, reason: look });
  expect(await refusal(resolve('credit'))).toMatchObject({ reason: 'chargeback_open' });
  await decide(claim, 'lost');
  expect(await purchaseOn(stage, id)).toMatchObject({ status: 'failed', why: 'charged_back' });
  expect(await refusal(resolve('credit'))).toMatchObject({ reason: 'wrong_status' });
  expect(await account('platform:losses')).toBe(losses);
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('W3-06 a claim that came before its payment was in the books is not forgotten, and finance hears of it', async () => {
  const { id } = await orderOf(payer, 10_000);
  stage.stripe.faults.delivery = 'never';
  const session = sessionOf(stage, id);
  await stage.stripe.pay(session);
  stage.stripe.heal();
  const paid = stage.stripe.sessions().find((one) => one.id === session)!;
  const { payment_intent: intent } = paid;
  const claim = await contest(typeof intent === 'string' ? intent : '');
  expect((await stage.db.doc(`chargebacks/${claim}`).get()).exists).toBe(false);
  expect((await stage.db.doc(`alerts/dispute.${claim}`).get()).data()).toMatchObject({ status: 'open' });
  await stage.advance('11m');
  await stage.cloud.runSchedule('purchases-sweep');
  await stage.advance('25h');
  await stage.cloud.runSchedule('psp-sweep');
  // How late, for who looks after that.
  expect(stage.witness.heard().lines.filter((line) => line.includes('settled late'))).not.toEqual([]);
  expect(await purchaseOn(stage, id)).toMatchObject({ refunded: 11_000 });
  expect(await chargebackOn(claim)).toMatchObject({ status: 'open', loss: 0 });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('F22 what was still clearing clears on after the claim was turned down, and is not there to spend before', async () => {
  process.env.CLEARANCE_HOURS = '240';
  try {
    const { intent, escrow } = await funded(10_000);
    await payer.api.escrow.release({ escrow });
    const claim = await contest(intent);
    const pending = async () => (await payee.api.wallet.get({})).balances[0]?.pending;
    expect([await pending(), await balanceOf(payee)]).toEqual([0, { available: 0, debt: 0 }]);
    await decide(claim, 'won');
    expect([await pending(), await balanceOf(payee)]).toEqual([9_000, { available: 0, debt: 0 }]);
    await stage.advance('241h');
    await stage.cloud.runSchedule('clearance-sweep');
    expect([await pending(), await balanceOf(payee)]).toEqual([0, { available: 9_000, debt: 0 }]);
  } finally {
    delete process.env.CLEARANCE_HOURS;
  }
});

test('F24 what a cancelled card payment gives back repays first what a bank took', async () => {
  const { id: purchase } = await orderOf(payer, 10_000);
  await stage.stripe.pay(sessionOf(stage, purchase));
  await stage.idle();
  const { payment } = (await purchaseOn(stage, purchase)) as { payment: { payment: string } };
  const job = await assignedJob(payer, payee, 20_000);
  const { id } = await payer.api.escrow.fund({ job, fromWallet: 10_000 });
  await contest(payment.payment);
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 10_000 });
  await payer.api.payments.cancel({ payment: id });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('a dispute about nothing of ours is for a person, and moves nothing', async () => {
  const { intent } = await funded(10_000);
  await stage.idle();
  await stage.db.collection('payments').where('intent', '==', intent).get();
  const event = { ...stage.stripe.events()[0]!, id: 'evt_unknown', type: 'charge.dispute.created' };
  const [told] = await stage.stripe.deliver({ ...event, data: { object: { id: 'du_nowhere' } } });
  expect(JSON.parse(told!.answer)).toEqual({ result: 'unknown' });
});
