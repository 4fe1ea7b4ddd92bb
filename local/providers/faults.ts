/** How a payment provider stand-in is told to misbehave. A fault stays until it is changed or healed. */
import { setTimeout as wait } from 'node:timers/promises';

/** `timeout_after`: the work is done and the answer never comes, which a caller cannot tell from `timeout_before`. */
export type CallFault = 'none' | 'error_before' | 'timeout_before' | 'timeout_after';

/** `out_of_order`: word of an expiry comes first, then the word of the payment. */
export type DeliveryFault = 'none' | 'twice' | 'late' | 'out_of_order' | 'never';

/** A provider's calls that can misbehave one by one, beside opening and asking about a checkout. */
export type CallKind =
  | 'customer'
  | 'intent'
  | 'cancel'
  | 'account'
  | 'transfer'
  | 'payout'
  | 'reversal'
  | 'refund'
  | 'subscription'
  | 'ask';

export type Faults = {
  /** Opening a checkout. */
  create: CallFault;
  /** Retrieving or verifying one. */
  read: CallFault;
  calls: Partial<Record<CallKind, CallFault>>;
  delivery: DeliveryFault;
  /** How a refund begins: some banks take it at once, some after days. */
  refunds: 'pending' | 'succeeded';
  /** What is kept of a charge, in basis points: what the books assume (D11), unless it is meant to differ. */
  feeBps: number;
  /** Whether more may be transferred than came in: coins are bought elsewhere too, and given away. */
  overdraft: boolean;
  /** How late `late` is, in milliseconds. */
  lateMs: number;
  signature: 'good' | 'bad';
  /** What is collected instead of what was asked for; of the page's next payment, as the provider writes it. */
  amount: number | null;
  currency: string | null;
};

export const createFaults = (): Faults => ({
  create: 'none',
  read: 'none',
  calls: {},
  delivery: 'none',
  refunds: 'succeeded',
  feeBps: 250,
  overdraft: true,
  lateMs: 1_000,
  signature: 'good',
  amount: null,
  currency: null,
});

/** No answer until the caller is long gone or the stand-in stops. */
async function hang(signal: AbortSignal): Promise<Response> {
  await wait(60_000, undefined, { signal, ref: false }).catch(() => undefined);
  return new Response(null, { status: 504 });
}

/** Does `work` under a fault; `broken` is the provider's own way of answering 500. */
export function under(fault: CallFault, signal: AbortSignal, work: () => Response, broken: () => Response) {
  if (fault === 'error_before') return broken();
  if (fault === 'timeout_before') return hang(signal);
  const answer = work();
  return fault === 'timeout_after' ? hang(signal) : answer;
}
