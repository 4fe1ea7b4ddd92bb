/** What people and banks do to the stand-in, by name. Each waits for the webhooks, and throws where it cannot happen. */
import type Stripe from 'stripe';
import type { Dispute, Vault } from './vault.ts';

/** @returns whether it could happen */
export type Play = (what: string, id: string, wish?: Record<string, string>) => Promise<boolean>;

/** Amounts in the currency's smallest unit; currencies as Stripe writes them. */
export type Controls = {
  readonly cards: {
    /** The payer gives a method, by the name of one of Stripe's test cards or a saved one. A decline is no error. */
    confirm(intent: string, method?: string): Promise<Stripe.PaymentIntent.Status>;
    /** 3-D Secure was passed, or a bank debit went through. */
    pass(intent: string): Promise<void>;
    fail(intent: string): Promise<void>;
  };
  readonly accounts: {
    /** Everything was given, and Stripe is content. */
    complete(account: string): Promise<void>;
    /** Stripe wants more, and pays nothing out until it has it; with `transfers: 'inactive'` it takes nothing in either. */
    require(account: string, due: readonly string[], more?: { transfers: 'inactive' }): Promise<void>;
    /** Another bank is paid out to; '' for none. Two banks may end in the same digits. */
    changeBank(account: string, last4: string, fingerprint?: string): Promise<void>;
    /** It is closed, or leaves the platform. */
    leave(account: string): Promise<void>;
  };
  readonly payouts: {
    pay(payout: string): Promise<void>;
    /** Also one that was paid: banks send money back days later. `code` is Stripe's reason. */
    fail(payout: string, code?: string): Promise<void>;
  };
  readonly transfers: {
    /** Somebody takes it, or a part of it, back in the dashboard. */
    reverse(transfer: string, amount?: number): Promise<void>;
  };
  readonly refunds: {
    /** Somebody refunds all of a payment in the dashboard: under no name of ours. */
    byHand(intent: string): Promise<void>;
    succeed(refund: string): Promise<void>;
    fail(refund: string): Promise<void>;
  };
  readonly disputes: {
    /** The payer's bank takes a payment back, all of it if no `amount` is named; an inquiry only asks. @returns its id */
    open(
      intent: string,
      wish?: { amount?: number; reason?: string; inquiry?: boolean },
    ): Promise<Dispute['id']>;
    close(dispute: string, how: 'won' | 'lost'): Promise<void>;
  };
  /** What the platform has at Stripe, by currency. */
  balance(): Record<string, number>;
};

export function createControls(play: Play, vault: () => Vault): Controls {
  const must: (...what: Parameters<Play>) => Promise<void> = async (what, id, wish) => {
    if (!(await play(what, id, wish))) throw new Error(`${what} is not possible at ${id}`);
  };
  return {
    cards: {
      async confirm(intent, method = 'pm_card_visa') {
        const taken = await play('confirm', intent, { method });
        const { status, last_payment_error: problem } = vault().intents[intent] ?? {};
        // A decline is what came of it; anything else that is refused never began.
        if (status === undefined || (!taken && !problem))
          throw new Error(`${intent} does not take ${method}`);
        return status;
      },
      pass: (intent) => must('pass', intent),
      fail: (intent) => must('fail', intent),
    },
    accounts: {
      complete: (account) => must('complete', account),
      require: (account, due, more) => must('require', account, { due: due.join(), ...more }),
      changeBank: (account, last4, fingerprint) =>
        must('bank', account, { last4, ...(fingerprint !== undefined && { fingerprint }) }),
      leave: (account) => must('leave', account),
    },
    payouts: {
      pay: (payout) => must('payout-paid', payout),
      fail: (payout, code) => must('payout-failed', payout, code === undefined ? {} : { code }),
    },
    transfers: {
      reverse: (transfer, amount) =>
        must('reverse', transfer, amount === undefined ? {} : { amount: String(amount) }),
    },
    refunds: {
      byHand: (intent) => must('refund', intent),
      succeed: (refund) => must('refund-succeeded', refund),
      fail: (refund) => must('refund-failed', refund),
    },
    disputes: {
      async open(intent, { amount, reason, inquiry = false } = {}) {
        const before = new Set(Object.keys(vault().disputes));
        await must('dispute', intent, {
          ...(amount !== undefined && { amount: String(amount) }),
          ...(reason !== undefined && { reason }),
          ...(inquiry && { inquiry: 'yes' }),
        });
        const id = Object.keys(vault().disputes).find((one) => !before.has(one));
        if (id === undefined) throw new Error(`no dispute of ${intent}`);
        return id;
      },
      close: (dispute, how) => must(how, dispute),
    },
    balance() {
      const all: Record<string, number> = {};
      for (const { currency, net } of vault().lines) all[currency] = (all[currency] ?? 0) + net;
      return all;
    },
  };
}
