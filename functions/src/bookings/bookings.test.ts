import fc from 'fast-check';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { divide, type FeePolicy } from '../escrow/fees.ts';
import type { Job } from '../jobs/job.ts';
import { nothing, balanceOf, newWallet, type Wallet } from '../ledger/wallet.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { minor, sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Package } from '../terms/terms.ts';
import { accept, HOUR, leave, newBooking, payFromWallet } from './agreeing.ts';
import {
  bookingId,
  bookingStatuses,
  currentPart,
  escrowFor,
  feeJob,
  isOver,
  partJob,
  progressOf,
  readId,
  type Booking,
  type BookingStatus,
} from './booking.ts';
import {
  addEvidence,
  askToCancel,
  assign,
  decideCancel,
  dispute,
  resolve,
  type Resolution,
} from './contesting.ts';
import { shareOf } from './sharing.ts';
import { stepNames, steps, type By, type Side, type Step } from './steps.ts';
import type { BookingBooks, Decided } from './till.ts';
import { follow, onDue } from './timing.ts';
import { approve, deliver, missing, payRevision, revise } from './working.ts';

const MONEY = 10_000_000;
const DAY = 24 * HOUR;

type Shape = { readonly amounts: readonly number[]; readonly pieces: readonly number[] };

const termsOf = ({ amounts, pieces }: Shape, freeRevisions: number, revisionFee: number): Package => ({
  ...{ id: 'posts', title: 'Posts', freeRevisions, revisionFee: minor(revisionFee), turnaroundDays: 7 },
  price: { amount: sum(amounts), currency: 'QAR' },
  pieces: sum(pieces),
  milestones: amounts.map((amount, i) => ({ title: `Part ${i}`, amount: minor(amount), pieces: pieces[i]! })),
});

/** Everything that a booking may touch, kept as the store would keep it. */
class World {
  at = 0;
  booking: Booking;
  wallets = new Map<string, Wallet | null>([
    ['ann', { ...newWallet, balances: { QAR: { ...nothing, available: minor(MONEY) } } }],
    ['ben', null],
  ]);
  jobs = new Map<string, Job>();
  escrows = new Map<string, Escrow>();
  journal = new Map<string, JournalEntry>();

  constructor(terms: Package, policy: FeePolicy) {
    const order = { request: 'a'.repeat(24), payer: 'ann', payee: 'ben', brief: 'Posts.', requestHash: 'h' };
    const made = newBooking({ ...order, terms, policy, at: 0 });
    this.booking = made.booking;
    this.keep(made);
  }

  get books(): BookingBooks {
    const { booking } = this;
    const escrowOf = (job: string) => this.escrows.get(escrowFor(booking, job)) ?? null;
    const next = feeJob(booking.base, booking.fee ?? 0);
    const parts = booking.parts.map((_, i) => partJob(booking.base, i));
    return {
      booking,
      jobs: parts.map((job) => this.jobs.get(job) ?? null),
      escrows: parts.map(escrowOf),
      payer: this.wallets.get('ann') ?? null,
      payee: this.wallets.get('ben') ?? null,
      fee: booking.fee === null ? null : { job: this.jobs.get(next) ?? null, escrow: escrowOf(next) },
    };
  }

  keep({ booking, moves, jobs }: Decided): void {
    this.booking = booking;
    for (const { id, job, isNew } of jobs) {
      if (isNew === this.jobs.has(id)) throw new Error(`job ${id} is ${isNew ? 'there' : 'not there'}`);
      this.jobs.set(id, job);
    }
    for (const { escrow, posting } of moves) {
      this.escrows.set(escrowFor(escrow, escrow.job), escrow);
      if (!posting) continue;
      if (this.journal.has(posting.entry.id)) throw new Error(`I6 ${posting.entry.id} twice`);
      this.journal.set(posting.entry.id, posting.entry);
      for (const [uid, { wallet, entry }] of Object.entries(posting.wallets)) {
        if (entry.n !== (this.wallets.get(uid)?.version ?? 0) + 1) throw new Error(`I2 ${uid}: a gap`);
        this.wallets.set(uid, wallet);
      }
    }
  }
}

const policies = fc.record({
  payeeFeeBps: fc.integer({ min: 0, max: 10_000 }),
  payerFeeBps: fc.integer({ min: 0, max: 10_000 }),
  releaseHours: fc.constant(72),
  clearanceHours: fc.constantFrom(0, 24),
  feeTaxBps: fc.constantFrom(0, 500),
});
const plain: FeePolicy = {
  ...{ payeeFeeBps: 1000, payerFeeBps: 0 },
  ...{ releaseHours: 72, clearanceHours: 0, feeTaxBps: 0 },
};

const shapes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts): Shape => ({ amounts: parts.map(([a]) => a), pieces: parts.map(([, p]) => p) }));

const acts = fc.record({
  step: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Step | 'wait'>('pay', 'accept', 'deliver', 'approve') },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Step | 'wait'>(
        'extra',
        'extra',
        'revise',
        'revise',
        'decide',
        'resolve',
        'wait',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom<Step | 'wait'>(...stepNames) },
  ),
  who: fc.constantFrom('fit', 'fit', 'fit', 'fit', 'ann', 'ben', 'cat', 'support'),
  count: fc.integer({ min: 1, max: 3 }),
  percent: fc.integer({ min: 0, max: 100 }),
  kind: fc.constantFrom('release', 'refund', 'split', 'warning'),
  yes: fc.boolean(),
  hours: fc.constantFrom(1, 30, 72, 24 * 8, 24 * 40),
});
type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;

const byOf = (who: string, at: number): By => ({ uid: who, support: who === 'support', at });
const links = (count: number, at: number) =>
  Array.from({ length: count }, (_, i) => `https://files.example/${at}-${i}`);

/** One step by one person; words differ from time to time, so that none is the one before. */
function take(books: BookingBooks, step: Step, by: By, act: Partial<Act> = {}): Decided {
  const why = `Because of ${by.at}.`;
  const percent = act.percent ?? 50;
  const resolution: Resolution =
    act.kind === undefined || act.kind === 'split' ? { kind: 'split', percent } : { kind: act.kind };
  const take: Record<Step, () => Decided> = {
    pay: () => payFromWallet(books, act.yes === true ? 0 : null, by),
    accept: () => accept(books, by),
    reject: () => leave(books, 'reject', { ...by, why }),
    withdraw: () => leave(books, 'withdraw', { ...by, why }),
    deliver: () => deliver(books, { ...by, note: why, links: links(act.count ?? 1, by.at) }),
    approve: () => approve(books, by),
    extra: () => payRevision(books, act.yes === true && (act.count ?? 0) > 2, by),
    revise: () => revise(books, { ...by, wish: why }),
    cancel: () => askToCancel(books, { ...by, why }),
    decide: () => decideCancel(books, { ...by, approve: act.yes ?? true }),
    dispute: () => dispute(books, { ...by, why: 'other', statement: why }),
    evidence: () => addEvidence(books, { ...by, text: why, file: null }),
    assign: () => assign(books, { ...by, to: 'sam' }),
    resolve: () => resolve(books, { ...by, resolution, why }),
  };
  return take[step]();
}

function play(world: World, act: Act): void {
  if (act.step === 'wait') {
    world.at += act.hours * HOUR;
    if (world.booking.dueAt !== null && world.booking.dueAt <= world.at)
      world.keep(onDue(world.books, world.at));
    return;
  }
  world.at += 1;
  const fit = { payer: 'ann', payee: 'ben', support: 'support' }[steps[act.step].by[0]];
  const who = act.who === 'fit' ? fit : act.who;
  world.keep(take(world.books, act.step, byOf(who, world.at), act));
}

const onAccount = (world: World, pattern: RegExp): number =>
  sum(
    [...world.journal.values()].flatMap(({ legs }) =>
      legs.filter(({ account }) => pattern.test(account)).map(({ amount }) => amount),
    ),
  );

/** Plain code: `expect` would take most of the time. */
function mustBe(holds: boolean, what: string, { booking }: World): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify({ ...booking, news: [] })}`);
}

function check(world: World): void {
  const { booking, escrows } = world;
  mustBe(onAccount(world, /./) === 0, 'I1 money was made or lost', world);
  const inside = sum([...escrows.values()].map(({ balance }) => balance));
  mustBe(onAccount(world, /^escrow:/) === inside, 'I2 escrows differ from their legs', world);
  const { available } = balanceOf(world.wallets.get('ann') ?? null, 'QAR');
  mustBe(
    available === MONEY + onAccount(world, /^wallet:ann:/),
    'I2 the wallet differs from its legs',
    world,
  );
  for (const escrow of escrows.values()) {
    mustBe(escrow.keeper === `bookings/${bookingId(booking)}`, 'led by something else', world);
    mustBe(escrow.policy === booking.policy, 'W0-14 other fees than were agreed', world);
    if (!isClosed(escrow)) continue;
    const { toPayee, toPlatform, toPayer } = escrow.outcome;
    mustBe(toPayee + toPlatform + toPayer === escrow.held, 'I5 parts are not what was held', world);
  }
  mustBe(
    (booking.dueAt === null) === isOver(booking),
    'I12 open without a deadline, or over with one',
    world,
  );
  mustBe(!isOver(booking) || inside === 0, 'over, and money is left inside', world);
  const { used, paid } = booking.revisions;
  const free = booking.terms.revisionFee > 0 ? booking.terms.freeRevisions : used;
  mustBe(used - paid <= free, 'W0-31 a revision was not paid', world);
  const fees = [...escrows.values()].filter(({ job, status }) => job.includes('-r') && status === 'released');
  mustBe(fees.length === paid, 'W0-33 one fee is one revision', world);
  if (['working', 'delivered', 'changes', 'cancelling', 'disputed'].includes(booking.status)) {
    const escrow = escrows.get(escrowFor(booking, partJob(booking.base, currentPart(booking))));
    mustBe(escrow !== undefined && !isClosed(escrow), 'W3-23 work without its money', world);
  }
  for (const { status, approved, pieces } of booking.parts) {
    mustBe(approved <= pieces, 'more was approved than there is', world);
    const byWork = status === 'released' && booking.status !== 'resolved';
    mustBe(!byWork || approved === pieces, 'W0-27 paid before all of it was approved', world);
  }
}

test('F27 F21 F26 I5 I6 I12 W0-18 whatever anybody does in any order: money is in one place, parts are paid once, and it ends', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      shapes,
      policies,
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom(0, 7, 500),
      fc.array(acts, { minLength: 25, maxLength: 50 }),
      (shape, policy, free, fee, all) => {
        const world = new World(termsOf(shape, free, fee), policy);
        for (const act of all) {
          const before = world.booking;
          try {
            play(world, act);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            mustBe(world.booking === before, 'a refusal changed something', world);
          }
          if (isOver(before)) mustBe(world.booking === before, 'I7 what is over changed', world);
          check(world);
          seen.add(world.booking.status);
          if (world.booking.revisions.paid > 0) seen.add('paid revision');
          if (world.booking.parts.filter(({ status }) => status === 'released').length > 1)
            seen.add('two parts');
        }
      },
    ),
    { numRuns: 1000 },
  );
  for (const status of [...bookingStatuses, 'paid revision', 'two parts']) expect(seen).toContain(status);
});

/** A booking in each state, by steps alone. */
function inState(status: BookingStatus, free = 2, fee = 500): World {
  const world = new World(termsOf({ amounts: [1000], pieces: [5] }, free, fee), plain);
  const go = (...path: readonly (readonly [Step, string, Partial<Act>?])[]) => {
    for (const [step, who, act] of path) {
      world.at += 1;
      world.keep(take(world.books, step, byOf(who, world.at), act));
    }
    return world;
  };
  const paid = [
    ['pay', 'ann'],
    ['accept', 'ben'],
  ] as const;
  const atWork = [...paid, ['deliver', 'ben'], ['approve', 'ann']] as const;
  switch (status) {
    case 'requested':
      return world;
    case 'accepted':
      return go(['accept', 'ben']);
    case 'working':
      return go(...atWork);
    case 'delivered':
      return go(...atWork, ['deliver', 'ben']);
    case 'changes':
      return go(...atWork, ['deliver', 'ben'], ['revise', 'ann']);
    case 'cancelling':
      return go(...atWork, ['cancel', 'ann']);
    case 'disputed':
      return go(...atWork, ['dispute', 'ben']);
    case 'done':
      return go(...paid, ['deliver', 'ben', { count: 5 }], ['approve', 'ann']);
    case 'rejected':
      return go(['pay', 'ann'], ['reject', 'ben']);
    case 'withdrawn':
      return go(['pay', 'ann'], ['withdraw', 'ann']);
    case 'expired':
      world.at = 7 * DAY;
      world.keep(onDue(world.books, world.at));
      return world;
    case 'cancelled':
      return go(...atWork, ['cancel', 'ann'], ['decide', 'support']);
    case 'resolved':
      return go(...atWork, ['dispute', 'ben'], ['resolve', 'support', { kind: 'split', percent: 50 }]);
  }
}

/** What is done already and answers what was; not a step, and nothing changes. */
const again: Partial<Record<BookingStatus, readonly Step[]>> = {
  accepted: ['accept'],
  done: ['approve'],
  rejected: ['reject'],
  withdrawn: ['withdraw'],
  cancelled: ['decide'],
  resolved: ['resolve'],
};
const roles: readonly (readonly [string, Side | 'stranger'])[] = [
  ['ann', 'payer'],
  ['ben', 'payee'],
  ['cat', 'stranger'],
  ['support', 'support'],
];

describe.each(bookingStatuses)('F27 W0-26 from %s', (status) => {
  test.each(stepNames.flatMap((step) => roles.map(([who, side]) => [step, side, who] as const)))(
    '%s by the %s',
    (step, side, who) => {
      const world = inState(status, step === 'extra' && status === 'delivered' ? 0 : 2);
      expect(world.booking.status).toBe(status);
      const before = world.booking;
      const rule = steps[step];
      const allowed = side !== 'stranger' && (rule.by as readonly Side[]).includes(side);
      const at = (world.at += 1);
      const attempt = () => take(world.books, step, byOf(who, at));
      if (!allowed) {
        expect(attempt).toThrow(side === 'stranger' ? 'not_found' : 'not_yours');
      } else if ((rule.from as readonly BookingStatus[]).includes(status)) {
        const { booking } = attempt();
        if (!(step === 'pay' && status !== 'requested' && status !== 'accepted'))
          expect(booking).not.toBe(before);
      } else if (again[status]?.includes(step) === true) {
        expect(attempt().booking).toBe(before);
      } else {
        expect(attempt).toThrow(`wrong_status {"status":"${status}"}`);
      }
      expect(world.booking).toBe(before);
    },
  );
});

test('what is short for several parts is told of all of them together, and of what is really there', () => {
  const world = new World(termsOf({ amounts: [500, 700, 900], pieces: [1, 1, 1] }, 0, 0), plain);
  world.wallets.set('ann', { ...newWallet, balances: { QAR: { ...nothing, available: minor(1300) } } });
  const facts = { available: 1300, needed: 2100, currency: 'QAR' };
  let told: unknown = null;
  try {
    payFromWallet(world.books, null, byOf('ann', 1));
  } catch (error) {
    told = error;
  }
  expect(told).toMatchObject({ reason: 'insufficient_funds', facts });
  expect(payFromWallet(world.books, 1, byOf('ann', 1)).moves).toHaveLength(1);
});

test('F27 support decides about nothing of its own', () => {
  const world = inState('disputed');
  for (const uid of ['ann', 'ben'])
    expect(() => take(world.books, 'resolve', { uid, support: true, at: 1 })).toThrow('own_request');
});

test.each([
  [0, 0],
  [1, 25],
  [49, 25],
  [50, 75],
  [100, 75],
] as const)('F18 at %i%% of the work a cancellation leaves %i%% to the creator', (progress, share) => {
  expect(shareOf(progress)).toBe(share);
});

test.each([-1, 101, 0.5, NaN, Infinity])('F18 there is no progress of %p', (progress) => {
  expect(() => shareOf(progress)).toThrow('invalid_input');
});

test('F18 W0-46 W0-18 whatever the price, fees and progress: the three parts are what was held', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      policies,
      fc.integer({ min: 0, max: 4 }),
      (price, policy, done) => {
        const world = new World(termsOf({ amounts: [price], pieces: [5] }, 0, 0), policy);
        world.wallets.set('ann', { ...newWallet, balances: { QAR: { ...nothing, available: minor(1e10) } } });
        const steps: (readonly [Step, string, Partial<Act>?])[] = [
          ['pay', 'ann'],
          ['accept', 'ben'],
        ];
        for (let i = 0; i < done; i += 1) steps.push(['deliver', 'ben'], ['approve', 'ann']);
        steps.push(['cancel', 'ben'], ['decide', 'support']);
        for (const [step, who, act] of steps) {
          world.at += 1;
          world.keep(take(world.books, step, byOf(who, world.at), act));
        }
        const [escrow] = world.escrows.values();
        if (!escrow || !isClosed(escrow)) throw new Error('still open');
        expect(escrow.outcome).toEqual(divide(escrow, shareOf(20 * done)));
        const earned = balanceOf(world.wallets.get('ben') ?? null, 'QAR');
        expect(earned.available + earned.pending).toBe(escrow.outcome.toPayee);
        if (policy.clearanceHours > 0) expect(earned.available).toBe(0);
      },
    ),
  );
});

test('W0-30 W0-31 W0-32 W0-33 W0-34 beyond what is free a revision is paid first, once each, and by the split', () => {
  const world = inState('delivered', 0);
  const step = (name: Step, who: string) => {
    world.at += 1;
    world.keep(take(world.books, name, byOf(who, world.at)));
  };
  expect(() => step('revise', 'ann')).toThrow('revision_unpaid {"fee":500,"currency":"QAR"}');
  step('extra', 'ann');
  const held = world.booking;
  step('extra', 'ann');
  expect(world.booking).toBe(held);
  step('revise', 'ann');
  expect(world.booking).toMatchObject({ status: 'changes', revisions: { used: 1, paid: 1 }, fee: null });
  const fee = world.escrows.get(escrowFor(world.booking, feeJob(world.booking.base, 1)))!;
  expect(fee).toMatchObject({ status: 'released', outcome: { toPayee: 450, toPlatform: 50, toPayer: 0 } });
  step('deliver', 'ben');
  const before = world.at;
  expect(world.booking).toMatchObject({ status: 'delivered', approveAt: before + 72 * HOUR });
  expect(() => step('revise', 'ann')).toThrow('revision_unpaid');
  step('extra', 'ann');
  step('approve', 'ann');
  const unused = world.escrows.get(escrowFor(world.booking, feeJob(world.booking.base, 2)))!;
  expect(unused).toMatchObject({ status: 'refunded', outcome: { toPayer: 500 } });
});

test('F26 D4 no card is asked that might answer only after the timer has approved', () => {
  const world = inState('delivered', 0);
  const { approveAt } = world.booking as Booking & { status: 'delivered' };
  const byCard = (at: number) => take(world.books, 'extra', byOf('ann', at), { yes: true, count: 3 });
  expect(() => byCard(approveAt - HOUR + 1)).toThrow(`too_late {"dueAt":${approveAt}}`);
  world.keep(byCard(approveAt - HOUR));
  const [id, job] = [...world.jobs].find(([one]) => one.includes('-r'))!;
  world.jobs.set(id, { ...job, funding: 'payments/1' });
  // The one that is being asked may be gone on with.
  expect(byCard(approveAt - 1).booking).toBe(world.booking);
  world.jobs.set(id, { ...job, funding: null });
  expect(() => byCard(approveAt - 1)).toThrow('too_late');
  expect(take(world.books, 'extra', byOf('ann', approveAt - 1)).moves).toHaveLength(1);
});

test('D4 F28 who asks to cancel again and again has to answer all the same', () => {
  const world = inState('delivered', 0);
  const { approveAt: first } = world.booking as Booking & { status: 'delivered' };
  const step = (name: Step, who: string) => {
    world.keep(take(world.books, name, byOf(who, world.at), { yes: false, count: 1 }));
  };
  const left = () => (world.booking as Booking & { status: 'delivered' }).approveAt - world.at;
  world.at = first - 30 * HOUR;
  step('cancel', 'ann');
  world.at += 40 * HOUR;
  step('decide', 'support');
  expect([world.booking.status, left(), world.booking.dueAt]).toEqual([
    'delivered',
    30 * HOUR,
    world.at + 6 * HOUR,
  ]);
  world.at += 29 * HOUR;
  step('cancel', 'ann');
  world.at += HOUR;
  step('decide', 'support');
  // A day at least, so that both see it coming.
  expect([left(), world.booking.dueAt]).toEqual([24 * HOUR, world.at + 24 * HOUR]);
  world.at += 24 * HOUR;
  world.keep(onDue(world.books, world.at));
  expect(world.booking.deliveries.at(-1)).toMatchObject({ verdict: 'approved' });
});

test('F26 within what is free no fee is taken, and none where it is nothing', () => {
  const free = inState('delivered', 1);
  expect(() => take(free.books, 'extra', byOf('ann', 9))).toThrow('revision_free');
  const nothing = inState('delivered', 0, 0);
  expect(take(nothing.books, 'revise', byOf('ann', 9)).booking.revisions).toEqual({
    used: 1,
    paid: 0,
    fees: 0,
  });
});

test('F21 W0-27 each milestone is paid once, with its own approval, and a cancellation gives back what was not begun', () => {
  const world = new World(termsOf({ amounts: [3000, 5000, 2000], pieces: [1, 2, 1] }, 2, 0), plain);
  const step = (name: Step, who: string, act: Partial<Act> = {}) => {
    world.at += 1;
    world.keep(take(world.books, name, byOf(who, world.at), act));
  };
  for (const [name, who] of [
    ['accept', 'ben'],
    ['pay', 'ann'],
    ['deliver', 'ben'],
    ['approve', 'ann'],
  ] as const)
    step(name, who);
  expect(world.booking).toMatchObject({
    status: 'working',
    parts: [{ status: 'released' }, { status: 'open' }, {}],
  });
  expect(balanceOf(world.wallets.get('ben') ?? null, 'QAR').available).toBe(2700);
  step('deliver', 'ben');
  step('approve', 'ann');
  expect(progressOf(world.booking.parts)).toBe(50);
  expect(missing(world.booking)).toBe(1);
  step('cancel', 'ann');
  step('decide', 'support');
  // Half of the second part is done: 75% of its 5000 less the fee; the third goes back whole.
  expect(world.booking.parts.map(({ status }) => status)).toEqual(['released', 'split', 'refunded']);
  expect(balanceOf(world.wallets.get('ben') ?? null, 'QAR').available).toBe(2700 + 3375);
  expect(balanceOf(world.wallets.get('ann') ?? null, 'QAR').available).toBe(MONEY - 3000 - 3750);
});

test('D4 F19 silence after a delivery approves it after 72 hours, not before, and a reminder comes first', () => {
  const world = inState('delivered');
  const from = world.at;
  world.keep(onDue(world.books, from + 48 * HOUR));
  expect(world.booking).toMatchObject({ status: 'delivered', reminded: true, dueAt: from + 72 * HOUR });
  expect(() => onDue(world.books, from + 72 * HOUR - 1)).toThrow('not_due');
  world.keep(onDue(world.books, from + 72 * HOUR));
  expect(world.booking.parts[0]).toMatchObject({ approved: 2, status: 'open' });
});

test('F08 when the money of a booking went back to its card, the booking is over', () => {
  const world = inState('working');
  const [id, escrow] = [...world.escrows][0]!;
  const outcome = { toPayee: minor(0), toPlatform: minor(0), toPayer: escrow.held };
  const gone = { status: 'refunded', outcome, closedAt: 9, closedBy: 'admin' } as const;
  world.escrows.set(id, { ...escrow, ...gone, balance: minor(0) });
  world.keep(follow(world.books, 9)!);
  expect(world.booking).toMatchObject({ status: 'cancelled', why: 'money_returned', dueAt: null });
  expect(follow(world.books, 10)).toBeNull();
});

test('F08 while a bank claims its money nothing moves, and the timer comes again', () => {
  const world = inState('delivered');
  const [id, escrow] = [...world.escrows][0]!;
  world.escrows.set(id, { ...escrow, contested: ['du_1'] });
  const late = world.at + 80 * HOUR;
  world.keep({ ...onDue(world.books, world.at + 48 * HOUR) });
  const waits = onDue(
    {
      ...world.books,
      booking: { ...world.booking, parts: world.booking.parts.map((p) => ({ ...p, pieces: 2 })) },
    },
    late,
  );
  expect(waits).toMatchObject({ booking: { status: 'delivered', dueAt: late + HOUR }, moves: [] });
});

test('the id says whose it is, and of how many parts', () => {
  const { booking } = inState('requested');
  expect(readId(bookingId(booking))).toMatchObject({ payer: 'ann', payee: 'ben', count: 1 });
  for (const id of ['x~ann~ben', `${'a'.repeat(24)}-11~ann~ben`, `${'a'.repeat(24)}-0~ann~ben`, 'a~b'])
    expect(() => readId(id)).toThrow('not_found');
});
