import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import type { ClosedEscrow } from '../escrow/escrow.ts';
import { newEscrow } from '../escrow/progress.ts';
import { packageDefaults } from '../packages/package.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Target } from '../refunds/target.ts';
import { minor, sum, type Minor } from '../shared/money.ts';
import { giveMoneyBack } from './moneyback.ts';
import type { DoneOrder } from './ordered.ts';
import { openOrder, type OrderBooks } from './ordering.ts';
import { settle } from './settling.ts';

const pack = packageDefaults[0]!;
const TOTAL = 295_000;
const id = 'j1~ann';
const policy = { payeeFeeBps: 1000, payerFeeBps: 0, releaseHours: 72, clearanceHours: 0, feeTaxBps: 500 };
const none: OrderBooks = {
  ...{ order: null, job: null, escrow: null, wallet: null, member: null },
  ...{ pack, course: null, enrolment: null },
};

/** A package that was paid, so much of it by card. */
function bought(fromCard: number): { books: OrderBooks; card: Target | null } {
  const wish = { id, job: 'j1', uid: 'ann', kind: 'package' as const, item: 'starter', requestHash: 'h' };
  const { order, job } = openOrder({ ...wish, policy, at: 0 }, none);
  const made = newEscrow(job, { id: 'j1', by: 'ann', at: 0, policy: order.policy, keeper: `orders/${id}` });
  const escrow = { ...made, balance: made.held };
  const done = settle(order as never, { ...none, order, job, escrow }, { id, at: 0 })!;
  const closed = done.settled!.escrow;
  const payment = {
    ...{ job: 'j1', payer: 'ann', payee: 'platform', currency: 'INR', price: made.price, held: made.held },
    ...{ fromCard: minor(fromCard), fromWallet: minor(TOTAL - fromCard), attempt: 1, version: 1, balance: 0 },
    ...{ refunded: 0, returned: 0, intents: ['pi_1'], misfits: {}, chargebacks: {}, news: [] },
    ...{ status: 'paid', intent: 'pi_1', paidAt: 0, policy: order.policy },
  } as unknown as CardPayment;
  const rest = { escrow: closed, payer: null, payee: null, clearance: null };
  const books = { ...none, order: done.order, escrow: closed, member: done.member };
  return { books, card: fromCard > 0 ? { kind: 'payment', id, payment, ...rest } : null };
}

const wishOf = (refund: string, amount: Minor | null, by = 'fin') => ({
  ...{ id, refund, amount, by, reason: 'As agreed.', requestHash: 'h', at: 1 },
});

test('F50 W4-18 in whatever parts it goes back, to card and wallet: each gets what it paid, base and tax re-add', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: TOTAL }),
      fc.array(fc.integer({ min: 1, max: TOTAL }), { maxLength: 5 }),
      (fromCard, parts) => {
        let { books, card } = bought(fromCard);
        const sums = { wallet: 0, card: 0, fees: 0, tax: 0 };
        let left = TOTAL;
        const wishes = [...parts.map(minor), null];
        wishes.forEach((wanted, i) => {
          const give = () => giveMoneyBack(books, card, wishOf(`r${i}`, wanted));
          if (left === 0) {
            expect(refused(give)).toMatchObject({ reason: 'wrong_status' });
            return;
          }
          if (wanted !== null && wanted > left) {
            expect(refused(give)).toMatchObject({ reason: 'refund_too_large', remaining: left });
            return;
          }
          const back = give();
          for (const posting of [back.toCard?.posting, back.toWallet]) {
            const legs = posting?.entry.legs ?? [];
            expect(sum(legs.map(({ amount }) => amount))).toBe(0);
            for (const { account, amount } of legs) {
              if (account === 'wallet:ann:available') sums.wallet += amount;
              if (account.startsWith('psp:')) sums.card += amount;
              if (account === 'platform:fees') sums.fees -= amount;
              if (account === 'tax:fees') sums.tax -= amount;
            }
          }
          left -= wanted ?? left;
          const order = back.granted.order as DoneOrder;
          expect(order.back).toBe(TOTAL - left);
          books = {
            ...books,
            ...{ order, escrow: back.escrow, member: back.granted.member ?? books.member },
            wallet: back.toWallet?.wallets.ann?.wallet ?? books.wallet,
          };
          const payment = back.toCard?.plan.after.payment;
          if (card?.kind === 'payment' && card.payment)
            card = { ...card, payment: payment ?? card.payment, escrow: back.escrow };
          expect(books.member?.package === null).toBe(left === 0);
        });
        expect(sums).toEqual({ wallet: TOTAL - fromCard, card: fromCard, fees: 250_000, tax: 45_000 });
        expect((books.escrow as ClosedEscrow).takenBack.toPlatform).toBe(TOTAL);
      },
    ),
  );
});

test('W4-18 what came again and was not heard of yet goes back all the same, though as much is gone then as before', () => {
  const { books, card } = bought(TOTAL);
  // A bank had all of it and lost; the order has heard of the first alone.
  const stale = { ...books, order: { ...books.order, back: minor(TOTAL), dueAt: 9 } as DoneOrder };
  const back = giveMoneyBack(stale, card, wishOf('r1', null));
  const order = back.granted.order as DoneOrder;
  expect(order).toMatchObject({ back: TOTAL, version: stale.order.version + 1 });
  expect(order.returns.map(({ id: one }) => one)).toEqual(['r1']);
  // What a refund that failed left in the wallet goes to the card from there, and nothing from the platform.
  const payment = { ...(card as { payment: CardPayment }).payment, returned: minor(1_000) };
  const returned = giveMoneyBack(books, { ...card, payment } as never, wishOf('r2', minor(400)));
  expect(returned.toCard?.posting.entry.legs.map(({ account }) => account)).toContain('wallet:ann:debt');
  expect(returned.granted.order).toMatchObject({ back: 0, returns: [{ toCard: 400 }] });
});

test('nobody gives back what was not paid, or to themselves, or while a bank claims it', () => {
  const { books, card } = bought(1_000);
  const give = (more: Partial<OrderBooks>, of = card, by = 'fin') =>
    refused(() => giveMoneyBack({ ...books, ...more }, of, wishOf('r1', null, by)));
  expect(give({ order: null })).toMatchObject({ reason: 'not_found' });
  expect(give({ order: { ...books.order, status: 'open' } as never })).toMatchObject({
    reason: 'wrong_status',
  });
  expect(give({}, card, 'ann')).toMatchObject({ reason: 'own_request' });
  const payment = { ...(card as { payment: CardPayment }).payment, chargebacks: { dp_1: 'open' } };
  expect(give({}, { ...card, payment } as never)).toMatchObject({ reason: 'chargeback_open' });
  const one = { id: 'r', toWallet: minor(1), tax: minor(0), toCard: minor(0), at: 0 };
  const often = { ...books.order, returns: Array.from({ length: 20 }, () => one) };
  expect(give({ order: often as never })).toMatchObject({ reason: 'limit_reached' });
});
