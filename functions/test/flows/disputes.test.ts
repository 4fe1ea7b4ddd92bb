import {
  availableOf,
  complaint,
  disputedEscrow,
  escrowOn,
  everything,
  noticesOf,
  submittedEscrow,
} from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, together, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
let payee: Actor;
let support: Actor;
beforeAll(async () => {
  stage = await openStage();
  [payee, support] = await Promise.all([stage.actor(), stage.actor('support')]);
}, 180_000);
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Two of three drafts were delivered.';
type Resolution = Parameters<Actor['api']['escrow']['resolve']>[0]['resolution'];
const split = (percent: number): Resolution => ({ kind: 'split', percent });

async function refusedWithoutTrace(act: () => Promise<unknown>, expected: object): Promise<void> {
  const before = await everything(stage);
  expect(await refusal(act())).toMatchObject(expected);
  expect(await everything(stage)).toEqual(before);
}

test('W0-16 while it is disputed nobody releases, refunds, submits or disputes, and no timer does', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await submittedEscrow(payer, payee, 1000);
  await payee.api.escrow.dispute({ escrow, ...complaint });
  const disputed = { reason: 'wrong_status', facts: { status: 'disputed' } };
  const acts = [
    () => payer.api.escrow.release({ escrow }),
    () => support.api.escrow.release({ escrow, reason }),
    () => payer.api.escrow.refund({ escrow }),
    () => payee.api.escrow.refund({ escrow }),
    () => support.api.escrow.refund({ escrow, reason }),
    () => payee.api.escrow.submit({ escrow, note: 'Again.' }),
    () => payer.api.escrow.revise({ escrow, wish: 'Again.' }),
    () => payer.api.escrow.dispute({ escrow, ...complaint }),
  ];
  for (const act of acts) await refusedWithoutTrace(act, disputed);
  await stage.advance('100h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'disputed', balance: 1000 });
});

/** What 9,999 comes to when so much of it goes to the payee, 10% of whose part is the platform’s. */
const endings: [Resolution, string, { toPayee: number; toPlatform: number; toPayer: number }][] = [
  [{ kind: 'release' }, 'released', { toPayee: 9000, toPlatform: 999, toPayer: 0 }],
  [{ kind: 'refund' }, 'refunded', { toPayee: 0, toPlatform: 0, toPayer: 9999 }],
  [split(0), 'split', { toPayee: 0, toPlatform: 0, toPayer: 9999 }],
  [split(1), 'split', { toPayee: 90, toPlatform: 9, toPayer: 9900 }],
  [split(50), 'split', { toPayee: 4500, toPlatform: 499, toPayer: 5000 }],
  [split(60), 'split', { toPayee: 5400, toPlatform: 599, toPayer: 4000 }],
  [split(99), 'split', { toPayee: 8910, toPlatform: 989, toPayer: 100 }],
  [split(100), 'split', { toPayee: 9000, toPlatform: 999, toPayer: 0 }],
];
test.each(endings)('W2-49 W0-38 F20 %j ends as %s, once', async (resolution, status, outcome) => {
  const [payer, worker] = [await stage.buyer(10_000), await stage.actor()];
  const escrow = await disputedEscrow(payer, worker, 9999);
  const { answers, reasons } = await together(
    Array.from({ length: 5 }, () => support.api.escrow.resolve({ escrow, resolution, reason })),
  );
  expect(reasons).toEqual([]);
  for (const answer of answers) expect(answer).toMatchObject({ status, outcome, closedBy: 'admin' });
  expect(outcome.toPayee + outcome.toPlatform + outcome.toPayer).toBe(9999);
  expect(await availableOf(worker)).toBe(outcome.toPayee);
  expect(await availableOf(payer)).toBe(1 + outcome.toPayer);
  for (const [other] of endings) {
    const same = JSON.stringify(other) === JSON.stringify(resolution);
    const call = () => support.api.escrow.resolve({ escrow, resolution: other, reason });
    if (same) expect(await call()).toMatchObject({ status, outcome });
    else await refusedWithoutTrace(call, { reason: 'wrong_status', facts: { status } });
  }
  const actions = await stage.db.collection('adminActions').where('target', '==', `escrows/${escrow}`).get();
  expect(actions.docs.map((one) => one.data())).toMatchObject([
    { by: support.uid, reason, before: { status: 'disputed', balance: 9999 }, after: { status, balance: 0 } },
  ]);
});

test('F20 two admins who resolve differently at once: one ending, and the other hears of it', async () => {
  const payer = await stage.buyer(10_000);
  const other = await stage.actor('superadmin');
  const escrow = await disputedEscrow(payer, payee, 1000);
  const { answers, reasons } = await together([
    support.api.escrow.resolve({ escrow, resolution: { kind: 'release' }, reason }),
    other.api.escrow.resolve({ escrow, resolution: { kind: 'refund' }, reason }),
  ]);
  expect([answers.length, reasons]).toEqual([1, ['wrong_status']]);
});

test('F20 percents below 0, above 100 or broken are refused, and so is a missing reason', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await disputedEscrow(payer, payee, 1000);
  for (const percent of [-1, 101, 0.5, '50', null, 1e21])
    await refusedWithoutTrace(
      () => stage.call('escrow-resolve', { escrow, resolution: { kind: 'split', percent }, reason }, support),
      { reason: 'invalid_input', facts: { path: 'resolution.percent' } },
    );
  for (const why of [undefined, '', '  a ', 'x'.repeat(501)])
    await refusedWithoutTrace(
      () => stage.call('escrow-resolve', { escrow, resolution: { kind: 'refund' }, reason: why }, support),
      { reason: 'invalid_input', facts: { path: 'reason' } },
    );
});

test('W0-37 only support resolves, and never a dispute of their own', async () => {
  const own = await stage.buyer(10_000);
  const finance = await stage.actor('finance');
  const escrow = await disputedEscrow(own, support, 1000);
  const resolve = (who: Actor) => () =>
    who.api.escrow.resolve({ escrow, resolution: { kind: 'release' }, reason });
  for (const who of [own, payee, finance])
    await refusedWithoutTrace(resolve(who), { reason: 'role_missing' });
  await refusedWithoutTrace(resolve(support), { reason: 'own_request' });
  const other = await stage.actor('support');
  expect(await resolve(other)()).toMatchObject({ status: 'released' });
});

test('W0-37 an admin who is a party acts as a party, never as an admin', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await submittedEscrow(payer, support, 1000);
  for (const act of ['release', 'refund'] as const)
    await refusedWithoutTrace(() => support.api.escrow[act]({ escrow, reason }), { reason: 'own_request' });
  await refusedWithoutTrace(() => support.api.escrow.release({ escrow }), { reason: 'not_yours' });
  expect(await support.api.escrow.refund({ escrow })).toMatchObject({ closedBy: 'payee' });
});

test('F20 a warning moves nothing; the work goes on and its clock starts again', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await submittedEscrow(payer, payee, 1000);
  await stage.advance('60h');
  await payer.api.escrow.dispute({ escrow, ...complaint });
  await stage.advance('10h');
  const at = stage.cloud.clock.now();
  const resumed = await support.api.escrow.resolve({
    escrow,
    resolution: { kind: 'warning', to: 'payer' },
    reason,
  });
  expect(resumed).toMatchObject({ status: 'submitted', outcome: { toPayee: 0, toPlatform: 0, toPayer: 0 } });
  expect(resumed.releaseAt! - at - 72 * 3_600_000).toBeLessThan(5000);
  await stage.idle();
  expect(await noticesOf(stage, payee, `escrows/${escrow}`)).toContain('escrow-payer-warned');
  await stage.advance('71h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted' });
  await stage.advance('1h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'released', closedBy: 'timer' });
});

test('I12 a dispute that nobody resolves in 48 hours is told to both, every day, and stays resolvable', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await disputedEscrow(payer, payee, 1000);
  await stage.advance('47h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ overdue: 0 });
  await stage.advance('1h');
  await stage.advance('24h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'disputed', overdue: 2, balance: 1000 });
  for (const party of [payer, payee]) {
    const told = await noticesOf(stage, party, `escrows/${escrow}`);
    expect(told.filter((kind) => kind === 'escrow-overdue')).toHaveLength(2);
  }
  expect(await support.api.escrow.resolve({ escrow, resolution: split(50), reason })).toMatchObject({
    status: 'split',
  });
});
