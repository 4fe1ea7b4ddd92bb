import {
  assignedJob,
  availableOf,
  complaint,
  escrowOn,
  everything,
  lockedEscrow,
  qar,
  submittedEscrow,
} from './acts.ts';
import type { CallError } from '../../../local/api.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
let payee: Actor;
let support: Actor;
let stranger: Actor;
beforeAll(async () => {
  stage = await openStage();
  [payee, support, stranger] = await Promise.all([stage.actor(), stage.actor('support'), stage.actor()]);
}, 180_000);
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const times = <T>(count: number, act: (i: number) => Promise<T>) =>
  Array.from({ length: count }, (_, i) => act(i));
const reason = 'Both parties asked for it.';

/** Refused with this, and nothing is other than it was. */
async function refusedWithoutTrace(act: () => Promise<unknown>, expected: object): Promise<void> {
  const before = await everything(stage);
  expect(await refusal(act())).toMatchObject(expected);
  expect(await everything(stage)).toEqual(before);
}

test('W2-23 F14 fifty parallel locks of one job are one, and all callers see the same escrow', async () => {
  const payer = await stage.buyer(50_000);
  const job = await assignedJob(payer, payee, 10_000);
  const { answers, reasons } = await together(times(50, () => payer.api.escrow.lock({ job })));
  expect(reasons).toEqual([]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({
    status: 'held',
    price: 10_000,
    held: 10_000,
    payer: payer.uid,
    payee: payee.uid,
  });
  expect(await availableOf(payer)).toBe(40_000);
});

test('W2-23 price and parties come from the job: a lock that names them is refused', async () => {
  const payer = await stage.buyer(50_000);
  const job = await assignedJob(payer, payee, 10_000);
  for (const more of [{ price: 1 }, { payee: stranger.uid }, { amount: 1 }, { payer: stranger.uid }])
    await refusedWithoutTrace(() => stage.call('escrow-lock', { job, ...more }, payer), {
      reason: 'invalid_input',
    });
});

test('F14 nobody locks another’s job, an unassigned or a cancelled one, or pays themselves', async () => {
  const payer = await stage.buyer(50_000);
  const job = await assignedJob(payer, payee);
  for (const other of [stranger, payee, support])
    await refusedWithoutTrace(() => other.api.escrow.lock({ job }), { reason: 'not_found' });
  await refusedWithoutTrace(() => payer.api.escrow.lock({ job: 'there-is-no-such-job' }), {
    reason: 'not_found',
  });
  const { id } = await payer.api.jobs.post({ requestId: requestId(), title: 'Alone', price: qar(1000) });
  await refusedWithoutTrace(() => payer.api.escrow.lock({ job: id }), { reason: 'job_not_assigned' });
  await refusedWithoutTrace(() => payer.api.jobs.assign({ job: id, payee: payer.uid }), {
    reason: 'self_payment',
  });
  await payer.api.jobs.cancel({ job: id });
  await refusedWithoutTrace(() => payer.api.escrow.lock({ job: id }), {
    reason: 'wrong_status',
    facts: { status: 'cancelled' },
  });
});

test('F14 too small a balance leaves no trace, and the refusal says what is missing', async () => {
  const payer = await stage.buyer(10_000);
  const job = await assignedJob(payer, payee, 10_001);
  await refusedWithoutTrace(() => payer.api.escrow.lock({ job }), {
    reason: 'insufficient_funds',
    facts: { available: 10_000, needed: 10_001, currency: 'QAR' },
  });
});

test('W3-09 ten jobs at once over a balance for three lock three', async () => {
  const payer = await stage.buyer(10_000);
  const jobs = await Promise.all(times(10, () => assignedJob(payer, payee, 3000)));
  const { answers, reasons } = await together(jobs.map((job) => payer.api.escrow.lock({ job })));
  expect([answers.length, reasons]).toEqual([3, Array(7).fill('insufficient_funds')]);
  expect(await availableOf(payer)).toBe(1000);
});

test('W0-13 W3-03 fifty parallel releases pay once', async () => {
  const payer = await stage.buyer(10_000);
  const before = await availableOf(payee);
  const escrow = await submittedEscrow(payer, payee, 10_000);
  const { answers, reasons } = await together(times(50, () => payer.api.escrow.release({ escrow })));
  expect(reasons).toEqual([]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['released']));
  expect(await availableOf(payee)).toBe(before + 9000);
});

test('F17 fifty parallel refunds, by payer, payee and support, give back once', async () => {
  const payer = await stage.buyer(10_000);
  const escrow = await lockedEscrow(payer, payee, 10_000);
  const callers = [payer, payee, support];
  const { answers } = await together(
    times(50, (i) => callers[i % 3]!.api.escrow.refund({ escrow, ...(i % 3 === 2 && { reason }) })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['refunded']));
  expect(await availableOf(payer)).toBe(10_000);
});

/** Rounds of a race at the same time, each between people of its own, so that no round waits for another. */
const rounds = (play: (payer: Actor, worker: Actor, swap: boolean) => Promise<void>) =>
  Promise.all(
    times(8, async (round) => play(await stage.buyer(10_000), await stage.actor(), round % 2 === 1)),
  );

/** Both at once: one is done, the other refused with the state that it found. */
async function oneWins(escrow: string, swap: boolean, ...acts: (() => Promise<{ status: string }>)[]) {
  const settled = await Promise.allSettled((swap ? acts.reverse() : acts).map((act) => act()));
  const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.status] : []));
  const lost = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as CallError] : []));
  const { status } = await escrowOn(stage, escrow);
  expect(won).toEqual([status]);
  expect(lost.map(({ details }) => details)).toEqual([{ reason: 'wrong_status', facts: { status } }]);
}

test('I6 release against refund: one wins, the other is told of it', async () => {
  await rounds(async (payer, worker, swap) => {
    const escrow = await lockedEscrow(payer, worker);
    const [release, refund] = [payer.api.escrow.release, worker.api.escrow.refund];
    await oneWins(
      escrow,
      swap,
      () => release({ escrow }),
      () => refund({ escrow }),
    );
  });
});

test('I6 W0-16 release against dispute: one wins, the other is told of it', async () => {
  await rounds(async (payer, worker, swap) => {
    const escrow = await submittedEscrow(payer, worker);
    const [release, dispute] = [payer.api.escrow.release, worker.api.escrow.dispute];
    await oneWins(
      escrow,
      swap,
      () => release({ escrow }),
      () => dispute({ escrow, ...complaint }),
    );
  });
});

test('W2-38 D7 the payee never releases, whatever the state', async () => {
  const payer = await stage.buyer(10_000);
  for (const make of [lockedEscrow, submittedEscrow]) {
    const escrow = await make(payer, payee, 1000);
    await refusedWithoutTrace(() => payee.api.escrow.release({ escrow }), { reason: 'not_yours' });
    await refusedWithoutTrace(() => payee.api.escrow.release({ escrow, reason }), { reason: 'not_yours' });
  }
});

test('W2-37 D5 after submission only the payee or support gives the money back', async () => {
  const payer = await stage.buyer(10_000);
  const first = await submittedEscrow(payer, payee, 1000);
  await refusedWithoutTrace(() => payer.api.escrow.refund({ escrow: first }), {
    reason: 'wrong_status',
    facts: { status: 'submitted' },
  });
  expect(await payee.api.escrow.refund({ escrow: first })).toMatchObject({
    status: 'refunded',
    closedBy: 'payee',
  });
  const second = await submittedEscrow(payer, payee, 1000);
  // Without a reason an admin is a person like any other.
  await refusedWithoutTrace(() => support.api.escrow.refund({ escrow: second }), { reason: 'not_found' });
  expect(await support.api.escrow.refund({ escrow: second, reason })).toMatchObject({ closedBy: 'admin' });
  const actions = await stage.db.collection('adminActions').where('target', '==', `escrows/${second}`).get();
  expect(actions.docs.map((one) => one.data())).toMatchObject([
    {
      action: 'escrow-refund',
      by: support.uid,
      role: 'support',
      reason,
      before: { status: 'submitted', balance: 1000 },
      after: { status: 'refunded', balance: 0 },
    },
  ]);
  expect(await availableOf(payer)).toBe(10_000);
});

test('W0-12 support releases by the very same entry as the payer does', async () => {
  const payer = await stage.buyer(50_000);
  const [own, theirs] = [await lockedEscrow(payer, payee, 9999), await lockedEscrow(payer, payee, 9999)];
  await payer.api.escrow.release({ escrow: own });
  await support.api.escrow.release({ escrow: theirs, reason });
  const [one, other] = await Promise.all(
    [own, theirs].map(async (id) => {
      const entry = (await stage.db.doc(`journal/escrow:${id}:end`).get()).data();
      return JSON.parse(JSON.stringify(entry?.legs).replaceAll(id, 'ID')) as unknown;
    }),
  );
  expect(other).toEqual(one);
});

test('W0-14 the fee is the one of the lock, whatever the policy says at the release', async () => {
  const [payer, worker] = [await stage.buyer(50_000), await stage.actor()];
  const early = await lockedEscrow(payer, worker, 10_000);
  const [bps, onTop] = [process.env.PAYEE_FEE_BPS, process.env.PAYER_FEE_BPS];
  Object.assign(process.env, { PAYEE_FEE_BPS: '1500', PAYER_FEE_BPS: '1000' });
  try {
    const late = await lockedEscrow(payer, worker, 10_000);
    expect(await payer.api.escrow.release({ escrow: early })).toMatchObject({
      outcome: { toPayee: 9000, toPlatform: 1000, toPayer: 0 },
    });
    expect(await payer.api.escrow.release({ escrow: late })).toMatchObject({
      held: 11_000,
      outcome: { toPayee: 8500, toPlatform: 2500, toPayer: 0 },
    });
  } finally {
    Object.assign(process.env, { PAYEE_FEE_BPS: bps, PAYER_FEE_BPS: onTop });
  }
  expect(await availableOf(worker)).toBe(17_500);
});

test.each([1, 3, 9, 10, 99, 101])(
  'F15 W2-17 a release of %d minor units loses none of them',
  async (amount) => {
    const [payer, worker] = [await stage.buyer(500), await stage.actor()];
    const { outcome } = await payer.api.escrow.release({ escrow: await lockedEscrow(payer, worker, amount) });
    expect(outcome.toPayee + outcome.toPlatform).toBe(amount);
    expect([outcome.toPlatform, await availableOf(worker)]).toEqual([
      Math.floor(amount / 10),
      outcome.toPayee,
    ]);
  },
);

test('F14 a job changes no more once its money is in escrow; cancel against lock has one winner', async () => {
  const payer = await stage.buyer(20_000);
  const job = await assignedJob(payer, payee, 1000);
  await payer.api.escrow.lock({ job });
  await refusedWithoutTrace(() => payer.api.jobs.cancel({ job }), { reason: 'job_funded' });
  await refusedWithoutTrace(() => payer.api.jobs.assign({ job, payee: stranger.uid }), {
    reason: 'job_funded',
  });
  await rounds(async (client, worker, swap) => {
    const other = await assignedJob(client, worker);
    const acts = [() => client.api.escrow.lock({ job: other }), () => client.api.jobs.cancel({ job: other })];
    const calls = (swap ? acts.reverse() : acts).map((act) => act() as Promise<unknown>);
    const { answers, reasons } = await together(calls);
    expect(answers).toHaveLength(1);
    expect(['job_funded', 'wrong_status']).toContain(reasons[0]);
  });
});
