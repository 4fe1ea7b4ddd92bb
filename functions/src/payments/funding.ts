import type { Escrow } from '../escrow/escrow.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import type { Chargebacks } from '../psp/chargebacks.ts';
import { joinId, splitId } from '../shared/ids.ts';
import type { Currency, Minor } from '../shared/money.ts';

/**
 * `payments/{job}~{payer}`: a card payment, or what is left after a part from the wallet, straight into escrow.
 * One a job and payer, ever; a try that came to nothing is followed by another under the same payment. Prices
 * and fees are those of the moment when the try began. Minor units of `currency`.
 */
export type CardPayment = Newsworthy & {
  readonly job: string;
  readonly title: string;
  readonly payer: string;
  readonly payee: string;
  readonly currency: Currency;
  readonly price: Minor;
  readonly payerFee: Minor;
  /** Price and payer's fee: what will be in escrow. */
  readonly held: Minor;
  readonly policy: FeePolicy;
  readonly fromWallet: Minor;
  readonly fromCard: Minor;
  /** The provider's ids of the payer and of the saved card that is to be charged; '' for none. */
  readonly customer: string;
  readonly method: string;
  /** Whether the card is to be saved. */
  readonly save: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Counts tries: recorded before the provider is asked for one. */
  readonly attempt: number;
  readonly version: number;
  /** When the sweep asks the provider; null when nothing is left to ask. */
  readonly dueAt: number | null;
  /** What this payment's own account holds: the wallet's part while the card is asked, or money under review. */
  readonly balance: Minor;
  /** How much of what the card paid went back, or is on its way back. */
  readonly refunded: Minor;
  /** What left the escrow for a refund that then failed: it is in the payer's wallet. */
  readonly returned: Minor;
  /** The provider's ids of all tries whose money came; a chargeback names one of them. */
  readonly intents: readonly string[];
  /** Those whose money came and did not fit: how much of it is still here, with the payment or in the payer's wallet. */
  readonly misfits: Readonly<Record<string, Minor>>;
  readonly chargebacks: Chargebacks;
} & PaymentState;

export type ReviewReason = 'amount' | 'currency' | 'late' | 'job';

export type PaymentState =
  | { readonly status: 'created' }
  | {
      /** The payer has to give a card, another card, or pass 3-D Secure. */
      readonly status: 'awaiting_payer';
      readonly intent: string;
      /** Why the last card was not taken; null before that. */
      readonly failure: string | null;
    }
  | { readonly status: 'processing'; readonly intent: string }
  | {
      readonly status: 'paid' | 'partially_refunded' | 'refunded';
      readonly intent: string;
      readonly paidAt: number;
    }
  | { readonly status: 'failed' | 'expired' | 'cancelled'; readonly why: string; readonly closedAt: number }
  | {
      readonly status: 'review';
      readonly why: ReviewReason;
      /** What the provider stated, in its own words. */
      readonly stated: string;
      readonly intent: string;
      /** What was collected, where it is in the payment's own currency; else 0. */
      readonly collected: Minor;
      readonly reviewAt: number;
    };

export const paymentStatuses = [
  'created',
  'awaiting_payer',
  'processing',
  'paid',
  'partially_refunded',
  'refunded',
  'failed',
  'expired',
  'cancelled',
  'review',
] as const satisfies readonly PaymentState['status'][];

type Open = Extract<PaymentState, { readonly status: 'created' | 'awaiting_payer' | 'processing' }>;
export type OpenPayment = CardPayment & Open;

/** Whether it may still become paid, so that nothing about its job may change. */
export const isOpen = (payment: CardPayment): payment is OpenPayment =>
  payment.status === 'created' || payment.status === 'awaiting_payer' || payment.status === 'processing';

export const isPaid = (
  payment: CardPayment,
): payment is CardPayment &
  Extract<PaymentState, { readonly status: 'paid' | 'partially_refunded' | 'refunded' }> =>
  payment.status === 'paid' || payment.status === 'partially_refunded' || payment.status === 'refunded';

export const paymentId = ({ job, payer }: Pick<CardPayment, 'job' | 'payer'>): string => joinId(job, payer);

/** The escrow that it fills. */
export const escrowFor = ({ job, payer, payee }: Pick<Escrow, 'job' | 'payer' | 'payee'>): string =>
  joinId(job, payer, payee);

/** The provider's name for one try; the payment's id can be read from it again. */
export const attemptOf = (id: string, attempt: number): string =>
  `card:${id.replaceAll('~', ':')}:${attempt}`;

/** The payment and the number of the try that a provider's name speaks of, or null when it is none of ours. */
export function readAttempt(name: string): { id: string; attempt: number } | null {
  const match = /^card:(?<id>[^:]+:[^:]+):(?<attempt>[1-9]\d{0,5})$/.exec(name)?.groups;
  const id = match?.id?.replace(':', '~');
  return id !== undefined && splitId(id, 2) ? { id, attempt: Number(match?.attempt) } : null;
}

/** Moves to another state: what all states share is kept, the fields of the old state are left behind. */
export function moveTo(
  payment: CardPayment,
  state: PaymentState,
  more: Newsworthy & {
    readonly dueAt: number | null;
    readonly balance?: Minor;
    readonly refunded?: Minor;
    readonly returned?: Minor;
    readonly intents?: CardPayment['intents'];
    readonly misfits?: CardPayment['misfits'];
  },
): CardPayment {
  const { job, title, payer, payee, currency, price, payerFee, held, policy, fromWallet, fromCard } = payment;
  const { customer, method, save, createdAt, expiresAt, attempt } = payment;
  const { balance, refunded, returned, intents, misfits, chargebacks } = payment;
  const agreed = { job, title, payer, payee, currency, price, payerFee, held, policy, fromWallet, fromCard };
  const asked = { customer, method, save, createdAt, expiresAt, attempt };
  const money = { balance, refunded, returned, intents, misfits, chargebacks };
  return { ...agreed, ...asked, ...money, version: payment.version + 1, ...more, ...state };
}
