import {
  appUrl,
  fatoraApi,
  fatoraApiKey,
  stripeApi,
  stripeSecretKey,
  stripeWebhookSecret,
} from '../platform/params.ts';
import { createFatoraGateway } from './fatora.gateway.ts';
import { createFatoraRefunds } from './fatora.refunds.gateway.ts';
import type { PaymentGateway, Provider } from './gateway.ts';
import type { RefundGateway } from './ports.ts';
import { createStripeCards } from './stripe.cards.gateway.ts';
import { createStripeConnect } from './stripe.connect.gateway.ts';
import { createStripePayouts } from './stripe.payouts.gateway.ts';
import { createStripeDisputes, createStripeRefunds } from './stripe.refunds.gateway.ts';
import { createStripeSettlements } from './stripe.settlements.gateway.ts';
import { connectTo, type StripeSource } from './stripe.client.gateway.ts';
import { createStripeGateway } from './stripe.gateway.ts';

/** What a function needs to speak to the providers. */
export const pspSecrets = [stripeSecretKey, stripeWebhookSecret, fatoraApiKey];

export type Gateways = Readonly<Record<Provider, PaymentGateway>>;

/** Made once an instance, when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly one: T } | undefined;
  return () => (made ??= { one: make() }).one;
}

const stripe: () => StripeSource = once(() =>
  connectTo({
    secretKey: stripeSecretKey.value(),
    webhookSecret: stripeWebhookSecret.value(),
    apiBase: stripeApi.value(),
  }),
);

export const gateways = once((): Gateways => ({
  stripe: createStripeGateway(stripe(), { webhookSecret: stripeWebhookSecret.value() }),
  fatora: createFatoraGateway({ apiKey: fatoraApiKey.value(), apiBase: fatoraApi.value() }),
}));

export const connectGateway = once(() => createStripeConnect(stripe()));
export const payoutGateway = once(() => createStripePayouts(stripe()));
export const refundGateways = once((): Readonly<Record<Provider, RefundGateway>> => ({
  stripe: createStripeRefunds(stripe()),
  fatora: createFatoraRefunds({ apiKey: fatoraApiKey.value(), apiBase: fatoraApi.value() }),
}));
export const disputeGateway = once(() => createStripeDisputes(stripe()));
export const settlementGateway = once(() => createStripeSettlements(stripe()));
export const cardGateway = once(() => createStripeCards(stripe(), `${appUrl.value()}/payments`));
