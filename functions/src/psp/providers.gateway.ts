import {
  fatoraApi,
  fatoraApiKey,
  stripeApi,
  stripeSecretKey,
  stripeWebhookSecret,
} from '../platform/params.ts';
import { createFatoraGateway } from './fatora.gateway.ts';
import type { PaymentGateway, Provider } from './gateway.ts';
import { createStripeGateway } from './stripe.gateway.ts';

/** What a function needs to speak to the providers. */
export const pspSecrets = [stripeSecretKey, stripeWebhookSecret, fatoraApiKey];

export type Gateways = Readonly<Record<Provider, PaymentGateway>>;

let made: Gateways | undefined;

/** One of each an instance, made when it is first needed. */
export const gateways = (): Gateways =>
  (made ??= {
    stripe: createStripeGateway({
      secretKey: stripeSecretKey.value(),
      webhookSecret: stripeWebhookSecret.value(),
      apiBase: stripeApi.value(),
    }),
    fatora: createFatoraGateway({ apiKey: fatoraApiKey.value(), apiBase: fatoraApi.value() }),
  });
