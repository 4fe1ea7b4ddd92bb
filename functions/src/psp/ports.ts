/**
 * What is asked of a provider beyond a checkout: cards, connected accounts, payouts, refunds, chargebacks and
 * the day's settlement. No I/O here.
 *
 * Each call that moves money carries our own name for the move. It is the idempotency key, and it travels in
 * `metadata`, so that after a lost answer `find…` says whether the provider knows the move.
 *
 * All of them throw ProviderRefused (a definite no: nothing moved) or ProviderUnavailable (the outcome is
 * unknown: ask later); what else they throw stands beside them. Amounts are minor units.
 */
import type { Currency, Minor } from '../shared/money.ts';
import type { Provider } from './gateway.ts';

/** One try to collect by card. A repeat of one `attempt` must be the same in every field. */
export type CardOrder = {
  readonly attempt: string;
  readonly customer: string;
  readonly amount: Minor;
  readonly currency: Currency;
  readonly description: string;
  /** A saved method, charged at once; null when the app collects one with the client secret. */
  readonly method: string | null;
  /** Whether the method is kept for the customer's later payments. */
  readonly save: boolean;
};

/** `awaiting_payer`: the payer has to give a card, another card, or pass 3-D Secure. */
export type CardState = 'awaiting_payer' | 'processing' | 'paid' | 'cancelled';

/** What the provider says about one attempt, now. */
export type CardReport = {
  readonly provider: Provider;
  readonly attempt: string;
  readonly intent: string;
  readonly state: CardState;
  /** For the app alone, which hands it to the provider's SDK. Never stored, never logged. */
  readonly clientSecret: string;
  readonly needs: 'method' | 'authentication' | null;
  /** Why the last try came to nothing (`card_declined`, `insufficient_funds`, …), while it may be tried again. */
  readonly failure: string | null;
  /** What was collected when it is paid, else what is to be; null when it is not exact or not in a known currency. */
  readonly amount: Minor | null;
  readonly currency: Currency | null;
  readonly stated: string;
};

/** What an app shows of a saved card. */
export type SavedMethod = {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
};

export type CardGateway = {
  /** The provider's customer for a person, made once. */
  openCustomer(uid: string): Promise<string>;
  methodsOf(customer: string): Promise<SavedMethod[]>;
  /** False when the customer has no such method. */
  forgetMethod(customer: string, method: string): Promise<boolean>;
  /** Takes the customer away with all cards; one that is gone is no matter. */
  closeCustomer(customer: string): Promise<void>;
  /** A declined card is a report, not an error. @throws AttemptTaken */
  openCard(order: CardOrder): Promise<CardReport>;
  /** Makes sure that nobody can pay it any more, unless it is paid or processing already; says which it is. */
  cancelCard(intent: string): Promise<CardReport>;
  /** By its intent, or with '' by the attempt's name among the customer's; null when there is none. */
  askCard(attempt: string, intent: string, customer: string): Promise<CardReport | null>;
};

/** What the provider still wants to know, by its own names (`individual.verification.document`, …). */
export type AccountReport = {
  readonly account: string;
  /** Whose it is, as we wrote into it; null for one that is not ours. */
  readonly uid: string | null;
  readonly country: string;
  /** It can receive transfers, and the provider pays them out to a bank. */
  readonly ready: boolean;
  readonly submitted: boolean;
  readonly due: readonly string[];
  /** Handed in, being checked. */
  readonly checking: readonly string[];
  /** Why it is stopped, in the provider's word; null when it is not. */
  readonly disabled: string | null;
  /** Of the bank account or card it pays out to; '' while there is none. */
  readonly last4: string;
  /** By what the provider knows that, since two may end in the same digits; '' where it does not say. */
  readonly bank: string;
};

export type ConnectGateway = {
  /** Made once for a person. @throws AttemptTaken when it was asked for with another country before */
  openAccount(order: { readonly uid: string; readonly country: string }): Promise<string>;
  /** A page where the payee gives what is due; good for minutes, and once. */
  onboardingLink(
    account: string,
    urls: { readonly returnUrl: string; readonly refreshUrl: string },
  ): Promise<{ readonly url: string; readonly expiresAt: number }>;
  askAccount(account: string): Promise<AccountReport | null>;
  /** Takes the account away; one that is gone is no matter. The provider refuses while money is on it. */
  closeAccount(account: string): Promise<void>;
};

export type TransferReport = {
  readonly transfer: string;
  readonly account: string;
  readonly amount: Minor;
  readonly currency: Currency | null;
  /** How much of it came back to the platform. */
  readonly reversed: Minor;
};

export type PayoutReport = {
  readonly payout: string;
  readonly status: 'pending' | 'paid' | 'failed' | 'cancelled';
  readonly amount: Minor;
  readonly currency: Currency | null;
  /** Why it failed, in the provider's word. */
  readonly failure: string | null;
};

/** The way of one withdrawal: the platform's balance → the connected account's → its bank. */
export type PayoutOrder = {
  readonly withdrawal: string;
  readonly account: string;
  readonly amount: Minor;
  readonly currency: Currency;
};

export type PayoutGateway = {
  /** Idempotency key `payout:{withdrawal}:transfer`. */
  sendTransfer(order: PayoutOrder): Promise<TransferReport>;
  findTransfer(withdrawal: string): Promise<TransferReport | null>;
  /** Idempotency key `payout:{withdrawal}:payout`. */
  sendPayout(order: PayoutOrder): Promise<PayoutReport>;
  findPayout(withdrawal: string, account: string): Promise<PayoutReport | null>;
  /** Takes the whole transfer back. Idempotency key `payout:{withdrawal}:reversal`. */
  reverseTransfer(order: PayoutOrder & { readonly transfer: string }): Promise<TransferReport>;
};

/** `payment` is the provider's id of what was paid (`Payment.payment`, or the intent). */
export type RefundOrder = {
  readonly refund: string;
  readonly payment: string;
  /** Our name for the attempt that was paid; Fatora finds a payment by it. */
  readonly attempt: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** Whether `amount` is all that was paid: Fatora knows no other refund. */
  readonly whole: boolean;
};

export type RefundReport = {
  /** Our name for it; null for one that somebody made at the provider by hand. */
  readonly refund: string | null;
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amount: Minor;
  readonly currency: Currency | null;
  readonly failure: string | null;
};

export type RefundGateway = {
  readonly provider: Provider;
  /** Whether a part may be refunded. */
  readonly partial: boolean;
  /** In steps of how many minor units it takes amounts of a currency. */
  readonly step: (currency: Currency) => number;
  /** Whether a repeat under one name refunds once; where not, it must be asked about first. */
  readonly idempotent: boolean;
  refund(order: RefundOrder): Promise<RefundReport>;
  findRefund(order: RefundOrder): Promise<RefundReport | null>;
};

/** A chargeback: the payer's bank took the money back, and the platform may contest that. */
export type DisputeReport = {
  readonly provider: Provider;
  readonly dispute: string;
  /** The provider's id of the payment it is about. */
  readonly payment: string;
  /** `inquiry`: nothing was taken yet. */
  readonly status: 'inquiry' | 'open' | 'won' | 'lost';
  readonly reason: string;
  readonly amount: Minor;
  readonly currency: Currency | null;
  /** What the provider keeps for the trouble. */
  readonly fee: Minor;
};

/** By what the provider tells two cards apart, whoever gave them: the same for one card, and no number of it. */
export type CardPrintGateway = {
  /** Of the card that a payment was made with; null for one by another method, or that there is not. */
  printOf(payment: string): Promise<string | null>;
};

export type DisputeGateway = { askDispute(dispute: string): Promise<DisputeReport | null> };

/** One line of the provider's account with us. `gross - fee` is what its balance changed by. */
export type SettlementLine = {
  readonly id: string;
  /** `charge`, `refund`, `transfer`, `adjustment`, … in the provider's word. */
  readonly type: string;
  readonly at: number;
  readonly currency: Currency | null;
  /** Signed: what came in is positive. */
  readonly gross: Minor;
  readonly fee: Minor;
  /** Figure and currency as the provider wrote them. */
  readonly stated: string;
  /** The provider's id of the payment, refund, transfer or dispute behind it; '' for none. */
  readonly source: string;
  /** Our own name for that, where it carries one: `refund:<id>`, `payout:<withdrawal>`; else null. */
  readonly ours: string | null;
};

export type SettlementPage = {
  readonly lines: readonly SettlementLine[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
};

export type SettlementGateway = {
  /** The lines of a span of time (`from` inside, `to` not), a page at a time: `after` is the `next` of the last. */
  settlements(from: number, to: number, after: string | null): Promise<SettlementPage>;
};
