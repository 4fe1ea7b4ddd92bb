import type { Newsworthy } from '../notifications/notice.ts';
import type { Provider } from '../psp/gateway.ts';
import type { Currency, Minor } from '../shared/money.ts';
import type { Taken } from './portions.ts';

/**
 * `refunds/{id}`: money on its way back to a card. It is taken back from those who have it when the refund is
 * made, before the provider is asked, so that nobody can spend what is being given back. Minor units.
 */
export type Refund = Newsworthy & {
  /** `purchases/<id>` or `payments/<id>`; `pspEvents/<id>` of money that never came into the books. */
  readonly target: string;
  /** Whose card it goes back to. */
  readonly uid: string;
  /** They, and everybody who gave for it: nobody of them is out of it before it has ended. */
  readonly parties: readonly string[];
  readonly provider: Provider;
  /** The provider's id of what was paid, and our name for the attempt that paid it. */
  readonly payment: string;
  readonly attempt: string;
  readonly amount: Minor;
  readonly currency: Currency;
  /** Whether it is all that was paid, in one. */
  readonly whole: boolean;
  readonly reason: string;
  readonly by: string;
  readonly requestHash: string;
  readonly requestedAt: number;
  /** From where it was taken, to put it back if the refund fails. */
  readonly taken: Taken;
  /** False for a second payment of one order: it goes back as it came, and no account changes. */
  readonly booked: boolean;
  readonly version: number;
  /** When the sweep asks the provider; null when nothing is left to ask. */
  readonly dueAt: number | null;
} & RefundState;

export type RefundState =
  /** `asked`: how often the provider was asked for it; recorded before each. */
  | { readonly status: 'created'; readonly asked: number }
  | { readonly status: 'processing'; readonly reference: string }
  | { readonly status: 'refunded'; readonly reference: string; readonly closedAt: number }
  | { readonly status: 'failed'; readonly why: string; readonly closedAt: number }
  /** It went back in a way that nobody here knows, or an answer was lost and the next one was no: a person decides. */
  | { readonly status: 'review'; readonly why: string; readonly reviewAt: number };

export const refundStatuses = [
  'created',
  'processing',
  'refunded',
  'failed',
  'review',
] as const satisfies readonly RefundState['status'][];

export const isOpen = ({ status }: Refund): boolean => status === 'created' || status === 'processing';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

/** How soon an answer that did not come is asked for, how often a slow one, and when a person hears of it. */
export const times = {
  ...{ ask: 5 * MINUTE, slow: 6 * HOUR, review: 24 * HOUR },
  /** A provider that does not answer, and a bank that takes this long. */
  ...{ unheard: 24 * HOUR, unpaid: 14 * 24 * HOUR },
} as const;

/** Moves to another state: what all states share is kept. */
export function moveTo(
  refund: Refund,
  state: RefundState,
  more: Newsworthy & { readonly dueAt: number | null },
): Refund {
  const { target, uid, provider, payment, attempt, amount, currency, whole, reason, by } = refund;
  const { requestHash, requestedAt, taken, booked, parties } = refund;
  const kept = { target, uid, provider, payment, attempt, amount, currency, whole, reason, by };
  const made = { requestHash, requestedAt, taken, booked, parties };
  return { ...kept, ...made, version: refund.version + 1, ...more, ...state };
}
