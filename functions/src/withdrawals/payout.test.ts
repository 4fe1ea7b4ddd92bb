import fc from 'fast-check';
import type { Posting } from '../ledger/ledger.ts';
import { balanceOf, newLifetime, newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import { newPayee, type Connected, type Payee } from '../payees/payee.ts';
import type { PayoutReport, TransferReport } from '../psp/ports.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { approve, fail, reject } from './decisions.ts';
import { escalatePayout, refusePayout, settlePayout } from './payout.ts';
import { askingFor, isSetAside, isToAsk, patience, recheckAt, rechecks, type Truth } from './payout.steps.ts';
import type { Moved } from './request.ts';
import { isOpen, isUnderWay, moveTo, type Withdrawal } from './withdrawal.ts';

const AMOUNT = minor(10_000);
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const connected: Connected = {
  ...{ provider: 'stripe', country: 'QA', due: [], disabled: null, last4: '1234' },
  ...{ bank: 'ba_1', bankAt: null },
  ...{ startedAt: 0, askedAt: 0, waitsSinceAt: null, nextAt: null, readyAt: 0 },
  ...{ status: 'ready', account: 'acct_1' },
};
const requested: Withdrawal = {
  ...{ uid: 'ann', amount: AMOUNT, currency: 'QAR', requestHash: 'h', requestedAt: 0, policyVersion: 1 },
  destination: { id: 'd', mask: 'Stripe •••• 1234', sealed, kind: 'connected', account: 'acct_1' },
  ...{ version: 1, dueAt: 1, news: [], status: 'requested', overdue: 0 },
};

/** Stripe, as far as one withdrawal goes: each call is made once under its key. */
class Provider {
  transfer: TransferReport | null = null;
  payout: PayoutReport | null = null;
  /** What else lies on the account there. */
  elsewhere = 0;

  get truth(): Truth {
    return { transfer: this.transfer, payout: this.payout };
  }
  private get onAccount(): number {
    const { transfer, payout } = this;
    const live = payout?.status === 'pending' || payout?.status === 'paid' ? payout.amount : 0;
    return this.elsewhere + (transfer ? transfer.amount - transfer.reversed : 0) - live;
  }
  /** False for a definite no. */
  send(step: string, refuses: boolean): boolean {
    if (step === 'transfer') {
      if (!this.transfer && refuses) return false;
      this.transfer ??= {
        transfer: 'tr',
        account: 'acct_1',
        amount: AMOUNT,
        currency: 'QAR',
        reversed: minor(0),
      };
    }
    if (step === 'payout') {
      if (!this.payout && (refuses || this.onAccount < AMOUNT)) return false;
      this.payout ??= { payout: 'po', status: 'pending', amount: AMOUNT, currency: 'QAR', failure: null };
    }
    return step !== 'reversal' || this.reverse();
  }
  reverse(): boolean {
    const { transfer } = this;
    if (!transfer || (transfer.reversed < AMOUNT && this.onAccount < AMOUNT)) return false;
    this.transfer = { ...transfer, reversed: AMOUNT };
    return true;
  }
  /** A bank pays or sends back; what came back stays so. */
  bank(status: 'paid' | 'failed'): void {
    const before = this.payout?.status;
    if (this.payout && (before === 'pending' || (before === 'paid' && status === 'failed')))
      this.payout = { ...this.payout, status, failure: status === 'failed' ? 'account_closed' : null };
  }
}

/** A store of one withdrawal of Ann's, as the operations would fill it. */
class World {
  wallet: Wallet | null = {
    ...newWallet,
    balances: { QAR: { ...nothing, reserved: AMOUNT } },
    lifetime: { QAR: { ...newLifetime, earned: AMOUNT } },
  };
  payee: Payee | null = {
    ...newPayee,
    connected,
    recent: [{ withdrawal: 'w', amount: AMOUNT, currency: 'QAR', at: 0 }],
  };
  withdrawal: Withdrawal = requested;
  journal: string[] = [];
  clearing = 0;
  provider = new Provider();
  at = 1000;
  /** Questions that were asked and not answered yet, each with what the answer is. */
  open: { version: number; refused: boolean; truth: Truth }[] = [];

  books = () => ({ id: 'w', withdrawal: this.withdrawal, wallet: this.wallet, payee: this.payee });
  keep({ withdrawal, posting, payee }: Moved): void {
    this.withdrawal = withdrawal;
    if (posting) this.book(posting);
    if (payee) this.payee = payee;
  }
  private book({ entry, wallets }: Posting): void {
    if (this.journal.includes(entry.id)) throw new Error(`twice: ${entry.id}`);
    this.journal.push(entry.id);
    this.wallet = wallets.ann?.wallet ?? this.wallet;
    for (const { account, amount } of entry.legs)
      if (account === 'psp:stripe:clearing') this.clearing += amount;
  }
  settle = (truth: Truth) => {
    const settled = settlePayout(this.books(), truth, this.at);
    this.keep(settled);
    return settled;
  };
  /** Asks for the next step, as the operations do; `answered` says whether the answer comes now, late or never. */
  ask(outcome: 'works' | 'refused' | 'not made', answered: 'now' | 'later' | 'never'): void {
    const found = this.withdrawal;
    if (!isUnderWay(found)) return;
    const { step, asked } = found.payout;
    this.withdrawal = askingFor(found, found.version, this.at) ?? found;
    if (asked > 0 || step === 'reversal') this.settle(this.provider.truth);
    const now = this.withdrawal;
    if (!isUnderWay(now) || now.payout.step !== step || step === 'sent' || now.payout.problem !== null)
      return;
    if (outcome === 'not made') return;
    const made = this.provider.send(step, outcome === 'refused');
    this.open.push({ version: now.version, refused: !made, truth: this.provider.truth });
    if (answered === 'now') this.hear(this.open.length - 1);
    else if (answered === 'never') this.open.pop();
  }
  hear(i: number): void {
    const [answer] = this.open.splice(i, 1);
    if (!answer) return;
    if (answer.refused) this.keep(refusePayout(this.books(), answer.version, 'no', this.at));
    else this.settle(answer.truth);
  }
  approve = (by: string) => {
    this.keep(approve({ ...this.books(), brake: null }, { by, at: this.at }));
  };
  get balance() {
    return balanceOf(this.wallet, 'QAR');
  }
}

const stepOf = (withdrawal: Withdrawal): string => ('payout' in withdrawal ? withdrawal.payout.step : '');

const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('ask' as const),
      outcome: fc.constantFrom('works' as const, 'works' as const, 'refused' as const, 'not made' as const),
      answered: fc.constantFrom('now' as const, 'later' as const, 'never' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('hear' as const, 'old' as const, 'event' as const),
      which: fc.nat(20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('paid' as const, 'failed' as const, 'reverse' as const, 'admin' as const),
      which: fc.nat(2),
    }),
  },
);

test('W3-10 W3-14 F33 whatever comes in whatever order: nothing is lost, it is paid or returned once, and never both', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: 'max' }), fc.boolean(), (acts, rich) => {
      const world = new World();
      world.provider.elsewhere = rich ? AMOUNT : 0;
      world.approve('fay');
      const truths: Truth[] = [{ transfer: null, payout: null }];
      const check = () => {
        const { available, reserved, debt } = world.balance;
        const { status } = world.withdrawal;
        expect(debt).toBe(0);
        expect(available + reserved + world.clearing).toBe(AMOUNT);
        expect(reserved).toBe(isOpen(world.withdrawal) ? AMOUNT : 0);
        expect(world.clearing).toBe(status === 'paid' ? AMOUNT : 0);
        expect(world.wallet?.lifetime.QAR?.withdrawn).toBe(world.clearing);
        expect(world.payee?.recent.length).toBe(status === 'failed' ? 0 : 1);
        // What its owner has again is not at the provider any more, and what is withdrawn has left us.
        const { transfer } = world.provider;
        if (status === 'failed') expect(transfer === null || transfer.reversed === AMOUNT).toBe(true);
        if (status === 'paid') expect(transfer).not.toBeNull();
        expect(
          (isOpen(world.withdrawal) || isUnderWay(world.withdrawal)) === (world.withdrawal.dueAt !== null),
        ).toBe(true);
        if (status === 'paid') expect(world.withdrawal.dueAt).not.toBeNull();
        reached.add(`${status} ${stepOf(world.withdrawal)}`);
      };
      for (const one of acts) {
        world.at += 60_000;
        const before = world.withdrawal;
        if (one.what === 'ask') world.ask(one.outcome, one.answered);
        else if (one.what === 'hear') world.hear(one.which % Math.max(1, world.open.length));
        else if (one.what === 'old') world.settle(truths[one.which % truths.length]!);
        else if (one.what === 'event') world.settle(world.provider.truth);
        else if (one.what === 'reverse') world.provider.reverse();
        else if (one.what === 'admin') {
          const { status } = world.withdrawal;
          const by = { by: 'fin', reason: 'no', at: world.at };
          const end = one.which === 0 ? reject : fail;
          expect(() => end(world.books(), by)).toThrow(new Refusal('wrong_status', { status }));
        } else world.provider.bank(one.what);
        truths.push(world.provider.truth);
        check();
        // An answer of before it failed makes nobody hear that it was paid.
        if (isUnderWay(before) && before.payout.step === 'reversal')
          expect(`${world.withdrawal.status} ${stepOf(world.withdrawal)}`).toMatch(/reversal$/);
      }
      // All is well from here on: it ends, unless somebody took what was to come back.
      for (let i = 0; i < 8; i += 1) {
        world.at += patience.then;
        world.ask('works', 'now');
        world.provider.bank('paid');
        world.settle(world.provider.truth);
        check();
      }
      if (world.withdrawal.status === 'processing')
        expect(world.withdrawal.payout).toMatchObject({ step: 'reversal', problem: 'reversal_no' });
    }),
    { numRuns: 400 },
  );
  expect([...reached].toSorted()).toEqual([
    'failed payout',
    'failed reversal',
    'failed sent',
    'failed transfer',
    'paid reversal',
    'paid sent',
    'processing payout',
    'processing reversal',
    'processing sent',
    'processing transfer',
  ]);
});

const transfer: TransferReport = {
  ...{ transfer: 'tr', account: 'acct_1', amount: AMOUNT, currency: 'QAR', reversed: minor(0) },
};
const payout: PayoutReport = {
  ...{ payout: 'po', status: 'pending', amount: AMOUNT, currency: 'QAR', failure: null },
};
const under = (): World => {
  const world = new World();
  world.approve('fay');
  return world;
};

test.each<[string, Truth, string]>([
  ['another amount', { transfer: { ...transfer, amount: minor(9_999) }, payout: null }, 'transfer_differs'],
  ['another currency', { transfer: { ...transfer, currency: 'USD' }, payout: null }, 'transfer_differs'],
  ['another account', { transfer: { ...transfer, account: 'acct_2' }, payout: null }, 'transfer_differs'],
  [
    'a part taken back',
    { transfer: { ...transfer, reversed: minor(1) }, payout },
    'transfer_partly_reversed',
  ],
  ['another payout', { transfer, payout: { ...payout, amount: minor(1), status: 'paid' } }, 'payout_differs'],
  ['a payout of nothing', { transfer: null, payout: { ...payout, status: 'paid' } }, 'transfer_missing'],
])('W2-25 %s moves nothing, comes to a person once, and is over when it fits again', (_, truth, problem) => {
  const world = under();
  const first = world.settle(truth);
  expect(first).toMatchObject({ result: 'review', problem, posting: null });
  expect(world.withdrawal).toMatchObject({ status: 'processing', overdue: 1, payout: { problem } });
  const once = world.withdrawal;
  world.settle(truth);
  expect(world.withdrawal).toBe(once);
  expect(world.withdrawal.news.filter(({ kind }) => kind === 'withdrawal-overdue')).toHaveLength(1);
  world.settle({ transfer, payout });
  expect(world.withdrawal).toMatchObject({ status: 'processing', payout: { step: 'sent', problem: null } });
});

test('W2-25 after it was paid, what differs changes nothing; what left us after it failed is for a person', () => {
  const world = under();
  world.settle({ transfer, payout: { ...payout, status: 'paid' } });
  const paid = world.withdrawal;
  expect(paid).toMatchObject({ status: 'paid', payout: { transfer: 'tr', payout: 'po' } });
  const differs = world.settle({ transfer, payout: { ...payout, payout: 'po_2', status: 'failed' } });
  expect(differs).toMatchObject({ result: 'review', problem: 'payout_differs' });
  expect(world.withdrawal).toBe(paid);
  const other = under();
  other.keep(refusePayout(other.books(), other.withdrawal.version, 'no', 2));
  expect(other.withdrawal).toMatchObject({ status: 'failed', reason: 'no' });
  expect(other.settle({ transfer, payout: null })).toMatchObject({
    ...{ result: 'review', problem: 'transfer_while_failed', posting: null },
  });
});

test('W3-11 one asks at a time: who saw another version does not', () => {
  const { withdrawal } = under();
  const asked = askingFor(withdrawal, withdrawal.version, 5000);
  expect(asked).toMatchObject({ payout: { asked: 1 }, version: withdrawal.version + 1 });
  expect(askingFor(asked, withdrawal.version, 5000)).toBeNull();
  expect(askingFor(requested, requested.version, 5000)).toBeNull();
});

test('an answer is asked for every ten minutes, then hourly; after a day a person hears of it, of a bank after a week', () => {
  const world = under();
  const began = world.at;
  const dueAfter = (ms: number) => {
    const { withdrawal } = world;
    return askingFor(withdrawal, withdrawal.version, began + ms)!.dueAt! - began - ms;
  };
  expect(dueAfter(0)).toBe(patience.often);
  expect(dueAfter(patience.for - 1)).toBe(patience.often);
  expect(dueAfter(patience.for)).toBe(patience.then);
  const later = (ms: number) => escalatePayout('w', world.withdrawal, world.at + ms);
  expect(later(patience.escalate - 1)).toBe(world.withdrawal);
  expect(later(patience.escalate)).toMatchObject({ status: 'processing', overdue: 1 });
  world.withdrawal = later(patience.escalate);
  expect(later(2 * patience.escalate - 1)).toBe(world.withdrawal);
  world.settle({ transfer, payout });
  expect(later(patience.bank - 1)).toBe(world.withdrawal);
  expect(later(patience.bank)).toMatchObject({ overdue: 2 });
});

test('W3-14 what was paid is asked about again after three and eight days, quietly, and then never', () => {
  const DAY = 24 * 3_600_000;
  const world = under();
  const answered = { transfer, payout: { ...payout, status: 'paid' } } as const;
  world.settle(answered);
  const paidAt = world.at;
  const days = () => (world.withdrawal.dueAt === null ? null : (world.withdrawal.dueAt - paidAt) / DAY);
  const ask = (after: number): void => {
    world.at = paidAt + after * DAY;
    expect(isToAsk(world.withdrawal, world.at - 1)).toBe(false);
    expect(isToAsk(world.withdrawal, world.at)).toBe(true);
    world.withdrawal = askingFor(world.withdrawal, world.withdrawal.version, world.at)!;
  };
  const { news } = world.withdrawal;
  expect(days()).toBe(3);
  // Without an answer it comes up a day later.
  ask(3);
  expect(days()).toBe(4);
  ask(4);
  world.settle(answered);
  expect(days()).toBe(8);
  ask(8);
  expect(escalatePayout('w', world.withdrawal, world.at)).toBe(world.withdrawal);
  world.settle(answered);
  expect(days()).toBeNull();
  expect(world.withdrawal.news).toEqual(news);
  expect(askingFor(world.withdrawal, world.withdrawal.version, world.at)).toBeNull();
  // It may come back all the same, should somebody say so.
  world.settle({ transfer, payout: { ...payout, status: 'failed', failure: 'account_closed' } });
  expect(world.withdrawal).toMatchObject({ status: 'paid', payout: { step: 'reversal' } });
});

test('W3-14 a provider that never answers is asked no longer than a month after it was paid', () => {
  const world = under();
  world.settle({ transfer, payout: { ...payout, status: 'paid' } });
  const paidAt = world.at;
  let times = 0;
  for (let due = world.withdrawal.dueAt; due !== null; due = world.withdrawal.dueAt) {
    world.withdrawal = askingFor(world.withdrawal, world.withdrawal.version, due)!;
    times += 1;
    expect(due).toBeLessThanOrEqual(paidAt + rechecks.forget);
  }
  expect(times).toBe(28);
  expect(recheckAt(paidAt, paidAt)).toBe(paidAt + rechecks.after[0]);
});

test('D13 above the threshold a second, different admin sends it off; the same one changes nothing', () => {
  const world = new World();
  const amount = minor(500_001);
  world.withdrawal = { ...requested, amount };
  world.wallet = { ...newWallet, balances: { QAR: { ...nothing, reserved: amount } } };
  world.approve('fay');
  expect(world.withdrawal).toMatchObject({ status: 'approved', approvedBy: 'fay' });
  const once = world.withdrawal;
  world.approve('fay');
  expect(world.withdrawal).toBe(once);
  expect(() => world.approve('ann')).toThrow(new Refusal('own_request'));
  world.payee = { ...newPayee, connected: { ...connected, status: 'restricted', account: 'acct_1' } };
  expect(() => world.approve('fin')).toThrow(
    new Refusal('onboarding_required', { status: 'restricted', due: [] }),
  );
  world.payee = { ...newPayee, connected };
  world.approve('fin');
  expect(world.withdrawal).toMatchObject({ status: 'processing', approvedBy: 'fay', secondBy: 'fin' });
  const sent = world.withdrawal;
  world.approve('fin');
  world.approve('fay');
  expect(world.withdrawal).toBe(sent);
  expect(() => world.approve('eve')).toThrow(new Refusal('wrong_status', { status: 'processing' }));
});

test('D13 to a bank, a second approval is none', () => {
  const world = new World();
  const { id, mask } = requested.destination;
  world.withdrawal = { ...requested, destination: { id, mask, sealed, kind: 'bank' } };
  world.payee = null;
  world.approve('fay');
  expect(world.withdrawal.status).toBe('approved');
  expect(() => world.approve('fin')).toThrow(new Refusal('wrong_status', { status: 'approved' }));
  expect(
    moveTo(world.withdrawal, { status: 'requested', overdue: 0 }, { news: [], dueAt: 1 }),
  ).not.toHaveProperty('approvedBy');
});

test('what was edited to another amount than is reserved is not approved, nor asked for', () => {
  const world = new World();
  const amount = minor(AMOUNT * 10);
  world.withdrawal = { ...requested, amount };
  expect(() => world.approve('fay')).toThrow(
    new Refusal('amount_mismatch', { expected: AMOUNT, found: amount }),
  );
  world.withdrawal = requested;
  world.approve('fay');
  const asking = askingFor(world.withdrawal, world.withdrawal.version, world.at)!;
  expect(isSetAside(asking, world.wallet)).toBe(true);
  expect(isSetAside({ ...asking, amount }, world.wallet)).toBe(false);
  expect(isSetAside(asking, null)).toBe(false);
  // What is on its way back is asked for whatever is reserved.
  const back = { ...asking, amount, payout: { ...asking.payout, step: 'reversal' as const } };
  expect(isSetAside(back, null)).toBe(true);
});
