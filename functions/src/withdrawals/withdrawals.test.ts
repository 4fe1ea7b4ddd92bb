import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import type { Posting } from '../ledger/ledger.ts';
import { balanceOf, newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import {
  newPayee,
  type Connected,
  type Destination,
  type Payee,
  type SavedDestination,
} from '../payees/payee.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { approve, cancel, escalate, fail, pay, reject, type Payment } from './decisions.ts';
import { requestWithdrawal, type Moved } from './request.ts';
import { isOpen, normalReference, type PaymentReference, type Withdrawal } from './withdrawal.ts';
import { withdrawalsContract } from './withdrawals.contract.ts';

const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const saved: SavedDestination = {
  id: 'home',
  kind: 'bank',
  currency: 'QAR',
  mask: 'QA•• •••• 8901',
  sealed,
  requestHash: 'h',
  savedAt: 0,
  usableAt: 0,
};
const destination: Destination = { ...saved, status: 'verified', decidedAt: 0, by: 'fay' };
const verified: Payee = {
  ...newPayee,
  kyc: {
    status: 'verified',
    application: { id: 'k', requestHash: 'h', sealed, submittedAt: 0 },
    decidedAt: 0,
    by: 'fay',
  },
  destinations: [destination],
};
const funded: Wallet = {
  ...newWallet,
  balances: { QAR: { ...nothing, available: minor(3_000_000) } },
  lifetime: { QAR: { ...newLifetime, earned: minor(3_000_000) } },
};

/** A store of one person, Ann, as the operations would fill it. */
class World {
  wallet: Wallet | null = funded;
  payee: Payee | null = verified;
  withdrawals: Record<string, Withdrawal> = {};
  references: Record<string, PaymentReference> = {};
  journal: string[] = [];
  at = 1000;

  request = (id: string, amount: number, more = {}) =>
    this.keep(
      id,
      requestWithdrawal(
        { withdrawal: this.withdrawals[id] ?? null, wallet: this.wallet, payee: this.payee },
        {
          id,
          uid: 'ann',
          amount: minor(amount),
          currency: 'QAR',
          destination: 'home',
          requestHash: `${amount}`,
          at: this.at,
          ...more,
        },
      ),
    );
  approve = (id: string, by = 'fay') =>
    this.keep(id, approve({ ...this.books(id), brake: null }, { by, at: this.at }));
  reject = (id: string, by = 'fay') =>
    this.keep(id, reject(this.books(id), { by, reason: 'no', at: this.at }));
  fail = (id: string, by = 'fay') =>
    this.keep(id, fail(this.books(id), { by, reason: 'closed', at: this.at }));
  cancel = (id: string, by = 'ann') => this.keep(id, cancel(this.books(id), { by, at: this.at }));
  escalate = (id: string) => this.keep(id, escalate(this.books(id), this.at));
  pay(id: string, by = 'fin', more: Partial<Payment> = {}) {
    const amount = this.withdrawals[id]?.amount ?? 0;
    const referenceId = more.referenceId ?? `ref-${id}`;
    const payment: Payment = {
      by,
      at: this.at,
      amount,
      currency: 'QAR',
      method: 'bank_transfer',
      reference: referenceId,
      referenceId,
      paidAt: this.at,
      ...more,
    };
    const paid = pay({ ...this.books(id), reference: this.references[referenceId] ?? null }, payment);
    if (paid.reference) this.references[referenceId] = paid.reference;
    return this.keep(id, paid);
  }

  get balance() {
    return balanceOf(this.wallet, 'QAR');
  }
  private books(id: string) {
    return { id, withdrawal: this.withdrawals[id] ?? null, wallet: this.wallet, payee: this.payee };
  }
  private keep(id: string, { withdrawal, posting, payee }: Moved): Withdrawal {
    this.withdrawals[id] = withdrawal;
    if (posting) this.book(posting);
    if (payee) this.payee = payee;
    return withdrawal;
  }
  private book({ entry, wallets }: Posting) {
    // The store creates journal entries: a second one of the same cause fails there.
    if (this.journal.includes(entry.id)) throw new Error(`twice: ${entry.id}`);
    this.journal.push(entry.id);
    this.wallet = wallets.ann?.wallet ?? this.wallet;
  }
}

const after = (steps: (world: World) => unknown): World => {
  const world = new World();
  world.request('w', 100_000);
  steps(world);
  return world;
};

test('W2-29 W0-02 a request reserves, an approval moves nothing, a payment burns: once over its whole life', () => {
  const world = after(() => undefined);
  expect(world.balance).toEqual({ ...nothing, available: 2_900_000, reserved: 100_000 });
  world.approve('w');
  expect(world.balance).toMatchObject({ available: 2_900_000, reserved: 100_000 });
  world.pay('w');
  expect(world.balance).toMatchObject({ available: 2_900_000, reserved: 0 });
  expect(world.wallet?.lifetime.QAR).toMatchObject({ earned: 3_000_000, withdrawn: 100_000 });
  expect(world.withdrawals.w?.news.map(({ kind }) => kind)).toEqual([
    'withdrawal-requested',
    'withdrawal-approved',
    'withdrawal-paid',
  ]);
});

test.each<[string, (world: World) => unknown]>([
  ['cancelled', (w) => w.cancel('w')],
  ['rejected', (w) => w.reject('w')],
  ['rejected after approval', (w) => (w.approve('w'), w.reject('w', 'fin'))],
  ['failed', (w) => (w.approve('w'), w.fail('w'))],
])('W0-03 W2-34 F32 %s gives it back to the cent, counts nothing, and makes room again', (_, steps) => {
  const world = after(steps);
  expect(world.balance).toEqual({ ...nothing, available: 3_000_000 });
  expect(world.wallet?.lifetime.QAR).toEqual(funded.lifetime.QAR);
  expect(world.payee?.recent).toEqual([]);
  expect(world.journal).toEqual(['withdrawal:w:request', 'withdrawal:w:end']);
});

test('F37 D9 who is not verified, has no verified destination of the currency, or one that cools off, waits', () => {
  const world = new World();
  const ask = (payee: Payee | null, more = {}) => {
    world.payee = payee;
    return refused(() => world.request('w', 100_000, more));
  };
  expect(ask(null)).toEqual({ reason: 'kyc_required', status: 'none' });
  expect(ask({ ...verified, kyc: { status: 'none' } })).toEqual({ reason: 'kyc_required', status: 'none' });
  expect(ask(verified, { destination: 'other' })).toMatchObject({ reason: 'not_found' });
  expect(ask(verified, { currency: 'USD' })).toMatchObject({ reason: 'currency_mismatch', found: 'USD' });
  const waiting: Destination = { ...saved, status: 'unverified', dueAt: 1, overdue: 0 };
  expect(ask({ ...verified, destinations: [waiting] })).toMatchObject({ reason: 'destination_unverified' });
  const cooling = { ...destination, usableAt: 1001 };
  expect(ask({ ...verified, destinations: [cooling] })).toEqual({ reason: 'not_due', dueAt: 1001 });
});

test('W2-30 one is open at a time, approved or not; a frozen wallet or one in debt has none', () => {
  const world = after(() => undefined);
  const open = { reason: 'withdrawal_open', reserved: 100_000, currency: 'QAR' };
  expect(refused(() => world.request('v', 100_000))).toEqual(open);
  world.approve('w');
  expect(refused(() => world.request('v', 100_000))).toEqual(open);
  world.pay('w');
  world.wallet = { ...world.wallet!, frozen: true };
  expect(refused(() => world.request('v', 100_000))).toEqual({ reason: 'wallet_frozen' });
  world.wallet = { ...funded, balances: { ...funded.balances, USD: { ...nothing, debt: minor(5) } } };
  expect(refused(() => world.request('v', 100_000))).toEqual({
    reason: 'debt_open',
    debt: 5,
    currency: 'USD',
  });
});

test('a frozen wallet is not approved, and what was asked for can still be given back', () => {
  const world = after((w) => (w.wallet = { ...funded, ...w.wallet, frozen: true }));
  expect(refused(() => world.approve('w'))).toEqual({ reason: 'wallet_frozen' });
  expect(world.reject('w').status).toBe('rejected');
});

test('F08 nothing is approved while its owner owes; finance may reject it, and a transfer that was made is shown', () => {
  const owing = (world: World, debt: number): void => {
    const wallet = world.wallet!;
    const QAR = { ...wallet.balances.QAR!, available: minor(0), debt: minor(debt) };
    world.wallet = { ...wallet, balances: { QAR } };
  };
  const world = after((w) => {
    owing(w, 5);
  });
  expect(refused(() => world.approve('w'))).toEqual({ reason: 'debt_open', debt: 5, currency: 'QAR' });
  expect(world.withdrawals.w).toMatchObject({ status: 'requested' });
  const approved = after((w) => {
    w.approve('w');
    owing(w, 5);
  });
  expect(approved.pay('w').status).toBe('paid');
  expect(approved.balance).toMatchObject({ reserved: 0, debt: 5 });
  // What is owed in another currency is nothing to this one.
  const other = after((w) => {
    w.wallet = { ...w.wallet!, balances: { ...w.wallet!.balances, USD: { ...nothing, debt: minor(5) } } };
  });
  expect(other.approve('w').status).toBe('approved');
  expect(world.reject('w').status).toBe('rejected');
});

test.each<[string, (world: World) => unknown]>([
  ['cancelled', (w) => w.cancel('w')],
  ['rejected', (w) => w.reject('w')],
  ['failed', (w) => w.fail('w')],
])('F08 what is given back once it is %s repays what its owner owes first', (how, end) => {
  const back = (debt: number) => {
    const world = after((w) => {
      if (how === 'failed') w.approve('w');
      w.wallet = {
        ...w.wallet!,
        balances: { QAR: { ...w.balance, available: minor(0), debt: minor(debt) } },
      };
    });
    end(world);
    return world;
  };
  expect(back(30_000).balance).toEqual({ ...nothing, available: 70_000 });
  expect(back(100_000).balance).toEqual(nothing);
  expect(back(130_000).balance).toEqual({ ...nothing, debt: 30_000 });
  expect(back(130_000).wallet?.lifetime.QAR).toEqual(funded.lifetime.QAR);
});

test('more than there is is refused with the facts, and nothing changes', () => {
  const world = new World();
  world.wallet = { ...funded, balances: { QAR: { ...nothing, available: minor(6000) } } };
  expect(refused(() => world.request('w', 6001))).toEqual({
    reason: 'insufficient_funds',
    available: 6000,
    needed: 6001,
    currency: 'QAR',
  });
  expect(world.request('w', 6000).status).toBe('requested');
});

test('a request repeated answers what became of it, with other input it is refused', () => {
  const world = after((w) => w.approve('w'));
  expect(world.request('w', 100_000)).toBe(world.withdrawals.w);
  expect(refused(() => world.request('w', 100_001))).toEqual({ reason: 'request_id_reused' });
});

test('W0-04 W4-05 paid needs an approval; nothing that is over moves again', () => {
  const world = after(() => undefined);
  expect(refused(() => world.pay('w'))).toEqual({ reason: 'wrong_status', status: 'requested' });
  expect(refused(() => world.fail('w'))).toEqual({ reason: 'wrong_status', status: 'requested' });
  world.cancel('w');
  for (const act of [world.approve, world.reject, world.fail, world.escalate])
    expect(refused(() => act('w'))).toEqual({ reason: 'wrong_status', status: 'cancelled' });
  expect(refused(() => world.pay('w'))).toEqual({ reason: 'wrong_status', status: 'cancelled' });
});

test('D13 nobody decides about their own; strangers cannot cancel', () => {
  const world = after(() => undefined);
  expect(refused(() => world.approve('w', 'ann'))).toEqual({ reason: 'own_request' });
  expect(refused(() => world.reject('w', 'ann'))).toEqual({ reason: 'own_request' });
  expect(refused(() => world.cancel('w', 'eve'))).toMatchObject({ reason: 'not_found' });
  world.approve('w');
  expect(refused(() => world.pay('w', 'ann'))).toEqual({ reason: 'own_request' });
  expect(refused(() => world.fail('w', 'ann'))).toEqual({ reason: 'own_request' });
});

test('D13 above the threshold another admin pays, at it the same may', () => {
  for (const [amount, same] of [
    [500_000, true],
    [500_001, false],
  ] as const) {
    const world = new World();
    world.request('w', amount);
    world.approve('w', 'fay');
    if (same) expect(world.pay('w', 'fay').status).toBe('paid');
    else expect(refused(() => world.pay('w', 'fay'))).toEqual({ reason: 'same_admin' });
    if (!same) expect(world.pay('w', 'fin').status).toBe('paid');
  }
});

test('F31 the proof: the whole amount, its currency, a time that can be, a reference that paid no other', () => {
  const world = after((w) => w.approve('w'));
  expect(refused(() => world.pay('w', 'fin', { amount: 99_999 }))).toMatchObject({
    reason: 'amount_mismatch',
    expected: 100_000,
    found: 99_999,
  });
  expect(refused(() => world.pay('w', 'fin', { currency: 'USD' }))).toMatchObject({
    reason: 'amount_mismatch',
    foundCurrency: 'USD',
  });
  expect(refused(() => world.pay('w', 'fin', { paidAt: world.at + 1 }))).toMatchObject({ path: 'paidAt' });
  const paid = world.pay('w', 'fin', { referenceId: 'r' });
  expect(world.pay('w', 'fin', { referenceId: 'r' })).toBe(paid);
  expect(refused(() => world.pay('w', 'fin', { referenceId: 's' }))).toEqual({
    reason: 'wrong_status',
    status: 'paid',
  });
  world.request('v', 50_000);
  world.approve('v');
  expect(refused(() => world.pay('v', 'fin', { referenceId: 'r' }))).toEqual({ reason: 'reference_reused' });
  expect(normalReference(' qnb–2026 / 123 ')).toBe(normalReference('QNB2026-123'));
});

test('I12 an unanswered withdrawal comes up again; nothing is decided and nothing moves', () => {
  const world = after(() => undefined);
  expect(refused(() => world.escalate('w'))).toMatchObject({ reason: 'not_due' });
  world.at = world.withdrawals.w!.dueAt!;
  expect(world.escalate('w')).toMatchObject({
    status: 'requested',
    overdue: 1,
    dueAt: world.at + 86_400_000,
  });
  expect(world.balance.reserved).toBe(100_000);
});

test.each([0, -1, 0.5, 12.345, NaN, Infinity, -Infinity, 2 ** 53, '100', null, [100], { amount: 1 }])(
  'W0-07 W2-32 an amount of %p is refused by the schema',
  (amount) => {
    const ask = (value: unknown) =>
      withdrawalsContract.request.input.safeParse({
        requestId: 'request-1',
        destination: 'destination-1',
        amount: { amount: value, currency: 'QAR' },
      }).success;
    expect(ask(amount)).toBe(false);
    expect(ask(100_000)).toBe(true);
  },
);

test('whatever anybody does: nothing is lost, at most one is open, each ends once, the end is final', () => {
  const act = fc.record({
    what: fc.constantFrom('request', 'approve', 'reject', 'fail', 'cancel', 'pay', 'escalate'),
    id: fc.constantFrom('w1', 'w2', 'w3', 'w4', 'w5'),
    by: fc.constantFrom('ann', 'fay', 'fin', 'eve'),
    amount: fc.integer({ min: 1, max: 1_200_000 }),
    reference: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
    wait: fc.constantFrom(0, 1, 3_600_000, 86_400_000 * 3),
  });
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80, size: 'max' }), (acts) => {
      const world = new World();
      for (const { what, id, by, amount, reference, wait } of acts) {
        world.at += wait;
        const before = world.withdrawals[id];
        try {
          if (what === 'request') world.request(id, amount);
          else if (what === 'pay') world.pay(id, by, { referenceId: reference });
          else if (what === 'escalate') world.escalate(id);
          else world[what](id, by);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        if (before && !isOpen(before)) expect(world.withdrawals[id]).toBe(before);
        const all = Object.values(world.withdrawals);
        const total = (some: Withdrawal[]) => some.reduce((sum, one) => sum + one.amount, 0);
        const paid = all.filter(({ status }) => status === 'paid');
        const open = all.filter(isOpen);
        expect(open.length).toBeLessThanOrEqual(1);
        expect(world.balance.reserved).toBe(total(open));
        expect(world.balance.available + world.balance.reserved + total(paid)).toBe(3_000_000);
        expect(world.wallet?.lifetime.QAR?.withdrawn).toBe(total(paid));
        expect(
          world.payee?.recent.every(({ withdrawal }) => {
            const { status } = world.withdrawals[withdrawal]!;
            return status === 'requested' || status === 'approved' || status === 'paid';
          }),
        ).toBe(true);
        for (const one of all) {
          reached.add(one.status);
          if ('approvedBy' in one) expect(one.approvedBy).not.toBe('ann');
          if (one.status === 'paid' && one.amount > 500_000) expect(one.closedBy).not.toBe(one.approvedBy);
        }
        expect(Object.keys(world.references)).toHaveLength(paid.length);
      }
    }),
    { numRuns: 150 },
  );
  expect([...reached].toSorted()).toEqual([
    'approved',
    'cancelled',
    'failed',
    'paid',
    'rejected',
    'requested',
  ]);
});

const connected: Connected = {
  ...{ provider: 'stripe', country: 'QA', due: [], disabled: null, last4: '1234' },
  ...{ bank: 'ba_1', bankAt: null },
  ...{ startedAt: 0, askedAt: 0, waitsSinceAt: null, nextAt: null, readyAt: 0 },
  ...{ status: 'ready', account: 'acct_1' },
};

test('F39 money goes to a connected account only while it is ready, and to the one it was asked for', () => {
  const world = new World();
  const payee: Payee = { ...verified, destinations: [{ ...destination, kind: 'connected' }] };
  world.payee = { ...payee, connected: null };
  expect(refused(() => world.request('w', 10_000))).toEqual({
    ...{ reason: 'onboarding_required', status: 'none', due: [] },
  });
  const due = ['external_account'];
  world.payee = { ...payee, connected: { ...connected, status: 'restricted', account: 'acct_1', due } };
  expect(refused(() => world.request('w', 10_000))).toEqual({
    ...{ reason: 'onboarding_required', status: 'restricted', due: ['A bank account to be paid to'] },
  });
  world.payee = { ...payee, connected };
  expect(world.request('w', 10_000).destination).toMatchObject({ kind: 'connected', account: 'acct_1' });
  // What is open stays as it was, whatever becomes of the account; it is sent to no other, and to none that is not ready.
  const open = world.payee;
  world.payee = { ...open, connected: null };
  expect(refused(() => world.approve('w'))).toMatchObject({ reason: 'onboarding_required', status: 'none' });
  world.payee = { ...open, connected: { ...connected, account: 'acct_2' } };
  expect(refused(() => world.approve('w'))).toMatchObject({ reason: 'onboarding_required' });
  world.payee = open;
  expect(world.approve('w')).toMatchObject({ status: 'processing', destination: { account: 'acct_1' } });
});

test('F38 W4-29 what was asked for before the bank behind the account changed is let pass a day after that', () => {
  const world = new World();
  world.payee = { ...verified, destinations: [{ ...destination, kind: 'connected' }], connected };
  world.request('w', 10_000);
  world.payee = { ...world.payee, connected: { ...connected, bankAt: world.at } };
  const dueAt = world.at + 24 * 3_600_000;
  world.at = dueAt - 1;
  expect(refused(() => world.approve('w'))).toEqual({ reason: 'not_due', dueAt });
  world.at = dueAt;
  expect(world.approve('w')).toMatchObject({ status: 'processing' });
});

test('F38 of every other kind the snapshot says which it is', () => {
  const world = new World();
  expect(world.request('w', 10_000).destination).toEqual({
    id: 'home',
    kind: 'bank',
    mask: saved.mask,
    sealed,
  });
});
