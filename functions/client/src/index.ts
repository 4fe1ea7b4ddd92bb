import type { z } from 'zod';
import type { Contract } from '../../src/contract.ts';
import type { Call } from '../../src/shared/call.ts';
import { keepRequests, type Storage } from './requests.ts';
import { watchOver, type FirestoreFunctions, type Watch } from './watch.ts';

export { refusalOf, type Refusal, type RefusalFor, type RefusalOf } from './refusals.ts';
export type { Storage } from './requests.ts';
export type { FirestoreFunctions, Found, ListOptions, Unsubscribe, Watch, WatchOptions } from './watch.ts';
export type { Wallet, WalletEntry } from '../../src/ledger/wallet.ts';
export type { Escrow } from '../../src/escrow/escrow.ts';
export type { Booking } from '../../src/bookings/booking.ts';
export type { CardPayment } from '../../src/payments/funding.ts';
export type { Purchase } from '../../src/purchases/purchase.ts';
export type { Generation } from '../../src/generations/generation.ts';
export type { Withdrawal } from '../../src/withdrawals/withdrawal.ts';
export type { InboxNotice as Notice } from '../../src/notifications/notice.ts';
export type { Contract } from '../../src/contract.ts';

/** The client mints a request id and keeps it for retries; an app that keeps its own may give it. */
type Asked<I> = I extends { requestId: string } ? Omit<I, 'requestId'> & { requestId?: string } : I;

export type InputOf<C extends Call> = Asked<z.input<C['input']>>;
export type OutputOf<C extends Call> = z.output<C['output']>;

/** One call. What takes an empty object takes nothing. */
type Method<C extends Call> = (
  ...input: Record<string, never> extends InputOf<C> ? [input?: InputOf<C>] : [input: InputOf<C>]
) => Promise<OutputOf<C>>;

/** Every call by its feature and name, as the contract declares it. */
export type Client = {
  readonly [F in keyof Contract]: {
    readonly [C in keyof Contract[F]]: Contract[F][C] extends Call ? Method<Contract[F][C]> : never;
  };
};

export type Options = {
  /** `(name, options) => httpsCallable(functions, name, options)` */
  readonly callable: (
    name: string,
    options: { limitedUseAppCheckTokens?: boolean },
  ) => (input: unknown) => Promise<{ readonly data: unknown }>;
  /** Who is signed in now: `() => getAuth(app).currentUser?.uid ?? null` */
  readonly who: () => string | null;
  /** Keeps request ids over a restart of the app: `localStorage`, or AsyncStorage. */
  readonly storage?: Storage;
};

/** Calls that take a request id. */
export const takingId: readonly string[] = [
  'admin-grant',
  'admin-revoke',
  'purchases-create',
  'jobs-post',
  'bookings-request',
  'plans-buy',
  'packages-buy',
  'courses-buy',
  'orders-refund',
  'deposits-submit',
  'kyc-submit',
  'destinations-save',
  'withdrawals-request',
  'adjustments-request',
  'adjustments-reverse',
  'refunds-create',
  'generations-start',
  'generations-remedy',
  'lots-grant',
  'allowance-subscribe',
];
/** Of these, the ones whose input has no place in a storage: names, papers, account numbers. */
export const personal: readonly string[] = ['kyc-submit', 'destinations-save'];
/** Calls that use an App Check token up, so each needs one of its own. */
export const usingUp: readonly string[] = [
  'withdrawals-request',
  'withdrawals-approve',
  'withdrawals-pay',
  'payruns-approve',
  'refunds-create',
  'brake-lift',
];

/**
 * The typed client. It imports no Firebase SDK and no schema: the app hands in what it imported.
 *
 * ```ts
 * const coffer = createClient({
 *   callable: (name, options) => httpsCallable(functions, name, options),
 *   who: () => auth.currentUser?.uid ?? null,
 *   firestore: { db, doc, collection, query, where, orderBy, limit, onSnapshot },
 * });
 * const { checkoutUrl } = await coffer.purchases.create({ provider: 'stripe', item });
 * coffer.watch.wallet(uid, ({ balances }) => show(balances.QAR?.available ?? 0));
 * ```
 *
 * A call rejects with the SDK's own error; `refusalOf` reads the refusal in it. What makes something may be
 * called again after an error with the same input: it is made once.
 */
export function createClient(options: Options & { firestore: FirestoreFunctions }): Client & { watch: Watch };
export function createClient(options: Options): Client;
export function createClient({
  callable,
  who,
  storage,
  firestore,
}: Options & { firestore?: FirestoreFunctions }): Client {
  const once = keepRequests({ who, storage, personal });
  const call = async (name: string, input: unknown): Promise<unknown> => {
    const options = usingUp.includes(name) ? { limitedUseAppCheckTokens: true } : {};
    return (await callable(name, options)(input)).data;
  };
  const method =
    (name: string) =>
    (input: { readonly requestId?: string } = {}): Promise<unknown> => {
      // As it is now: a form may change it while a storage is asked.
      const given = copyOf(input);
      return takingId.includes(name) && input.requestId === undefined
        ? once(name, given, (requestId) => call(name, { ...given, requestId }))
        : call(name, given);
    };
  const feature = (name: string) => named((own) => method(`${name}-${own}`));
  const watch = firestore && watchOver(firestore);
  return named((name) => (name === 'watch' && watch ? watch : feature(name))) as Client;
}

const copyOf = (input: object) => JSON.parse(JSON.stringify(input)) as object;

/** An object that has whatever is asked of it; but no `then`, or awaiting it would call that. */
const named = (make: (name: string) => unknown): object =>
  new Proxy({}, { get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : make(name)) });
