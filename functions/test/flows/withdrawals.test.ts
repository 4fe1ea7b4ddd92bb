import { takeTallies } from '../../../local/wire.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
let finance: Actor;
let treasurer: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
  treasurer = await stage.actor('finance');
}, 180_000);
afterAll(() => stage.stop());

const iban = 'QA30AAAA123456789012345678901';
const reason = 'Looked at it.';
const qar = (amount: number) => ({ amount, currency: 'QAR' as const });
type Payee = Actor & { readonly destination: string };

async function save(person: Actor): Promise<string> {
  const account = { kind: 'bank', holder: 'Ann Example', iban, currency: 'QAR' } as const;
  const { id } = await person.api.destinations.save({ requestId: requestId(), ...account });
  await finance.api.destinations.verify({ uid: person.uid, destination: id, decision: 'verify', reason });
  return id;
}

const paper = (uid: string, name: string) => `kyc/${uid}/${name}.jpg`;
const apply = ({ api, uid }: Actor) =>
  api.kyc.submit({
    requestId: requestId(),
    name: 'Ann Example',
    country: 'QA',
    documents: {
      id_front: paper(uid, 'front'),
      id_back: paper(uid, 'back'),
      selfie: paper(uid, 'selfie'),
      proof_of_address: paper(uid, 'letter'),
    },
  });

/** Somebody with money who may withdraw it. Minor units of QAR. */
async function payee(amount: number): Promise<Payee> {
  const person = await stage.buyer(amount);
  const { application } = await apply(person);
  await finance.api.kyc.review({
    uid: person.uid,
    application: application ?? '',
    decision: 'verify',
    reason,
  });
  return { ...person, destination: await save(person) };
}

const ask = ({ api, destination }: Payee, amount: number, id = requestId()) =>
  api.withdrawals.request({ requestId: id, amount: qar(amount), destination });
const approve = (withdrawal: string) => finance.api.withdrawals.approve({ withdrawal, reason });
const pay = (withdrawal: string, amount: number, reference = requestId(), by = treasurer) =>
  by.api.withdrawals.pay({
    withdrawal,
    amount: qar(amount),
    method: 'bank_transfer',
    reference,
    paidAt: stage.cloud.clock.now(),
    reason,
  });
const balanceOf = async ({ api }: Actor) => (await api.wallet.get({})).balances[0];
const entriesOf = async (withdrawal: string) => {
  const found = await stage.db
    .collection('journal')
    .where('reference', '==', `withdrawals/${withdrawal}`)
    .get();
  return found.docs.map(({ id }) => id.replace(`withdrawal:${withdrawal}:`, '')).toSorted();
};
const actionsOn = async (target: string) => {
  const found = await stage.db.collection('adminActions').where('target', '==', target).get();
  return found.docs.map((doc) => doc.data());
};

test('W0-06 20 parallel withdrawals of the whole balance: exactly one succeeds', async () => {
  const ann = await payee(10_000);
  const { answers, reasons } = await together(Array.from({ length: 20 }, () => ask(ann, 10_000)));
  expect(answers).toHaveLength(1);
  expect([...new Set(reasons)].filter((why) => why !== 'withdrawal_open' && why !== 'busy')).toEqual([]);
  expect(await balanceOf(ann)).toMatchObject({ available: 0, reserved: 10_000 });
}, 120_000);

test('50 parallel requests with one request id are one withdrawal', async () => {
  const ann = await payee(10_000);
  const id = requestId();
  const { answers, reasons } = await together(Array.from({ length: 50 }, () => ask(ann, 6000, id)));
  expect(new Set(answers.map((one) => one.id)).size).toBe(1);
  expect(reasons.filter((why) => why !== 'busy')).toEqual([]);
  expect(await balanceOf(ann)).toMatchObject({ available: 4000, reserved: 6000 });
  expect(await refusal(ask(ann, 6001, id))).toMatchObject({ reason: 'request_id_reused' });
}, 240_000);

test('W0-02 W2-29 reserved at the request, spent nowhere else, burned once when it is paid', async () => {
  const ann = await payee(10_000);
  const { id } = await ask(ann, 8000);
  const other = await stage.actor();
  const job = await ann.api.jobs.post({ requestId: requestId(), title: 'A logo', price: qar(5000) });
  await ann.api.jobs.assign({ job: job.id, payee: other.uid });
  expect(await refusal(ann.api.escrow.lock({ job: job.id }))).toMatchObject({
    reason: 'insufficient_funds',
    facts: { available: 2000, needed: 5000 },
  });
  await approve(id);
  expect(await balanceOf(ann)).toMatchObject({ available: 2000, reserved: 8000 });
  const reference = requestId();
  expect(await pay(id, 8000, reference)).toMatchObject({ status: 'paid', proof: { reference } });
  expect(await pay(id, 8000, reference)).toMatchObject({ status: 'paid' });
  expect(await balanceOf(ann)).toMatchObject({ available: 2000, reserved: 0, lifetime: { withdrawn: 8000 } });
  expect(await entriesOf(id)).toEqual(['end', 'request']);
  const actions = await actionsOn(`withdrawals/${id}`);
  expect(actions.map(({ action }) => String(action)).toSorted()).toEqual([
    'withdrawals-approve',
    'withdrawals-pay',
  ]);
  expect(actions[0]).toMatchObject({ reason, role: 'finance' });
  await stage.idle();
  const notices = await stage.db.collection(`inboxes/${ann.uid}/notices`).get();
  const kinds = notices.docs
    .map((doc) => String(doc.data().kind))
    .filter((kind) => kind.startsWith('withdrawal-'));
  expect(kinds.toSorted()).toEqual(['withdrawal-approved', 'withdrawal-paid', 'withdrawal-requested']);
}, 180_000);

test('W2-31 approve against reject: one wins, the other hears how it stands', async () => {
  const ann = await payee(30_000);
  for (let round = 0; round < 3; round += 1) {
    const { id } = await ask(ann, 5000);
    // Ten of each at once, by two admins.
    const calls = Array.from({ length: 10 }, () => [
      approve(id),
      treasurer.api.withdrawals.reject({ withdrawal: id, reason }),
    ]).flat();
    const { answers, reasons } = await together(calls);
    expect(answers.length + reasons.length).toBe(20);
    expect(reasons.filter((why) => why !== 'wrong_status' && why !== 'busy')).toEqual([]);
    // A rejection may follow an approval; an approval never follows a rejection.
    const [now] = (await ann.api.withdrawals.list({ limit: 1 })).withdrawals;
    if (now?.status === 'approved') await treasurer.api.withdrawals.reject({ withdrawal: id, reason });
    expect(await refusal(approve(id))).toMatchObject({
      reason: 'wrong_status',
      facts: { status: 'rejected' },
    });
    expect(await entriesOf(id)).toEqual(['end', 'request']);
    expect(await balanceOf(ann)).toMatchObject({ available: 30_000, reserved: 0 });
  }
}, 120_000);

test('W2-31 paid against failed, cancel against approve: the money goes one way', async () => {
  const ann = await payee(30_000);
  const first = (await ask(ann, 5000)).id;
  await approve(first);
  const ends = await together<{ status: string }>([
    pay(first, 5000),
    treasurer.api.withdrawals.fail({ withdrawal: first, reason }),
    finance.api.withdrawals.reject({ withdrawal: first, reason }),
  ]);
  expect(ends.answers).toHaveLength(1);
  expect(await entriesOf(first)).toEqual(['end', 'request']);
  const left = ends.answers[0]?.status === 'paid' ? 25_000 : 30_000;
  expect(await balanceOf(ann)).toMatchObject({ available: left, reserved: 0 });

  const second = (await ask(ann, 5000)).id;
  const race = await together<{ status: string }>([
    ann.api.withdrawals.cancel({ withdrawal: second }),
    approve(second),
  ]);
  expect(race.answers).toHaveLength(1);
  const cancelled = race.answers[0]?.status === 'cancelled';
  expect(await balanceOf(ann)).toMatchObject({ reserved: cancelled ? 0 : 5000 });
}, 180_000);

test('W0-03 W2-34 rejected, failed and cancelled each give it back to the cent, once', async () => {
  const ann = await payee(10_000);
  const back = { available: 10_000, reserved: 0, lifetime: { withdrawn: 0, earned: 0, refunded: 0 } };
  const rejected = (await ask(ann, 7777)).id;
  const reject = () => finance.api.withdrawals.reject({ withdrawal: rejected, reason });
  const many = await together(Array.from({ length: 20 }, reject));
  expect(many.reasons.filter((why) => why !== 'busy')).toEqual([]);
  expect(await balanceOf(ann)).toMatchObject(back);

  const failed = (await ask(ann, 7777)).id;
  const fail = () => finance.api.withdrawals.fail({ withdrawal: failed, reason });
  expect(await refusal(fail())).toMatchObject({ reason: 'wrong_status', facts: { status: 'requested' } });
  await approve(failed);
  await fail();
  expect(await fail()).toMatchObject({ status: 'failed', reason });
  expect(await balanceOf(ann)).toMatchObject(back);

  const cancelled = (await ask(ann, 7777)).id;
  await ann.api.withdrawals.cancel({ withdrawal: cancelled });
  expect(await ann.api.withdrawals.cancel({ withdrawal: cancelled })).toMatchObject({ status: 'cancelled' });
  expect(await balanceOf(ann)).toMatchObject(back);

  // None of the three counts against the limit of three.
  expect(await ask(ann, 5000)).toMatchObject({ status: 'requested' });
}, 120_000);

test('W0-04 W4-05 paid is unreachable without an approval by somebody who may', async () => {
  const ann = await payee(10_000);
  const { id } = await ask(ann, 5000);
  expect(await refusal(pay(id, 5000))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'requested' },
  });
  const support = await stage.actor('support');
  for (const someone of [ann, support]) {
    expect(await refusal(pay(id, 5000, requestId(), someone))).toMatchObject({ reason: 'role_missing' });
    expect(await refusal(someone.api.withdrawals.approve({ withdrawal: id, reason }))).toMatchObject({
      reason: 'role_missing',
    });
  }
  const stranger = await stage.actor();
  expect(await refusal(stranger.api.withdrawals.cancel({ withdrawal: id }))).toMatchObject({
    reason: 'not_found',
  });
  await approve(id);
  expect(await refusal(pay(id, 4999))).toMatchObject({ reason: 'amount_mismatch' });
  expect(await refusal(ann.api.withdrawals.cancel({ withdrawal: id }))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'approved' },
  });
  expect(await balanceOf(ann)).toMatchObject({ reserved: 5000 });
}, 180_000);

/** Takes a payment back that was withdrawn meanwhile. @returns what is owed for it */
async function owe(ann: Payee, amount: number): Promise<number> {
  const order = (await stage.db.collection('purchases').where('uid', '==', ann.uid).get()).docs[0]!.id;
  const target = { kind: 'purchase', id: order } as const;
  const { plan } = await finance.api.refunds.preview({ target, amount });
  await finance.api.refunds.create({ requestId: requestId(), target, amount, plan, reason });
  return (await balanceOf(ann))?.debt ?? 0;
}

test('F08 nothing is approved while its owner owes, and what is given back repays that first', async () => {
  const ann = await payee(10_000);
  const { id } = await ask(ann, 8000);
  const debt = await owe(ann, 5000);
  expect(debt).toBeGreaterThan(0);
  expect(await refusal(approve(id))).toEqual({ reason: 'debt_open', facts: { debt, currency: 'QAR' } });
  expect(await balanceOf(ann)).toMatchObject({ available: 0, reserved: 8000, debt });
  await ann.api.withdrawals.cancel({ withdrawal: id });
  expect(await balanceOf(ann)).toMatchObject({
    ...{ available: 8000 - debt, reserved: 0, debt: 0 },
    lifetime: { withdrawn: 0 },
  });
  expect(await violationsOn(stage)).toEqual([]);
}, 180_000);

test('F08 a transfer that was made is shown even where its owner owes since; a rejection repays that', async () => {
  const [ann, ben] = [await payee(10_000), await payee(10_000)];
  const ids = await Promise.all([ann, ben].map(async (one) => (await ask(one, 8000)).id));
  await Promise.all(ids.map((id) => approve(id)));
  const [debt, same] = [await owe(ann, 5000), await owe(ben, 5000)];
  expect([debt > 0, same]).toEqual([true, debt]);
  expect(await pay(ids[0]!, 8000)).toMatchObject({ status: 'paid' });
  expect(await balanceOf(ann)).toMatchObject({ available: 0, reserved: 0, debt });
  await finance.api.withdrawals.reject({ withdrawal: ids[1]!, reason });
  expect(await balanceOf(ben)).toMatchObject({ available: 8000 - debt, reserved: 0, debt: 0 });
  expect(await violationsOn(stage)).toEqual([]);
}, 180_000);

test('W2-30 one open at a time, the second waits for the first', async () => {
  const ann = await payee(10_000);
  const { id } = await ask(ann, 5000);
  expect(await refusal(ask(ann, 5000))).toMatchObject({ reason: 'withdrawal_open' });
  await approve(id);
  expect(await refusal(ask(ann, 5000))).toMatchObject({ reason: 'withdrawal_open' });
  await pay(id, 5000);
  expect(await ask(ann, 5000)).toMatchObject({ status: 'requested' });
}, 180_000);

test('W0-08 F31 a payment reference pays one withdrawal, however it is written and however many ask', async () => {
  const people = await Promise.all([payee(10_000), payee(10_000), payee(10_000)]);
  const ids = await Promise.all(people.map(async (one) => (await ask(one, 5000)).id));
  await Promise.all(ids.map((id) => approve(id)));
  const reference = `QNB-${requestId()}`;
  const { answers, reasons } = await together(ids.map((id) => pay(id, 5000, reference)));
  expect(answers).toHaveLength(1);
  expect(reasons).toEqual(['reference_reused', 'reference_reused']);
  const unpaid = ids.find((id) => id !== answers[0]?.id) ?? '';
  const respelled = ` ${reference.replaceAll('-', ' ').toLowerCase()}`;
  expect(await refusal(pay(unpaid, 5000, respelled))).toMatchObject({ reason: 'reference_reused' });
  expect(await pay(unpaid, 5000)).toMatchObject({ status: 'paid' });
}, 120_000);

test('D13 never one’s own; above QAR 5,000 another admin pays', async () => {
  const ann = await payee(500_000);
  const item = { kind: 'amount', amount: 500 } as const;
  const more = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, more.id));
  await stage.idle();
  const { id } = await ask(ann, 500_001);
  expect(await approve(id)).toMatchObject({ secondAdmin: true, approvedBy: finance.uid });
  expect(await refusal(pay(id, 500_001, requestId(), finance))).toMatchObject({ reason: 'same_admin' });
  expect(await pay(id, 500_001)).toMatchObject({ status: 'paid', approvedBy: finance.uid });

  const own = await stage.actor('finance');
  const application = (await apply(own)).application ?? '';
  const review = own.api.kyc.review({ uid: own.uid, application, decision: 'verify', reason });
  expect(await refusal(review)).toMatchObject({ reason: 'own_request' });
}, 180_000);

test('W0-45 W4-29 F38 sealed at rest, masked in lists, kept as it was; each look leaves a record', async () => {
  const ann = await payee(10_000);
  const { id, destination } = await ask(ann, 5000);
  expect(destination.mask).toBe('QA•• •••• 8901');
  await ann.api.destinations.remove({ destination: ann.destination });
  const stored = await Promise.all(
    [`payees/${ann.uid}`, `withdrawals/${id}`].map((path) => stage.db.doc(path).get()),
  );
  const shown = [
    ...stored.map((doc) => doc.data()),
    await ann.api.kyc.get({}),
    await ann.api.withdrawals.list({}),
    await finance.api.withdrawals.queue({}),
  ];
  expect(JSON.stringify(shown)).not.toMatch(/1234567890|Ann Example|example\.test/);
  const look = { withdrawal: id, reason: 'To make the transfer' };
  expect(await refusal(ann.api.withdrawals.reveal(look))).toMatchObject({ reason: 'role_missing' });
  expect(await finance.api.withdrawals.reveal(look)).toMatchObject({ iban, holder: 'Ann Example' });
  await finance.api.withdrawals.reveal(look);
  const looks = (await actionsOn(`withdrawals/${id}`)).filter(
    ({ action }) => action === 'withdrawals-reveal',
  );
  expect(looks).toHaveLength(2);
  expect(looks[0]).toMatchObject({ by: finance.uid, reason: look.reason });
  expect(await finance.api.kyc.reveal({ uid: ann.uid, reason })).toMatchObject({ name: 'Ann Example' });

  // A destination that follows the first is a change, and waits a day.
  const changed = { ...ann, destination: await save(ann) };
  await ann.api.withdrawals.cancel({ withdrawal: id });
  expect(await refusal(ask(changed, 5000))).toMatchObject({ reason: 'not_due' });
  await stage.advance('24h');
  expect(await ask(changed, 5000)).toMatchObject({ status: 'requested' });
}, 180_000);

test('F37 not verified, no withdrawal; a user cannot verify, and a rejection can be answered', async () => {
  const ann = await stage.buyer(10_000);
  const { application } = await apply(ann);
  const review = { uid: ann.uid, application: application ?? '', reason };
  expect(await refusal(ann.api.kyc.review({ ...review, decision: 'verify' }))).toMatchObject({
    reason: 'role_missing',
  });
  const waiting = { ...ann, destination: await save(ann) };
  expect(await refusal(ask(waiting, 5000))).toMatchObject({
    reason: 'kyc_required',
    facts: { status: 'pending' },
  });
  const { reviews } = await finance.api.kyc.queue({ limit: 100 });
  expect(reviews.find(({ uid }) => uid === ann.uid)).toMatchObject({ status: 'pending', application });
  await finance.api.kyc.review({ ...review, decision: 'reject' });
  expect(await refusal(ask(waiting, 5000))).toMatchObject({ facts: { status: 'rejected' } });
  expect(await ann.api.kyc.get({})).toMatchObject({ status: 'rejected', reason });
  expect(await apply(ann)).toMatchObject({ status: 'pending' });
}, 180_000);

test('D9 below the minimum, and the fourth in seven days; seven days after the first there is room', async () => {
  const ann = await payee(50_000);
  expect(await refusal(ask(ann, 4999))).toMatchObject({ reason: 'below_minimum', facts: { minimum: 5000 } });
  for (let i = 0; i < 3; i += 1) {
    const { id } = await ask(ann, 5000);
    await approve(id);
    await pay(id, 5000);
  }
  const { reason: why, facts } = await refusal(ask(ann, 5000));
  expect([why, facts.limit, facts.used]).toEqual(['limit_reached', 3, 3]);
  await stage.advance(Number(facts.retryAt) - stage.cloud.clock.now());
  expect(await ask(ann, 5000)).toMatchObject({ status: 'requested' });
}, 180_000);

test('I12 an unanswered withdrawal comes up again after 72 hours, undecided', async () => {
  const ann = await payee(10_000);
  const { id } = await ask(ann, 5000);
  await stage.advance('73h');
  const { withdrawals } = await finance.api.withdrawals.queue({ status: 'requested', limit: 100 });
  expect(withdrawals.find((one) => one.id === id)).toMatchObject({ status: 'requested', overdue: 1 });
  expect(await balanceOf(ann)).toMatchObject({ reserved: 5000 });
}, 180_000);

test('F34 own history in pages, newest first; a stranger’s cursor is none', async () => {
  const ann = await payee(30_000);
  const made: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    const { id } = await ask(ann, 5000);
    made.unshift(id);
    await ann.api.withdrawals.cancel({ withdrawal: id });
    await stage.advance('1s');
  }
  const first = await ann.api.withdrawals.list({ limit: 2, status: 'cancelled' });
  const after = first.next ?? '';
  const second = await ann.api.withdrawals.list({ limit: 2, status: 'cancelled', after });
  expect([...first.withdrawals, ...second.withdrawals].map(({ id }) => id)).toEqual(made);
  expect(second.next).toBeNull();
  const eve = await stage.actor();
  expect(await refusal(eve.api.withdrawals.list({ after }))).toMatchObject({ reason: 'not_found' });
  expect((await eve.api.withdrawals.list({})).withdrawals).toEqual([]);
}, 180_000);

test('money.md budgets: a request is one batch of three and one commit of five', async () => {
  const ann = await payee(10_000);
  await stage.idle();
  takeTallies();
  await ask(ann, 5000);
  const [one] = takeTallies('withdrawals-request');
  expect(one?.tally).toMatchObject({ reads: 3, writes: 5, roundTrips: 2 });
}, 180_000);
