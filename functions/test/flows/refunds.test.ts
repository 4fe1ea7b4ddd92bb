import { planCrash, takeTallies } from '../../../local/wire.ts';
import { ProviderRefused, ProviderUnavailable } from '../../src/psp/gateway.ts';
import type { RefundGateway } from '../../src/psp/ports.ts';
import { refundGateways } from '../../src/psp/providers.gateway.ts';
import type { Refund } from '../../src/refunds/refund.ts';
import { sweepRefunds } from '../../src/refunds/returning.operations.ts';
import { fromStored } from '../../src/shared/stored.ts';
import {
  assignedJob,
  availableOf,
  escrowOn,
  everything,
  noticesOf,
  orderOf,
  purchaseOn,
  qar,
} from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

/** F08 W3-17 W3-18: money that was paid by card goes back, from wherever it is by then. */

jest.setTimeout(180_000);

let stage: FlowStage;
let finance: Actor;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage({ PAYER_FEE_BPS: '500' });
  finance = await stage.actor('finance');
}, 180_000);
beforeEach(async () => {
  [payer, payee] = await Promise.all([stage.actor(), stage.actor()]);
});
afterEach(async () => {
  stage.stripe.heal();
  stage.fatora.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

type Target = { kind: 'purchase' | 'payment'; id: string };
const reason = 'It was never done.';
const preview = (target: Target, amount?: number) =>
  finance.api.refunds.preview({ target, ...(amount !== undefined && { amount }) });
async function refund(target: Target, amount?: number, request = requestId()) {
  const { plan } = await preview(target, amount);
  return create(target, plan, amount, request);
}
const create = (target: Target, plan: string, amount?: number, request = requestId()) =>
  finance.api.refunds.create({
    requestId: request,
    target,
    plan,
    reason,
    ...(amount !== undefined && { amount }),
  });
const refundOn = async (id: string) =>
  fromStored((await stage.db.doc(`refunds/${id}`).get()).data() ?? {}) as Refund;
const refundsAtStripe = () => Object.values(stage.stripe.vault().refunds);

/** A job that a card has paid: price and the payer's fee on top. */
async function funded(price: number): Promise<{ target: Target; escrow: string }> {
  const job = await assignedJob(payer, payee, price);
  const { id } = await payer.api.escrow.fund({ job });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intent = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === attempt,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  return { target: { kind: 'payment', id }, escrow: `${job}~${payer.uid}~${payee.uid}` };
}
async function bought(amount: number, provider: 'stripe' | 'fatora' = 'stripe'): Promise<Target> {
  const { id } = await orderOf(payer, amount, provider);
  if (provider === 'stripe') await stage.stripe.pay(sessionOf(stage, id));
  else await stage.fatora.pay(`${id.replace('~', ':')}:1`);
  await stage.idle();
  return { kind: 'purchase', id };
}
const balanceOf = async ({ api }: Actor) => {
  const [held] = (await api.wallet.get({})).balances;
  return { available: held?.available ?? 0, debt: held?.debt ?? 0 };
};

test('F08 coins that are still there come back from the wallet, and the card gets the whole price', async () => {
  const target = await bought(20_000);
  expect(await preview(target)).toMatchObject({
    amount: 22_000,
    remaining: 22_000,
    legs: [
      { account: `wallet:${payer.uid}:available`, amount: -20_000 },
      { account: 'platform:fees', amount: -2_000 },
      { account: 'psp:stripe:clearing', amount: 22_000 },
    ],
    owed: [],
  });
  const { id, status } = await refund(target);
  expect(status).toBe('refunded');
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
  expect(await purchaseOn(stage, target.id)).toMatchObject({ status: 'refunded', refunded: 22_000 });
  expect(refundsAtStripe().find(({ metadata }) => metadata?.refund === id)).toMatchObject({ amount: 22_000 });
  await stage.idle();
  expect(await noticesOf(stage, payer, `refunds/${id}`)).toEqual(['refund-started', 'refund-refunded']);
});

test('F08 W3-18 parts add up to no more than was paid, however many are asked for at once', async () => {
  const target = await bought(10_000);
  const { plan } = await preview(target, 3_000);
  const { answers, reasons } = await together(Array.from({ length: 10 }, () => create(target, plan, 3_000)));
  // Each changes what the others would do, so whoever comes later looks again.
  expect([answers.length, new Set(reasons)]).toEqual([1, new Set(['plan_changed'])]);
  await refund(target, 3_000);
  await refund(target, 3_000);
  expect(await refusal(preview(target, 3_000))).toMatchObject({
    reason: 'refund_too_large',
    facts: { remaining: 2_000 },
  });
  await refund(target);
  expect(await purchaseOn(stage, target.id)).toMatchObject({ status: 'refunded', refunded: 11_000 });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
  expect(await refusal(preview(target))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'refunded' },
  });
});

test('F08 W3-17 refunded after it was spent leaves a debt, which the next earnings repay and which blocks withdrawals', async () => {
  const target = await bought(20_000);
  const { id: job } = await payer.api.jobs.post({
    requestId: requestId(),
    title: 'Work',
    price: qar(10_000),
  });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  const spent = await payer.api.escrow.lock({ job });
  await payer.api.escrow.release({ escrow: spent.id });
  const { id } = await refund(target);
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 10_500 });
  await stage.idle();
  expect(await noticesOf(stage, payer, `refunds/${id}`)).toContain('refund-debt');
  // They work for somebody else.
  const other = await stage.buyer(20_000);
  const earned = await assignedJob(other, payer, 10_000);
  const escrow = await other.api.escrow.lock({ job: earned });
  await other.api.escrow.release({ escrow: escrow.id });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 1_500 });
  const [balance] = (await payer.api.wallet.get({})).balances;
  expect(balance?.lifetime).toMatchObject({ earned: 9_000, purchased: 0 });
});

test('F08 while the escrow is open a part makes it smaller; the rest ends it', async () => {
  const { target, escrow } = await funded(100_000);
  await refund(target, 21_000);
  expect(await escrowOn(stage, escrow)).toMatchObject({
    status: 'held',
    held: 84_000,
    price: 80_000,
    payerFee: 4_000,
  });
  await refund(target);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'refunded', balance: 0 });
  expect(await availableOf(payer)).toBe(0);
  expect(
    refundsAtStripe().reduce((sum, one) => sum + (one.metadata?.refund ? one.amount : 0), 0),
  ).toBeGreaterThanOrEqual(105_000);
});

test('F08 after the release payee and platform give their shares; what was withdrawn is owed', async () => {
  const { target, escrow } = await funded(100_000);
  await payer.api.escrow.release({ escrow });
  await refund(target, 10_500);
  expect(await balanceOf(payee)).toEqual({ available: 81_000, debt: 0 });
  // The rest is gone by now.
  await stage.db.doc(`wallets/${payee.uid}`).get();
  const { id: job } = await payee.api.jobs.post({
    requestId: requestId(),
    title: 'More',
    price: qar(77_000),
  });
  const helper = await stage.actor();
  await payee.api.jobs.assign({ job, payee: helper.uid });
  await payee.api.escrow.lock({ job });
  const { owed, legs } = await preview(target);
  expect(owed).toEqual([{ uid: payee.uid, amount: 81_000 - 150 }]);
  expect(legs.find(({ account }) => account === 'platform:fees')).toEqual({
    account: 'platform:fees',
    amount: -13_500,
  });
  await refund(target);
  expect(await balanceOf(payee)).toEqual({ available: 0, debt: 80_850 });
});

test('what changed since the preview is refused, and nothing has moved', async () => {
  const target = await bought(10_000);
  const { plan } = await preview(target);
  const job = await assignedJob(payer, payee, 5_000);
  await payer.api.escrow.lock({ job });
  const before = await everything(stage);
  expect(await refusal(create(target, plan))).toMatchObject({ reason: 'plan_changed' });
  expect(await everything(stage)).toEqual(before);
});

test('the same request is one refund; nobody refunds what is their own', async () => {
  const target = await bought(10_000);
  const { plan } = await preview(target);
  const request = requestId();
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => create(target, plan, undefined, request)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(refundsAtStripe().filter(({ metadata }) => metadata?.refund === answers[0]!.id)).toHaveLength(1);
  const own = await stage.buyer(0 + 10_000);
  const role = await stage.actor('superadmin');
  await role.api.admin.grant({ requestId: requestId(), uid: own.uid, role: 'finance', reason });
  const [purchase] = (await stage.db.collection('purchases').where('uid', '==', own.uid).get()).docs;
  const mine: Target = { kind: 'purchase', id: purchase!.id };
  const { plan: ofMine } = await preview(mine);
  const { signInAgain } = await import('../../../local/people.ts');
  const { clientOf } = await import('../../../local/api.ts');
  const again = await signInAgain({
    host: stage.cloud.urls.auth,
    projectId: stage.cloud.projectId,
    email: own.email,
  });
  const api = clientOf(stage.cloud.urls.functions, again.idToken);
  expect(
    await refusal(api.refunds.create({ requestId: requestId(), target: mine, plan: ofMine, reason })),
  ).toMatchObject({
    reason: 'own_request',
  });
});

test('W3-12 a time-out after Stripe made it is one refund; one that its bank sends back days later is given back once', async () => {
  const target = await bought(10_000);
  stage.stripe.faults.calls = { refund: 'timeout_after' };
  stage.stripe.faults.delivery = 'never';
  const { id, status } = await refund(target);
  expect(status).toBe('created');
  stage.stripe.heal();
  await stage.advance('10m');
  await stage.cloud.runSchedule('refunds-sweep');
  expect(await refundOn(id)).toMatchObject({ status: 'refunded' });
  const made = refundsAtStripe().filter(({ metadata }) => metadata?.refund === id);
  expect(made).toHaveLength(1);
  stage.stripe.faults.delivery = 'twice';
  await stage.stripe.play('refund-failed', made[0]!.id);
  await stage.idle();
  expect(await refundOn(id)).toMatchObject({ status: 'failed', why: 'expired_or_canceled_card' });
  expect(await balanceOf(payer)).toEqual({ available: 10_000, debt: 0 });
}, 120_000);

test('a slow bank’s refund is on its way until the provider says otherwise', async () => {
  const target = await bought(10_000);
  stage.stripe.faults.refunds = 'pending';
  const { id, status } = await refund(target);
  expect(status).toBe('processing');
  await stage.stripe.play(
    'refund-succeeded',
    refundsAtStripe().find(({ metadata }) => metadata?.refund === id)!.id,
  );
  await stage.idle();
  expect(await refundOn(id)).toMatchObject({ status: 'refunded' });
});

test('W0-25 Fatora refunds the whole or nothing, and is never sent the same refund twice', async () => {
  const target = await bought(10_000, 'fatora');
  expect(await refusal(preview(target, 500))).toMatchObject({ reason: 'partial_refund_unsupported' });
  stage.fatora.faults.calls = { refund: 'timeout_after' };
  const { id, status } = await refund(target);
  expect(status).toBe('created');
  stage.fatora.heal();
  await stage.advance('10m');
  await stage.cloud.runSchedule('refunds-sweep');
  expect(await refundOn(id)).toMatchObject({ status: 'refunded' });
  expect(
    stage.fatora.orders().find((one) => one.order_id.startsWith(target.id.replace('~', ':')))?.refunds,
  ).toBe(1);
}, 120_000);

test('what was refunded by hand at Stripe already is for a person, and nobody gets it twice', async () => {
  const target = await bought(10_000);
  const { payment } = (await purchaseOn(stage, target.id)) as { payment: { payment: string } };
  await stage.stripe.play('refund', payment.payment);
  const { id, status, why } = await refund(target);
  expect([status, why]).toEqual(['review', 'charge_already_refunded']);
  expect(await refundOn(id)).toMatchObject({ status: 'review' });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

/** Somebody's bank sends the refund back, days later. */
async function sendBack(id: string) {
  const made = refundsAtStripe().find(({ metadata }) => metadata?.refund === id)!;
  await stage.stripe.play('refund-failed', made.id);
  await stage.idle();
}

test('F08 a refund that failed may be made again, whole, and a bank’s claim after it finds the money', async () => {
  const target = await bought(20_000);
  await sendBack((await refund(target)).id);
  expect(await purchaseOn(stage, target.id)).toMatchObject({ status: 'paid', refunded: 0 });
  expect(await balanceOf(payer)).toEqual({ available: 20_000, debt: 0 });
  await sendBack((await refund(target, 5_000)).id);
  expect(await preview(target)).toMatchObject({ amount: 22_000, remaining: 22_000 });
  expect(await refund(target)).toMatchObject({ status: 'refunded', amount: 22_000 });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
});

test('F08 after the release a refund that failed leaves each their share, and may be made again', async () => {
  const { target, escrow } = await funded(10_000);
  await payer.api.escrow.release({ escrow });
  await sendBack((await refund(target, 4_000)).id);
  expect(await balanceOf(payee)).toEqual({ available: 9_000, debt: 0 });
  expect(await preview(target)).toMatchObject({ remaining: 10_500 });
  await refund(target);
  expect(await balanceOf(payee)).toEqual({ available: 0, debt: 0 });
});

test('F08 what left an open escrow for a refund that failed is in the payer’s wallet, and is the first to go next time', async () => {
  const { target, escrow } = await funded(10_000);
  await sendBack((await refund(target, 4_000)).id);
  expect(await escrowOn(stage, escrow)).toMatchObject({ balance: 6_500 });
  expect(await balanceOf(payer)).toEqual({ available: 4_000, debt: 0 });
  await payer.api.escrow.release({ escrow });
  const earned = await availableOf(payee);
  expect(await preview(target, 4_000)).toMatchObject({
    remaining: 10_500,
    legs: [{ account: `wallet:${payer.uid}:available`, amount: -4_000 }, { account: 'psp:stripe:clearing' }],
  });
  await refund(target, 4_000);
  expect([await availableOf(payee), await availableOf(payer)]).toEqual([earned, 0]);
});

/** Sweeps as if the provider answered otherwise than the stand-in can. */
async function sweepWith(provider: 'stripe' | 'fatora', answers: Partial<RefundGateway>, after = 600_000) {
  const real = refundGateways();
  const changed = { ...real, [provider]: { ...real[provider], ...answers } };
  // Not by moving the clock: then the real sweep would run first.
  await sweepRefunds(changed, stage.cloud.clock.now() + after);
}
const no = (code: string) => () => Promise.reject(new ProviderRefused(code, 'no'));

test('W3-12 after a lost answer no look-up that is refused, and no second no, gives anything back', async () => {
  const stripe = await bought(20_000);
  stage.stripe.faults.calls = { refund: 'timeout_after' };
  stage.stripe.faults.delivery = 'never';
  const { plan } = await preview(stripe);
  const { id, status } = await create(stripe, plan);
  expect(status).toBe('created');
  await sweepWith('stripe', { findRefund: no('401') });
  expect(await refundOn(id)).toMatchObject({ status: 'created' });
  const refused = { findRefund: () => Promise.resolve(null), refund: no('amount_too_large') };
  await sweepWith('stripe', refused, 1_200_000);
  expect(await refundOn(id)).toMatchObject({ status: 'review', why: 'amount_too_large' });
  expect(await balanceOf(payer)).toEqual({ available: 0, debt: 0 });
  expect(await noticesOf(stage, payer, `refunds/${id}`)).toEqual(['refund-started']);
});

test.each(['refunded', 'failed'] as const)(
  'finance ends what waits for a person: %s, once',
  async (decision) => {
    const target = await bought(20_000);
    const { payment } = (await purchaseOn(stage, target.id)) as { payment: { payment: string } };
    await stage.stripe.play('refund', payment.payment);
    const { id } = await refund(target);
    expect(await refundOn(id)).toMatchObject({ status: 'review', why: 'charge_already_refunded' });
    const resolve = (by: Actor, to = decision) =>
      by.api.refunds.resolve({ refund: id, decision: to, reason });
    expect(await resolve(finance)).toMatchObject({ status: decision });
    expect(await resolve(finance)).toMatchObject({ status: decision });
    const other = decision === 'failed' ? 'refunded' : 'failed';
    expect(await refusal(resolve(finance, other))).toMatchObject({ reason: 'wrong_status' });
    expect(await balanceOf(payer)).toEqual({ available: decision === 'failed' ? 20_000 : 0, debt: 0 });
    const action = (await stage.db.doc(`adminActions/refund.${id}.resolve`).get()).data();
    expect(action).toMatchObject({
      by: finance.uid,
      before: { status: 'review' },
      after: { status: decision },
    });
  },
);

test('a slow refund that cannot be asked about comes up again and stops no other', async () => {
  stage.stripe.faults.refunds = 'pending';
  const { id } = await refund(await bought(20_000));
  const { dueAt } = await refundOn(id);
  await stage.advance('7h');
  const silent = () => Promise.reject(new ProviderUnavailable('no answer'));
  await sweepWith('stripe', { findRefund: silent });
  expect((await refundOn(id)).dueAt).toBeGreaterThan(dueAt!);
});

test('F76 of dinars a part that Stripe cannot return is refused before anything moves', async () => {
  const price = { amount: 10_000, currency: 'KWD' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: requestId(), title: 'A logo', price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  const { id } = await payer.api.escrow.fund({ job });
  const intent = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === `card:${id.replace('~', ':')}:1`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect(await refusal(preview({ kind: 'payment', id }, 4_005))).toMatchObject({
    ...{ reason: 'invalid_amount', facts: { nearest: [4_000, 4_010], currency: 'KWD' } },
  });
  expect(await preview({ kind: 'payment', id }, 4_010)).toMatchObject({ amount: 4_010 });
});

test('I6 wherever the function dies, the repeat or the sweep finishes it, and the card gets it once', async () => {
  takeTallies();
  const first = await bought(5_000);
  const { plan } = await preview(first);
  takeTallies();
  await create(first, plan);
  const { steps } = takeTallies('refunds-create')[0]!.tally;
  for (const step of steps.keys())
    for (const when of ['before', 'after'] as const) {
      payer = await stage.actor();
      const target = await bought(5_000);
      const { plan: own } = await preview(target);
      const request = requestId();
      planCrash('refunds-create', { step, when });
      await create(target, own, undefined, request).catch(() => null);
      if (step % 2 === 0) await create(target, own, undefined, request);
      else {
        await stage.advance('10m');
        await stage.cloud.runSchedule('refunds-sweep');
      }
      const mine = refundsAtStripe().filter(
        ({ amount, payment_intent: intent }) => amount === 5_500 && intent === paymentOf(target),
      );
      const { docs } = await stage.db
        .collection('refunds')
        .where('target', '==', `purchases/${target.id}`)
        .get();
      // Dead before its first commit it was never asked for, and the sweep knows nothing of it.
      expect([step, when, docs.length, mine.length]).toEqual([step, when, docs.length, docs.length]);
      for (const one of docs) expect(one.get('status')).toBe('refunded');
    }
}, 240_000);

/** The provider's id of what paid a purchase, as the stand-in has it. */
const paymentOf = ({ id }: Target): string => {
  const session = stage.stripe
    .sessions()
    .find((one) => one.client_reference_id?.startsWith(id.replace('~', ':')));
  return typeof session?.payment_intent === 'string' ? session.payment_intent : '';
};
