import { planCrash, takeTallies } from '../../../local/wire.ts';
import { collections } from '../../src/collections.ts';
import { auth } from '../../src/platform/accounts.ts';
import { copyAll, load } from '../../src/platform/firestore.ts';
import type { Payrun, PayrunLine } from '../../src/payruns/payrun.ts';
import { fromStored } from '../../src/shared/stored.ts';
import type { Withdrawal } from '../../src/withdrawals/withdrawal.ts';
import { noticesOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';
import { earner, givenRupees, inr, known, toSunday, upiOf, type Earner } from './weekly.ts';

/** F35 the weekly run: everybody who wished it is paid once, whatever happens to it on the way. */

jest.setTimeout(240_000);

let stage: FlowStage;
let finance: Actor;
let treasurer: Actor;
let chief: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
  treasurer = await stage.actor('finance');
  chief = await stage.actor('superadmin');
}, 180_000);
beforeEach(async () => {
  await stage.cloud.wipe();
  toSunday(stage);
});
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Looked at it.';
const minimum = 50_000;

const balanceOf = async ({ api }: Actor) =>
  (await api.wallet.get({})).balances.find(({ currency }) => currency === 'INR');
const all = async <T>(name: string) => {
  const { docs } = await stage.db.collection(name).get();
  return new Map(docs.map((one) => [one.id, fromStored(one.data()) as T]));
};
const lines = () => all<PayrunLine>('payrunLines');
const lineOf = async ({ uid }: Actor) => [...(await lines()).values()].findLast((one) => one.uid === uid);
const reasonOf = async (person: Actor) => {
  const line = await lineOf(person);
  return line?.outcome === 'skipped' ? line.reason : line?.outcome;
};
const runs = () => all<Payrun>('payruns');
const theRun = async () => [...(await runs())].at(-1)!;
const withdrawals = () => all<Withdrawal>('withdrawals');
const askedFor = async (...people: readonly Actor[]) => {
  const lines = await Promise.all(people.map(lineOf));
  return lines.flatMap((line) => (line?.outcome === 'requested' ? [line.withdrawal] : []));
};
const monday = async () => {
  await stage.cloud.runSchedule('payruns-weekly');
  await stage.idle();
};
const sweep = async () => {
  await stage.cloud.runSchedule('payruns-sweep');
  await stage.idle();
};
const toMonday = () => stage.cloud.clock.move(90 * 60 * 1000);
/** Some at once: the machine has few hands. */
async function each<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < count; i += 6)
    made.push(...(await Promise.all(Array.from({ length: Math.min(6, count - i) }, (_, n) => make(i + n)))));
  return made;
}

test('D23 F35 W4-03 W4-07 thirty people: each is paid once or told why not, and twice is one batch', async () => {
  const paid = await each(18, (i) => earner(stage, finance, minimum + i * 1_000));
  const poor = await each(4, () => earner(stage, finance, minimum - 1));
  const bare = await stage.actor();
  await givenRupees(finance, bare, 90_000);
  await bare.api.payruns.join({ destination: await upiOf(finance, bare, 'bare@okbank') });
  const frozen = await earner(stage, finance, 70_000);
  await stage.db.doc(`wallets/${frozen.uid}`).update({ frozen: true });
  const gone = await earner(stage, finance, 70_000);
  await auth().updateUser(gone.uid, { disabled: true });
  const left = await earner(stage, finance, 70_000);
  await left.api.payruns.leave({});
  const homeless = await earner(stage, finance, 70_000);
  await homeless.api.destinations.remove({ destination: homeless.destination });
  const cooling = await earner(stage, finance, 70_000);
  const next = await upiOf(finance, cooling, 'other@okbank');
  await cooling.api.payruns.join({ destination: next });
  const busy = await earner(stage, finance, 200_000);
  await busy.api.withdrawals.request({
    ...{ requestId: requestId(), amount: inr(60_000), destination: busy.destination },
  });
  const rich = await earner(stage, finance, 50_000_000);
  toMonday();
  await monday();

  const after = await lines();
  expect(after.size).toBe(29);
  for (const [i, person] of paid.entries()) {
    const amount = minimum + i * 1_000;
    expect(await lineOf(person)).toMatchObject({ outcome: 'requested', amount });
    expect(await balanceOf(person)).toMatchObject({ available: 0, reserved: amount });
  }
  for (const person of poor) expect(await reasonOf(person)).toBe('below_minimum');
  expect(await Promise.all([bare, frozen, gone, left, homeless, cooling, busy].map(reasonOf))).toEqual([
    ...[
      'kyc_required',
      'wallet_frozen',
      'account_gone',
      undefined,
      'not_found',
      'not_due',
      'withdrawal_open',
    ],
  ]);
  // As much as a week allows; the rest waits.
  expect(await lineOf(rich)).toMatchObject({ outcome: 'requested', amount: 48_000_000 });
  expect(await balanceOf(rich)).toMatchObject({ available: 2_000_000, reserved: 48_000_000 });

  const [id, run] = await theRun();
  const amount = 18 * minimum + 153_000 + 48_000_000;
  const skipped = {
    ...{ below_minimum: 4, kyc_required: 1, wallet_frozen: 1, account_gone: 1, not_found: 1 },
    ...{ not_due: 1, withdrawal_open: 1 },
  };
  expect(run).toMatchObject({
    ...{ phase: 'done', by: 'system', dueAt: null, minimum },
    totals: { people: 29, requested: 19, amount, skipped, failed: 0 },
  });
  const { run: shown } = await finance.api.payruns.show({ run: id });
  expect(shown.totals).toMatchObject({ people: 29, requested: 19, amount, failed: 0 });

  // Again, by the schedule, by the sweep, by hand, at once: nothing more.
  const made = await withdrawals();
  expect(made.size).toBe(20);
  const start = () => finance.api.payruns.start({ reason });
  const again = await together(Array.from({ length: 5 }, start));
  expect(again.reasons.filter((one) => one !== 'busy')).toEqual([]);
  await monday();
  await sweep();
  expect(await withdrawals()).toEqual(made);
  expect(await lines()).toEqual(after);
  expect((await runs()).size).toBe(1);
});

test('F35 W4-08 ten runs at once, beside their own request: one withdrawal each', async () => {
  const people = await each(6, () => earner(stage, finance, 80_000));
  toMonday();
  const ask = ({ api, destination }: Earner) =>
    api.withdrawals.request({ requestId: requestId(), amount: inr(80_000), destination });
  const starts = Array.from({ length: 10 }, () => finance.api.payruns.start({ reason }));
  const [own] = await Promise.all([together(people.map(ask)), together<unknown>(starts)]);
  await stage.advance('3h');
  expect(
    own.reasons.filter((one) => !['withdrawal_open', 'busy', 'insufficient_funds'].includes(one)),
  ).toEqual([]);
  const made = [...(await withdrawals()).values()];
  expect(made.map(({ uid }) => uid).toSorted()).toEqual(people.map(({ uid }) => uid).toSorted());
  for (const person of people)
    expect(await balanceOf(person)).toMatchObject({ available: 0, reserved: 80_000 });
  const [, run] = await theRun();
  expect(run).toMatchObject({ phase: 'done', totals: { people: 6, failed: 0 } });
  expect(run.totals.requested + own.answers.length).toBe(6);
});

test('F35 it dies at any step, and the sweep goes on: nobody is left out, nobody paid twice', async () => {
  const people = await each(3, () => earner(stage, finance, 80_000));
  toMonday();
  takeTallies();
  await monday();
  const steps = takeTallies('payruns-weekly')[0]!.tally.steps.length;
  expect(steps).toBeGreaterThan(12);
  for (let step = 0; step < steps; step += 1)
    for (const when of ['before', 'after'] as const) {
      // Each time another week, and the money back.
      for (const [id, { status }] of await withdrawals())
        if (status === 'requested') await finance.api.withdrawals.reject({ withdrawal: id, reason });
      stage.cloud.clock.move(7 * 24 * 3600 * 1000);
      const before = (await withdrawals()).size;
      planCrash('payruns-weekly', { step, when });
      await monday().catch(() => undefined);
      for (let turn = 0; turn < 3; turn += 1) {
        stage.cloud.clock.move(11 * 60 * 1000);
        await sweep();
      }
      const where = `died ${when} ${step}`;
      const [, run] = await theRun();
      expect([where, run]).toMatchObject([
        where,
        { phase: 'done', totals: { people: 3, requested: 3, amount: 240_000, failed: 0 } },
      ]);
      expect([where, (await withdrawals()).size]).toEqual([where, before + 3]);
      for (const person of people) expect(await balanceOf(person)).toMatchObject({ reserved: 80_000 });
    }
});

test('F35 W4-27 of many it dies in the middle of a page: the sweep goes on from there, and counts each once', async () => {
  const [first, last] = [await earner(stage, finance, 80_000), await earner(stage, finance, 80_000)];
  const like = (await load(collections.payrunJoins.doc(first.uid)))!;
  const uids = Array.from({ length: 230 }, (_, i) => `M-nobody-${String(i).padStart(3, '0')}`);
  await copyAll(
    uids.map((uid) => ({ ref: collections.payrunJoins.doc(uid), doc: { ...like, uid, news: [] } })),
  );
  toMonday();
  takeTallies();
  planCrash('payruns-weekly', { step: 300, when: 'after' });
  await monday().catch(() => undefined);
  const [, died] = await theRun();
  expect(died).toMatchObject({ phase: 'people', cursor: expect.stringMatching(/./) as string });
  const seen = (await lines()).size;
  expect([seen > 100, seen < 200]).toEqual([true, true]);
  stage.cloud.clock.move(11 * 60 * 1000);
  await sweep();
  expect((await theRun())[1]).toMatchObject({
    phase: 'done',
    totals: { people: 232, requested: 2, amount: 160_000, skipped: { below_minimum: 230 }, failed: 0 },
  });
  for (const person of [first, last]) expect(await balanceOf(person)).toMatchObject({ reserved: 80_000 });
  // A page at a time, each line once.
  const [run] = await theRun();
  const shown: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await finance.api.payruns.show({ run, limit: 100, ...(after !== undefined && { after }) });
    shown.push(...page.lines.map(({ uid }) => uid));
    if (page.next === null) break;
    after = page.next;
  }
  expect(shown.toSorted()).toEqual([...uids, first.uid, last.uid].toSorted());
  const other = { run, limit: 5, after: '2020-W01-INR~ann' };
  expect(await refusal(finance.api.payruns.show(other))).toMatchObject({ reason: 'not_found' });
});

test('F35 one that fails stops nobody, is tried again, and is paid when it is mended', async () => {
  const [ann, bob, cat] = (await each(3, () => earner(stage, finance, 80_000))) as [Earner, Earner, Earner];
  const recent = stage.db.doc(`payees/${bob.uid}`);
  await recent.update({ recent: 'broken' });
  toMonday();
  await monday();
  expect(await Promise.all([ann, bob, cat].map(reasonOf))).toEqual(['requested', 'failed', 'requested']);
  expect(await lineOf(bob)).toMatchObject({ attempts: 1 });
  expect((await theRun())[1]).toMatchObject({ phase: 'retry', doneAt: null });
  await stage.advance('11m');
  expect(await lineOf(bob)).toMatchObject({ outcome: 'failed', attempts: 2 });
  await recent.update({ recent: [] });
  await stage.advance('25m');
  expect(await lineOf(bob)).toMatchObject({ outcome: 'requested', amount: 80_000 });
  expect((await theRun())[1]).toMatchObject({
    phase: 'done',
    totals: { people: 3, requested: 3, amount: 240_000, failed: 0 },
  });
});

test('F35 I12 what fails five times stays, a person hears of it, and the week ends', async () => {
  const ann = await earner(stage, finance, 80_000);
  const payee = stage.db.doc(`payees/${ann.uid}`);
  await payee.update({ recent: 'broken' });
  toMonday();
  await monday();
  for (const wait of ['11m', '21m', '41m', '81m']) {
    expect((await theRun())[1]).toMatchObject({ phase: 'retry' });
    await stage.advance(wait);
  }
  expect(await lineOf(ann)).toMatchObject({ outcome: 'failed', attempts: 5, retryAt: null });
  expect((await theRun())[1]).toMatchObject({
    phase: 'done',
    totals: { people: 1, requested: 0, failed: 1 },
  });
  const { alerts } = await finance.api.alerts.list({ status: 'open' });
  expect(alerts.filter(({ kind }) => kind === 'payrun_failed')).toHaveLength(1);
  expect(await balanceOf(ann)).toMatchObject({ available: 80_000, reserved: 0 });
  await payee.update({ recent: [] });
});

test('F35 D13 W4-05 W4-06 many are let pass at once, each by its own rules, never one’s own, and twice is once', async () => {
  const [ann, bob, cat, dan] = (await each(4, () => earner(stage, finance, 80_000))) as [
    ...[Earner, Earner, Earner, Earner],
  ];
  const own = { ...finance, ...(await earnerFor(finance)) };
  const large = await earner(stage, finance, 20_000_000);
  await dan.api.payruns.leave({});
  toMonday();
  await monday();
  const [run] = await theRun();
  const byHand = (
    await dan.api.withdrawals.request({
      ...{ requestId: requestId(), amount: inr(60_000), destination: dan.destination },
    })
  ).id;
  const [a, b, c, o, l] = (await askedFor(ann, bob, cat, own, large)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await bob.api.withdrawals.cancel({ withdrawal: b });
  await stage.db.doc(`wallets/${cat.uid}`).update({ frozen: true });
  const ids = [a, b, c, o, l, byHand, `${'a'.repeat(24)}~${ann.uid}`];
  const approve = () => finance.api.payruns.approve({ run, withdrawals: ids, reason });
  const { answers } = await approve();
  expect(answers).toEqual([
    { withdrawal: a, status: 'approved', refused: null },
    { withdrawal: b, status: null, refused: 'wrong_status' },
    { withdrawal: c, status: null, refused: 'wallet_frozen' },
    { withdrawal: o, status: null, refused: 'own_request' },
    { withdrawal: l, status: 'approved', refused: null },
    { withdrawal: byHand, status: null, refused: 'not_found' },
    { withdrawal: ids[6], status: null, refused: 'not_found' },
  ]);
  await stage.idle();
  const before = await withdrawals();
  expect((await approve()).answers).toEqual(answers);
  expect(await withdrawals()).toEqual(before);
  const many = await together([approve(), approve(), approve()]);
  const refusals = many.answers.flatMap((one) => one.answers.map(({ refused }) => refused));
  expect(refusals).not.toContain('unknown');
  expect(await withdrawals()).toEqual(before);
  // Another admin lets pass what was the first one’s own, and nothing twice.
  const others = await treasurer.api.payruns.approve({ run, withdrawals: [a, o], reason });
  expect(others.answers.map(({ status, refused }) => status ?? refused)).toEqual([
    'wrong_status',
    'approved',
  ]);
  const { docs } = await stage.db.collection('adminActions').where('target', '==', `withdrawals/${a}`).get();
  expect(docs.map((one) => [String(one.get('action')), String(one.get('by'))])).toEqual([
    ['withdrawals-approve', finance.uid],
  ]);
  // Above the threshold whoever let it pass does not show that it was paid (D13).
  const proof = {
    method: 'instant_transfer',
    reference: requestId(),
    paidAt: stage.cloud.clock.now(),
  } as const;
  const pay = (by: Actor) =>
    by.api.withdrawals.pay({ withdrawal: l, amount: inr(20_000_000), ...proof, reason });
  expect(await refusal(pay(finance))).toMatchObject({ reason: 'same_admin' });
  expect(await pay(treasurer)).toMatchObject({ status: 'paid' });
  // Terminal is terminal, for many at once too.
  expect((await treasurer.api.payruns.approve({ run, withdrawals: [l], reason })).answers).toEqual([
    { withdrawal: l, status: null, refused: 'wrong_status' },
  ]);
  await stage.db.doc(`wallets/${cat.uid}`).update({ frozen: false });
  const { lines: shown } = await finance.api.payruns.show({ run, outcome: 'requested' });
  expect(new Map(shown.map(({ withdrawal, status }) => [withdrawal, status]))).toEqual(
    new Map(
      [...ids.slice(0, 5)].map((id, i) => [
        id,
        ['approved', 'cancelled', 'requested', 'approved', 'paid'][i],
      ]),
    ),
  );
  expect(
    await refusal(finance.api.payruns.approve({ run: '2020-W01-INR', withdrawals: [a], reason })),
  ).toMatchObject({
    reason: 'not_found',
  });
  expect(await refusal(ann.api.payruns.approve({ run, withdrawals: [a], reason }))).toMatchObject({
    reason: 'role_missing',
  });
});

/** An admin is paid as anybody is, looked at by another. */
async function earnerFor(person: Actor): Promise<{ destination: string }> {
  await givenRupees(treasurer, person, 80_000);
  await known(treasurer, person);
  const destination = await upiOf(treasurer, person, 'fay.example@okbank');
  await person.api.payruns.join({ destination });
  return { destination };
}

test('F38 W4-29 it goes where it went when it was asked for, whatever is changed until it is paid', async () => {
  const ann = await earner(stage, finance, 80_000);
  toMonday();
  await monday();
  const [withdrawal] = (await askedFor(ann)) as [string];
  const other = await upiOf(finance, ann, 'thief@okbank');
  await ann.api.payruns.join({ destination: other });
  await ann.api.destinations.remove({ destination: ann.destination });
  const [run] = await theRun();
  await finance.api.payruns.approve({ run, withdrawals: [withdrawal], reason });
  expect(await finance.api.withdrawals.reveal({ withdrawal, reason })).toMatchObject({
    upi: 'ann.example@okbank',
  });
  const proof = {
    method: 'instant_transfer',
    reference: requestId(),
    paidAt: stage.cloud.clock.now(),
  } as const;
  await treasurer.api.withdrawals.pay({ withdrawal, amount: inr(80_000), ...proof, reason });
  expect(await balanceOf(ann)).toMatchObject({ available: 0, reserved: 0, lifetime: { withdrawn: 80_000 } });
  // Joined anew with what was cooling then, the next week goes there, and they heard of each change.
  await givenRupees(finance, ann, 80_000);
  await stage.advance(`${7 * 24}h`);
  const [, second] = [...(await withdrawals()).values()].toSorted((x, y) => x.requestedAt - y.requestedAt);
  expect(second).toMatchObject({ status: 'requested', destination: { id: other } });
  const heard = await noticesOf(stage, ann);
  expect(heard.filter((kind) => kind.startsWith('payruns'))).toEqual(['payruns-joined', 'payruns-joined']);
});

test('F35 week by week by the clock; a cause that one can mend is told once, and again after it was mended', async () => {
  const ann = await stage.actor();
  await givenRupees(finance, ann, 80_000);
  const destination = await upiOf(finance, ann, 'ann.example@okbank');
  expect(await ann.api.payruns.join({ destination })).toMatchObject({
    weekly: { destination },
    minimum: inr(minimum),
  });
  expect(await ann.api.payruns.mine({})).toMatchObject({ weekly: { destination, currency: 'INR' } });
  const heard = async () => (await noticesOf(stage, ann)).filter((kind) => kind.startsWith('payruns'));
  const week = () => stage.advance(`${7 * 24}h`);
  await week();
  await week();
  expect([...(await lines()).values()].map((one) => 'reason' in one && one.reason)).toEqual([
    ...['kyc_required', 'kyc_required'],
  ]);
  expect(await heard()).toEqual(['payruns-joined', 'payruns-skipped']);
  await known(finance, ann);
  await week();
  const [withdrawal] = (await askedFor(ann)) as [string];
  expect(await balanceOf(ann)).toMatchObject({ available: 0, reserved: 80_000 });
  await finance.api.withdrawals.reject({ withdrawal, reason });
  await ann.api.destinations.remove({ destination });
  await week();
  expect(await reasonOf(ann)).toBe('not_found');
  expect(await heard()).toEqual(['payruns-joined', 'payruns-skipped', 'payruns-skipped']);
  expect(await ann.api.payruns.leave({})).toMatchObject({ weekly: null });
  await week();
  const { runs: listed } = await finance.api.payruns.list({});
  expect(listed.map(({ totals }) => totals?.people)).toEqual([0, 1, 1, 1, 1]);
  const first = await finance.api.payruns.list({ limit: 2 });
  const rest = await finance.api.payruns.list({ limit: 4, after: first.next! });
  expect([...first.runs, ...rest.runs]).toEqual(listed);
}, 240_000);

test('F35 while the brake is on nothing is asked for, and the week says why', async () => {
  const ann = await earner(stage, finance, 80_000);
  await finance.api.brake.engage({ reason });
  toMonday();
  await finance.api.payruns.start({ reason });
  expect(await reasonOf(ann)).toBe('payouts_stopped');
  expect(await balanceOf(ann)).toMatchObject({ available: 80_000, reserved: 0 });
  await chief.api.brake.lift({ reason });
  const { docs } = await stage.db.collection('adminActions').where('action', '==', 'payruns-start').get();
  expect(docs.map((one) => [String(one.get('by')), String(one.get('reason'))])).toEqual([
    [finance.uid, reason],
  ]);
});

test('F35 where to is one’s own, in INR; what is not is refused', async () => {
  const [ann, bob] = [await earner(stage, finance, 0), await stage.actor()];
  expect(await refusal(bob.api.payruns.join({ destination: ann.destination }))).toMatchObject({
    reason: 'not_found',
  });
  const iban = 'QA58DOHB00001234567890ABCDEFG';
  const { id } = await bob.api.destinations.save({
    ...{ requestId: requestId(), kind: 'bank', holder: 'Bob Example', iban, currency: 'QAR' },
  });
  expect(await refusal(bob.api.payruns.join({ destination: id }))).toMatchObject({
    reason: 'currency_mismatch',
  });
  expect(await bob.api.payruns.leave({})).toMatchObject({ weekly: null });
  expect((await all('payrunJoins')).size).toBe(1);
  expect(await refusal(finance.api.payruns.show({ run: '2020-W01-INR' }))).toMatchObject({
    reason: 'not_found',
  });
});

test('F35 who is erased is paid every week no more, and nothing says that they were', async () => {
  const ann = await earner(stage, finance, 0);
  await ann.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  await stage.advance('1h');
  expect((await all('payrunJoins')).size).toBe(0);
  toMonday();
  await monday();
  expect((await lines()).size).toBe(0);
});
