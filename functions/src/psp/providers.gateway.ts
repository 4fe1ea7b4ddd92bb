import {
  appUrl,
  fatoraApi,
  fatoraApiKey,
  stripeApi,
  stripeSecretKey,
  stripeWebhookSecret,
} from '../platform/params.ts';
import { createFatoraGateway } from './fatora.gateway.ts';
import type { PaymentGateway, Provider } from './gateway.ts';
import { createStripeCards } from './stripe.cards.gateway.ts';
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

export const cardGateway = once(() => createStripeCards(stripe(), `${appUrl.value()}/payments`));
