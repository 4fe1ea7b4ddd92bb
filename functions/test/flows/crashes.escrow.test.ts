import { assignedJob, disputedEscrow, lockedEscrow, qar, submittedEscrow } from './acts.ts';
import { dieEverywhere, scene, type Scene, sweepAlone } from './crash.ts';
import { openStage, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
let support: Actor;
beforeAll(async () => {
  stage = await openStage();
  [payer, payee, support] = await Promise.all([stage.actor(), stage.actor(), stage.actor('support')]);
});
afterAll(() => stage.stop());

async function withMoney<T>(make: () => Promise<T>): Promise<T> {
  const item = { kind: 'amount', amount: 10_000 } as const;
  const { id } = await payer.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, id));
  return make();
}

/** A call that its caller repeats; one that had been done before may be told so. */
function repeated<C>(name: string, prepare: () => Promise<C>, call: (context: C) => Promise<unknown>): Scene {
  const again = (context: C) =>
    call(context).catch((error: unknown) => {
      expect(error).toMatchObject({ details: { reason: 'wrong_status' } });
    });
  const title = 'a call that is repeated';
  return scene({ name, title, prepare: () => withMoney(prepare), act: call, recover: again });
}

const reason = 'Both parties asked for it.';
const resolution = { kind: 'split', percent: 60 } as const;
const HOUR = 3_600_000;

const scenes: Scene[] = [
  repeated(
    'jobs-post',
    () => Promise.resolve({ requestId: requestId(), title: 'A logo', price: qar(1000) }),
    (job) => payer.api.jobs.post(job),
  ),
  repeated(
    'jobs-assign',
    () => payer.api.jobs.post({ requestId: requestId(), title: 'A logo', price: qar(1000) }),
    ({ id }) => payer.api.jobs.assign({ job: id, payee: payee.uid }),
  ),
  repeated(
    'jobs-cancel',
    () => assignedJob(payer, payee),
    (job) => payer.api.jobs.cancel({ job }),
  ),
  repeated(
    'escrow-lock',
    () => assignedJob(payer, payee),
    (job) => payer.api.escrow.lock({ job }),
  ),
  repeated(
    'escrow-submit',
    () => lockedEscrow(payer, payee),
    (escrow) => payee.api.escrow.submit({ escrow, note: 'Here it is.' }),
  ),
  repeated(
    'escrow-release',
    () => submittedEscrow(payer, payee),
    (escrow) => payer.api.escrow.release({ escrow }),
  ),
  repeated(
    'escrow-refund',
    () => lockedEscrow(payer, payee),
    (escrow) => support.api.escrow.refund({ escrow, reason }),
  ),
  repeated(
    'escrow-resolve',
    () => disputedEscrow(payer, payee),
    (escrow) => support.api.escrow.resolve({ escrow, resolution, reason }),
  ),
  scene({
    name: 'escrow-changed',
    title: 'the telling of a lock, repeated by the event; the timer was asked for all the same',
    prepare: () => withMoney(() => assignedJob(payer, payee)),
    act: (job) => payer.api.escrow.lock({ job }),
    recover: async () => {
      await stage.idle();
      expect(stage.cloud.tasks.list().map(({ queue }) => queue)).toEqual(['escrow-due']);
    },
  }),
  scene({
    name: 'escrow-due',
    title: 'the timer, its task repeated by the queue',
    prepare: async () => {
      const escrow = await withMoney(() => submittedEscrow(payer, payee));
      await stage.advance('49h');
      return escrow;
    },
    act: async () => stage.cloud.tasks.advanceTo(stage.cloud.clock.now() + 23 * HOUR + 1000),
    recover: () => stage.cloud.tasks.advanceTo(stage.cloud.clock.now() + 60_000),
  }),
  scene({
    name: 'escrow-sweep',
    title: 'the sweep that pays what no task did, run again',
    prepare: async () => {
      await withMoney(() => submittedEscrow(payer, payee));
      stage.cloud.clock.move(73 * HOUR);
    },
    act: () => sweepAlone(stage, 'escrow-changed', () => stage.cloud.runSchedule('escrow-sweep')),
    recover: () => stage.cloud.runSchedule('escrow-sweep'),
  }),
];

test.each(scenes.map((one) => [one.name, one.title, one] as const))(
  'I6 W2-10 W3-10 %s may die between any two awaits: %s',
  async (_, __, one) => {
    expect(await dieEverywhere(stage, { payer, payee, support }, one)).toBeGreaterThanOrEqual(2);
  },
);
