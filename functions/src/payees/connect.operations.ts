import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { find, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import { AttemptTaken, ProviderRefused, ProviderUnavailable } from '../psp/gateway.ts';
import type { ConnectGateway, AccountReport } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  attachAccount,
  dropConnected,
  postponeAccount,
  recordAccount,
  startConnected,
  type Asked,
} from './connected.ts';
import { newPayee, type Connected, type Payee } from './payee.ts';
import { changePayee } from './payees.operations.ts';
import { payeesToAsk, payeesWith } from './payees.store.ts';

/** The talk with the provider about connected accounts: never inside a transaction, each step recorded first. */

const provider = 'stripe';
/** An answer as young as this is not asked for again by somebody who looks. */
const FRESH = 60 * 1000;

/**
 * Makes somebody's account, once: the wish is recorded, the provider is asked, its answer is recorded. Safe to
 * repeat after any answer or none.
 * @throws Refusal `wrong_status` for another country, `provider_unavailable`, `provider_refused`.
 */
export async function startAccount(
  gateway: ConnectGateway,
  order: { readonly uid: string; readonly country: string; readonly at: number },
): Promise<Payee> {
  const { uid, at } = order;
  const payee = await changePayee(uid, (found) => startConnected(found, order));
  return payee.connected?.status === 'creating' ? finishAccount(gateway, uid, payee.connected, at) : payee;
}

export type Link = Awaited<ReturnType<ConnectGateway['onboardingLink']>>;

/**
 * A fresh link to the provider's page; kept nowhere, since whoever has it may act for the payee.
 * @throws Refusal `not_found`, `provider_unavailable`, `provider_refused`.
 */
export async function linkTo(
  gateway: ConnectGateway,
  uid: string,
  urls: Parameters<ConnectGateway['onboardingLink']>[1],
  at: number,
): Promise<Link> {
  const found = await load(collections.payees.doc(uid));
  const intended = found?.connected ?? null;
  if (intended === null) throw new Refusal('not_found', { what: 'account' });
  const payee = intended.status === 'creating' ? await finishAccount(gateway, uid, intended, at) : found;
  const account = payee?.connected?.account ?? null;
  if (account === null) throw new Refusal('provider_unavailable', { provider });
  return gateway.onboardingLink(account, urls).catch(refuse);
}

/** What is stored; the provider's newer word where it is not ready and was not asked in the last minute. */
export async function lookAtAccount(
  gateway: ConnectGateway,
  uid: string,
  at: number,
): Promise<Connected | null> {
  const connected = (await load(collections.payees.doc(uid)))?.connected ?? null;
  const fresh = connected?.askedAt != null && at - connected.askedAt < FRESH;
  if (connected === null || connected.status === 'ready' || fresh) return connected;
  try {
    return (await advance(gateway, uid, connected, at)).connected;
  } catch (error) {
    // What is stored is an answer too, only an older one.
    if (!(
      error instanceof ProviderUnavailable ||
      error instanceof ProviderRefused ||
      error instanceof Refusal
    ))
      throw error;
    logger.warn('the provider did not say how an account stands', { uid, why: error.message });
    return connected;
  }
}

/**
 * Asks the provider about one account and records its word. The account names its payee, and the payee's own
 * record has to name the account: else it is none of ours. Of one that is gone only the record tells whose it was.
 * @throws ProviderUnavailable, ProviderRefused
 */
export async function settleAccount(
  gateway: ConnectGateway,
  account: string,
  at: number,
): Promise<EventResult> {
  const report = await askAbout(gateway, account);
  const uid = report ? report.uid : ((await find(payeesWith(account)))[0]?.id ?? null);
  if (uid === null) return 'unknown';
  if (report === null) logger.error('a connected account is gone', { uid });
  return (await takeWord({ uid, account, report, at })).result;
}

/** Stripe's word for an account that is gone, or has left us: https://docs.stripe.com/error-codes#account-invalid */
const GONE = 'account_invalid';

/** What the provider says of an account; null when it shows us none of that name. */
async function askAbout(gateway: ConnectGateway, account: string): Promise<AccountReport | null> {
  try {
    return await gateway.askAccount(account);
  } catch (error) {
    if (error instanceof ProviderRefused && error.reason === GONE) return null;
    throw error;
  }
}

/** Asks about every account that is not ready, and makes those whose making was cut short. */
export const sweepAccounts = (gateway: ConnectGateway, at: number): Promise<Swept> =>
  sweep(payeesToAsk(at), async (uid) => {
    const connected = (await load(collections.payees.doc(uid)))?.connected ?? null;
    if (connected === null) return;
    try {
      await advance(gateway, uid, connected, at);
    } catch (error) {
      await changePayee(uid, (found) => postponeAccount(found, at));
      throw error;
    }
  });

/** The next step with one account: it is made, or asked about. */
async function advance(
  gateway: ConnectGateway,
  uid: string,
  connected: Connected,
  at: number,
): Promise<Payee> {
  if (connected.status === 'creating') return finishAccount(gateway, uid, connected, at);
  const { account, disabled } = connected;
  const report = await askAbout(gateway, account);
  // One that names somebody else is treated as one that is not there.
  const own = report?.uid === uid ? report : null;
  if (own === null && disabled !== 'account_gone') logger.error('a connected account is gone', { uid });
  return (await takeWord({ uid, account, report: own, at })).payee;
}

/** Has the account made, and asks about it. Without that last answer it stands all the same: the sweep asks. */
async function finishAccount(
  gateway: ConnectGateway,
  uid: string,
  { country }: Connected,
  at: number,
): Promise<Payee> {
  const account = await open(gateway, uid, country);
  const payee = await changePayee(uid, (found) => attachAccount(found, { account, country, at }));
  const made = payee.connected;
  if (made?.account !== account) return payee;
  try {
    return await advance(gateway, uid, made, at);
  } catch (error) {
    if (error instanceof ProviderUnavailable || error instanceof ProviderRefused) return payee;
    throw error;
  }
}

/** A definite no takes the wish back, so that another country may be asked for. */
async function open(gateway: ConnectGateway, uid: string, country: string): Promise<string> {
  try {
    return await gateway.openAccount({ uid, country });
  } catch (error) {
    if (error instanceof ProviderRefused || error instanceof AttemptTaken)
      await changePayee(uid, (found) => dropConnected(found, country));
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof AttemptTaken)
    throw new Refusal('provider_refused', { provider, code: 'another_country' });
  if (error instanceof ProviderRefused)
    throw new Refusal('provider_refused', { provider, code: error.reason });
  if (error instanceof ProviderUnavailable) throw new Refusal('provider_unavailable', { provider });
  throw error;
}

type Taken = { readonly payee: Payee; readonly result: EventResult };

async function takeWord(asked: Asked): Promise<Taken> {
  let result: EventResult = 'nothing';
  const payee = await changePayee(asked.uid, (found) => {
    const after = recordAccount(found, asked);
    result = after === null ? 'unknown' : after === found ? 'nothing' : 'settled';
    return after ?? found ?? newPayee;
  });
  return { payee, result };
}
