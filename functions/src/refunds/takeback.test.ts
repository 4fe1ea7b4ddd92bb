import fc from 'fast-check';
import { newClearance } from '../clearance/clearance.ts';
import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { quote, taxIn, type FeePolicy } from '../escrow/fees.ts';
import { heldEscrow } from '../escrow/progress.ts';
import { release, resolve } from '../escrow/settlement.ts';
import type { Leg } from '../ledger/journal.ts';
import { post } from '../ledger/ledger.ts';
import { balanceOf, nothing, type Wallet } from '../ledger/wallet.ts';
import type { CardPayment } from '../payments/funding.ts';
import { minor, portion, sum, zero, type Minor } from '../shared/money.ts';
import { putBack } from './putback.ts';
import { takeBack } from './takeback.ts';
import type { FundedBooks } from './target.ts';

const policyOf = (bps: [number, number, number, number]): FeePolicy => ({
  payeeFeeBps: bps[0],
  payerFeeBps: bps[1],
  feeTaxBps: bps[2],
  clearanceHours: bps[3],
  releaseHours: 72,
});
const policies = fc
  .tuple(
    fc.constantFrom(0, 1000, 1500),
    fc.constantFrom(0, 500, 1000),
    fc.constantFrom(0, 500),
    fc.constantFrom(0, 24),
  )
  .map(policyOf);

/** A job that a card paid, as it is once it is in escrow. */
function funded(price: number, policy: FeePolicy, fromWallet: number): FundedBooks & { escrow: Escrow } {
  const { payerFee, held } = quote(minor(price), policy);
  const agreed = {
    ...{ job: 'job12345', title: 'A logo', payer: 'ann', payee: 'ben', currency: 'QAR' as const },
    ...{ price: minor(price), payerFee, held, policy },
  };
  const wallet = minor(Math.min(fromWallet, held - 1));
  const payment: CardPayment = {
    ...agreed,
    ...{ fromWallet: wallet, fromCard: minor(held - wallet), customer: 'cus_1', method: '', save: false },
    ...{ createdAt: 0, expiresAt: 1, attempt: 1, version: 2, dueAt: null, balance: zero, refunded: zero },
    ...{ returned: zero, intents: ['pi_1'], misfits: {}, chargebacks: {} },
    ...{ news: [], status: 'paid', intent: 'pi_1', paidAt: 1 },
  };
  return {
    payment,
    escrow: { ...heldEscrow(agreed, 0), balance: held },
    payer: null,
    payee: null,
    clearance: null,
  };
}

const target = (books: FundedBooks) => ({ kind: 'payment', id: 'job12345~ann', ...books }) as const;
const takeFromJob = (books: FundedBooks, amount: Minor) => takeBack(target(books), 'pi_1', amount, 2);

/** Posts what was taken, the rest going to the card, and keeps what it changed. */
function apply(books: FundedBooks, legs: readonly Leg[], amount: Minor): FundedBooks {
  const entry = {
    ...{ id: 'refund:r', kind: 'refund' as const, at: 1, by: 'finance', reference: 'refunds/r' },
    legs: [...legs, { account: 'psp:stripe:clearing' as const, currency: 'QAR' as const, amount }],
  };
  const { escrow } = books;
  const posted = post(entry, {
    wallets: { ann: books.payer, ben: books.payee },
    escrows: escrow ? { 'job12345~ann~ben': escrow.balance } : {},
  });
  return {
    ...books,
    payer: posted.wallets.ann?.wallet ?? books.payer,
    payee: posted.wallets.ben?.wallet ?? books.payee,
  };
}

const net = (wallet: Wallet | null): number => {
  const { available, pending, debt } = balanceOf(wallet, 'QAR');
  return available + pending - debt;
};

/** Ends the job: released, or split by so many percent, with what has to clear. */
function ended(books: FundedBooks & { escrow: Escrow }, percent: number): FundedBooks {
  const of = { escrow: books.escrow, payer: null, payee: null };
  const admin = { by: 'admin', uid: 'sue', at: 1 } as const;
  const disputed: Escrow = {
    ...books.escrow,
    ...{ status: 'disputed', openedAt: 0, openedBy: 'ann', reason: 'other', statement: 'x', overdue: 0 },
    beforeDispute: { status: 'held' },
  };
  const settled =
    percent === 100
      ? release(of, admin)
      : resolve({ ...of, escrow: disputed }, { kind: 'split', percent }, admin);
  return {
    ...books,
    escrow: settled.escrow,
    payer: settled.posting?.wallets.ann?.wallet ?? null,
    payee: settled.posting?.wallets.ben?.wallet ?? null,
    clearance: settled.clearance ?? null,
  };
}

test('F08 W3-18 however a job ended and in however many parts its card is refunded: each gives the share they got, and all of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5000 }),
      policies,
      fc.integer({ min: 0, max: 5000 }),
      fc.constantFrom(100, 60, 1, 99),
      fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 100 }),
      (price, policy, fromWallet, percent, wishes, spentShare) => {
        let books = ended(funded(price, policy, fromWallet), percent);
        if (!books.escrow || !isClosed(books.escrow)) throw new Error('it has not ended');
        const { outcome, held } = books.escrow;
        // Some of it is gone already.
        const { available } = balanceOf(books.payee, 'QAR');
        const spent = portion(available, spentShare, 100);
        if (books.payee && spent > 0)
          books = {
            ...books,
            payee: {
              ...books.payee,
              balances: {
                QAR: { ...nothing, ...books.payee.balances.QAR, available: minor(available - spent) },
              },
            },
          };
        const before = { ann: net(books.payer), ben: net(books.payee) };
        let refunded = 0;
        let platform = 0;
        for (const wish of wishes) {
          const amount = minor(Math.min(wish, books.payment.fromCard - refunded));
          if (amount === 0) continue;
          const taken = takeFromJob(books, amount);
          expect(sum(taken.legs.map((leg) => leg.amount))).toBe(0 - amount);
          books = apply(books, taken.legs, amount);
          books = {
            ...books,
            escrow: taken.after.escrow ?? books.escrow,
            clearance: taken.after.clearance ?? books.clearance,
          };
          refunded += amount;
          platform += taken.platform.fees + taken.platform.tax;
          expect(
            sum(taken.shares.map((share) => share.amount)) + taken.platform.fees + taken.platform.tax,
          ).toBe(amount);
        }
        const gave = { ben: before.ben - net(books.payee), ann: before.ann - net(books.payer) };
        expect(gave.ben).toBe(portion(outcome.toPayee, refunded, held));
        expect(gave.ben + gave.ann + platform).toBe(refunded);
        if (outcome.toPayer === 0) expect(gave.ann).toBe(0);
        expect(books.clearance?.amount ?? 0).toBe(balanceOf(books.payee, 'QAR').pending);
        expect(balanceOf(books.payee, 'QAR').debt).toBe(
          Math.max(0, gave.ben - (policy.clearanceHours > 0 ? outcome.toPayee : outcome.toPayee - spent)),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('F08 while the escrow has it: parts make it smaller, all that the card paid ends it, and the wallet’s part goes back there', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5000 }),
      policies,
      fc.integer({ min: 0, max: 5000 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 6 }),
      (price, policy, fromWallet, wishes) => {
        let books: FundedBooks = funded(price, policy, fromWallet);
        const { held } = books.escrow!;
        let refunded = 0;
        for (const wish of wishes) {
          const amount = minor(Math.min(wish, books.payment.fromCard - refunded));
          if (amount === 0) continue;
          const payment = { ...books.payment, refunded: minor(refunded) };
          const taken = takeFromJob({ ...books, payment }, amount);
          books = { ...apply(books, taken.legs, amount), escrow: taken.after.escrow };
          refunded += amount;
          const { balance, price: left, payerFee, held: now } = books.escrow!;
          if (isClosed(books.escrow!)) break;
          expect([balance, left + payerFee, now]).toEqual([
            held - refunded,
            held - refunded,
            held - refunded,
          ]);
        }
        const over = refunded === books.payment.fromCard;
        expect(isClosed(books.escrow!)).toBe(over);
        expect(net(books.payer)).toBe(over ? books.payment.fromWallet : 0);
      },
    ),
    { numRuns: 500 },
  );
});

test('what was taken is given back to those who gave it, and repays what they owe first', () => {
  const books = ended(funded(10_000, policyOf([1000, 500, 500, 0]), 0), 100);
  const taken = takeFromJob({ ...books, payee: null }, minor(10_500));
  expect(taken.owed).toEqual([{ uid: 'ben', amount: 9_000 }]);
  const after = apply({ ...books, payee: null }, taken.legs, minor(10_500));
  const { legs } = putBack(target(after), 'pi_1', taken, 'QAR');
  expect(legs.filter(({ account }) => account.startsWith('wallet'))).toEqual([
    { account: 'wallet:ben:debt', currency: 'QAR', amount: 9_000, counts: 'earned' },
  ]);
  expect(taken.platform.tax).toBe(taxIn(minor(1_500), { feeTaxBps: 500 }));
  expect(sum(legs.map(({ amount }) => amount))).toBe(10_500);
});

test('F22 what still clears is taken first', () => {
  const books = ended(funded(10_000, policyOf([1000, 0, 0, 24]), 0), 100);
  expect(books.clearance).toEqual(newClearance({ ...books.clearance!, amount: minor(9_000) }, 1, 24));
  const taken = takeFromJob(books, minor(5_000));
  expect(taken.after.clearance).toMatchObject({ amount: 4_500 });
  expect(taken.owed).toEqual([]);
});
