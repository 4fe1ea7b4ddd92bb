import type { EscrowEvent } from './texts.ts';
import { said } from '../../test/refused.ts';
import { assignJob, cancelJob, postJob, type Job } from '../jobs/job.ts';
import type { Notice } from '../notifications/notice.ts';
import { minor, zero } from '../shared/money.ts';
import type { Escrow, EscrowState, OpenEscrow, WorkingState } from './escrow.ts';
import { freeze, thaw } from './freezing.ts';
import {
  dispute,
  escalate,
  newEscrow,
  openDispute,
  reminderBefore,
  remindPayer,
  resume,
  revise,
  submit,
} from './progress.ts';

/** Every step that moves no money, from every state, by everybody: the whole document after it, or why not. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = 1_800_000_000_000;
const NOW = START + 5 * DAY;
const held = minor(10_500);

const policy = { payeeFeeBps: 1000, payerFeeBps: 500, releaseHours: 72, clearanceHours: 0, feeTaxBps: 500 };
const about = 'escrows/job~ann~ben';
const untold: Notice = { id: 'a', to: 'ann', kind: 'escrow-locked', text: 'a', facts: {}, about, at: START };
const kept: Omit<Escrow, 'version' | 'dueAt' | 'news' | 'status'> = {
  ...{ job: 'job', title: 'A logo', payer: 'ann', payee: 'ben', parties: ['ann', 'ben'], currency: 'QAR' },
  ...{ price: minor(10_000), payerFee: minor(500), held, balance: held, refunded: zero, policy },
  ...{ takenBack: { toPayee: zero, toPlatform: zero, toPayer: zero }, contested: [], lockedAt: START },
};

const outcome = { toPayee: minor(9_000), toPlatform: minor(1_500), toPayer: zero };
const complaint = { reason: 'poor_quality', statement: 'This is no logo of ours.' } as const;
const working: { readonly [S in WorkingState['status']]: Extract<WorkingState, { status: S }> } = {
  held: { status: 'held' },
  submitted: {
    status: 'submitted',
    submittedAt: 1,
    note: 'Here.',
    releaseAt: START + 9 * DAY,
    reminded: true,
  },
  revision: { status: 'revision', askedAt: 2, wish: 'Bluer.' },
};
const openedBy = { openedAt: 3, openedBy: 'ann', ...complaint };
const ended = { outcome, closedAt: 4, closedBy: 'payer' } as const;
const states: Readonly<Record<Escrow['status'], EscrowState>> = {
  ...working,
  disputed: { status: 'disputed', ...openedBy, beforeDispute: working.revision, overdue: 2 },
  released: { status: 'released', ...ended },
  refunded: { status: 'refunded', ...ended },
  split: { status: 'split', ...ended },
};
const statuses = Object.keys(states) as Escrow['status'][];
const workings = ['held', 'submitted', 'revision'] as const;

/** An escrow as it stands in the store: never changed in place. */
const at = (state: EscrowState, contested: readonly string[] = []): Escrow =>
  Object.freeze({ ...kept, contested, version: 4, dueAt: 7, news: [untold], ...state });

/** The same after one step: in its new state, with what is told of it after what had not been delivered yet. */
function after(state: EscrowState, dueAt: number, event: EscrowEvent, ...to: readonly string[]): Escrow {
  const outcome = { toPayee: 0, toPlatform: 0, toPayer: 0 };
  const facts = { job: 'job', title: 'A logo', amount: held, currency: 'QAR', ...outcome };
  const news = to.map((uid, i) => ({
    ...{ id: `escrow.job.5.${event}.${i}`, to: uid, kind: `escrow-${event}` as const, facts, about, at: NOW },
    text: expect.stringContaining('“A logo”') as string,
  }));
  return { ...kept, version: 5, dueAt, news: [untold, ...news], ...state };
}

const submitted: WorkingState = {
  ...{ status: 'submitted' as const, submittedAt: NOW, note: 'Done.' },
  ...{ releaseAt: NOW + 72 * HOUR, reminded: false },
};
const disputedBy = (uid: string, beforeDispute: WorkingState) =>
  ({ status: 'disputed', openedAt: NOW, openedBy: uid, ...complaint, beforeDispute, overdue: 0 }) as const;

const steps = {
  submit: {
    act: (escrow: Escrow | null, uid: string) => submit(escrow, { uid, note: 'Done.', at: NOW }),
    may: { ben: ['held', 'revision'] },
    then: () => after(submitted, NOW + 48 * HOUR, 'submitted', 'ann'),
  },
  revise: {
    act: (escrow: Escrow | null, uid: string) => revise(escrow, { uid, wish: 'Redder.', at: NOW }),
    may: { ann: ['submitted'] },
    then: () =>
      after({ status: 'revision', askedAt: NOW, wish: 'Redder.' }, NOW + 30 * DAY, 'revision', 'ben'),
  },
  dispute: {
    act: (escrow: Escrow | null, uid: string) => dispute(escrow, { uid, ...complaint, at: NOW }),
    may: { ann: workings, ben: workings },
    then: (from: WorkingState, uid: string) =>
      after(disputedBy(uid, from), NOW + 48 * HOUR, 'disputed', 'ann', 'ben'),
  },
} as const;

const cases = Object.entries(steps).flatMap(([name, step]) =>
  ['ann', 'ben', 'cat'].map((uid) => [name, uid, step] as const),
);

test.each(cases)(
  'D4 F19 F20 I7 %s by %s does its one thing where it may',
  (name, uid, { act, may, then }) => {
    const theirs = (may as Partial<Record<string, readonly string[]>>)[uid];
    const mine = { ann: 'payer', ben: 'payee' }[uid];
    expect(said(() => act(null, uid))).toEqual(['not_found', { what: 'escrow' }]);
    for (const status of statuses) {
      // Sent again after a lost answer: what was said already stands.
      const again = name === 'dispute' && uid === 'ann' && status === 'disputed';
      const refusal = !mine
        ? ['not_found', { what: 'escrow' }]
        : theirs
          ? ['wrong_status', { status }]
          : ['not_yours', { side: mine }];
      const answer = again
        ? at(states.disputed)
        : theirs?.includes(status)
          ? then(working[status as 'held'], uid)
          : refusal;
      expect([status, said(() => act(at(states[status]), uid))]).toStrictEqual([status, answer]);
      const open = status in working || status === 'disputed';
      const frozen = open && theirs && !again ? ['chargeback_open', { chargeback: 'du_1' }] : refusal;
      if (!again)
        expect([status, said(() => act(at(states[status], ['du_1', 'du_2']), uid))]).toEqual([
          status,
          frozen,
        ]);
    }
  },
);

test('the same words again are the same step, other words are another', () => {
  const [sub, rev, dis] = [at(states.submitted), at(states.revision), at(states.disputed)];
  const by = { uid: 'ann', ...complaint, at: NOW };
  expect(submit(sub, { uid: 'ben', note: 'Here.', at: NOW })).toBe(sub);
  expect(revise(rev, { uid: 'ann', wish: 'Bluer.', at: NOW })).toBe(rev);
  expect(dispute(dis, by)).toBe(dis);
  const refused = ['wrong_status', { status: 'disputed' }];
  expect(said(() => dispute(dis, { ...by, uid: 'ben' }))).toEqual(refused);
  expect(said(() => dispute(dis, { ...by, reason: 'other' }))).toEqual(refused);
  expect(said(() => dispute(dis, { ...by, statement: 'It is late.' }))).toEqual(refused);
});

test('I12 the payer is reminded 24 h before the timer pays, or when it pays if that is sooner', () => {
  const due = [72, 25, 24, 1].map((hours) => reminderBefore(NOW + hours * HOUR, NOW) - NOW);
  expect(due).toEqual([48 * HOUR, HOUR, 24 * HOUR, HOUR]);
  expect(reminderBefore(NOW + 24 * HOUR + 1, NOW)).toBe(NOW + 1);
});

/** What timers and support do, and from which one state. */
const others: readonly (readonly [string, Escrow['status'], (escrow: Escrow) => Escrow, Escrow])[] = [
  [
    'remindPayer',
    'submitted',
    (escrow) => remindPayer(escrow, NOW),
    after({ ...working.submitted, reminded: true }, START + 9 * DAY, 'reminder', 'ann'),
  ],
  [
    'escalate',
    'disputed',
    (escrow) => escalate(escrow, NOW),
    after({ ...states.disputed, overdue: 3 } as EscrowState, NOW + 24 * HOUR, 'overdue', 'ann', 'ben'),
  ],
  [
    'resume',
    'disputed',
    (escrow) => resume(escrow, 'payer', NOW),
    after(working.revision, NOW + 30 * DAY, 'payer-warned', 'ann', 'ben'),
  ],
];

test.each(others)('F20 I12 %s is for what is %s alone', (_, only, act, then) => {
  for (const status of statuses)
    expect([status, said(() => act(at(states[status])))]).toStrictEqual([
      status,
      status === only ? then : ['wrong_status', { status }],
    ]);
});

test('the timer reminds once', () => {
  const before = at({ ...working.submitted, reminded: false });
  expect(remindPayer(before, NOW)).toEqual(
    after(working.submitted, working.submitted.releaseAt, 'reminder', 'ann'),
  );
});

test('what nobody works on is disputed by the system', () => {
  const order = { uid: 'system', ...complaint, at: NOW };
  expect(openDispute(at(states.revision), order)).toStrictEqual(
    after(disputedBy('system', working.revision), NOW + 48 * HOUR, 'disputed', 'ann', 'ben'),
  );
});

/** The clocks of work that goes on start again. */
const restarted = {
  held: [working.held, NOW + 90 * DAY],
  submitted: [{ ...working.submitted, releaseAt: NOW + 72 * HOUR, reminded: false }, NOW + 48 * HOUR],
  revision: [working.revision, NOW + 30 * DAY],
} as const;

test.each(workings)('F20 a warning lets the work go on as it was when %s', (status) => {
  const [state, dueAt] = restarted[status];
  const before = at({ ...states.disputed, beforeDispute: working[status] } as EscrowState);
  for (const side of ['payer', 'payee'] as const)
    expect(resume(before, side, NOW)).toStrictEqual(after(state, dueAt, `${side}-warned`, 'ann', 'ben'));
});

test.each(statuses)(
  'a chargeback stops every clock of what is %s, and the last one to end starts them',
  (status) => {
    const before = at(states[status]);
    const frozen = (contested: readonly string[], version: number) => ({ ...before, contested, version });
    if (status in working || status === 'disputed') {
      const first = freeze(before as OpenEscrow, 'du_1');
      expect(first).toStrictEqual({ ...frozen(['du_1'], 5), dueAt: null });
      expect(freeze(first, 'du_2')).toStrictEqual({ ...frozen(['du_1', 'du_2'], 6), dueAt: null });
    }
    const both = { ...frozen(['du_1', 'du_2'], 6), dueAt: null } as Escrow;
    expect(thaw(both, 'du_1', NOW)).toStrictEqual({ ...both, contested: ['du_2'], version: 7 });
    const [state, dueAt] =
      status in restarted
        ? restarted[status as 'held']
        : [states[status], status === 'disputed' ? NOW + 48 * HOUR : null];
    const last = { ...both, contested: ['du_2'] };
    expect(thaw(last, 'du_2', NOW)).toStrictEqual({ ...last, ...state, contested: [], version: 7, dueAt });
  },
);

const posted = postJob({
  ...{ payer: 'ann', title: 'A logo', price: { amount: kept.price, currency: 'QAR' } },
  ...{ requestHash: '', at: START },
});
const assigned = assignJob(
  { id: 'job', job: posted, funded: false },
  { by: 'ann', payee: 'ben', at: START },
)!;
const cancelled = cancelJob({ id: 'job', job: assigned, funded: false }, { by: 'ann', at: START });

test.each<[string, Job | null, unknown]>([
  ['no job', null, ['not_found', { what: 'job', id: 'job' }]],
  ['a stranger’s job', { ...assigned, payer: 'cat' }, ['not_found', { what: 'job', id: 'job' }]],
  ['a job without a payee', posted, ['job_not_assigned', { job: 'job' }]],
  ['a cancelled job', cancelled, ['wrong_status', { status: 'cancelled' }]],
  ['one’s own job', { ...assigned, payee: 'ann' } as Job, ['self_payment', {}]],
  ['a job that a card pays', { ...assigned, funding: 'pay_1' }, ['payment_open', { payment: 'pay_1' }]],
  [
    'a job with both parties',
    assigned,
    { ...kept, balance: 0, version: 1, dueAt: START + 90 * DAY, news: [], status: 'held' },
  ],
])('F14 W2-23 the escrow of %s takes price and parties from the job', (_, job, answer) => {
  expect(said(() => newEscrow(job, { id: 'job', by: 'ann', at: START, policy }))).toStrictEqual(answer);
});
