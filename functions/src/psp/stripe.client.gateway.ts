/** How every part of the Stripe adapter reaches Stripe, and what its errors are in our words. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type Stripe from 'stripe';
import { exponents, type Currency, type Minor } from '../shared/money.ts';
import { AttemptTaken, ProviderRefused, ProviderUnavailable } from './gateway.ts';

export type StripeSettings = {
  secretKey: string;
  webhookSecret: string;
  /** Of the endpoint for events of connected accounts, where that is another one; '' for none. */
  connectSecret?: string;
  /** `https://api.stripe.com`, or a stand-in on loopback. */
  apiBase: string;
  timeoutMs?: number;
};

/** The client, made when it is first needed. */
export type StripeSource = () => Promise<Stripe>;

/**
 * An amount as Stripe wants it: its smallest unit is our minor unit, zero-decimal currencies included.
 * @throws ProviderRefused for a three-decimal amount whose last digit is not 0
 * (https://docs.stripe.com/currencies#three-decimal): rounding it is not ours to decide.
 */
export function stripeAmount(amount: Minor, currency: Currency): number {
  if (amount % stripeStep(currency) !== 0)
    throw new ProviderRefused('amount_not_in_tens', `Stripe takes ${currency} in steps of 10: ${amount}`);
  return amount;
}

/** Of a three-decimal currency the last digit is always 0. */
export const stripeStep = (currency: Currency): number => (exponents[currency] === 3 ? 10 : 1);

let http: Stripe.HttpClient | undefined;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useStripeHttp(other: Stripe.HttpClient): void {
  http = other;
}

/** Loads the package on first use only, so that functions which never call Stripe start without it. */
export function connectTo(settings: StripeSettings): StripeSource {
  let connecting: Promise<Stripe> | undefined;
  return () => (connecting ??= connect(settings));
}

async function connect({ secretKey, apiBase, timeoutMs = 20_000 }: StripeSettings): Promise<Stripe> {
  const { default: StripeClient } = await import('stripe');
  const { protocol, hostname, port } = new URL(apiBase);
  const plain = protocol === 'http:';
  return new StripeClient(secretKey, {
    apiVersion: '2026-10-28.endive',
    protocol: plain ? 'http' : 'https',
    host: hostname,
    port: port || (plain ? 80 : 443),
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(http && { httpClient: http }),
    // An instance that slept wakes up with dead sockets; with no retries a kept one would look like an outage.
    httpAgent: plain ? new HttpAgent({ keepAlive: false }) : new HttpsAgent({ keepAlive: false }),
  });
}

/** Stripe's errors in our words (https://docs.stripe.com/error-handling). 409 is a request still under way. */
export function translate(error: unknown): Error {
  if (error instanceof ProviderRefused || error instanceof ProviderUnavailable) return error;
  const { statusCode = 0, rawType, code, message } = error as Partial<Stripe.errors.StripeError>;
  if (rawType === 'idempotency_error') return new AttemptTaken(message, { cause: error });
  const definite = statusCode >= 400 && statusCode < 500 && statusCode !== 409 && statusCode !== 429;
  if (definite) return new ProviderRefused(code ?? rawType ?? String(statusCode), message ?? 'refused');
  return new ProviderUnavailable(message ?? 'no answer from Stripe', { cause: error });
}

/** Asks Stripe for something, with its errors in our words. */
export async function asking<T>(client: StripeSource, work: (stripe: Stripe) => Promise<T>): Promise<T> {
  try {
    return await work(await client());
  } catch (error) {
    throw translate(error);
  }
}

/** The same, where "there is no such thing" is an answer. */
export async function askingFor<T>(
  client: StripeSource,
  work: (stripe: Stripe) => Promise<T>,
): Promise<T | null> {
  try {
    return await asking(client, work);
  } catch (error) {
    if (error instanceof ProviderRefused && error.reason === 'resource_missing') return null;
    throw error;
  }
}
