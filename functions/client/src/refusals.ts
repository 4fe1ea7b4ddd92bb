import type { Contract } from '../../src/contract.ts';
import type { common, FactsOf, Reason } from '../../src/shared/refusal.ts';

/** A refusal of one of these reasons: which one it is says what its facts are. */
export type RefusalFor<R extends Reason> = {
  readonly [One in R]: { readonly reason: One; readonly facts: FactsOf[One]; readonly message: string };
}[R];

/** Any refusal. */
export type Refusal = RefusalFor<Reason>;

/** What one call may refuse: `RefusalOf<'escrow', 'lock'>`. */
export type RefusalOf<F extends keyof Contract, C extends keyof Contract[F]> = RefusalFor<
  | (typeof common)[number]
  | (Contract[F][C] extends { readonly refusals: readonly (infer R extends Reason)[] } ? R : never)
>;

type Thrown = { readonly message?: unknown; readonly details?: { reason?: unknown; facts?: unknown } } | null;

/**
 * What a call refused; null for an error that is no refusal (no network, say). A server newer than the app may
 * refuse for a reason that the app does not know yet, so keep a default branch.
 */
export function refusalOf(error: unknown): Refusal | null;
/** The same, narrowed to what one call may refuse: `refusalOf<'escrow', 'lock'>(error)`. */
export function refusalOf<F extends keyof Contract, C extends keyof Contract[F]>(
  error: unknown,
): RefusalOf<F, C> | null;
export function refusalOf(error: unknown): Refusal | null {
  const { message, details } = (error ?? {}) as NonNullable<Thrown>;
  if (typeof details?.reason !== 'string') return null;
  // Firebase's SDK puts the HTTP status behind the sentence.
  const sentence = String(message).replace(/ \[\d{3}\]$/, '');
  return { reason: details.reason, facts: details.facts ?? {}, message: sentence } as Refusal;
}
