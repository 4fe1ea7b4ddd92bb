import { planCrash } from '../../../local/wire.ts';
import {
  assignedJob,
  complaint,
  everything,
  lockedEscrow,
  noticesOf,
  orderOf,
  submittedEscrow,
} from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let cast: Record<'payer' | 'payee' | 'stranger' | 'support', Actor>;
beforeAll(async () => {
  stage = await openStage();
  const [payer, payee, stranger] = await Promise.all([stage.actor(), stage.actor(), stage.actor()]);
  cast = { payer, payee, stranger, support: await stage.actor('support') };
});
afterEach(async () => {
  for (const name of triggers) stage.cloud.host.faults[name] = undefined;
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const triggers = ['purchases-changed', 'jobs-changed', 'escrow-changed'];
const sweeps = ['purchases-sweep', 'jobs-sweep', 'escrow-sweep'];
const reason = 'Seen by two of us.';

/** What each event says to whom. Whoever is not named hears nothing. */
type Told = Partial<Record<keyof typeof cast, string>>;
const both = (kind: string): Told => ({ payer: kind, payee: kind });

async function inboxes(): Promise<Record<string, string[]>> {
  const all = Object.entries(cast).map(async ([role, who]) => [role, await noticesOf(stage, who)] as const);
  return Object.fromEntries(await Promise.all(all));
}

/** Every event of a purchase, a job and an escrow, each with what it is to say. */
async function* events(): AsyncGenerator<readonly [string, Told]> {
  const { payer, payee, support } = cast;
  const resolve = (escrow: string, to: 'release' | 'refund') =>
    support.api.escrow.resolve({ escrow, resolution: { kind: to }, reason });
  const paid = await orderOf(payer, 100_000);
  yield ['an order', {}];
  await stage.stripe.pay(sessionOf(stage, paid.id));
  yield ['a payment', { payer: 'purchase-paid' }];
  const wrong = await orderOf(payer);
  stage.stripe.faults.amount = 1;
  await stage.stripe.pay(sessionOf(stage, wrong.id));
  stage.stripe.heal();
  yield ['a wrong payment', { payer: 'purchase-review' }];
  const job = await assignedJob(payer, payee);
  yield ['an assignment', { payee: 'job-assigned' }];
  await payer.api.jobs.assign({ job, payee: payee.uid });
  yield ['the same assignment', {}];
  const { id: escrow } = await payer.api.escrow.lock({ job });
  yield ['a lock', both('escrow-locked')];
  await payer.api.escrow.lock({ job });
  yield ['the same lock', {}];
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  yield ['a submission', { payer: 'escrow-submitted' }];
  await payer.api.escrow.revise({ escrow, wish: 'Darker.' });
  yield ['a wish', { payee: 'escrow-revision' }];
  await payee.api.escrow.submit({ escrow, note: 'Darker.' });
  yield ['another submission', { payer: 'escrow-submitted' }];
  await payer.api.escrow.dispute({ escrow, ...complaint });
  yield ['a dispute', both('escrow-disputed')];
  await support.api.escrow.resolve({ escrow, resolution: { kind: 'warning', to: 'payee' }, reason });
  yield ['a warning', both('escrow-payee-warned')];
  await payer.api.escrow.release({ escrow });
  yield ['a release', both('escrow-released')];
  await payer.api.escrow.release({ escrow });
  yield ['the same release', {}];
  const second = await assignedJob(payer, payee);
  yield ['another assignment', { payee: 'job-assigned' }];
  await payer.api.jobs.cancel({ job: second });
  yield ['a cancelled job', { payee: 'job-cancelled' }];
  for (const to of ['release', 'refund'] as const) {
    const disputed = (await payer.api.escrow.lock({ job: await assignedJob(payer, payee) })).id;
    await payee.api.escrow.dispute({ escrow: disputed, ...complaint });
    await settleNow();
    before = await inboxes();
    await resolve(disputed, to);
    yield [`a dispute that ends in a ${to}`, both(`escrow-${to}${to === 'release' ? 'd' : 'ed'}`)];
  }
}

let before: Record<string, string[]> = {};
let settleNow: () => Promise<void> = () => Promise.resolve();

const sweepAll = async () => {
  await stage.idle();
  for (const name of sweeps) await stage.cloud.runSchedule(name);
  await stage.idle();
};

test.each([
  ['once', {}, () => stage.idle()],
  ['once when every event comes twice', { double: true }, () => stage.idle()],
  ['once, by the sweeps, when no event comes at all', { drop: true }, sweepAll],
] as const)('F65 W0-40 every event is told to the right people, %s', async (_, fault, settle) => {
  for (const name of triggers) stage.cloud.host.faults[name] = fault;
  settleNow = settle;
  before = await inboxes();
  for await (const [event, told] of events()) {
    await settle();
    const after = await inboxes();
    const heard = Object.fromEntries(
      Object.entries(after).flatMap(([role, kinds]) => {
        const fresh = kinds.toSpliced(0, before[role]?.length ?? 0);
        return fresh.length === 0
          ? []
          : [[role, kinds.length - fresh.length === before[role]?.length ? fresh : kinds]];
      }),
    );
    const expected = Object.fromEntries(Object.entries(told).map(([role, kind]) => [role, [kind]]));
    expect([event, heard]).toEqual([event, expected]);
    before = after;
  }
});

test('W2-46 W0-39 I11 a notice that fails never turns a committed move into an error, and is told later', async () => {
  const { payer, payee } = cast;
  const escrow = await submittedEscrow(payer, payee);
  await stage.idle();
  planCrash('escrow-changed', { step: 1, when: 'before' });
  expect(await payer.api.escrow.release({ escrow })).toMatchObject({ status: 'released' });
  await stage.idle();
  for (const who of [payer, payee]) {
    const told = await noticesOf(stage, who, `escrows/${escrow}`);
    expect(told.filter((kind) => kind === 'escrow-released')).toHaveLength(1);
  }
});

test('I11 what was not told stays in its document, move or no move, until it is told once', async () => {
  const { payer, payee } = cast;
  stage.cloud.host.faults['escrow-changed'] = { drop: true };
  const escrow = await lockedEscrow(payer, payee);
  await payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  await payer.api.escrow.release({ escrow });
  await stage.idle();
  expect(await noticesOf(stage, payee, `escrows/${escrow}`)).toEqual([]);
  await Promise.all([stage.cloud.runSchedule('escrow-sweep'), stage.cloud.runSchedule('escrow-sweep')]);
  expect((await noticesOf(stage, payee, `escrows/${escrow}`)).sort()).toEqual([
    'escrow-locked',
    'escrow-released',
  ]);
  expect((await noticesOf(stage, payer, `escrows/${escrow}`)).sort()).toEqual([
    'escrow-locked',
    'escrow-released',
    'escrow-submitted',
  ]);
  const told = await everything(stage);
  await stage.cloud.runSchedule('escrow-sweep');
  expect(await everything(stage)).toEqual(told);
});
