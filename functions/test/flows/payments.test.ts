import { planCrash, takeTallies } from '../../../local/wire.ts';
import type { CardPayment } from '../../src/payments/funding.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { assignedJob, availableOf, escrowOn, everything, noticesOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

/** F24 W3-04 W2-43: a card, or a wallet and a card, pays a job straight into escrow; either both do or neither. */

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage({ PAYER_FEE_BPS: '500' });
  payee = await stage.actor();
}, 180_000);
beforeEach(async () => {
  payer = await stage.buyer(100_000);
});
afterEach(async () => {
  stage.stripe.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const fund = (job: string, more: { fromWallet?: number; method?: string; save?: boolean } = {}, by = payer) =>
  by.api.escrow.fund({ job, ...more });
const paymentOn = async (id: string) =>
  fromStored((await stage.db.doc(`payments/${id}`).get()).data() ?? {}) as CardPayment;
/** The intent of a payment, as Stripe knows it now. */
const intentOf = (payment: string) => {
  const attempt = `card:${payment.replace('~', ':')}:`;
  const all = Object.values(stage.stripe.vault().intents).filter((one) =>
    one.metadata.attempt?.startsWith(attempt),
  );
  return all.at(-1)!;
};
const chargesFor = (payment: string) =>
  stage.stripe.vault().lines.filter(({ source }) => source.payment_intent === intentOf(payment).id);
const type = (payment: string, method: string) =>
  stage.stripe.play('confirm', intentOf(payment).id, { method });

test('W3-04 a typed card pays the price and the payer’s fee into escrow, and the release pays the payee 90%', async () => {
  const job = await assignedJob(payer, payee, 100_000);
  const begun = await fund(job);
  expect(begun).toMatchObject({
    status: 'awaiting_payer',
    held: 105_000,
    fromCard: 105_000,
    fromWallet: 0,
    needs: 'method',
  });
  expect(begun.clientSecret).toBe(intentOf(begun.id).client_secret);
  await type(begun.id, 'pm_card_visa');
  await stage.idle();
  const paid = await fund(job);
  expect(paid).toMatchObject({
    status: 'paid',
    clientSecret: null,
    escrow: `${job}~${payer.uid}~${payee.uid}`,
  });
  expect(await escrowOn(stage, paid.escrow!)).toMatchObject({
    status: 'held',
    held: 105_000,
    balance: 105_000,
  });
  expect(await noticesOf(stage, payee, `escrows/${paid.escrow!}`)).toEqual(['escrow-locked']);
  const before = await availableOf(payee);
  await payer.api.escrow.release({ escrow: paid.escrow! });
  expect((await availableOf(payee)) - before).toBe(90_000);
});

test('W3-20 W3-21 3-D Secure is a state of its own; failed once, declined once, it is paid under the same payment', async () => {
  const job = await assignedJob(payer, payee);
  const { id } = await fund(job);
  await type(id, 'pm_card_authenticationRequired');
  expect(await fund(job)).toMatchObject({ status: 'awaiting_payer', needs: 'authentication' });
  await stage.stripe.play('fail', intentOf(id).id);
  expect(await fund(job)).toMatchObject({
    needs: 'method',
    failure: 'payment_intent_authentication_failure',
  });
  await type(id, 'pm_card_visa_chargeDeclined');
  expect(await fund(job)).toMatchObject({ status: 'awaiting_payer', failure: 'generic_decline' });
  await type(id, 'pm_card_authenticationRequired');
  await stage.stripe.play('pass', intentOf(id).id);
  await stage.idle();
  expect(await paymentOn(id)).toMatchObject({ status: 'paid', attempt: 1 });
  expect(chargesFor(id)).toHaveLength(1);
  expect((await noticesOf(stage, payer, `payments/${id}`)).sort()).toEqual([
    'payment-declined',
    'payment-declined',
  ]);
});

test('W3-28 a saved card is charged at once the next time; nobody else can use or forget it', async () => {
  const other = await stage.buyer(20_000);
  const job = await assignedJob(payer, payee);
  const { id } = await fund(job, { save: true });
  await type(id, 'pm_card_visa');
  await stage.idle();
  const { methods } = await payer.api.payments.methods({});
  expect(methods).toMatchObject([{ brand: 'visa', last4: '4242' }]);
  const method = methods[0]!.id;
  const next = await assignedJob(payer, payee);
  expect(await fund(next, { method })).toMatchObject({ status: 'paid' });
  expect(await other.api.payments.methods({})).toEqual({ methods: [] });
  expect(await refusal(other.api.payments.forget({ method }))).toMatchObject({ reason: 'not_found' });
  expect(await payer.api.payments.forget({ method })).toEqual({ forgotten: true });
  expect(await payer.api.payments.methods({})).toEqual({ methods: [] });
  const stored = JSON.stringify(await everything(stage));
  expect(stored).not.toContain('_secret_');
  // The number or its end, standing alone: a hash may have these digits in it.
  expect(stored).not.toMatch(/(?<![\w-])(4242)+(?![\w-])/);
});

test('F24 W0-24 part wallet, part card: the wallet’s part is held first, and both fill the escrow in one entry', async () => {
  const job = await assignedJob(payer, payee, 10_000);
  const before = await availableOf(payer);
  const { id, ...begun } = await fund(job, { fromWallet: 4_000 });
  expect(begun).toMatchObject({ held: 10_500, fromWallet: 4_000, fromCard: 6_500 });
  expect(before - (await availableOf(payer))).toBe(4_000);
  await type(id, 'pm_card_visa');
  await stage.idle();
  const { docs } = await stage.db
    .collection('journal')
    .where('reference', '==', `escrows/${job}~${payer.uid}~${payee.uid}`)
    .get();
  expect(docs.map((one) => one.id)).toEqual([`job:${job}:lock`]);
  expect(chargesFor(id)).toMatchObject([{ amount: 6_500 }]);
});

test('F24 cancelled, or not paid within the hour: Stripe takes nothing any more and the wallet’s part is back', async () => {
  const before = await availableOf(payer);
  const [one, two] = [await assignedJob(payer, payee), await assignedJob(payer, payee)];
  const cancelled = await fund(one, { fromWallet: 1_000 });
  const late = await fund(two, { fromWallet: 2_000 });
  expect(await payer.api.payments.cancel({ payment: cancelled.id })).toMatchObject({ status: 'cancelled' });
  expect(await payer.api.payments.cancel({ payment: cancelled.id })).toMatchObject({ status: 'cancelled' });
  await stage.advance('70m');
  await stage.cloud.runSchedule('payments-sweep');
  expect(await paymentOn(late.id)).toMatchObject({ status: 'expired', balance: 0 });
  expect([intentOf(cancelled.id).status, intentOf(late.id).status]).toEqual(['canceled', 'canceled']);
  expect(await type(late.id, 'pm_card_visa')).toBe(false);
  expect(await availableOf(payer)).toBe(before);
  // The job is free again: another try, another way.
  await payer.api.escrow.lock({ job: one });
  const again = await fund(two);
  expect(again).toMatchObject({ id: late.id, status: 'awaiting_payer' });
  expect(await paymentOn(late.id)).toMatchObject({ attempt: 2, fromWallet: 0 });
});

test('W3-22 W2-23 fifty parallel beginnings are one payment and one intent; its job stays as it is meanwhile', async () => {
  const job = await assignedJob(payer, payee);
  const { answers, reasons } = await together(
    Array.from({ length: 50 }, () => fund(job, { fromWallet: 500 })),
  );
  expect(reasons).toEqual([]);
  expect(new Set(answers.map(({ id, clientSecret }) => `${id} ${clientSecret ?? ''}`)).size).toBe(1);
  const payment = answers[0]!.id;
  const open = { reason: 'payment_open', facts: { payment } };
  for (const act of [
    () => payer.api.escrow.lock({ job }),
    () => payer.api.jobs.cancel({ job }),
    () => payer.api.jobs.assign({ job, payee: 'somebody-else' }),
    () => fund(job, { fromWallet: 600 }),
  ])
    expect(await refusal(act())).toMatchObject(
      act.toString().includes('assign') ? { reason: 'not_found' } : open,
    );
  await type(payment, 'pm_card_visa');
  await stage.idle();
  expect(await paymentOn(payment)).toMatchObject({ status: 'paid' });
});

test('W2-26 fifty copies of the event, and every other event before and after it, fill the escrow once', async () => {
  const job = await assignedJob(payer, payee);
  const { id } = await fund(job);
  stage.stripe.faults.delivery = 'never';
  await type(id, 'pm_card_authenticationRequired');
  await stage.stripe.play('pass', intentOf(id).id);
  const events = stage.stripe.events().filter(({ data }) => data.object.id === intentOf(id).id);
  const told = await Promise.all(
    events.toReversed().map((event) => stage.stripe.deliver(event, { times: 25 })),
  );
  const outcomes = told
    .flat()
    .map(({ status, answer }) => `${status} ${(JSON.parse(answer) as { result: string }).result}`);
  expect(outcomes.filter((one) => one === '200 credited')).toHaveLength(1);
  // A copy that comes while another is at work does the same and finds it done.
  expect(outcomes.filter((one) => !/^200 (credited|seen|nothing)$/.test(one))).toEqual([]);
  expect(await paymentOn(id)).toMatchObject({ status: 'paid' });
});

test('F06 W1-20 paid and never told: the sweep asks, and the escrow is filled', async () => {
  const job = await assignedJob(payer, payee);
  const { id } = await fund(job);
  stage.stripe.faults.delivery = 'never';
  await type(id, 'pm_card_visa');
  await stage.advance('10m');
  await stage.cloud.runSchedule('payments-sweep');
  expect(await paymentOn(id)).toMatchObject({ status: 'paid' });
});

test('W3-12 a time-out after Stripe made the intent charges nobody twice', async () => {
  const other = await stage.buyer(20_000);
  const job = await assignedJob(other, payee);
  stage.stripe.faults.calls = { intent: 'timeout_after' };
  const asked = fund(job, { fromWallet: 700 }, other);
  expect(await refusal(asked)).toMatchObject({ reason: 'provider_unavailable' });
  stage.stripe.heal();
  const { id } = await fund(job, { fromWallet: 700 }, other);
  const mine = Object.values(stage.stripe.vault().intents).filter((one) =>
    one.metadata.attempt?.includes(job),
  );
  expect(mine).toHaveLength(1);
  await type(id, 'pm_card_visa');
  await stage.idle();
  expect(await paymentOn(id)).toMatchObject({ status: 'paid' });
  expect(chargesFor(id)).toHaveLength(1);
}, 120_000);

test('W2-25 another amount, or another currency, is for a person: nothing is issued, and finance may let it in', async () => {
  const job = await assignedJob(payer, payee);
  const { id } = await fund(job, { fromWallet: 1_000 });
  const intent = intentOf(id);
  const before = await availableOf(payer);
  // As if somebody had changed it at Stripe.
  await stage.stripe.play('change', intent.id, { amount: '9999' });
  await type(id, 'pm_card_visa');
  await stage.idle();
  expect(await paymentOn(id)).toMatchObject({
    status: 'review',
    why: 'amount',
    collected: 9_999,
    balance: 9_999,
  });
  expect((await availableOf(payer)) - before).toBe(1_000);
  expect((await stage.db.doc(`escrows/${job}~${payer.uid}~${payee.uid}`).get()).exists).toBe(false);
  const finance = await stage.actor('finance');
  const reason = 'It came, whatever it was for.';
  await finance.api.payments.credit({ payment: id, reason });
  await finance.api.payments.credit({ payment: id, reason });
  expect((await availableOf(payer)) - before).toBe(1_000 + 9_999);
});

test('W3-23 what the provider refuses has failed, the wallet’s part is back, and it may be tried again', async () => {
  const job = await assignedJob(payer, payee, 1_000);
  const before = await availableOf(payer);
  // Stripe takes nothing below two riyals.
  expect(await refusal(fund(job, { fromWallet: 950 }))).toMatchObject({
    reason: 'provider_refused',
    facts: { code: 'amount_too_small' },
  });
  expect(await availableOf(payer)).toBe(before);
  expect(await fund(job)).toMatchObject({ status: 'awaiting_payer' });
});

test('what cannot be paid so is refused with its facts, and leaves nothing behind', async () => {
  const job = await assignedJob(payer, payee, 1_000);
  const poor = await stage.actor();
  const own = await assignedJob(poor, payee, 1_000);
  const before = await everything(stage);
  expect(await refusal(fund(job, {}, poor))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(fund(job, { fromWallet: 1_050 }))).toMatchObject({
    reason: 'invalid_input',
    facts: { path: 'fromWallet' },
  });
  expect(await refusal(fund(own, { fromWallet: 100 }, poor))).toMatchObject({ reason: 'insufficient_funds' });
  expect(await everything(stage)).toEqual(before);
});

test('F76 yen have no decimals and dinars three, of which Stripe takes no last digit', async () => {
  const jobIn = async (amount: number, currency: 'JPY' | 'KWD') => {
    const price = { amount, currency };
    const { id } = await payer.api.jobs.post({ requestId: requestId(), title: 'Work', price });
    await payer.api.jobs.assign({ job: id, payee: payee.uid });
    return id;
  };
  const yen = await fund(await jobIn(500, 'JPY'));
  expect([yen.held, intentOf(yen.id).amount, intentOf(yen.id).currency]).toEqual([525, 525, 'jpy']);
  await type(yen.id, 'pm_card_visa');
  await stage.idle();
  expect(await escrowOn(stage, `${yen.id}~${payee.uid}`)).toMatchObject({ balance: 525, currency: 'JPY' });
  const dinars = await fund(await jobIn(10_000, 'KWD'));
  expect([dinars.held, intentOf(dinars.id).amount]).toEqual([10_500, 10_500]);
  expect(await refusal(fund(await jobIn(10_002, 'KWD')))).toMatchObject({
    reason: 'provider_refused',
    facts: { code: 'amount_not_in_tens' },
  });
});

test('F16 D1 payee and payer fees: 1,000 and 5% are 1,050, of which the payee gets 900 and the platform 150', async () => {
  const job = await assignedJob(payer, payee, 100_000);
  const { id } = await fund(job);
  await type(id, 'pm_card_visa');
  await stage.idle();
  const released = await payer.api.escrow.release({ escrow: `${id}~${payee.uid}` });
  expect(released).toMatchObject({
    held: 105_000,
    outcome: { toPayee: 90_000, toPlatform: 15_000, toPayer: 0 },
  });
});

test('I6 wherever the function dies between two steps, a repeat and the sweep finish it, and nobody pays twice', async () => {
  const first = await assignedJob(payer, payee);
  takeTallies();
  await fund(first, { fromWallet: 300 });
  const steps = takeTallies('escrow-fund')[0]!.tally.steps.length;
  for (let step = 0; step < steps; step += 1)
    for (const when of ['before', 'after'] as const) {
      payer = await stage.buyer(10_000);
      const job = await assignedJob(payer, payee);
      planCrash('escrow-fund', { step, when });
      await fund(job, { fromWallet: 300 }).catch(() => null);
      const { id } = await fund(job, { fromWallet: 300 });
      await type(id, 'pm_card_visa');
      await stage.idle();
      expect([step, when, (await paymentOn(id)).status]).toEqual([step, when, 'paid']);
      expect(chargesFor(id)).toHaveLength(1);
    }
}, 120_000);

test('I6 W3-10 wherever the webhook or the sweep dies, the next word or the next sweep fills the escrow, once', async () => {
  const begin = async () => {
    payer = await stage.buyer(10_000);
    return (await fund(await assignedJob(payer, payee), { fromWallet: 300 })).id;
  };
  const first = await begin();
  takeTallies();
  await type(first, 'pm_card_visa');
  await stage.idle();
  const { steps } = takeTallies('psp-stripe').at(-1)!.tally;
  for (const step of steps.keys())
    for (const when of ['before', 'after'] as const) {
      const id = await begin();
      planCrash('psp-stripe', { step, when });
      // Stripe sends it again until it is answered well.
      await type(id, 'pm_card_visa');
      await stage.idle();
      expect([step, when, (await paymentOn(id)).status]).toEqual([step, when, 'paid']);

      const silent = await begin();
      stage.stripe.faults.delivery = 'never';
      await type(silent, 'pm_card_visa');
      stage.cloud.clock.move(10 * 60_000);
      planCrash('payments-sweep', { step, when });
      await stage.cloud.runSchedule('payments-sweep').catch(() => null);
      stage.cloud.clock.move(10 * 60_000);
      await stage.cloud.runSchedule('payments-sweep');
      expect([step, when, (await paymentOn(silent)).status]).toEqual([step, when, 'paid']);
      stage.stripe.heal();
    }
}, 240_000);
