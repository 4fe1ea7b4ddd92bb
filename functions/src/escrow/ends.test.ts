import { said } from '../../test/refused.ts';
import { assignJob, postJob } from '../jobs/job.ts';
import { newWallet, nothing, type Balance, type Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import type { Closing, Escrow } from './escrow.ts';
import { freeze } from './freezing.ts';
import { dispute, newEscrow, revise, submit } from './progress.ts';
import {
  lock,
  onDue,
  refund,
  release,
  resolve,
  type Order,
  type Resolution,
  type Settled,
} from './settlement.ts';

/** Every way into an escrow and out of it, from every state, by everybody: all that is written, or why nothing is. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = 1_800_000_000_000;
const NOW = START + 5 * DAY;
const id = 'job~ann~ben';
/** The price is 100.00 and the payer’s fee 5.00; of 105 that the platform takes, 5 are tax. */
const policy = { payeeFeeBps: 1000, payerFeeBps: 500, releaseHours: 72, clearanceHours: 0, feeTaxBps: 500 };

const walletWith = (balance: Partial<Record<keyof Balance, number>>, frozen = false): Wallet => ({
  ...newWallet,
  ...{ frozen, balances: { QAR: { ...nothing, ...balance } as Balance } },
});
const rich = walletWith({ available: 50_000 });

const posted = postJob({
  ...{ payer: 'ann', title: 'A logo', price: { amount: minor(10_000), currency: 'QAR' } },
  ...{ requestHash: '', at: START },
});
const job = assignJob({ id: 'job', job: posted, funded: false }, { by: 'ann', payee: 'ben', at: START });
const begin = (own = policy) => newEscrow(job, { id: 'job', by: 'ann', at: START, policy: own });

const asAdmin = { by: 'admin', uid: 'sue', at: START + 3 } as const;
const booksOf = (escrow: Escrow | null) => ({ escrow, payer: rich, payee: null });
/** One escrow in each of its states. */
function statesUnder(own = policy): Readonly<Record<Escrow['status'], Escrow>> {
  const held = { ...lock(begin(own), rich).escrow, news: [] };
  const submitted = submit(held, { uid: 'ben', note: 'Here.', at: START + 1 });
  const revision = revise(submitted, { uid: 'ann', wish: 'Bluer.', at: START + 2 });
  const disputed = dispute(revision, { uid: 'ann', reason: 'other', statement: 'No.', at: START + 3 });
  const ended = (resolution: Resolution) => resolve(booksOf(disputed), resolution, asAdmin).escrow;
  const [released, refunded] = [ended({ kind: 'release' }), ended({ kind: 'refund' })];
  return {
    held,
    submitted,
    revision,
    disputed,
    released,
    refunded,
    split: ended({ kind: 'split', percent: 60 }),
  };
}
let states: ReturnType<typeof statesUnder>;
// Not while this file loads: a mistake on the way there is a test that fails.
beforeAll(() => {
  states = statesUnder();
});

test('F14 a lock takes price and fee from what the payer may spend, and tells both', () => {
  const { escrow, posting } = lock(begin(), rich);
  const none = { toPayee: 0, toPlatform: 0, toPayer: 0 };
  const facts = { job: 'job', title: 'A logo', amount: 10_500, currency: 'QAR', ...none };
  const news = ['ann', 'ben'].map((to, i) => ({
    ...{ id: `escrow.job.1.locked.${i}`, to, kind: 'escrow-locked', facts, at: START },
    ...{ about: `escrows/${id}`, text: expect.stringContaining('“A logo”') as string },
  }));
  expect(escrow).toStrictEqual({ ...begin(), balance: 10_500, news });
  expect(posting.entry).toStrictEqual({
    ...{ id: 'job:job:lock', kind: 'escrow-lock', at: START, by: 'ann', reference: `escrows/${id}` },
    legs: [
      { account: 'wallet:ann:available', currency: 'QAR', amount: -10_500, counts: 'spent' },
      { account: `escrow:${id}`, currency: 'QAR', amount: 10_500 },
    ],
  });
  expect(posting.escrows).toEqual({ [id]: 10_500 });
  expect(posting.wallets.ann?.wallet.balances.QAR).toEqual({ ...nothing, available: 39_500 });
});

test.each<[string, Wallet | null, unknown]>([
  ['has no wallet', null, ['insufficient_funds', { available: 0, needed: 10_500, currency: 'QAR' }]],
  [
    'has one unit too little',
    walletWith({ available: 10_499, pending: 9_999 }),
    ['insufficient_funds', { available: 10_499, needed: 10_500, currency: 'QAR' }],
  ],
  ['is frozen', walletWith({ available: 10_500 }, true), ['wallet_frozen', {}]],
])('F14 F80 nothing is locked of a payer who %s', (_, wallet, answer) => {
  expect(said(() => lock(begin(), wallet))).toEqual(answer);
});

const endings = {
  released: { kind: 'escrow-release', toPayee: 9_000, fees: 1_429, tax: 71, toPayer: 0 },
  refunded: { kind: 'escrow-refund', toPayee: 0, fees: 0, tax: 0, toPayer: 10_500 },
  // 60 % of the price and of the payer’s fee: 6000 less a tenth, 600 + 300 to the platform.
  split: { kind: 'escrow-split', toPayee: 5_400, fees: 858, tax: 42, toPayer: 4_200 },
} as const;

/** All that an end writes, where neither owes anything. */
function end(from: Escrow, status: keyof typeof endings, closedBy: Closing, { uid, at }: Omit<Order, 'by'>) {
  const { kind, toPayee, fees, tax, toPayer } = endings[status];
  const outcome = { toPayee, toPlatform: fees + tax, toPayer };
  const facts = { job: 'job', title: 'A logo', amount: 10_500, currency: 'QAR', ...outcome };
  const version = from.version + 1;
  const news = ['ann', 'ben'].map((to, i) => ({
    ...{ id: `escrow.job.${version}.${status}.${i}`, to, kind: `escrow-${status}`, facts, at },
    ...{ about: `escrows/${id}`, text: expect.stringContaining('“A logo”') as string },
  }));
  const { job: of, title, payer, payee, parties, currency, price, payerFee, held, lockedAt } = from;
  const kept = { job: of, title, payer, payee, parties, currency, price, payerFee, held, lockedAt };
  const { refunded, takenBack, contested, policy: own } = from;
  const clears = own.clearanceHours > 0;
  const legs = [
    { account: `escrow:${id}`, currency, amount: -10_500 },
    {
      account: `wallet:ben:${clears ? 'pending' : 'available'}`,
      currency,
      amount: toPayee,
      counts: 'earned',
    },
    { account: 'platform:fees', currency, amount: fees },
    { account: 'tax:fees', currency, amount: tax },
    { account: 'wallet:ann:available', currency, amount: toPayer, counts: 'refunded' },
  ];
  return {
    escrow: {
      ...{ ...kept, refunded, takenBack, contested, policy: own, balance: 0, version, dueAt: null },
      ...{ news: [...from.news, ...news], status, outcome, closedAt: at, closedBy },
    },
    entry: {
      ...{ id: `escrow:${id}:end`, kind, at, by: uid, reference: `escrows/${id}` },
      legs: legs.filter(({ amount }) => amount !== 0),
    },
    escrows: { [id]: 0 },
    wallets: {
      ...(toPayer > 0 && { ann: { ...nothing, available: 50_000 + toPayer } }),
      ...(toPayee > 0 && { ben: { ...nothing, [clears ? 'pending' : 'available']: toPayee } }),
    },
    clearance:
      clears && toPayee > 0
        ? {
            ...{ uid: 'ben', currency, amount: toPayee, reference: `escrows/${id}` },
            ...{ availableAt: at + own.clearanceHours * HOUR, dueAt: at + own.clearanceHours * HOUR },
          }
        : null,
  };
}

/** What is written, without the entries of wallets: they are the ledger’s. */
function written({ escrow, posting, clearance }: Settled) {
  if (posting === null) return { escrow, posting, ...(clearance !== undefined && { clearance }) };
  const { entry, escrows, wallets } = posting;
  const balances = Object.entries(wallets).map(([uid, { wallet }]) => [uid, wallet.balances.QAR] as const);
  return { escrow, entry, escrows, wallets: Object.fromEntries(balances), clearance };
}

const actors = {
  payer: { by: 'person', uid: 'ann' },
  payee: { by: 'person', uid: 'ben' },
  stranger: { by: 'person', uid: 'cat' },
  support: { by: 'admin', uid: 'sue' },
  'support that pays': { by: 'admin', uid: 'ann' },
  'support that is paid': { by: 'admin', uid: 'ben' },
  timer: { by: 'timer', uid: 'system' },
} satisfies Record<string, Omit<Order, 'at'>>;

const order = (who: keyof typeof actors, at: number): Order => ({ ...actors[who], at });

const acts = {
  release: [(escrow, by) => release(booksOf(escrow), by), 'released'],
  refund: [(escrow, by) => refund(booksOf(escrow), by), 'refunded'],
  'resolve to release': [(escrow, by) => resolve(booksOf(escrow), { kind: 'release' }, by), 'released'],
  'resolve to refund': [(escrow, by) => resolve(booksOf(escrow), { kind: 'refund' }, by), 'refunded'],
  'resolve to split': [(escrow, by) => resolve(booksOf(escrow), { kind: 'split', percent: 60 }, by), 'split'],
} satisfies Record<string, [(escrow: Escrow | null, by: Order) => Settled, keyof typeof endings]>;

const refusals = {
  not_found: ['not_found', { what: 'escrow' }],
  not_yours: ['not_yours', { side: 'payee' }],
  own_request: ['own_request', {}],
} as const;
const working = ['held', 'submitted', 'revision'] as const;

/** Who may, from which states; who may not from any, and why. */
const rows: readonly (readonly [
  keyof typeof acts,
  keyof typeof actors,
  keyof typeof refusals | readonly Escrow['status'][],
])[] = [
  ['release', 'payer', working],
  ['release', 'payee', 'not_yours'],
  ['release', 'stranger', 'not_found'],
  ['release', 'support', working],
  ['release', 'support that pays', 'own_request'],
  ['release', 'support that is paid', 'own_request'],
  ['release', 'timer', ['submitted']],
  ['refund', 'payer', ['held']],
  ['refund', 'payee', working],
  ['refund', 'stranger', 'not_found'],
  ['refund', 'support', working],
  ['refund', 'support that pays', 'own_request'],
  ['refund', 'support that is paid', 'own_request'],
  ['refund', 'timer', ['held']],
  ['resolve to release', 'support', ['disputed']],
  ['resolve to refund', 'support', ['disputed']],
  ['resolve to split', 'support', ['disputed']],
  ['resolve to split', 'support that pays', 'own_request'],
  ['resolve to split', 'support that is paid', 'own_request'],
];

test.each(rows)('D4 D5 D7 I5 I7 F15 F17 F20 %s by %s, from each state', (name, who, may) => {
  const [act, to] = acts[name];
  const closedBy = actors[who].by === 'person' ? (who as Closing) : (actors[who].by as Closing);
  // People act when they like; the timer, when all that waits is due.
  const by = order(who, who === 'timer' ? START + 200 * DAY : START + 4);
  expect(said(() => act(null, by))).toEqual(refusals.not_found);
  for (const hours of [0, 24])
    for (const [status, from] of Object.entries(statesUnder({ ...policy, clearanceHours: hours }))) {
      const refusal = typeof may === 'string' ? refusals[may] : null;
      const answer =
        refusal ??
        (status === to
          ? { escrow: from, posting: null }
          : may.includes(from.status)
            ? end(from, to, closedBy, by)
            : ['wrong_status', { status }]);
      const done = said(() => written(act(from, by)));
      expect([status, hours, done]).toStrictEqual([status, hours, answer]);
      if (from.dueAt === null) continue;
      const stopped = said(() => act(freeze(from as never, 'du_1'), by));
      const why =
        may.includes(from.status) || !name.startsWith('resolve')
          ? ['chargeback_open', { chargeback: 'du_1' }]
          : ['wrong_status', { status }];
      expect([status, stopped]).toStrictEqual([status, refusal ?? why]);
    }
});

const byTimer = (from: Escrow, at: number) => ({
  release: said(() => written(release(booksOf(from), order('timer', at)))),
  refund: said(() => written(refund(booksOf(from), order('timer', at)))),
  onDue: said(() => written(onDue(booksOf(from), at))),
});

test.each([-1, 0, 1])('D4 D5 F19 the timer acts at its time and not before: %i ms', (late) => {
  const { held, submitted } = states;
  const releaseAt = START + 1 + 72 * HOUR;
  const [due, paid] = [START + 90 * DAY + late, releaseAt + late];
  const refunded =
    late < 0 ? ['not_due', { dueAt: START + 90 * DAY }] : end(held, 'refunded', 'timer', order('timer', due));
  expect(byTimer(held, due)).toMatchObject({ refund: refunded, onDue: refunded });
  // Not told to the payer in time: it is late, and pays.
  const released =
    late < 0 ? ['not_due', { dueAt: releaseAt }] : end(submitted, 'released', 'timer', order('timer', paid));
  const reminded = { ...submitted, reminded: true, dueAt: releaseAt } as Escrow;
  expect(byTimer(submitted, paid).release).toStrictEqual(released);
  expect(byTimer(reminded, paid).onDue).toStrictEqual(
    late < 0 ? released : end(reminded, 'released', 'timer', order('timer', paid)),
  );
  if (late >= 0) expect(byTimer(submitted, paid).onDue).toStrictEqual(released);
});

test('a party whose name is that of the system does not stop its timer', () => {
  const from = { ...states.held, payer: 'system', parties: ['system', 'ben'] };
  expect(onDue(booksOf(from), START + 90 * DAY).escrow).toMatchObject({
    status: 'refunded',
    closedBy: 'timer',
  });
});

test('I12 F19 F20 what comes due without moving money: a reminder, a dispute, an escalation', () => {
  const { held, submitted, revision, disputed } = states;
  const news = (from: Escrow, at: number) => {
    const { escrow, posting } = onDue(booksOf(from), at);
    expect([posting, escrow.version]).toEqual([null, from.version + 1]);
    return [escrow, escrow.news.slice(from.news.length).map(({ kind, to }) => [kind, to])];
  };
  for (const [from, dueAt, state, kind, ...to] of [
    [
      submitted,
      START + 1 + 48 * HOUR,
      { reminded: true, dueAt: START + 1 + 72 * HOUR },
      'escrow-reminder',
      'ann',
    ],
    [
      revision,
      START + 2 + 30 * DAY,
      {
        status: 'disputed',
        openedBy: 'system',
        reason: 'no_answer',
        statement: 'No changes were handed in.',
      },
      'escrow-disputed',
      ...['ann', 'ben'],
    ],
    [
      disputed,
      START + 3 + 48 * HOUR,
      { status: 'disputed', openedBy: 'ann', overdue: 1 },
      'escrow-overdue',
      'ann',
      'ben',
    ],
  ] as const) {
    expect(said(() => onDue(booksOf(from), dueAt - 1))).toEqual(['not_due', { dueAt }]);
    for (const at of [dueAt, dueAt + 1])
      expect(news(from, at)).toEqual([expect.objectContaining(state), to.map((uid) => [kind, uid])]);
    expect(said(() => onDue(booksOf({ ...from, dueAt: null }), dueAt))).toEqual(['not_due', { dueAt: null }]);
    expect(said(() => onDue(booksOf(freeze(from as never, 'du_1')), dueAt))).toEqual([
      'chargeback_open',
      { chargeback: 'du_1' },
    ]);
  }
  expect(said(() => onDue(booksOf(null), NOW))).toEqual(refusals.not_found);
  const never = ['not_due', { dueAt: null }];
  expect(byTimer({ ...held, dueAt: null }, NOW)).toMatchObject({ refund: never, onDue: never });
  for (const status of ['released', 'refunded', 'split'] as const)
    expect(byTimer(states[status], NOW).onDue).toEqual(['wrong_status', { status }]);
});

test('F20 the same resolution again is one, and any other is refused', () => {
  const kinds: readonly Resolution[] = [
    { kind: 'release' },
    { kind: 'refund' },
    ...[0, 59, 60, 61, 100].map((percent) => ({ kind: 'split', percent }) as const),
    { kind: 'warning', to: 'payer' },
  ];
  const same = (from: Escrow, resolution: Resolution): boolean => {
    const answer = said(() => resolve(booksOf(from), resolution, order('support', NOW)));
    if (!Array.isArray(answer)) expect(answer).toStrictEqual({ escrow: from, posting: null });
    else expect(answer).toEqual(['wrong_status', { status: from.status }]);
    return !Array.isArray(answer);
  };
  for (const [i, resolution] of kinds.slice(0, -1).entries()) {
    const { escrow } = resolve(booksOf(states.disputed), resolution, order('support', NOW));
    expect(kinds.map((other) => same(escrow, other))).toEqual(kinds.map((_, j) => i === j));
    // What the parties did themselves was no resolution.
    expect(same({ ...escrow, closedBy: 'payer' } as Escrow, resolution)).toBe(false);
  }
});

test('F20 a warning moves nothing', () => {
  const warned = (to: 'payer' | 'payee') =>
    resolve(booksOf(states.disputed), { kind: 'warning', to }, order('support', NOW));
  for (const to of ['payer', 'payee'] as const) {
    expect(warned(to)).toMatchObject({
      posting: null,
      escrow: { status: 'revision', wish: 'Bluer.', balance: 10_500, dueAt: NOW + 30 * DAY },
    });
    expect(warned(to).escrow.news.at(-1)?.kind).toBe(`escrow-${to}-warned`);
  }
});

test('I3 what somebody owes is repaid of what they earn and of what comes back, and still counts as theirs', () => {
  const books = {
    escrow: states.disputed,
    payer: walletWith({ debt: 300 }),
    payee: walletWith({ debt: 9_999 }),
  };
  const { posting } = resolve(books, { kind: 'split', percent: 60 }, order('support', NOW));
  const leg = (account: string, amount: number, counts?: string) => ({
    account,
    currency: 'QAR',
    amount,
    ...(counts && { counts }),
  });
  expect(posting?.entry.legs).toEqual([
    leg(`escrow:${id}`, -10_500),
    leg('wallet:ben:debt', 5_400, 'earned'),
    leg('platform:fees', 858),
    leg('tax:fees', 42),
    leg('wallet:ann:available', 3_900, 'refunded'),
    leg('wallet:ann:debt', 300, 'refunded'),
  ]);
});
