import fc from 'fast-check';
import type { Escrow } from '../escrow/escrow.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import { assignJob, cancelJob, postJob, type Job } from '../jobs/job.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import type { Posting } from '../ledger/ledger.ts';
import { balanceOf, nothing, type Wallet } from '../ledger/wallet.ts';
import type { CardReport } from '../psp/ports.ts';
import type { Buyer } from '../purchases/purchase.ts';
import { minor, sum } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { beginPayment } from './begin.ts';
import { collect } from './collect.ts';
import { attemptOf, isOpen, isPaid, paymentId, readAttempt, type CardPayment } from './funding.ts';
import { creditReview } from './misfit.ts';
import { endUnpaid, type Collected } from './unpaid.ts';

const HOUR = 3600 * 1000;
const MONEY = 1_000_000;
const policy: FeePolicy = {
  payeeFeeBps: 1000,
  payerFeeBps: 500,
  releaseHours: 72,
  clearanceHours: 0,
  feeTaxBps: 0,
};

/** One job, its payer's wallet, and everything that a card payment may touch. */
class World {
  at = 0;
  job: Job;
  wallet: Wallet = {
    balances: { QAR: { ...nothing, available: minor(MONEY) } },
    lifetime: {},
    version: 1,
    head: 'h',
    frozen: false,
  };
  buyer: Buyer | null = null;
  payment: CardPayment | null = null;
  escrow: Escrow | null = null;
  journal = new Map<string, JournalEntry>();

  constructor(price: number) {
    const posted = postJob({
      ...{ payer: 'ann', title: 'A logo', requestHash: 'h', at: 0 },
      price: { amount: minor(price), currency: 'QAR' },
    });
    const state = { id: 'job12345', job: posted, funded: false };
    this.job = assignJob(state, { by: 'ann', payee: 'ben', at: 0 })!;
  }

  get state() {
    const { at, job, wallet, buyer, payment, escrow } = this;
    return { at, job, wallet, buyer, payment, escrow };
  }

  get books() {
    return { payment: this.payment, job: this.job, wallet: this.wallet, buyer: this.buyer };
  }

  keepPosting(posting: Posting | null): void {
    if (!posting) return;
    if (this.journal.has(posting.entry.id)) throw new Error(`I6 ${posting.entry.id} twice`);
    this.journal.set(posting.entry.id, posting.entry);
    if (posting.wallets.ann) this.wallet = posting.wallets.ann.wallet;
  }

  keep(collected: Collected | null): void {
    if (!collected || collected.payment === this.payment) return;
    this.payment = collected.payment;
    this.keepPosting(collected.posting);
    if (collected.escrow && this.escrow) throw new Error('two escrows');
    this.escrow = collected.escrow ?? this.escrow;
    this.job = collected.job ?? this.job;
    this.buyer = collected.buyer ?? this.buyer;
  }
}

const id = 'job12345~ann';
const reportOf = (payment: CardPayment, more: Partial<CardReport> = {}): CardReport => ({
  provider: 'stripe',
  attempt: attemptOf(id, payment.attempt),
  intent: `pi_${payment.attempt}`,
  state: 'paid',
  clientSecret: 'secret',
  needs: null,
  failure: null,
  amount: payment.fromCard,
  currency: payment.currency,
  stated: '',
  ...more,
});

const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('fund' as const), share: fc.integer({ min: 0, max: 100 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      state: fc.constantFrom('awaiting_payer', 'processing', 'paid', 'paid', 'cancelled' as const),
      failure: fc.constantFrom(null, 'card_declined', 'insufficient_funds'),
      attempt: fc.integer({ min: 0, max: 2 }),
      wrong: fc.constantFrom(0, 0, 0, 1),
      otherCurrency: fc.constantFrom(false, false, false, true),
    }),
  },
  fc.record({ do: fc.constant('end' as const) }),
  fc.record({ do: fc.constant('credit' as const) }),
  fc.record({ do: fc.constant('cancelJob' as const) }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function play(world: World, one: Act): void {
  const { payment, at } = world;
  switch (one.do) {
    case 'wait':
      world.at += one.hours * HOUR;
      return;
    case 'fund': {
      const fromWallet = minor(Math.floor((world.job.price.amount * one.share) / 100));
      const begun = beginPayment(
        { ...world.books, funded: world.escrow !== null },
        { id, job: 'job12345', by: 'ann', policy, fromWallet, method: '', save: false, at },
      );
      world.payment = begun.payment;
      world.keepPosting(begun.posting);
      world.job = begun.job ?? world.job;
      world.buyer = begun.buyer ?? world.buyer;
      return;
    }
    case 'hear': {
      if (!payment) return;
      const { state, failure, attempt, wrong, otherCurrency } = one;
      const told = {
        ...{ state, failure, attempt: attemptOf(id, Math.max(1, payment.attempt - attempt)) },
        intent: `pi_${Math.max(1, payment.attempt - attempt)}`,
        amount: minor(payment.fromCard + wrong),
        ...(otherCurrency && { currency: 'USD' as const }),
      };
      world.keep(collect(world.books, reportOf(payment, told), at));
      return;
    }
    case 'end':
      if (payment && isOpen(payment)) world.keep(endUnpaid(world.books, payment, 'expired', 'not_paid', at));
      return;
    case 'credit':
      world.keep(creditReview(world.books, { id, by: 'the-finance', at }));
      return;
    case 'cancelJob': {
      const funded = world.escrow !== null;
      world.job = cancelJob({ id: 'job12345', job: world.job, funded }, { by: 'ann', at }) ?? world.job;
    }
  }
}

const onAccount = (world: World, account: string): number =>
  sum(
    [...world.journal.values()].flatMap(({ legs }) =>
      legs.filter((l) => l.account === account).map((l) => l.amount),
    ),
  );

function check(world: World): void {
  const { payment, escrow, job } = world;
  if (!payment) return;
  const open = isOpen(payment);
  const inPayment = open ? payment.fromWallet : payment.status === 'review' ? payment.collected : 0;
  expect(payment.balance).toBe(inPayment);
  expect(onAccount(world, `payment:${id}`)).toBe(inPayment);
  expect(job.funding).toBe(open || (isPaid(payment) && job.funding !== null) ? id : null);
  expect(escrow === null).toBe(!isPaid(payment));
  if (escrow) expect([escrow.balance, escrow.price + escrow.payerFee]).toEqual([payment.held, payment.held]);
  const taken = open || isPaid(payment) ? payment.fromWallet : 0;
  const credited = onAccount(world, 'wallet:ann:available') + taken;
  expect(credited).toBeGreaterThanOrEqual(0);
  expect(balanceOf(world.wallet, 'QAR').available).toBe(MONEY + onAccount(world, 'wallet:ann:available'));
  expect(world.wallet.lifetime.QAR?.spent ?? 0).toBe(taken);
  const came = 0 - onAccount(world, 'psp:stripe:clearing') - onAccount(world, 'psp:stripe:costs');
  expect(came).toBe(
    (isPaid(payment) ? payment.fromCard : 0) +
      (payment.status === 'review' ? payment.collected : 0) +
      credited,
  );
  expect(open || payment.status === 'review').toBe(payment.dueAt !== null);
}

test('F24 W2-43 W3-06 whatever a provider says and a payer does, in any order: both parts are in escrow, or neither is', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 100_000 }), fc.array(act, { maxLength: 25 }), (price, acts) => {
      const world = new World(price);
      for (const one of acts) {
        const before = world.state;
        try {
          play(world, one);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(world.state).toEqual(before);
        }
        if (before.payment && isPaid(before.payment)) expect(world.payment).toBe(before.payment);
        check(world);
        if (world.payment) seen.add(world.payment.status);
      }
    }),
    { numRuns: 1500 },
  );
  for (const status of ['awaiting_payer', 'processing', 'paid', 'expired', 'cancelled', 'review', 'failed'])
    expect(seen).toContain(status);
});

const begun = (world: World, fromWallet = 0): CardPayment => {
  const order = { id, job: 'job12345', by: 'ann', policy, method: '', save: false, at: world.at };
  const made = beginPayment({ ...world.books, funded: false }, { ...order, fromWallet: minor(fromWallet) });
  world.payment = made.payment;
  world.keepPosting(made.posting);
  world.job = made.job!;
  world.buyer = made.buyer;
  return made.payment;
};

test('W3-20 a declined card is tried again under the same payment, and the payer hears of it once', () => {
  const world = new World(10_000);
  const payment = begun(world);
  const declined = reportOf(payment, { state: 'awaiting_payer', failure: 'card_declined' });
  world.keep(collect(world.books, declined, 1));
  world.keep(collect(world.books, declined, 2));
  expect(world.payment).toMatchObject({ status: 'awaiting_payer', failure: 'card_declined', attempt: 1 });
  expect(world.payment?.news.map(({ kind }) => kind)).toEqual(['payment-declined']);
  world.keep(collect(world.books, reportOf(payment), 3));
  expect(world.payment?.status).toBe('paid');
  expect(world.escrow).toMatchObject({ status: 'held', held: 10_500, payer: 'ann', payee: 'ben' });
});

test('W3-22 W3-33 while it is under way its job cannot change, and nothing else can be begun for it', () => {
  const world = new World(10_000);
  begun(world, 500);
  const state = { id: 'job12345', job: world.job, funded: false };
  for (const change of [
    () => cancelJob(state, { by: 'ann', at: 1 }),
    () => assignJob(state, { by: 'ann', payee: 'cat', at: 1 }),
    () => begun(world, 400),
  ])
    expect(change).toThrow('payment_open');
});

test('W3-06 a late word about an earlier try moves nothing; money that it brought is for a person', () => {
  const world = new World(10_000);
  const first = begun(world);
  world.keep(endUnpaid(world.books, first as never, 'expired', 'not_paid', 1));
  begun(world);
  const before = world.payment;
  for (const state of ['cancelled', 'awaiting_payer', 'processing'] as const)
    world.keep(collect(world.books, reportOf(first, { state }), 2));
  expect(world.payment).toBe(before);
});

test('a report about no try of ours is nothing of ours', () => {
  const world = new World(10_000);
  const payment = begun(world);
  for (const attempt of [attemptOf(id, 2), attemptOf('job12345~cat', 1), 'x', `${id.replace('~', ':')}:1`])
    expect(collect(world.books, reportOf(payment, { attempt }), 1)).toBeNull();
  expect(readAttempt(attemptOf(id, 7))).toEqual({ id, attempt: 7 });
  expect(paymentId(payment)).toBe(id);
});
