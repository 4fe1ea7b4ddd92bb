import type { z } from 'zod';
import type { Contract } from './contract.ts';
import type { Call } from './shared/call.ts';
import type { Facts, Reason } from './shared/refusal.ts';

/**
 * The typed client, inferred from the contract. It imports no Firebase SDK and no schema at run time: the app
 * hands in how a callable is invoked.
 *
 * ```ts
 * const coffer = createClient((name, input) => httpsCallable(functions, name)(input).then(({ data }) => data));
 * const { checkoutUrl } = await coffer.purchases.create({ requestId, provider: 'stripe', item });
 * ```
 */
export type Client = {
  readonly [F in keyof Contract]: {
    readonly [C in keyof Contract[F]]: Contract[F][C] extends Call
      ? (input: z.input<Contract[F][C]['input']>) => Promise<z.output<Contract[F][C]['output']>>
      : never;
  };
};

/** Calls the function deployed under `name` (`escrow-release`) and answers its data. */
export type Invoke = (name: string, input: unknown) => Promise<unknown>;

export function createClient(invoke: Invoke): Client {
  const feature = (name: string) =>
    new Proxy({}, { get: (_, call) => (input: unknown) => invoke(`${name}-${String(call)}`, input) });
  return new Proxy({}, { get: (_, name) => feature(String(name)) }) as Client;
}

/** What a call refused, and the facts of it; null for an error that is no refusal (no network, say). */
export function refusalOf(error: unknown): { readonly reason: Reason; readonly facts: Facts } | null {
  const details = (error as { details?: { reason?: unknown; facts?: unknown } } | null)?.details;
  return typeof details?.reason === 'string'
    ? { reason: details.reason as Reason, facts: (details.facts ?? {}) as Facts }
    : null;
}
