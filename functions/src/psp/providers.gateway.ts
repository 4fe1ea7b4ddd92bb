import {
  appUrl,
  fatoraApi,
  fatoraApiKey,
  providerTimeoutSeconds,
  stripeApi,
  stripeSecretKey,
  stripeConnectSecret,
  stripeWebhookSecret,
} from '../platform/params.ts';
import { createFatoraGateway } from './fatora.gateway.ts';
import { createFatoraRefunds } from './fatora.refunds.gateway.ts';
import type { PaymentGateway, Provider } from './gateway.ts';
import type { RefundGateway } from './ports.ts';
import { createStripe } from './stripe.whole.gateway.ts';

/** What a function needs to speak to the providers. */
export const pspSecrets = [stripeSecretKey, stripeWebhookSecret, stripeConnectSecret, fatoraApiKey];

export type Gateways = Readonly<Record<Provider, PaymentGateway>>;

/** Made once an instance, when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly one: T } | undefined;
  return () => (made ??= { one: make() }).one;
}

const timeoutMs = () => providerTimeoutSeconds.value() * 1000;
const fatora = () => ({ apiKey: fatoraApiKey.value(), apiBase: fatoraApi.value(), timeoutMs: timeoutMs() });

const stripe = once(() =>
  createStripe({
    secretKey: stripeSecretKey.value(),
    webhookSecret: stripeWebhookSecret.value(),
    connectSecret: stripeConnectSecret.value(),
    apiBase: stripeApi.value(),
    timeoutMs: timeoutMs(),
    cardReturnUrl: `${appUrl.value()}/payments`,
  }),
);

export const gateways = once((): Gateways => ({
  stripe: stripe().payments,
  fatora: createFatoraGateway(fatora()),
}));

export const connectGateway = () => stripe().connect;
export const payoutGateway = () => stripe().payouts;
export const refundGateways = once((): Readonly<Record<Provider, RefundGateway>> => ({
  stripe: stripe().refunds,
  fatora: createFatoraRefunds(fatora()),
}));
export const cardPrintGateway = () => stripe().prints;
export const disputeGateway = () => stripe().disputes;
export const settlementGateway = () => stripe().settlements;
export const subscriptionGateway = () => stripe().subscriptions;
export const cardGateway = () => stripe().cards;
