import { availableOf, noticesOf, qar } from './acts.ts';
import { violationsOn } from './books.ts';
import { book, bookingOn, deliver, escrowsOf, pairOf, withName } from './creators.ts';
import { verified } from './strangers.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let chief: Actor;
beforeAll(async () => {
  stage = await openStage();
  chief = await stage.actor('superadmin');
}, 180_000);
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'The prices of this year.';
const define = (offer: string, payeeFeeBps: number, payerFeeBps: number, amount = 4900) =>
  chief.api.plans.define({
    ...{ offer, kind: 'plan' as const, title: offer, days: 30, reason },
    ...{ costs: amount, currency: 'QAR' as const, charges: { payeeFeeBps, payerFeeBps } },
  });

test('F16 W0-14 the fees are those of both plans at the booking: 50 is 55, 42.50 and 12.50, whatever changes later', async () => {
  await define('agency', 1500, 1000);
  const pair = await pairOf(stage, 20_000, { price: qar(5000) });
  const { brand, creator } = pair;
  await brand.api.plans.buy({ requestId: requestId(), offer: 'agency' });
  // The creator has no money for a plan: the payee’s fee is that of everybody, as it was defined.
  await define('free', 1500, 0, 0);
  const before = await availableOf(brand);
  const booking = await book(pair);
  await define('agency', 100, 100);
  await define('free', 0, 0, 0);
  await brand.api.bookings.pay({ booking });
  expect((await escrowsOf(stage, booking))[0]).toMatchObject({ price: 5000, payerFee: 500, held: 5500 });
  expect(before - (await availableOf(brand))).toBe(5500);
  await creator.api.bookings.accept({ booking });
  await deliver(pair, booking);
  await brand.api.bookings.approve({ booking });
  expect((await escrowsOf(stage, booking))[0]).toMatchObject({
    outcome: { toPayee: 4250, toPlatform: 1250, toPayer: 0 },
  });
  expect(await availableOf(creator)).toBe(4250);
  // What begins now is by the fees of now; the plan that was bought keeps its own until it ends.
  const next = await book(pair);
  expect((await bookingOn(stage, next)).policy).toMatchObject({ payeeFeeBps: 0, payerFeeBps: 1000 });
  await stage.advance(`${31 * 24}h`);
  const later = await book(pair);
  expect((await bookingOn(stage, later)).policy).toMatchObject({ payerFeeBps: 0 });
  expect(await noticesOf(stage, brand)).toContain('plans-over');
});

test('F79 W0-43 a badge is bought from the wallet once for each request, is shown, adds up, and ends', async () => {
  const ann = await stage.buyer(20_000);
  const username = await withName(ann);
  const order = { requestId: requestId(), offer: 'featured' };
  const bought = await together(Array.from({ length: 5 }, () => ann.api.plans.buy(order)));
  expect(bought.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(await availableOf(ann)).toBe(15_000);
  expect((await ann.api.wallet.get({})).balances[0]?.lifetime.spent).toBe(5000);
  const [badge] = (await ann.api.profiles.get({ username })).badges;
  expect(badge).toMatchObject({ badge: 'featured' });
  await ann.api.plans.buy({ requestId: requestId(), offer: 'featured' });
  const [longer] = (await ann.api.plans.mine({})).badges;
  expect(longer!.untilAt - badge!.untilAt).toBe(7 * 24 * 3600 * 1000);
  await stage.advance(`${14 * 24}h`);
  expect((await ann.api.profiles.get({ username })).badges).toEqual([]);
  expect((await stage.db.doc(`profiles/${ann.uid}`).get()).get('badges')).toEqual([]);
  const fees = await stage.db.collection('invoices').where('parties', 'array-contains', ann.uid).get();
  expect(fees.docs.filter((one) => one.get('kind') === 'fee').length).toBeLessThanOrEqual(2);
});

test('F79 by card, or part and part: it holds once the card has paid, and never before', async () => {
  const ann = await stage.buyer(5000);
  const order = { requestId: requestId(), offer: 'pro', card: { fromWallet: 5000 } };
  const waiting = await ann.api.plans.buy(order);
  expect(waiting).toMatchObject({ status: 'open', clientSecret: expect.any(String) as string });
  expect(await ann.api.plans.mine({})).toEqual({ plan: null, badges: [] });
  const intent = Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${waiting.payment!.replace('~', ':')}:1`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect((await ann.api.plans.mine({})).plan).toMatchObject({ name: 'pro' });
  expect(await ann.api.plans.buy(order)).toMatchObject({ status: 'done', clientSecret: null });
  const never = await ann.api.plans.buy({ requestId: requestId(), offer: 'featured', card: {} });
  await stage.advance('3h');
  await stage.advance('3h');
  expect((await stage.db.doc(`sales/${never.id}`).get()).get('status')).toBe('lapsed');
  expect((await ann.api.plans.mine({})).badges).toEqual([]);
  // Nor can it be paid for any more: no money comes for what nobody gets.
  expect((await stage.db.doc(`jobs/${never.id.split('~')[0]!}`).get()).get('status')).toBe('cancelled');
  expect((await ann.api.privacy.status({})).left?.what).not.toBe('job');
});

test('F79 what is refused: no such offer, no money, a badge of who was never verified, another price', async () => {
  const ann = await stage.buyer(20_000);
  const poor = await stage.actor();
  const buy = (person: Actor, offer: string) => person.api.plans.buy({ requestId: requestId(), offer });
  expect(await refusal(buy(ann, 'nothing'))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(buy(ann, 'free'))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(buy(poor, 'plus'))).toMatchObject({ reason: 'insufficient_funds' });
  expect(await refusal(buy(ann, 'verification'))).toMatchObject({ reason: 'kyc_required' });
  await verified(await stage.actor('finance'), ann);
  expect(await buy(ann, 'verification')).toMatchObject({ status: 'done' });
  const more = { requestId: requestId(), offer: 'plus', price: 1 };
  expect(await refusal(stage.call('plans-buy', more, ann))).toMatchObject({ reason: 'invalid_input' });
  const same = { requestId: requestId(), offer: 'featured' };
  await ann.api.plans.buy(same);
  expect(await refusal(ann.api.plans.buy({ ...same, offer: 'plus' }))).toMatchObject({
    reason: 'request_id_reused',
  });
  const finance = await stage.actor('finance');
  expect(await refusal(stage.call('plans-define', {}, finance))).toMatchObject({ reason: 'role_missing' });
});

test('F79 somebody else’s saved card pays for nothing', async () => {
  const ann = await stage.actor();
  const wish = { requestId: requestId(), offer: 'plus', card: { method: 'pm_somebodyelses' } };
  expect(await refusal(ann.api.plans.buy(wish))).toMatchObject({ reason: 'provider_refused' });
  expect((await ann.api.plans.mine({})).plan).toBeNull();
});

test('F79 W0-43 a plan whose card payment finance refunds is over, also where nobody told of it, and is not paid with', async () => {
  const [ann, finance] = [await stage.actor(), await stage.actor('finance')];
  const order = { requestId: requestId(), offer: 'pro', card: {} };
  const { payment, id } = await ann.api.plans.buy(order);
  const intent = Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${payment!.replace('~', ':')}:1`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect((await ann.api.plans.mine({})).plan).toMatchObject({ name: 'pro' });
  // The trigger is lost: the sweep of the next day is the guarantee.
  stage.cloud.host.faults['keepers-money'] = { drop: true };
  const target = { kind: 'payment' as const, id: payment! };
  const { plan } = await finance.api.refunds.preview({ target });
  await finance.api.refunds.create({ requestId: requestId(), target, plan, reason });
  await stage.idle();
  stage.cloud.host.faults['keepers-money'] = undefined;
  await stage.advance('25h');
  expect(await ann.api.plans.mine({})).toEqual({ plan: null, badges: [] });
  expect(await noticesOf(stage, ann)).toContain('plans-changed');
  expect(await ann.api.plans.buy(order)).toMatchObject({ id, status: 'done', clientSecret: null });
});
