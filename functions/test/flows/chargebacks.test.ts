import type { Chargeback } from '../../src/chargebacks/chargeback.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { assignedJob, escrowOn, noticesOf, orderOf, purchaseOn } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** W3-17 W4-18: a payer's bank takes a payment back, whatever has happened to the money since. */

jest.setTimeout(60_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
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
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'refunded', balance: 0, chargeback: null });
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost', loss: 0, dueAt: null });
  expect(await account(`chargeback:${id}`)).toBe(0);
});

test('won, a frozen escrow goes on with its clocks begun anew, and the fee stays paid', async () => {
  const { intent, escrow } = await funded(10_000);
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  const id = await contest(intent);
  await stage.advance('100h');
  await decide(id, 'won');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted', chargeback: null });
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
  const finance = await stage.actor('finance');
  const target = { kind: 'purchase', id: purchase } as const;
  expect(await refusal(finance.api.refunds.preview({ target }))).toMatchObject({ reason: 'wrong_status' });
  await decide(id, 'lost');
  expect(await chargebackOn(id)).toMatchObject({ status: 'lost' });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('a part refunded before is not given twice; what exceeds it is the platform’s loss', async () => {
  const { intent, payment, escrow } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  const finance = await stage.actor('finance');
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

test('a dispute about nothing of ours is for a person, and moves nothing', async () => {
  const { intent } = await funded(10_000);
  await stage.idle();
  await stage.db.collection('payments').where('intent', '==', intent).get();
  const event = { ...stage.stripe.events()[0]!, id: 'evt_unknown', type: 'charge.dispute.created' };
  const [told] = await stage.stripe.deliver({ ...event, data: { object: { id: 'du_nowhere' } } });
  expect(JSON.parse(told!.answer)).toEqual({ result: 'unknown' });
});
