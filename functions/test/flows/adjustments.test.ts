import { takeTallies } from '../../../local/wire.ts';
import type { Alert } from '../../src/alerts/alert.ts';
import type { AdminAction } from '../../src/oversight/action.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { availableOf, everything, orderOf, qar } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

/** W2-47: what finance puts right by hand, with a cap, a second admin above it, and a record of all of it. */

jest.setTimeout(180_000);

let stage: FlowStage;
let finance: Actor;
let treasurer: Actor;
let ann: Actor;
/** The entry by which Ann's wallet came to its money. */
let wrong: string;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
beforeEach(async () => {
  // What an admin does counts for a week, so each test has its own.
  [finance, treasurer] = await Promise.all([stage.actor('finance'), stage.actor('finance')]);
  ann = await stage.buyer(30_000);
  wrong = (await ann.api.wallet.entries({})).entries[0]!.journal;
});
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Credited once, paid twice.';
type Wish = Partial<Parameters<Actor['api']['adjustments']['request']>[0]>;
const ask = (amount: number, more: Wish = {}, by = finance) =>
  by.api.adjustments.request({
    ...{ requestId: requestId(), uid: ann.uid, amount: qar(amount), direction: 'credit' },
    ...{ corrects: wrong, reason },
    ...more,
  });
const approve = (adjustment: string, by = treasurer) =>
  by.api.adjustments.approve({ adjustment, reason: 'Checked.' });
const reject = (adjustment: string, by = treasurer) =>
  by.api.adjustments.reject({ adjustment, reason: 'It was credited.' });
const reverse = (entry: string | null, by = finance) =>
  by.api.adjustments.reverse({ requestId: requestId(), entry: entry ?? '', reason: 'The wrong person.' });
const balanceOf = async (person: Actor) => (await person.api.wallet.get({})).balances[0]!;
const actionsOn = async (id: string) =>
  (await stage.db.collection('adminActions').where('target', '==', `adjustments/${id}`).get()).docs
    .map((one) => fromStored(one.data()) as AdminAction)
    .toSorted((one, other) => one.at - other.at);

const adjustmentNotices = async ({ uid }: Actor) =>
  (await stage.db.collection(`inboxes/${uid}/notices`).where('kind', '==', 'adjustment-posted').get()).docs
    .map((one) => one.data() as { text: string; facts: object; at: { toMillis(): number } })
    .toSorted((one, other) => one.at.toMillis() - other.at.toMillis())
    .map(({ text, facts }) => ({ text, facts }));
const noticed = (adjustment: string, direction: string, amount: number) => ({
  ...{ adjustment, amount, currency: 'QAR', direction, owed: 0 },
});

test('up to the cap it is booked at once, names what it corrects, and is recorded with before and after', async () => {
  const made = await ask(50_000);
  expect(made).toMatchObject({ status: 'posted', entry: `adjustment:${made.id}`, corrects: wrong, owed: 0 });
  expect(await availableOf(ann)).toBe(80_000);
  const { journal } = await booksOf(stage);
  expect(journal.get(`adjustment:${made.id}`)).toMatchObject({
    ...{ kind: 'adjustment', corrects: wrong, by: finance.uid, reference: `adjustments/${made.id}` },
    legs: [
      { account: `wallet:${ann.uid}:available`, amount: 50_000, currency: 'QAR' },
      { account: 'platform:losses', amount: -50_000, currency: 'QAR' },
    ],
  });
  expect(await actionsOn(made.id)).toMatchObject([
    {
      ...{ action: 'adjustments-request', by: finance.uid, role: 'finance', reason },
      before: { status: null, available: 30_000, debt: 0 },
      after: { status: 'posted', available: 80_000, debt: 0, amount: 50_000, corrects: wrong },
    },
  ]);
  expect(await finance.api.adjustments.get({ adjustment: made.id })).toEqual(made);
  const page = await treasurer.api.adjustments.list({ uid: ann.uid, limit: 1 });
  expect(page.adjustments).toEqual([made]);
  // Whose wallet it is hears of it, by the trigger or by the sweep behind it.
  await stage.idle();
  expect(await adjustmentNotices(ann)).toEqual([
    {
      text: 'Your balance was put right: QAR 500.00 was added to it.',
      facts: noticed(made.id, 'credit', 50_000),
    },
  ]);
  stage.cloud.host.faults['adjustments-changed'] = { drop: true };
  const { id } = await ask(100_000, { direction: 'debit' });
  await approve(id);
  await stage.idle();
  expect(await adjustmentNotices(ann)).toHaveLength(1);
  stage.cloud.host.faults['adjustments-changed'] = undefined;
  await stage.cloud.runSchedule('adjustments-sweep');
  await stage.cloud.runSchedule('adjustments-sweep');
  expect((await adjustmentNotices(ann))[1]).toEqual({
    text: 'Your balance was put right: QAR 1,000.00 was taken from it. You owe QAR 200.00 of it, which what you get next pays back.',
    facts: { ...noticed(id, 'debit', 100_000), owed: 20_000 },
  });
});

test('above the cap it waits, and is booked once by another admin, though ten approve and ten reject at once', async () => {
  const { id, status } = await ask(50_001);
  expect(status).toBe('waiting');
  expect(await availableOf(ann)).toBe(30_000);
  expect((await finance.api.adjustments.list({ status: 'waiting', uid: ann.uid })).adjustments).toHaveLength(
    1,
  );
  const third = await stage.actor('finance');
  const calls = Array.from({ length: 6 }, () => [approve(id), approve(id, third), reject(id)]).flat();
  const { answers, reasons } = await together(calls);
  expect(answers.length + reasons.length).toBe(18);
  expect(reasons.filter((why) => why !== 'wrong_status' && why !== 'busy')).toEqual([]);
  const end = await finance.api.adjustments.get({ adjustment: id });
  expect(new Set(answers.map((one) => one.status))).toEqual(new Set([end.status]));
  expect(await availableOf(ann)).toBe(end.status === 'posted' ? 80_001 : 30_000);
  expect(await actionsOn(id)).toHaveLength(2);
});

test('a rejected one moves nothing and counts no longer; who decided may say so again', async () => {
  const { id } = await ask(90_000);
  expect(await reject(id)).toMatchObject({ status: 'rejected', why: 'It was credited.', entry: null });
  expect(await reject(id)).toMatchObject({ status: 'rejected' });
  expect(await refusal(approve(id))).toMatchObject({ reason: 'wrong_status', facts: { status: 'rejected' } });
  expect((await ask(50_000)).status).toBe('posted');
  expect(await availableOf(ann)).toBe(80_000);
});

test('parts count together, also at once, in both directions and in other currencies; another admin is the same sum, another person is not', async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => ask(20_000)));
  expect(made.filter(({ status }) => status === 'posted')).toHaveLength(2);
  expect(await availableOf(ann)).toBe(70_000);
  expect((await ask(1, { amount: { amount: 1, currency: 'USD' } })).status).toBe('waiting');
  expect((await ask(1, { direction: 'debit' })).status).toBe('waiting');
  const ben = await stage.buyer(5_000);
  expect((await ask(20_000, { uid: ben.uid })).status).toBe('posted');
  expect((await ask(20_000, {}, treasurer)).status).toBe('waiting');
});

test('nobody adjusts their own wallet, approves what they asked for, or decides about themselves', async () => {
  const own = await refusal(
    finance.api.adjustments.request({
      ...{ requestId: requestId(), uid: finance.uid, amount: qar(100), direction: 'credit' as const },
      ...{ corrects: wrong, reason },
    }),
  );
  expect(own.reason).toBe('own_request');
  const { id } = await ask(60_000);
  expect((await refusal(approve(id, finance))).reason).toBe('same_admin');
  expect((await refusal(reject(id, finance))).reason).toBe('same_admin');
  // Somebody of finance with a wallet of their own.
  const eve = await stage.actor('finance');
  const order = await orderOf(eve);
  await stage.stripe.pay(sessionOf(stage, order.id));
  await stage.idle();
  const given = await ask(100, { uid: eve.uid }, treasurer);
  const hers = await ask(60_000, { uid: eve.uid });
  expect((await refusal(approve(hers.id, eve))).reason).toBe('own_request');
  expect((await refusal(reject(hers.id, eve))).reason).toBe('own_request');
  expect((await refusal(reverse(given.entry, eve))).reason).toBe('own_request');
  expect(await availableOf(eve)).toBe(10_100);
});

test('strangers and other admins hear nothing and change nothing', async () => {
  const { entry } = await ask(100, {}, treasurer);
  const { id } = await ask(60_000);
  const others = await Promise.all([stage.actor(), stage.actor('support')]);
  const before = await everything(stage);
  for (const other of [...others, ann]) {
    expect((await refusal(ask(100, {}, other))).reason).toBe('role_missing');
    expect((await refusal(approve(id, other))).reason).toBe('role_missing');
    expect((await refusal(reject(id, other))).reason).toBe('role_missing');
    expect((await refusal(reverse(entry, other))).reason).toBe('role_missing');
    expect((await refusal(other.api.adjustments.get({ adjustment: id }))).reason).toBe('role_missing');
    expect((await refusal(other.api.adjustments.list({}))).reason).toBe('role_missing');
  }
  expect(await everything(stage)).toEqual(before);
});

test('the same request again, ten times at once, is one; with other words it is refused', async () => {
  const same = { requestId: requestId() };
  const { answers, reasons } = await together(Array.from({ length: 10 }, () => ask(5_000, same)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(reasons.filter((why) => why !== 'busy')).toEqual([]);
  expect(await availableOf(ann)).toBe(35_000);
  expect((await refusal(ask(5_001, same))).reason).toBe('request_id_reused');
  const other = await stage.buyer(5_000);
  expect((await refusal(ask(5_000, { ...same, uid: other.uid }))).reason).toBe('request_id_reused');
  expect(await refusal(ask(5_000, { corrects: 'purchase:nothing' }))).toMatchObject({
    ...{ reason: 'not_found', facts: { what: 'entry' } },
  });
  expect(await refusal(ask(5_000, { uid: 'nobody' }))).toMatchObject({
    ...{ reason: 'not_found', facts: { what: 'wallet', uid: 'nobody' } },
  });
});

test('a frozen wallet is put right too: what is not there is owed, and a credit repays it first', async () => {
  await stage.db.doc(`wallets/${ann.uid}`).update({ frozen: true });
  const taken = await ask(35_000, { direction: 'debit' });
  expect(taken).toMatchObject({ status: 'posted', owed: 5_000 });
  expect(await balanceOf(ann)).toMatchObject({ available: 0, debt: 5_000 });
  await ask(10_000, {}, treasurer);
  expect(await balanceOf(ann)).toMatchObject({ available: 5_000, debt: 0 });
});

test('an adjustment is taken back once, by the same cap; an entry of another kind by the call that is named', async () => {
  const { entry, id } = await ask(20_000);
  const ways = await together([reverse(entry), reverse(entry, treasurer), reverse(entry)]);
  expect(ways.answers).toMatchObject([
    { kind: 'reversal', status: 'posted', direction: 'debit', entry: `reversal:${entry}`, corrects: entry },
  ]);
  expect(ways.reasons.filter((why) => why !== 'wrong_status' && why !== 'busy')).toEqual([]);
  expect(await availableOf(ann)).toBe(30_000);
  expect(await finance.api.adjustments.get({ adjustment: id })).toMatchObject({ status: 'posted' });
  expect(await refusal(reverse(wrong))).toEqual({
    ...{ reason: 'not_reversible', facts: { kind: 'purchase', use: 'refunds-create' } },
  });
  expect((await refusal(reverse(`reversal:${entry}`))).facts).toEqual({
    ...{ kind: 'reversal', use: 'adjustments-request' },
  });
  expect((await refusal(reverse('adjustment:nothing'))).reason).toBe('not_found');
  // What needed two to give needs two to take back.
  const large = await ask(80_000);
  const given = await approve(large.id);
  const back = await reverse(given.entry);
  expect(back.status).toBe('waiting');
  expect((await approve(back.id)).status).toBe('posted');
  expect(await availableOf(ann)).toBe(30_000);
});

test('finance is told, once, of one that has waited for a day', async () => {
  const { id } = await ask(70_000);
  const alerts = async () =>
    (await stage.db.collection('alerts').where('about', '==', `adjustments/${id}`).get()).docs.map(
      (one) => one.data() as Alert,
    );
  await stage.advance('23h');
  expect(await alerts()).toEqual([]);
  await stage.advance('2h');
  await stage.advance('25h');
  expect(await alerts()).toMatchObject([
    { kind: 'adjustment_waits', status: 'open', people: [ann.uid], facts: { amount: 70_000, uid: ann.uid } },
  ]);
  expect((await approve(id)).status).toBe('posted');
});

test('one batched read and one commit for each step; a decision reads first what it is about', async () => {
  const costOf = async (name: string, act: () => Promise<unknown>) => {
    await stage.idle();
    takeTallies();
    await act();
    return takeTallies(name)[0]?.tally;
  };
  // The adjustment, the wallet, what was wrong and whether it was undone, what counts, and the brake.
  const batch = { reads: 7, writes: 7, roundTrips: 2 };
  expect(await costOf('adjustments-request', () => ask(1_000))).toMatchObject(batch);
  let id = '';
  expect(
    await costOf('adjustments-request', async () => {
      id = (await ask(90_000)).id;
    }),
  ).toMatchObject({ ...batch, writes: 4 });
  expect(await costOf('adjustments-approve', () => approve(id))).toMatchObject({
    ...{ reads: 8, writes: 5, roundTrips: 3 },
  });
});
