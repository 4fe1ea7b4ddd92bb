import fc from 'fast-check';
import { quoteItem } from '../src/catalog/catalog.ts';
import type { Chargeback } from '../src/chargebacks/chargeback.ts';
import { openChargeback } from '../src/chargebacks/contest.ts';
import type { Contested } from '../src/chargebacks/effects.ts';
import { closeChargeback } from '../src/chargebacks/verdict.ts';
import { clear, type Clearance } from '../src/clearance/clearance.ts';
import { escrowId, isClosed, type ClosedEscrow, type Escrow } from '../src/escrow/escrow.ts';
import type { FeePolicy } from '../src/escrow/fees.ts';
import { newEscrow } from '../src/escrow/progress.ts';
import { lock, refund as giveUp, release, type Settled } from '../src/escrow/settlement.ts';
import { assignJob, lockCause, postJob, type Job } from '../src/jobs/job.ts';
import type { JournalEntry } from '../src/ledger/journal.ts';
import type { Posting } from '../src/ledger/ledger.ts';
import { balanceOf, entryId, type Wallet, type WalletEntry } from '../src/ledger/wallet.ts';
import { beginPayment } from '../src/payments/begin.ts';
import { collect } from '../src/payments/collect.ts';
import {
  attemptOf,
  escrowFor,
  isOpen,
  isPaid,
  paymentId,
  type CardPayment,
} from '../src/payments/funding.ts';
import { endUnpaid, type Collected } from '../src/payments/unpaid.ts';
import { newPayee, type Payee } from '../src/payees/payee.ts';
import { newPurchase } from '../src/purchases/order.ts';
import { settle } from '../src/purchases/payment.ts';
import { attemptOf as orderAttempt, isPaid as isBought, type Purchase } from '../src/purchases/purchase.ts';
import { planRefund, postPlan } from '../src/refunds/plan.ts';
import type { Target } from '../src/refunds/target.ts';
import type { Refund } from '../src/refunds/refund.ts';
import { failRefund, newRefund } from '../src/refunds/settle.ts';
import { minor, portion, sum, zero } from '../src/shared/money.ts';
import { Refusal } from '../src/shared/refusal.ts';
import { foldCause } from '../src/audit/causes.ts';
import {
  foldClearance,
  foldEscrow,
  foldPayment,
  foldPurchase,
  foldWithdrawal,
} from '../src/audit/documents.ts';
import { foldEntry, foldJournal, foldWallet } from '../src/audit/fold.ts';
import { violationsOf } from '../src/audit/naming.ts';
import { foldChargeback, foldRefund } from '../src/audit/takings.ts';
import { everything, Search, type Sink } from '../src/audit/tally.ts';
import type { Violation } from '../src/audit/violation.ts';
import { approve, pay, reject } from '../src/withdrawals/decisions.ts';
import { requestWithdrawal } from '../src/withdrawals/request.ts';
import type { Withdrawal } from '../src/withdrawals/withdrawal.ts';

/**
 * Buy, fund, lock, release, give up, clear, refund, fail a refund, contest and decide, in any order and interleaved:
 * the real decisions over a store of a few maps, and beside them a model that only adds and subtracts.
 */

const people = ['ann', 'ben', 'cat'] as const;
type Name = (typeof people)[number];
const policy: FeePolicy = {
  payeeFeeBps: 1000,
  payerFeeBps: 500,
  releaseHours: 72,
  clearanceHours: 24,
  feeTaxBps: 500,
};

/** Everybody is verified, and has one account. */
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const verified: Payee = {
  ...newPayee,
  kyc: {
    ...{ status: 'verified', decidedAt: 0, by: 'finance' },
    application: { id: 'k1', requestHash: 'h', sealed, submittedAt: 0 },
  },
  destinations: [
    {
      ...{
        id: 'd1',
        kind: 'bank',
        currency: 'QAR',
        mask: 'QA',
        sealed,
        requestHash: 'h',
        savedAt: 0,
        usableAt: 0,
      },
      ...{ status: 'verified', decidedAt: 0, by: 'finance' },
    },
  ],
};

/** What each person should have in all, as a child would write it down. */
class Model {
  readonly has: Record<Name, number> = { ann: 0, ben: 0, cat: 0 };

  add(who: string, amount: number): void {
    this.has[who as Name] += amount;
  }
}

class World {
  at = 0;
  wallets: Record<string, Wallet> = {};
  purchases: Record<string, Purchase> = {};
  jobs: Record<string, Job> = {};
  payments: Record<string, CardPayment> = {};
  escrows: Record<string, Escrow> = {};
  clearances: Record<string, Clearance> = {};
  refunds: Record<string, Refund> = {};
  chargebacks: Record<string, Chargeback> = {};
  withdrawals: Record<string, Withdrawal> = {};
  journal = new Map<string, JournalEntry>();
  entries: { readonly uid: string; readonly entry: WalletEntry }[] = [];
  readonly model = new Model();
  appeals = 0;

  wallet = (uid: string): Wallet | null => this.wallets[uid] ?? null;

  post(posting: Posting | null): void {
    if (!posting) return;
    if (this.journal.has(posting.entry.id)) throw new Error(`I6 ${posting.entry.id} twice`);
    this.journal.set(posting.entry.id, posting.entry);
    for (const [uid, { wallet, entry }] of Object.entries(posting.wallets)) {
      this.wallets[uid] = wallet;
      this.entries.push({ uid, entry });
    }
  }

  keepEscrow({ escrow, posting, clearance }: Settled): void {
    this.post(posting);
    this.escrows[escrowId(escrow)] = escrow;
    if (clearance) this.clearances[escrowId(escrow)] = clearance;
  }

  keepPayment(collected: Collected): void {
    this.post(collected.posting);
    const { payment, escrow, job } = collected;
    this.payments[paymentId(payment)] = payment;
    if (escrow) this.escrows[escrowId(escrow)] = escrow;
    if (job) this.jobs[payment.job] = job;
  }

  keepAfter(target: Target, { purchase, payment, escrow, clearance }: Contested['after']): void {
    if (purchase) this.purchases[target.id] = purchase;
    if (payment) this.payments[target.id] = payment;
    if (escrow) this.escrows[escrowId(escrow)] = escrow;
    if (clearance) this.clearances[clearance.reference.slice('escrows/'.length)] = clearance;
  }

  target(kind: 'purchase' | 'payment', id: string): Target {
    if (kind === 'purchase') {
      const purchase = this.purchases[id] ?? null;
      return { kind, id, purchase, wallet: purchase && this.wallet(purchase.uid) };
    }
    const payment = this.payments[id];
    if (!payment) return { kind, id, payment: null };
    const escrow = escrowFor(payment);
    return {
      ...{
        kind,
        id,
        payment,
        escrow: this.escrows[escrow] ?? null,
        clearance: this.clearances[escrow] ?? null,
      },
      ...{ payer: this.wallet(payment.payer), payee: this.wallet(payment.payee) },
    };
  }
}

const kinds = [
  'buy',
  'post',
  'lock',
  'fund',
  'paid',
  'unpaid',
  'release',
  'giveUp',
  'clear',
  'refund',
  'fail',
  'contest',
  'decide',
  'withdraw',
  'payOut',
  'return',
] as const;
const act = fc.record({
  // Cards and what comes back of them are what it is about: those come more often.
  do: fc.constantFrom(...kinds, 'post', 'fund', 'fund', 'paid', 'paid', 'refund', 'fail', 'decide'),
  pick: fc.nat(1000),
  amount: fc.integer({ min: 1, max: 40 }),
  won: fc.boolean(),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const choose = <T>(from: readonly T[], pick: number): T | undefined => from[pick % Math.max(1, from.length)];

/** What a card payment's refund or chargeback takes from whom, after the escrow has ended. */
function shareOut(
  world: World,
  { outcome, takenBack, held, payee, payer }: ClosedEscrow,
  amount: number,
): void {
  const given = takenBack.toPayee + takenBack.toPlatform;
  const upTo = (whole: number) => portion(minor(whole), given + takenBack.toPayer + amount, held);
  const both = outcome.toPayee + outcome.toPlatform;
  const payerLeft = outcome.toPayer - takenBack.toPayer;
  const ofBoth = Math.max(amount - payerLeft, Math.min(amount, both - given, upTo(both) - given));
  const platformLeft = outcome.toPlatform - takenBack.toPlatform;
  const ofPayee = Math.min(
    ofBoth + takenBack.toPlatform,
    Math.max(0, ofBoth - platformLeft, upTo(outcome.toPayee) - takenBack.toPayee),
    outcome.toPayee - takenBack.toPayee,
  );
  world.model.add(payee, 0 - ofPayee);
  world.model.add(payer, ofBoth - amount);
}

/** Takes an amount out of what was paid, in the model. */
function taken(world: World, target: Target, amount: number): void {
  if (target.kind === 'purchase') {
    const { uid, value, price, refunded, valueBack } = target.purchase!;
    const feesLeft = price - value - (refunded - valueBack);
    const theirs = portion(value, refunded + amount, price) - valueBack;
    world.model.add(uid, 0 - Math.min(amount, Math.max(0, amount - feesLeft, theirs)));
    return;
  }
  const { payment, escrow } = target as Extract<Target, { escrow: unknown }>;
  // What came back to the payer after a refund that failed goes first.
  const returned = Math.min(amount, payment.returned);
  world.model.add(payment.payer, 0 - returned);
  const rest = amount - returned;
  if (rest === 0 || !escrow) return;
  if (isClosed(escrow)) shareOut(world, escrow, rest);
  else if (payment.refunded + payment.returned + rest === payment.fromCard)
    world.model.add(payment.payer, escrow.balance - rest);
}

function play(world: World, { do: kind, pick, amount, won }: Act): void {
  const { at, model } = world;
  switch (kind) {
    case 'buy': {
      const uid = choose(people, pick)!;
      const id = `buy${world.journal.size}~${uid}`;
      const order = { uid, provider: 'stripe' as const, requestHash: 'h', at };
      const purchase = newPurchase(quoteItem({ kind: 'amount', amount: minor(amount * 500) }), order);
      const report = {
        ...{
          provider: 'stripe' as const,
          attempt: orderAttempt(id, 1),
          reference: 'cs',
          payment: `pi_${id}`,
        },
        ...{ outcome: 'paid' as const, amount: purchase.price, currency: purchase.currency, stated: '' },
      };
      const verdict = settle(id, { purchase, wallet: world.wallet(uid) }, report, at);
      world.post(verdict.posting);
      world.purchases[id] = verdict.purchase!;
      model.add(uid, purchase.value);
      return;
    }
    case 'post': {
      const id = `job${String(Object.keys(world.jobs).length).padStart(5, '0')}`;
      const payer = choose(people, pick)!;
      const payee = people[(people.indexOf(payer) + 1) % people.length]!;
      const job = postJob({
        payer,
        title: 'Work',
        requestHash: 'h',
        at,
        price: { amount: minor(amount * 100), currency: 'QAR' },
      });
      world.jobs[id] = assignJob({ id, job, funded: false }, { by: payer, payee, at })!;
      return;
    }
    case 'lock': {
      const [id, job] = choose(Object.entries(world.jobs), pick) ?? [];
      if (!id || !job || world.journal.has(lockCause(id))) return;
      const escrow = newEscrow(job, { id, by: job.payer, at, policy });
      world.keepEscrow(lock(escrow, world.wallet(job.payer)));
      model.add(job.payer, 0 - escrow.held);
      return;
    }
    case 'fund': {
      const [job, found] = choose(Object.entries(world.jobs), pick) ?? [];
      if (!job || !found) return;
      const id = `${job}~${found.payer}`;
      const books = {
        ...{
          payment: world.payments[id] ?? null,
          job: found,
          wallet: world.wallet(found.payer),
          buyer: null,
        },
        funded: world.journal.has(lockCause(job)),
      };
      const fromWallet = minor(won ? 0 : amount * 10);
      const begun = beginPayment(books, {
        id,
        job,
        by: found.payer,
        policy,
        fromWallet,
        method: '',
        save: false,
        at,
      });
      if (begun.job === null) return;
      world.post(begun.posting);
      world.payments[id] = begun.payment;
      world.jobs[job] = begun.job;
      model.add(found.payer, 0 - fromWallet);
      return;
    }
    case 'paid':
    case 'unpaid': {
      const [id, payment] =
        choose(
          Object.entries(world.payments).filter(([, one]) => isOpen(one)),
          pick,
        ) ?? [];
      if (!id || !payment || !isOpen(payment)) return;
      const books = {
        payment,
        job: world.jobs[payment.job] ?? null,
        wallet: world.wallet(payment.payer),
        buyer: null,
      };
      if (kind === 'unpaid') {
        world.keepPayment(endUnpaid(books, payment, 'expired', 'not_paid', at));
        model.add(payment.payer, payment.fromWallet);
        return;
      }
      const report = {
        ...{
          provider: 'stripe' as const,
          attempt: attemptOf(id, payment.attempt),
          intent: `pi_${id}_${payment.attempt}`,
        },
        ...{ state: 'paid' as const, clientSecret: '', needs: null, failure: null },
        ...{ amount: payment.fromCard, currency: payment.currency, stated: '' },
      };
      world.keepPayment(collect(books, report, at)!);
      return;
    }
    case 'release':
    case 'giveUp': {
      const escrow = choose(
        Object.values(world.escrows).filter((one) => !isClosed(one)),
        pick,
      );
      if (!escrow) return;
      const books = { escrow, payer: world.wallet(escrow.payer), payee: world.wallet(escrow.payee) };
      const by = { by: 'person', uid: kind === 'release' ? escrow.payer : escrow.payee, at } as const;
      const ended = kind === 'release' ? release(books, by) : giveUp(books, by);
      world.keepEscrow(ended);
      if (!isClosed(ended.escrow)) return;
      model.add(escrow.payee, ended.escrow.outcome.toPayee);
      model.add(escrow.payer, ended.escrow.outcome.toPayer);
      return;
    }
    case 'clear': {
      world.at += amount * 3600 * 1000;
      for (const uid of people) {
        const cleared = clear(uid, world.clearances, world.wallet(uid), world.at);
        Object.assign(world.clearances, cleared.clearances);
        world.post(cleared.posting);
      }
      return;
    }
    case 'refund': {
      const target = paidTarget(world, pick);
      if (!target) return;
      const plan = planRefund(target, won ? null : minor(amount * 20), at);
      const id = `r${Object.keys(world.refunds).length}`;
      taken(world, target, plan.amount);
      world.post(postPlan(id, plan, target, { uid: 'finance', at }));
      world.keepAfter(target, plan.after);
      world.refunds[id] = newRefund(plan, { id, by: 'finance', reason: 'x', requestHash: 'h', at });
      return;
    }
    case 'fail': {
      const [id, refund] =
        choose(
          Object.entries(world.refunds).filter(([, { status }]) => status === 'created'),
          pick,
        ) ?? [];
      if (!id || !refund) return;
      const target = targetOf(world, refund.target);
      const failed = failRefund(id, refund, 'lost_or_stolen_card', target, at);
      world.post(failed.posting);
      world.keepAfter(target, failed.after);
      world.refunds[id] = failed.refund;
      if (failed.refund.status === 'failed')
        for (const share of refund.taken.shares) model.add(share.uid, share.amount);
      return;
    }
    case 'contest': {
      const target = paidTarget(world, pick);
      if (!target) return;
      const id = `du${Object.keys(world.chargebacks).length}`;
      const report = {
        ...{
          provider: 'stripe' as const,
          dispute: id,
          payment: sourceOf(target),
          status: 'open' as const,
          reason: 'fraudulent',
        },
        ...{ amount: minor(amount * 20), currency: 'QAR' as const, fee: minor(1500) },
      };
      const frozen =
        target.kind === 'payment' && 'escrow' in target && target.escrow && !isClosed(target.escrow);
      const contested = openChargeback(target, report, 'QAR', at);
      if (!frozen) taken(world, target, report.amount - contested.chargeback.loss);
      world.post(contested.posting);
      world.keepAfter(target, contested.after);
      world.chargebacks[id] = contested.chargeback;
      return;
    }
    case 'withdraw': {
      const uid = choose(people, pick)!;
      const id = `w${Object.keys(world.withdrawals).length}~${uid}`;
      const order = { id, uid, amount: minor(5000 + amount), currency: 'QAR' as const, destination: 'd1' };
      const books = { withdrawal: null, wallet: world.wallet(uid), payee: verified };
      const moved = requestWithdrawal(books, { ...order, requestHash: 'h', at });
      world.post(moved.posting);
      world.withdrawals[id] = moved.withdrawal;
      return;
    }
    case 'payOut':
    case 'return': {
      const [id, withdrawal] =
        choose(
          Object.entries(world.withdrawals).filter(([, { status }]) => status === 'requested'),
          pick,
        ) ?? [];
      if (!id || !withdrawal) return;
      const books = {
        id,
        withdrawal,
        wallet: world.wallet(withdrawal.uid),
        payee: verified,
        reference: null,
      };
      const by = { by: 'finance', at };
      const approved = approve({ ...books, brake: null }, by).withdrawal;
      const of = { ...books, withdrawal: approved };
      const { amount: whole, currency } = withdrawal;
      const proof = { method: 'bank_transfer', reference: id, paidAt: at, referenceId: id } as const;
      const ended =
        kind === 'payOut'
          ? pay(of, { ...by, ...proof, amount: whole, currency })
          : reject(of, { ...by, reason: 'No.' });
      world.post(ended.posting);
      world.withdrawals[id] = ended.withdrawal;
      if (kind === 'payOut') model.add(withdrawal.uid, 0 - whole);
      return;
    }
    case 'decide': {
      const [id, open] =
        choose(
          // What was lost may be won after all.
          Object.entries(world.chargebacks).filter(
            ([, { status }]) => status === 'open' || (status === 'lost' && won),
          ),
          pick,
        ) ?? [];
      if (!id || !open) return;
      if (open.status === 'lost') world.appeals += 1;
      const target = targetOf(world, open.target);
      const decided = closeChargeback(id, open, target, won ? 'won' : 'lost', at);
      if (won) for (const share of open.taken.shares) model.add(share.uid, share.amount);
      else if (open.frozen !== null)
        taken(world, target, open.amount - (decided.chargeback.loss - open.loss));
      world.post(decided.posting);
      world.keepAfter(target, decided.after);
      world.chargebacks[id] = decided.chargeback;
    }
  }
}

function targetOf(world: World, reference: string): Target {
  const [kind = '', id = ''] = reference.split('/');
  return world.target(kind === 'purchases' ? 'purchase' : 'payment', id);
}

/** The provider's id of what was paid. */
function sourceOf(target: Target): string {
  const paid = target.kind === 'purchase' ? target.purchase : target.payment;
  if (paid && 'intent' in paid) return paid.intent;
  return paid && 'payment' in paid && paid.payment && typeof paid.payment === 'object'
    ? paid.payment.payment
    : '';
}

function paidTarget(world: World, pick: number): Target | null {
  const paid = [
    ...Object.entries(world.purchases)
      .filter(([, one]) => isBought(one))
      .map(([id]) => ['purchase', id] as const),
    ...Object.entries(world.payments)
      .filter(([, one]) => isPaid(one))
      .map(([id]) => ['payment', id] as const),
  ];
  const found = choose(paid, pick);
  return found ? world.target(found[0], found[1]) : null;
}

/** All that the nightly audit would say of it. */
function audited(world: World): Violation[] {
  const [search, violations] = [new Search(everything), [] as Violation[]];
  const sink: Sink = { tell: search.tell, violation: (one) => violations.push(one) };
  for (const [id, entry] of world.journal) {
    foldJournal(id, entry, sink, {});
    foldCause(id, entry, sink);
  }
  for (const { uid, entry } of world.entries) foldEntry(uid, entryId(entry.n), entry, sink);
  const of = <T>(docs: Readonly<Record<string, T>>, fold: (id: string, doc: T, sink: Sink) => void) => {
    for (const [id, doc] of Object.entries(docs)) fold(id, doc, sink);
  };
  of(world.wallets, foldWallet);
  of(world.escrows, (id, escrow) => {
    foldEscrow(id, escrow, world.journal.has(`escrow:${id}:end`), sink);
  });
  of(world.payments, foldPayment);
  of(world.purchases, foldPurchase);
  of(world.withdrawals, foldWithdrawal);
  of(world.refunds, foldRefund);
  of(world.chargebacks, foldChargeback);
  of(world.clearances, foldClearance);
  return [...violations, ...violationsOf(search.differing())];
}

function check(world: World): void {
  for (const uid of people) {
    const held = balanceOf(world.wallet(uid), 'QAR');
    expect(Math.min(...Object.values(held))).toBeGreaterThanOrEqual(0);
    const { available, pending, reserved, debt } = held;
    expect([uid, available + pending + reserved - debt]).toEqual([uid, world.model.has[uid]]);
    const clearing = Object.values(world.clearances).filter((one) => one.uid === uid);
    expect([uid, sum(clearing.map((one) => one.amount))]).toEqual([uid, pending]);
  }
  const onAccounts = (pattern: RegExp) =>
    sum(
      [...world.journal.values()].flatMap(({ legs }) =>
        legs.filter((leg) => pattern.test(leg.account)).map((leg) => leg.amount),
      ),
    );
  expect(onAccounts(/^escrow:/)).toBe(sum(Object.values(world.escrows).map(({ balance }) => balance)));
  expect(onAccounts(/^payment:/)).toBe(sum(Object.values(world.payments).map(({ balance }) => balance)));
  const open = Object.values(world.chargebacks).filter(
    ({ status, frozen }) => status === 'open' && frozen !== null,
  );
  expect(onAccounts(/^chargeback:/)).toBe(0 - sum(open.map(({ amount }) => amount)));
  expect(onAccounts(/./)).toBe(zero);
  for (const { refunded, returned, fromCard } of Object.values(world.payments)) {
    expect(Math.min(refunded, returned)).toBeGreaterThanOrEqual(0);
    expect(refunded + returned).toBeLessThanOrEqual(fromCard);
  }
  for (const { refunded, valueBack, price, value } of Object.values(world.purchases)) {
    expect(Math.min(refunded, valueBack)).toBeGreaterThanOrEqual(0);
    expect([refunded <= price, valueBack <= value]).toEqual([true, true]);
  }
}

test('F08 F22 F24 W3-17 W3-18 W4-18 in any order and interleaving, every party’s total is what a model says', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { minLength: 20, maxLength: 60 }), (acts) => {
      const world = new World();
      for (const one of acts) {
        const before = { ...world.model.has };
        try {
          play(world, one);
          seen.add(one.do);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(world.model.has).toEqual(before);
        }
        check(world);
      }
      expect(audited(world)).toEqual([]);
      for (const { status } of Object.values(world.chargebacks)) seen.add(`chargeback ${status}`);
      for (const { status } of Object.values(world.refunds)) seen.add(`refund ${status}`);
      if (world.appeals > 0) seen.add('appeal');
      if (Object.values(world.payments).some(({ returned }) => returned > 0)) seen.add('returned');
      if (Object.values(world.wallets).some((wallet) => balanceOf(wallet, 'QAR').debt > 0)) seen.add('debt');
    }),
    { numRuns: 400 },
  );
  for (const kind of [
    ...kinds,
    'chargeback won',
    'chargeback lost',
    'refund failed',
    'refund review',
    'appeal',
    'returned',
    'debt',
  ])
    expect([...seen]).toContain(kind);
});
