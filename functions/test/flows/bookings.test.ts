import { planCrash } from '../../../local/wire.ts';
import { availableOf, everything, noticesOf, qar } from './acts.ts';
import { violationsOn } from './books.ts';
import { begunBooking, book, bookingOn, deliver, escrowsOf, pairOf, type Pair } from './creators.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let support: Actor;
beforeAll(async () => {
  stage = await openStage();
  support = await stage.actor('support');
}, 180_000);
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const earned = async (person: Actor) => (await person.api.wallet.get({})).balances[0]?.lifetime.earned ?? 0;

test('F27 F25 W3-23 a booking from request to done: agreed, paid, delivered, sent back, approved', async () => {
  const pair = await pairOf(stage, 20_000);
  const { brand, creator } = pair;
  const booking = await book(pair);
  expect(await refusal(deliver(pair, booking))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'requested' },
  });
  await creator.api.bookings.accept({ booking });
  expect(await refusal(deliver(pair, booking))).toMatchObject({ facts: { status: 'accepted' } });
  // What was agreed stays, whatever is offered afterwards (F25, W0-14).
  await creator.api.terms.save({ packages: [] });
  expect((await brand.api.bookings.pay({ booking })).booking).toMatchObject({
    status: 'working',
    progress: 0,
  });
  await deliver(pair, booking);
  expect(await brand.api.bookings.revise({ booking, wish: 'A darker blue.' })).toMatchObject({
    status: 'changes',
    revisions: { used: 1, free: 2, paid: 0, feeDue: 0 },
  });
  await deliver(pair, booking);
  expect(await brand.api.bookings.approve({ booking })).toMatchObject({
    ...{ status: 'done', progress: 100 },
    parts: [{ status: 'released', approved: 1 }],
  });
  expect([await availableOf(brand), await availableOf(creator), await earned(creator)]).toEqual([
    10_000, 9000, 9000,
  ]);
  await stage.idle();
  expect(await noticesOf(stage, brand, `bookings/${booking}`)).toEqual([
    'booking-accepted',
    'booking-unpaid',
    'booking-delivered',
    'booking-delivered',
    'booking-done',
  ]);
  expect(new Set(await noticesOf(stage, creator, `bookings/${booking}`))).toEqual(
    new Set(['booking-requested', 'booking-started', 'booking-changes', 'booking-approved', 'booking-done']),
  );
});

test('F63 W4-25 people are told of each other by username, and nothing else', async () => {
  const pair = await pairOf(stage, 5000);
  const seen = await pair.brand.api.bookings.get({ booking: await book(pair) });
  expect(seen).toMatchObject({ creator: pair.name, brand: expect.stringMatching(/^brand_/) as string });
  const stranger = await stage.actor();
  expect(await refusal(stranger.api.bookings.get({ booking: seen.id }))).toMatchObject({
    reason: 'not_found',
  });
  expect(await support.api.bookings.get({ booking: seen.id })).toEqual(seen);
});

test('F23 W0-09 W0-10 twenty rejections of a paid booking are one refund, with the reason, and it pays the next', async () => {
  const pair = await pairOf(stage, 10_000);
  const { brand, creator } = pair;
  const booking = await book(pair);
  await brand.api.bookings.pay({ booking });
  expect(await availableOf(brand)).toBe(0);
  const reason = 'I am away in March.';
  const { answers, reasons } = await together(
    Array.from({ length: 20 }, () => creator.api.bookings.reject({ booking, reason })),
  );
  expect(answers.length + reasons.length).toBe(20);
  expect(answers.length).toBeGreaterThan(0);
  expect(reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(answers[0]).toMatchObject({ status: 'rejected', why: reason, parts: [{ status: 'refunded' }] });
  expect(await availableOf(brand)).toBe(10_000);
  const refunds = await stage.db.collection('journal').where('kind', '==', 'escrow-refund').get();
  const [escrow] = await escrowsOf(stage, booking);
  expect(
    refunds.docs.filter(
      (one) => one.get('reference') === `escrows/${escrow!.job}~${brand.uid}~${creator.uid}`,
    ),
  ).toHaveLength(1);
  expect((await brand.api.wallet.get({})).balances[0]?.lifetime.refunded).toBe(10_000);
  expect((await begunBooking(pair)) !== booking).toBe(true);
});

test('W0-26 W0-37 the escrow of a booking is led by the booking: nobody gets at it past the agreement', async () => {
  const pair = await pairOf(stage, 10_000);
  const booking = await begunBooking(pair);
  const { job } = (await escrowsOf(stage, booking))[0]!;
  const escrow = `${job}~${pair.brand.uid}~${pair.creator.uid}`;
  const before = await everything(stage);
  const statement = 'We agreed on three drafts and got one.';
  const { api } = pair.brand;
  for (const attempt of [
    () => api.escrow.release({ escrow }),
    () => api.escrow.refund({ escrow }),
    () => api.escrow.dispute({ escrow, reason: 'other', statement }),
    () => pair.creator.api.escrow.submit({ escrow, note: 'Done.' }),
    () => support.api.escrow.release({ escrow, reason: 'Please.' }),
    () => api.jobs.cancel({ job }),
    () => api.jobs.assign({ job, payee: support.uid }),
  ])
    expect(await refusal(attempt())).toMatchObject({
      reason: 'kept_elsewhere',
      facts: { keeper: `bookings/${booking}` },
    });
  expect(await everything(stage)).toEqual(before);
});

test('F26 W0-31 W0-33 two free revisions, then a paid one; six payments at once are one, and it opens one', async () => {
  const pair = await pairOf(stage, 20_000);
  const { brand, creator } = pair;
  const booking = await begunBooking(pair);
  for (const wish of ['Bluer.', 'Redder.']) {
    await deliver(pair, booking);
    await brand.api.bookings.revise({ booking, wish });
  }
  await deliver(pair, booking);
  const wish = 'Greener.';
  expect(await refusal(brand.api.bookings.revise({ booking, wish }))).toMatchObject({
    reason: 'revision_unpaid',
    facts: { fee: 500, currency: 'QAR' },
  });
  const paid = await together(Array.from({ length: 6 }, () => brand.api.bookings.extra({ booking })));
  expect(paid.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(await availableOf(brand)).toBe(9500);
  expect(await brand.api.bookings.revise({ booking, wish })).toMatchObject({
    status: 'changes',
    revisions: { used: 3, paid: 1, feeDue: 500 },
  });
  expect(await earned(creator)).toBe(450);
  await deliver(pair, booking);
  expect(await refusal(brand.api.bookings.revise({ booking, wish: 'Again.' }))).toMatchObject({
    reason: 'revision_unpaid',
  });
  // It was not needed after all: what was paid for another goes back.
  await brand.api.bookings.extra({ booking });
  await brand.api.bookings.approve({ booking });
  expect([await availableOf(brand), await earned(creator)]).toEqual([9500, 9450]);
});

test('F18 F28 a cancellation at 40%: a quarter to the creator, less the fee; approved twice is once', async () => {
  const pair = await pairOf(stage, 10_000, { pieces: 5 });
  const { brand, creator } = pair;
  const booking = await begunBooking(pair);
  await deliver(pair, booking, 2);
  expect(await brand.api.bookings.approve({ booking })).toMatchObject({ status: 'working', progress: 40 });
  const reason = 'The shop does not open.';
  await brand.api.bookings.cancel({ booking, reason });
  expect(await refusal(deliver(pair, booking))).toMatchObject({ facts: { status: 'cancelling' } });
  expect((await support.api.bookings.queue({ status: 'cancelling' })).bookings.map(({ id }) => id)).toContain(
    booking,
  );
  const decided = await together(
    Array.from({ length: 4 }, () => support.api.bookings.decide({ booking, approve: true, reason })),
  );
  expect(decided.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(decided.answers[0]).toMatchObject({ status: 'cancelled', percent: 25, why: reason });
  const [escrow] = await escrowsOf(stage, booking);
  expect(escrow).toMatchObject({ outcome: { toPayee: 2250, toPlatform: 250, toPayer: 7500 } });
  expect([await availableOf(brand), await availableOf(creator)]).toEqual([7500, 2250]);
});

test('F28 a cancellation that is declined changes nothing but the clock', async () => {
  const pair = await pairOf(stage, 10_000);
  const booking = await begunBooking(pair);
  await pair.creator.api.bookings.cancel({ booking, reason: 'I am ill.' });
  expect(
    await support.api.bookings.decide({ booking, approve: false, reason: 'They are well again.' }),
  ).toMatchObject({ status: 'working' });
  await deliver(pair, booking);
  expect(await pair.brand.api.bookings.approve({ booking })).toMatchObject({ status: 'done' });
});

test('F20 W0-16 W0-38 a dispute stops everything; evidence, who looks, and every resolution with what it moves', async () => {
  const ends = [
    [{ kind: 'release' }, 0, 9000],
    [{ kind: 'refund' }, 10_000, 0],
    [{ kind: 'split', percent: 60 }, 4000, 5400],
  ] as const;
  for (const [resolution, back, made] of ends) {
    const pair = await pairOf(stage, 10_000);
    const { brand, creator } = pair;
    const booking = await begunBooking(pair);
    await deliver(pair, booking);
    const statement = 'This is not what we had agreed on at all.';
    await brand.api.bookings.dispute({ booking, reason: 'not_as_agreed', statement });
    expect(await refusal(brand.api.bookings.approve({ booking }))).toMatchObject({
      facts: { status: 'disputed' },
    });
    const file = `proofs/${creator.uid}/chat.png`;
    expect(await creator.api.bookings.evidence({ booking, text: 'We had said blue.', file })).toMatchObject({
      evidence: [{ by: pair.name, text: 'We had said blue.', file }],
    });
    expect(await refusal(brand.api.bookings.evidence({ booking, text: 'Mine.', file }))).toMatchObject({
      reason: 'not_yours',
    });
    const to = support.uid;
    expect(await support.api.bookings.assign({ booking, to, reason: 'I have it.' })).toMatchObject({
      assigned: true,
    });
    expect(
      await refusal(support.api.bookings.assign({ booking, to: creator.uid, reason: 'No.' })),
    ).toMatchObject({
      reason: 'role_missing',
    });
    const reason = 'Looked at both.';
    expect(await support.api.bookings.resolve({ booking, resolution, reason })).toMatchObject({
      status: 'resolved',
    });
    await support.api.bookings.resolve({ booking, resolution, reason });
    expect([await availableOf(brand), await availableOf(creator)]).toEqual([back, made]);
  }
  const actions = await stage.db.collection('adminActions').where('action', '==', 'bookings-resolve').get();
  expect(actions.size).toBe(3);
});

test('F24 W2-43 part by the wallet and part by a card: both are in escrow, or neither', async () => {
  const pair = await pairOf(stage, 5000, { price: qar(10_000) });
  const { brand } = pair;
  const booking = await book(pair);
  await pair.creator.api.bookings.accept({ booking });
  const card = { fromWallet: 4000 };
  const paying = await brand.api.bookings.pay({ booking, card });
  expect(paying).toMatchObject({
    payment: { fromWallet: 4000, fromCard: 6000 },
    booking: { status: 'accepted' },
  });
  expect(await refusal(pair.creator.api.bookings.reject({ booking, reason: 'No.' }))).toMatchObject({
    reason: 'payment_open',
  });
  // It is given up: the wallet has its part again, and the booking waits as before.
  await brand.api.payments.cancel({ payment: paying.payment!.id });
  expect(await availableOf(brand)).toBe(5000);
  const again = await brand.api.bookings.pay({ booking, card });
  const intent = Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${again.payment!.id.replace('~', ':')}:2`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'working' });
  expect((await escrowsOf(stage, booking))[0]).toMatchObject({ status: 'held', held: 10_000 });
  expect(await availableOf(brand)).toBe(1000);
  await deliver(pair, booking);
  expect(await brand.api.bookings.approve({ booking })).toMatchObject({ status: 'done' });
});

test('F26 F24 a revision’s fee by card opens that revision', async () => {
  const pair = await pairOf(stage, 10_000, { freeRevisions: 0 });
  const booking = await begunBooking(pair);
  await deliver(pair, booking);
  const { payment } = await pair.brand.api.bookings.extra({ booking, card: {} });
  expect(await refusal(pair.brand.api.bookings.revise({ booking, wish: 'Bluer.' }))).toMatchObject({
    reason: 'revision_unpaid',
  });
  const intent = Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${payment!.id.replace('~', ':')}:1`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect(await pair.brand.api.bookings.revise({ booking, wish: 'Bluer.' })).toMatchObject({
    status: 'changes',
  });
  expect(await earned(pair.creator)).toBe(450);
});

const milestones = [
  { title: 'The first', amount: 4000, pieces: 1 },
  { title: 'The rest', amount: 6000, pieces: 2 },
];

test('F21 W0-27 milestones are paid for and released one by one; six approvals at once pay once', async () => {
  const pair = await pairOf(stage, 10_000, { pieces: 3, milestones });
  const { brand, creator } = pair;
  const booking = await book(pair);
  await creator.api.bookings.accept({ booking });
  await brand.api.bookings.pay({ booking, part: 0 });
  expect(await availableOf(brand)).toBe(6000);
  await deliver(pair, booking);
  const approved = await together(Array.from({ length: 6 }, () => brand.api.bookings.approve({ booking })));
  expect(approved.answers).toHaveLength(1);
  expect(approved.answers[0]).toMatchObject({ status: 'accepted', progress: 33 });
  expect(await availableOf(creator)).toBe(3600);
  expect(await refusal(deliver(pair, booking))).toMatchObject({ facts: { status: 'accepted' } });
  await brand.api.bookings.pay({ booking });
  await deliver(pair, booking, 2);
  expect(await brand.api.bookings.approve({ booking })).toMatchObject({ status: 'done', progress: 100 });
  expect(await availableOf(creator)).toBe(9000);
});

test('F19 D4 W2-36 silence approves after 72 hours, and a revision stops and starts the clock again', async () => {
  const pair = await pairOf(stage, 10_000);
  const booking = await begunBooking(pair);
  await deliver(pair, booking);
  await stage.advance('71h');
  await pair.brand.api.bookings.revise({ booking, wish: 'Bluer.' });
  await stage.advance('24h');
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'changes' });
  await deliver(pair, booking);
  await stage.advance('71h');
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'delivered', reminded: true });
  await stage.advance('2h');
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'done', closedBy: 'system' });
  expect(await availableOf(pair.creator)).toBe(9000);
});

test('I12 nothing waits for ever: what nobody answers, pays or delivers ends, and a late support is told', async () => {
  const asked = await pairOf(stage, 10_000);
  const unanswered = await book(asked);
  await asked.brand.api.bookings.pay({ booking: unanswered });
  const unpaid = await book(await pairOf(stage, 5000));
  const lazy = await pairOf(stage, 10_000);
  const undelivered = await begunBooking(lazy);
  const angry = await pairOf(stage, 10_000);
  const disputed = await begunBooking(angry);
  const statement = 'Nothing has come for a week or two.';
  await angry.brand.api.bookings.dispute({ booking: disputed, reason: 'not_delivered', statement });
  await stage.advance('49h');
  expect((await stage.db.doc(`alerts/booking.${disputed}.disputed`).get()).get('kind')).toBe('booking_waits');
  expect(await noticesOf(stage, angry.creator, `bookings/${disputed}`)).toContain('booking-overdue');
  await stage.advance('168h');
  for (const id of [unanswered, unpaid])
    expect(await bookingOn(stage, id)).toMatchObject({ status: 'expired' });
  expect(await availableOf(asked.brand)).toBe(10_000);
  await stage.advance(`${31 * 24}h`);
  expect(await bookingOn(stage, undelivered)).toMatchObject({ status: 'cancelled', why: 'not_delivered' });
  expect(await availableOf(lazy.brand)).toBe(10_000);
});

test('F25 W2-42 the price is the package’s; what else is sent is refused; a request id is one booking', async () => {
  const pair: Pair = await pairOf(stage, 5000);
  const order = { requestId: requestId(), creator: pair.name, package: 'posts', brief: 'Our shop.' };
  const { id } = await pair.brand.api.bookings.request(order);
  await pair.creator.api.terms.save({ packages: [] });
  expect((await pair.brand.api.bookings.request(order)).id).toBe(id);
  expect(await refusal(pair.brand.api.bookings.request({ ...order, brief: 'Another.' }))).toMatchObject({
    reason: 'request_id_reused',
  });
  for (const sent of ['price', 'payeeFeeBps', 'freeRevisions', 'progress', 'revisionFee', 'status'])
    expect(await refusal(stage.call('bookings-request', { ...order, [sent]: 1 }, pair.brand))).toMatchObject({
      reason: 'invalid_input',
    });
  expect(await refusal(stage.call('bookings-pay', { booking: id, amount: 1 }, pair.brand))).toMatchObject({
    reason: 'invalid_input',
  });
  const fresh = { ...order, requestId: requestId() };
  expect(await refusal(pair.brand.api.bookings.request(fresh))).toMatchObject({ reason: 'not_found' });
  const self = { ...fresh, creator: pair.name };
  await pair.creator.api.terms.save({
    packages: [{ id: 'posts', title: 'Posts', price: qar(100), turnaroundDays: 1 }],
  });
  expect(await refusal(pair.creator.api.bookings.request(self))).toMatchObject({ reason: 'self_payment' });
  const nameless = await stage.actor();
  expect(await refusal(nameless.api.bookings.request(self))).toMatchObject({ reason: 'username_needed' });
});

test('I6 without money nothing happens, and a wallet that is too small pays no part of it', async () => {
  const pair = await pairOf(stage, 5000, { pieces: 3, milestones });
  const booking = await book(pair);
  expect(await refusal(pair.brand.api.bookings.pay({ booking }))).toMatchObject({
    reason: 'insufficient_funds',
  });
  expect(await availableOf(pair.brand)).toBe(5000);
  expect(await escrowsOf(stage, booking)).toEqual([]);
});

test('F08 the card’s money goes back in full: the booking is over, and nobody is paid', async () => {
  const pair = await pairOf(stage, 5000);
  const finance = await stage.actor('finance');
  const booking = await book(pair);
  await pair.creator.api.bookings.accept({ booking });
  const { payment } = await pair.brand.api.bookings.pay({ booking, card: {} });
  const intent = Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${payment!.id.replace('~', ':')}:1`,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'working' });
  const target = { kind: 'payment', id: payment!.id } as const;
  const { plan } = await finance.api.refunds.preview({ target });
  await finance.api.refunds.create({ requestId: requestId(), target, plan, reason: 'The card was stolen.' });
  await stage.idle();
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'cancelled', why: 'money_returned' });
});

test('W0-39 I11 a notice that cannot be delivered turns no step into an error, and comes later', async () => {
  const pair = await pairOf(stage, 10_000);
  const booking = await book(pair);
  await stage.idle();
  planCrash('bookings-changed', { step: 1, when: 'before' });
  await pair.brand.api.bookings.pay({ booking });
  expect(await pair.creator.api.bookings.accept({ booking })).toMatchObject({ status: 'working' });
  await stage.idle();
  expect((await bookingOn(stage, booking)).news).toEqual([]);
  const told = await noticesOf(stage, pair.creator, `bookings/${booking}`);
  expect(told.filter((kind) => kind === 'booking-started')).toHaveLength(1);
});

test('W0-01 W0-43 reading a wallet changes nothing, and what was spent is gone from it', async () => {
  const pair = await pairOf(stage, 20_000);
  await begunBooking(pair);
  const reads = await Promise.all(Array.from({ length: 10 }, () => availableOf(pair.brand)));
  expect(new Set(reads)).toEqual(new Set([10_000]));
  expect((await pair.brand.api.wallet.get({})).balances[0]).toMatchObject({
    inEscrow: 10_000,
    lifetime: { spent: 10_000 },
  });
});

const intentOf = (payment: string, attempt = 1) =>
  Object.values(stage.stripe.vault().intents).findLast(
    ({ metadata }) => metadata.attempt === `card:${payment.replace('~', ':')}:${attempt}`,
  )!.id;

test('F24 W2-43 a card that fails, and fails late: the wallet’s part comes back, and nothing is in escrow', async () => {
  const pair = await pairOf(stage, 5000, { price: qar(10_000) });
  const { brand } = pair;
  const booking = await book(pair);
  await pair.creator.api.bookings.accept({ booking });
  const { payment } = await brand.api.bookings.pay({ booking, card: { fromWallet: 4000 } });
  const intent = intentOf(payment!.id);
  await stage.stripe.play('confirm', intent, { method: 'pm_card_visa_chargeDeclined' });
  await stage.idle();
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'accepted' });
  expect([await availableOf(brand), (await escrowsOf(stage, booking)).length]).toEqual([1000, 0]);
  await stage.advance('2h');
  expect([await availableOf(brand), (await escrowsOf(stage, booking)).length]).toEqual([5000, 0]);
  await brand.api.bookings.withdraw({ booking, reason: 'The card does not work.' });
  // What comes after that finds nothing to pay.
  await stage.stripe.play('confirm', intent, { method: 'pm_card_visa' }).catch(() => undefined);
  await stage.idle();
  expect([await availableOf(brand), (await escrowsOf(stage, booking)).length]).toEqual([5000, 0]);
  expect(await refusal(brand.api.bookings.pay({ booking, card: {} }))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'withdrawn' },
  });
});

test('F26 W0-33 one fee, by the wallet or by a card, never both; and no card puts the timer off', async () => {
  const pair = await pairOf(stage, 20_000, { freeRevisions: 0 });
  const { brand } = pair;
  const booking = await begunBooking(pair);
  await deliver(pair, booking);
  const { payment } = await brand.api.bookings.extra({ booking, card: {} });
  expect(await refusal(brand.api.bookings.extra({ booking }))).toMatchObject({ reason: 'payment_open' });
  await stage.stripe.play('confirm', intentOf(payment!.id));
  await stage.idle();
  const before = await availableOf(brand);
  await brand.api.bookings.extra({ booking });
  expect((await brand.api.bookings.extra({ booking, card: {} })).payment).toMatchObject({ status: 'paid' });
  expect(await availableOf(brand)).toBe(before);
  await brand.api.bookings.revise({ booking, wish: 'Bluer.' });
  await deliver(pair, booking);
  await stage.advance('71h');
  await brand.api.bookings.extra({ booking, card: {} }).catch(() => undefined);
  stage.cloud.clock.move(60_000);
  expect(await refusal(brand.api.bookings.extra({ booking, card: {} }))).toMatchObject({
    reason: 'too_late',
  });
  await stage.advance('3h');
  expect(await bookingOn(stage, booking)).toMatchObject({ status: 'done', closedBy: 'system' });
});

test('F28 W0-27 approved and cancelled at once: one of the two, and the money is where that says', async () => {
  const pair = await pairOf(stage, 10_000);
  const { brand, creator } = pair;
  const booking = await begunBooking(pair);
  await deliver(pair, booking);
  const all = await together([
    ...Array.from({ length: 3 }, () => brand.api.bookings.approve({ booking })),
    ...Array.from({ length: 3 }, () => creator.api.bookings.cancel({ booking, reason: 'I am ill.' })),
  ]);
  expect(all.reasons.filter((one) => one !== 'busy' && one !== 'wrong_status')).toEqual([]);
  const { status } = await bookingOn(stage, booking);
  expect(['done', 'cancelling']).toContain(status);
  expect(await availableOf(creator)).toBe(status === 'done' ? 9000 : 0);
  expect((await escrowsOf(stage, booking))[0]?.balance).toBe(status === 'done' ? 0 : 10_000);
});
