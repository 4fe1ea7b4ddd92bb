import { violationsOn } from './books.ts';
import { noticesOf } from './acts.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

/** Credits that are given: by a paid subscription, or as a bonus; and how they end. */

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const lotsOf = async (person: Actor): Promise<Record<string, number>> => {
  const { lots } = await person.api.lots.list({});
  const kinds = Map.groupBy(lots, ({ kind }) => kind);
  return Object.fromEntries(
    [...kinds].map(([kind, own]) => [kind, own.reduce((all, { amount }) => all + amount, 0)]),
  );
};

const subscriptionOf = (person: Actor): string =>
  Object.values(stage.stripe.vault().subscriptions).findLast(({ metadata }) => metadata.uid === person.uid)!
    .id;

const play = async (what: string, person: Actor): Promise<void> => {
  if (!(await stage.stripe.play(`subscription-${what}`, subscriptionOf(person)))) throw new Error(what);
  await stage.idle();
};

async function buy(person: Actor): Promise<void> {
  const item = { kind: 'credits', pack: 'some' } as const;
  const { id } = await person.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
}

const subscribe = (person: Actor, tier: 'basic' | 'pro' | 'studio' = 'basic', key = requestId()) =>
  person.api.allowance.subscribe({ requestId: key, tier });

async function subscriber(tier: 'basic' | 'pro' | 'studio' = 'basic'): Promise<Actor> {
  const person = await stage.actor();
  await subscribe(person, tier);
  await play('paid', person);
  return person;
}

test('F47 W1-15 nothing is given before the first invoice is paid, then once', async () => {
  const person = await stage.actor();
  const key = requestId();
  const { subscription, clientSecret } = await subscribe(person, 'basic', key);
  expect(subscription).toMatchObject({ tier: 'basic', status: 'incomplete' });
  expect(clientSecret).toMatch(/_secret_/);
  expect(await lotsOf(person)).toEqual({});
  await play('failed', person);
  expect(await lotsOf(person)).toEqual({});
  await play('paid', person);
  expect(await lotsOf(person)).toEqual({ allowance: 40 });
  expect((await subscribe(person, 'basic', key)).clientSecret).toBeNull();
  const { subscription: now } = await person.api.allowance.show({});
  expect(now).toMatchObject({ status: 'active', tier: 'basic', ending: false });
  await stage.advance('2h');
  expect(await lotsOf(person)).toEqual({ allowance: 40 });
  expect(await noticesOf(stage, person, `subscriptions/${person.uid}`)).toEqual(['allowance-given']);
  const raw = JSON.stringify((await stage.db.doc(`subscriptions/${person.uid}`).get()).data());
  expect(raw).not.toContain('_secret_');
});

test('W1-23 one allowance for each person and month: fifty copies of its events, and sweeps beside them', async () => {
  const person = await stage.actor();
  await subscribe(person);
  stage.stripe.faults.delivery = 'never';
  await play('paid', person);
  stage.stripe.heal();
  const events = stage.stripe
    .events()
    .filter(({ type }) => type === 'invoice.paid' || type === 'customer.subscription.updated');
  const own = events.slice(-2);
  await Promise.all([
    ...own.map((event) => stage.stripe.deliver(event, { times: 25 })),
    ...own.map((event) => stage.stripe.deliver({ ...event, id: `${event.id}x` }, { times: 5 })),
    stage.cloud.runSchedule('allowance-sweep'),
  ]);
  await stage.idle();
  expect(await lotsOf(person)).toEqual({ allowance: 40 });
});

test('W1-23 a renewal that is not paid gives nothing; when it is, the old month’s rest has ended', async () => {
  const person = await subscriber();
  await stage.advance(`${30 * 24}h`);
  await play('renewed', person);
  // Stripe says `active` before it charges.
  expect((await person.api.allowance.show({})).subscription).toMatchObject({ status: 'active' });
  expect(await lotsOf(person)).toEqual({});
  await play('failed', person);
  expect((await person.api.allowance.show({})).subscription).toMatchObject({ status: 'unpaid' });
  await play('paid', person);
  expect(await lotsOf(person)).toEqual({ allowance: 40 });
  const kinds = await stage.db.collection(`wallets/${person.uid}/entries`).orderBy('n').get();
  expect(kinds.docs.map((one) => one.get('kind') as string)).toEqual(['grant', 'lot-expiry', 'grant']);
});

test('an event that was lost is made good by the sweep', async () => {
  const person = await stage.actor();
  await subscribe(person);
  stage.stripe.faults.delivery = 'never';
  await play('paid', person);
  stage.stripe.heal();
  expect(await lotsOf(person)).toEqual({});
  await stage.advance('3h');
  expect(await lotsOf(person)).toEqual({ allowance: 40 });
});

test('W1-22 another tier keeps what was bought, and what was given of the month before', async () => {
  const person = await subscriber();
  await buy(person);
  await stage.advance('48h');
  const { subscription } = await subscribe(person, 'pro');
  expect(subscription).toMatchObject({ tier: 'pro' });
  expect(await lotsOf(person)).toEqual({ allowance: 40, purchased: 20 });
  await play('paid', person);
  expect(await lotsOf(person)).toEqual({ allowance: 160, purchased: 20 });
  await person.api.allowance.cancel({});
  await stage.advance(`${31 * 24}h`);
  await play('renewed', person);
  expect((await person.api.allowance.show({})).subscription).toMatchObject({ status: 'ended' });
  expect(await lotsOf(person)).toEqual({ purchased: 20 });
});

test('F46 F47 what ends first is spent first, at once by many, and what fails returns to it', async () => {
  const person = await subscriber();
  await buy(person);
  const make = () =>
    person.api.generations.start({ requestId: requestId(), kind: 'image', prompt: 'A lighthouse' });
  const { answers, reasons } = await together(Array.from({ length: 18 }, make));
  expect([answers.length, reasons.length]).toEqual([15, 3]);
  expect(await lotsOf(person)).toEqual({});
  stage.atelier.faults.refuse = 400;
  await stage.advance('1s');
  stage.atelier.heal();
  expect(await lotsOf(person)).toEqual({ allowance: 40, purchased: 20 });
});

test('who cancelled and comes back goes on with the month that is paid, and is charged nothing for it', async () => {
  const person = await subscriber('pro');
  expect(await person.api.allowance.cancel({})).toMatchObject({ ending: true });
  const { subscription, clientSecret } = await subscribe(person, 'pro');
  expect([subscription.ending, clientSecret]).toEqual([false, null]);
  expect(await lotsOf(person)).toEqual({ allowance: 120 });
});

test('one that ended is told of again while the next is opened: what is paid for the next is given', async () => {
  const person = await subscriber();
  await play('ended', person);
  expect((await person.api.allowance.show({})).subscription).toMatchObject({ status: 'ended' });
  const over = stage.stripe.events().findLast(({ type }) => type === 'customer.subscription.deleted')!;
  // Neither the answer to the create call comes nor word of it: all that is known of it is its name.
  stage.stripe.faults.calls = { subscription: 'timeout_after' };
  stage.stripe.faults.delivery = 'never';
  expect(await refusal(subscribe(person, 'studio'))).toMatchObject({ reason: 'provider_unavailable' });
  stage.stripe.heal();
  await stage.stripe.deliver({ ...over, id: `${over.id}again` });
  await stage.idle();
  await stage.advance('2h');
  await play('paid', person);
  expect(await lotsOf(person)).toEqual({ allowance: 540 });
});

test('a stranger’s subscription, or one that we did not make, gives nobody anything', async () => {
  const person = await subscriber();
  const before = await lotsOf(person);
  const event = stage.stripe.events().findLast(({ type }) => type === 'customer.subscription.updated')!;
  const foreign = { ...event, id: 'evt_foreign', data: { object: { ...event.data.object, id: 'sub_none' } } };
  await stage.stripe.deliver(foreign);
  await stage.stripe.deliver({ ...event, id: 'evt_forged' }, { tamper: 'forged' });
  await stage.idle();
  expect(await lotsOf(person)).toEqual(before);
  const none = await stage.actor();
  expect(await none.api.allowance.show({})).toEqual({ subscription: null });
  expect(await refusal(none.api.allowance.cancel({}))).toMatchObject({ reason: 'not_found' });
});

test('F46 F48 at the instant at which credits end they are spent or gone, and what fails then comes back for a while', async () => {
  const person = await subscriber();
  await person.api.allowance.cancel({});
  const { endAt } = (await person.api.allowance.show({})).subscription!;
  stage.cloud.clock.move(endAt - stage.cloud.clock.now());
  const make = () =>
    person.api.generations.start({ requestId: requestId(), kind: 'image', prompt: 'A lighthouse' });
  const sweeps = [1, 2].map(() => stage.cloud.runSchedule('lots-sweep'));
  const { answers, reasons } = await together(Array.from({ length: 5 }, make));
  await Promise.all([...sweeps, stage.cloud.runSchedule('lots-sweep')]);
  await stage.cloud.runSchedule('lots-sweep');
  await stage.idle();
  expect(reasons.filter((one) => one !== 'insufficient_funds')).toEqual([]);
  for (const { id } of answers)
    await person.api.generations.cancel({ generation: id }).catch(() => undefined);
  await stage.advance('12m');
  expect(await lotsOf(person)).toEqual(answers.length > 0 ? { allowance: 4 * answers.length } : {});
  await stage.advance(`${8 * 24}h`);
  expect(await lotsOf(person)).toEqual({});
});

test('F48 a bonus is recorded, ends when nobody uses it for two years, and is told of before', async () => {
  const [person, lucky, finance] = [await stage.actor(), await stage.actor(), await stage.actor('finance')];
  const order = { requestId: requestId(), uid: person.uid, credits: 5, reason: 'For the long outage.' };
  const given = await finance.api.lots.grant(order);
  expect(await finance.api.lots.grant(order)).toEqual(given);
  expect(await lotsOf(person)).toEqual({ bonus: 5 });
  await buy(person);
  expect(
    await refusal(finance.api.lots.grant({ ...order, requestId: requestId(), uid: finance.uid })),
  ).toMatchObject({ reason: 'own_request' });
  expect(
    await refusal(finance.api.lots.grant({ ...order, requestId: requestId(), uid: 'nobody' })),
  ).toMatchObject({ reason: 'not_found' });
  for (const credits of [0, -1, 1.5, 101])
    expect(
      await refusal(stage.call('lots-grant', { ...order, requestId: requestId(), credits }, finance)),
    ).toMatchObject({ reason: 'invalid_input' });
  // One admin alone gives so much and no more, at once or one after the other.
  const many = await together(
    Array.from({ length: 8 }, () =>
      finance.api.lots.grant({ ...order, requestId: requestId(), uid: lucky.uid, credits: 100 }),
    ),
  );
  expect([many.answers.length, new Set(many.reasons)]).toEqual([5, new Set(['limit_reached'])]);
  const DAY = 24;
  await stage.advance(`${700 * DAY}h`);
  expect(await noticesOf(stage, person, `lots/${given.id}`)).toEqual(['lot-given', 'lot-expires']);
  await stage.advance(`${23 * DAY}h`);
  await stage.advance(`${6 * DAY}h`);
  expect(await lotsOf(person)).toEqual({ bonus: 5, purchased: 20 });
  await stage.advance(`${2 * DAY}h`);
  expect(await noticesOf(stage, person, `lots/${given.id}`)).toEqual([
    ...['lot-given', 'lot-expires', 'lot-expires', 'lot-expires', 'lot-expired'],
  ]);
  expect(await lotsOf(person)).toEqual({ purchased: 20 });
});

test('W1-24 F55 one reward for each person who was brought, when they have bought something, and never sooner', async () => {
  const [bob, ann, eve] = [await stage.actor(), await stage.actor(), await stage.actor()];
  const welcomes = await together(Array.from({ length: 10 }, () => ann.api.rewards.welcome({})));
  expect(welcomes.answers).toHaveLength(10);
  expect(await lotsOf(ann)).toEqual({ bonus: 5 });
  await together(Array.from({ length: 10 }, () => ann.api.rewards.refer({ referrer: bob.uid })));
  expect(await refusal(ann.api.rewards.refer({ referrer: eve.uid }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await refusal(eve.api.rewards.refer({ referrer: eve.uid }))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(bob.api.rewards.refer({ referrer: ann.uid }))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(eve.api.rewards.refer({ referrer: 'nobody' }))).toMatchObject({ reason: 'not_found' });
  await stage.advance('25h');
  expect(await lotsOf(bob)).toEqual({});
  await buy(ann);
  await stage.advance('25h');
  await Promise.all([1, 2, 3].map(() => stage.cloud.runSchedule('rewards-sweep')));
  await stage.advance('25h');
  await buy(ann);
  await stage.advance('25h');
  expect(await lotsOf(bob)).toEqual({ bonus: 10 });
});

test('F55 W4-20 farms of one device, circles, and who is no newcomer: flagged, and nothing is given', async () => {
  const device = `phone-${requestId()}`;
  const crowd = await Promise.all(Array.from({ length: 8 }, () => stage.actor()));
  const { answers, reasons } = await together(crowd.map(({ api }) => api.rewards.welcome({ device })));
  expect([answers.length, reasons]).toEqual([3, Array.from({ length: 5 }, () => 'limit_reached')]);
  // Those who have theirs hear of it again, wherever they ask from; the others stay refused.
  const again = await together(crowd.map(({ api }) => api.rewards.welcome({ device })));
  expect(again.answers).toHaveLength(3);
  const held = await Promise.all(crowd.map(lotsOf));
  expect(held.filter(({ bonus }) => bonus === 5)).toHaveLength(3);
  const finance = await stage.actor('finance');
  const farms = async () =>
    (await finance.api.alerts.list({ status: 'open' })).alerts.filter(({ kind }) => kind === 'reward_farm');
  expect(await farms()).toMatchObject([{ severity: 'warning', facts: { kind: 'device', people: 3 } }]);

  // Who brought themselves under another name, by the same device.
  const [one, other] = crowd.filter((_, i) => held[i]!.bonus === 5) as [Actor, Actor];
  await one.api.rewards.refer({ referrer: other.uid, device });
  expect((await stage.db.doc(`referrals/${one.uid}`).get()).data()).toMatchObject({ status: 'flagged' });
  expect(await farms()).toHaveLength(2);
  await buy(one);
  await stage.advance('25h');
  expect(await lotsOf(other)).toEqual({ bonus: 5 });

  // a was brought by b, b by c, c by d: d is brought by none of them, at once or one after the other.
  const [a, b, c, d] = await Promise.all(Array.from({ length: 4 }, () => stage.actor()));
  await a!.api.rewards.refer({ referrer: b!.uid });
  await b!.api.rewards.refer({ referrer: c!.uid });
  const closing = await together([
    ...[a!, b!].map(({ uid }) => c!.api.rewards.refer({ referrer: uid })),
    c!.api.rewards.refer({ referrer: d!.uid }),
    d!.api.rewards.refer({ referrer: a!.uid }),
  ]);
  expect([closing.answers.length, new Set(closing.reasons)]).toEqual([1, new Set(['not_found'])]);

  const old = await stage.actor();
  await buy(old);
  expect(await refusal(old.api.rewards.refer({ referrer: a!.uid }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await refusal(stage.call('rewards-welcome', { device: 'x'.repeat(200) }, old))).toMatchObject({
    reason: 'invalid_input',
  });
  await stage.advance(`${91 * 24}h`);
  expect((await stage.db.collection('origins').count().get()).data().count).toBe(0);
});

test('F55 W4-20 who was brought pays with the card of who brought them, or of another: flagged, and nothing is given', async () => {
  const [bob, ann, eve] = [await stage.actor(), await stage.actor(), await stage.actor()];
  const fingerprint = `fp_${requestId()}`;
  const buyWith = async (person: Actor) => {
    await buy(person);
    const own = await stage.db.collection('purchases').where('uid', '==', person.uid).get();
    const paid = own.docs[0]!.get('payment') as { readonly payment: string };
    await stage.stripe.play('print', paid.payment, { fingerprint });
  };
  await buyWith(bob);
  await ann.api.rewards.refer({ referrer: bob.uid });
  await eve.api.rewards.refer({ referrer: ann.uid });
  await buyWith(ann);
  await buyWith(eve);
  // Nobody answers for the cards: it is looked at again, and nothing is given meanwhile.
  stage.stripe.faults.calls = { ask: 'error_before' };
  await stage.advance('25h');
  stage.stripe.heal();
  const statusOf = async ({ uid }: Actor) =>
    (await stage.db.doc(`referrals/${uid}`).get()).get('status') as string;
  expect([await statusOf(ann), await statusOf(eve)]).toEqual(['waiting', 'waiting']);
  await stage.advance('25h');
  expect([await statusOf(ann), await statusOf(eve)]).toEqual(['flagged', 'flagged']);
  expect([await lotsOf(bob), await lotsOf(ann)]).toEqual([{ purchased: 20 }, { purchased: 20 }]);
  const origins = await stage.db.collection('origins').where('kind', '==', 'card').get();
  expect(JSON.stringify(origins.docs.map((one) => [one.id, one.data()]))).not.toContain(fingerprint);
  const alerts = await stage.db.collection('alerts').where('kind', '==', 'reward_farm').get();
  const about = alerts.docs.filter((one) => (one.get('facts') as { kind?: string }).kind === 'card');
  expect(about).toHaveLength(1);
});

test('F47 W1-22 a bank takes a month back: what is left of it is gone once, what was bought stays, and no other month begins', async () => {
  const person = await subscriber();
  await buy(person);
  const { payments } = stage.stripe.vault().subscriptions[subscriptionOf(person)]!.latest_invoice;
  const intent = payments.data[0]!.payment.payment_intent;
  if (!(await stage.stripe.play('dispute', intent, { inquiry: 'yes' }))) throw new Error('no inquiry');
  await stage.idle();
  expect(await lotsOf(person)).toEqual({ allowance: 40, purchased: 20 });
  if (!(await stage.stripe.play('dispute', intent))) throw new Error('no dispute');
  await stage.idle();
  expect(await lotsOf(person)).toEqual({ purchased: 20 });
  expect((await person.api.allowance.show({})).subscription).toMatchObject({ ending: true });
  const alerts = await stage.db.collection('alerts').where('kind', '==', 'subscription_contested').get();
  const facts = alerts.docs
    .filter((one) => (one.get('people') as string[]).includes(person.uid))
    .map((one) => one.get('facts') as object);
  expect(facts).toEqual([expect.objectContaining({ given: 40, gone: 40 })]);
  // Nor by asking for it again, while the bank has not decided.
  const again = await refusal(subscribe(person));
  expect(again).toMatchObject({ reason: 'chargeback_open' });
  // Told again, and lost in the end: there is nothing more to take.
  const dispute = Object.values(stage.stripe.vault().disputes).findLast(
    (one) => one.payment_intent === intent,
  )!;
  // What the bank took, and the provider's fee, are in the books, once.
  const chargeback = async () => (await stage.db.doc(`chargebacks/${dispute.id}`).get()).data();
  const { amount, currency } = dispute;
  expect(await chargeback()).toMatchObject({ status: 'open', amount, loss: amount, payer: person.uid });
  const inJournal = async () =>
    (await stage.db.doc(`journal/chargeback:${dispute.id}`).get()).get('legs') as object[];
  expect(await inJournal()).toContainEqual(
    expect.objectContaining({
      account: 'platform:losses',
      currency: currency.toUpperCase(),
      amount: -amount,
    }),
  );
  await stage.stripe.play('lost', dispute.id);
  // Its word is lost: the sweep of the next day asks.
  await stage.advance('25h');
  expect(await chargeback()).toMatchObject({ status: 'lost', dueAt: null });
  await play('renewed', person);
  expect(await lotsOf(person)).toEqual({ purchased: 20 });
  const expiries = await stage.db.collection('journal').where('kind', '==', 'lot-expiry').get();
  expect(expiries.docs.filter((one) => one.id.includes(person.uid))).toHaveLength(1);
});
