import { availableOf, escrowOn, assignedJob, lockedEscrow, noticesOf, qar, submittedEscrow } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage();
  [payer, payee] = await Promise.all([stage.buyer(500_000), stage.actor()]);
}, 180_000);
afterEach(async () => {
  Object.assign(stage.cloud.tasks.faults, { lose: false, double: false, early: 0 });
  expect(stage.cloud.tasks.failures).toEqual([]);
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So little that it is not yet time; the stack’s clock runs on, and on a busy machine by seconds. */
const SHORT = 20_000;
/** Moves to so long after a time that was noted. */
const moveTo = (time: number) => stage.advance(Math.max(time - stage.cloud.clock.now(), 0));
const remindersOf = async (escrow: string) =>
  (await noticesOf(stage, payer, `escrows/${escrow}`)).filter((kind) => kind === 'escrow-reminder').length;

test('D4 F19 shortly before 72:00 the timer pays nothing, at 72:00 it pays, by its task; the payer was reminded once', async () => {
  const before = await availableOf(payee);
  const escrow = await submittedEscrow(payer, payee, 10_000);
  const { submittedAt } = (await escrowOn(stage, escrow)) as unknown as { submittedAt: number };
  await moveTo(submittedAt + 47 * HOUR);
  expect(await remindersOf(escrow)).toBe(0);
  await moveTo(submittedAt + 49 * HOUR);
  expect(await remindersOf(escrow)).toBe(1);
  await moveTo(submittedAt + 72 * HOUR - SHORT);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted', balance: 10_000 });
  // The task alone: no schedule runs.
  await stage.cloud.tasks.advanceTo(submittedAt + 72 * HOUR + 1000);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'released', closedBy: 'timer' });
  expect(await availableOf(payee)).toBe(before + 9000);
  expect(await remindersOf(escrow)).toBe(1);
});

test('D4 W2-36 a revision stops the timer, and a new submission starts it from the beginning', async () => {
  const escrow = await submittedEscrow(payer, payee, 1000);
  await stage.advance('71h');
  await payer.api.escrow.revise({ escrow, wish: 'A darker blue, please.' });
  await stage.advance('10h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'revision', balance: 1000 });
  const { releaseAt } = await payee.api.escrow.submit({ escrow, note: 'Darker.' });
  await moveTo(releaseAt! - SHORT);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted' });
  await moveTo(releaseAt! + 1000);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'released' });
});

test('D4 never before work was submitted: a lock alone starts no timer', async () => {
  const escrow = await lockedEscrow(payer, payee, 1000);
  await stage.advance('80h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'held', balance: 1000 });
  await payee.api.escrow.refund({ escrow });
});

test('F19 when the task is lost, the sweep pays', async () => {
  const escrow = await submittedEscrow(payer, payee, 1000);
  stage.cloud.tasks.faults.lose = true;
  await stage.advance('71h');
  await stage.advance('5m');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'submitted', reminded: true });
  await stage.advance('1h');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'released', closedBy: 'timer' });
});

test('I6 tasks that come twice, or early, pay once and in time', async () => {
  const [double, early] = [
    await submittedEscrow(payer, payee, 1000),
    await submittedEscrow(payer, payee, 1000),
  ];
  stage.cloud.tasks.faults.double = true;
  stage.cloud.tasks.faults.early = 1500;
  const { releaseAt } = (await escrowOn(stage, early)) as unknown as { releaseAt: number };
  await stage.cloud.tasks.advanceTo(releaseAt - 60_000);
  for (const id of [double, early]) {
    expect(await escrowOn(stage, id)).toMatchObject({ status: 'submitted' });
    expect(await remindersOf(id)).toBe(1);
  }
  await moveTo(releaseAt + 6 * 60_000);
  for (const id of [double, early]) {
    expect(await escrowOn(stage, id)).toMatchObject({ status: 'released' });
    const told = await noticesOf(stage, payee, `escrows/${id}`);
    expect(told.filter((kind) => kind === 'escrow-released')).toHaveLength(1);
  }
});

test('F19 I6 the payer and the timer at the same moment pay once', async () => {
  const before = await availableOf(payee);
  const escrows = await Promise.all([1, 2, 3].map(() => submittedEscrow(payer, payee, 1000)));
  stage.cloud.clock.move(73 * HOUR);
  await stage.cloud.runSchedule('escrow-sweep');
  const { answers } = await together<unknown>([
    ...escrows.map((escrow) => payer.api.escrow.release({ escrow })),
    stage.cloud.runSchedule('escrow-sweep'),
    stage.cloud.runSchedule('escrow-sweep'),
    stage.cloud.tasks.advanceTo(stage.cloud.clock.now() + 1),
  ]);
  expect(answers).toHaveLength(6);
  await stage.advance('5m');
  for (const id of escrows) expect(await escrowOn(stage, id)).toMatchObject({ status: 'released' });
  expect(await availableOf(payee)).toBe(before + 2700);
});

test('D5 I12 work that never comes is given back after 90 days, by tasks of at most 30 days in a chain', async () => {
  const before = await availableOf(payer);
  const escrow = await lockedEscrow(payer, payee, 1000);
  await stage.idle();
  const { lockedAt } = await escrowOn(stage, escrow);
  const links = new Set<string>();
  for (let days = 10; days < 90; days += 10) {
    for (const { name, dueAt, body } of stage.cloud.tasks.list()) {
      expect(dueAt - stage.cloud.clock.now()).toBeLessThanOrEqual(30 * DAY);
      if (body.includes(escrow)) links.add(name);
    }
    expect(stage.cloud.tasks.list().filter(({ body }) => body.includes(escrow))).toHaveLength(1);
    // Tasks alone: no sweep helps.
    await stage.cloud.tasks.advanceTo(lockedAt + days * DAY);
    expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'held', version: 1, balance: 1000 });
  }
  expect(links.size).toBeGreaterThanOrEqual(3);
  await stage.cloud.tasks.advanceTo(lockedAt + 90 * DAY - 60_000);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'held' });
  await stage.cloud.tasks.advanceTo(lockedAt + 90 * DAY + 1000);
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'refunded', closedBy: 'timer' });
  expect(await availableOf(payer)).toBe(before);
});

test('I12 changes that never come end as a dispute after 30 days', async () => {
  const escrow = await submittedEscrow(payer, payee, 1000);
  await payer.api.escrow.revise({ escrow, wish: 'A darker blue, please.' });
  await stage.advance('29d');
  expect(await escrowOn(stage, escrow)).toMatchObject({ status: 'revision' });
  await stage.advance('1d');
  await stage.advance('5m');
  expect(await escrowOn(stage, escrow)).toMatchObject({
    status: 'disputed',
    openedBy: 'system',
    balance: 1000,
  });
  const support = await stage.actor('support');
  const resolution = { kind: 'split', percent: 25 } as const;
  await support.api.escrow.resolve({ escrow, resolution, reason: 'Half of it was there.' });
});

test('I12 a job that nobody funds is closed after 90 days; one that is funded is left alone', async () => {
  const { id: open } = await payer.api.jobs.post({
    requestId: requestId(),
    title: 'Nobody',
    price: qar(1000),
  });
  const assigned = await assignedJob(payer, payee, 1000);
  const funded = await assignedJob(payer, payee, 1000);
  await payer.api.escrow.lock({ job: funded });
  await stage.advance('89d');
  expect((await stage.db.doc(`jobs/${open}`).get()).get('status')).toBe('open');
  await stage.advance('2d');
  const status = async (id: string) => (await stage.db.doc(`jobs/${id}`).get()).get('status') as string;
  expect(await Promise.all([open, assigned, funded].map(status))).toEqual([
    'cancelled',
    'cancelled',
    'assigned',
  ]);
  expect(await noticesOf(stage, payee, `jobs/${assigned}`)).toEqual(['job-assigned', 'job-cancelled']);
  expect(await refusal(payer.api.escrow.lock({ job: assigned }))).toMatchObject({ reason: 'wrong_status' });
});
