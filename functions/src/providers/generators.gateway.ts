import {
  atelierApi,
  atelierApiKey,
  atelierCallbackSecret,
  providerTimeoutSeconds,
} from '../platform/params.ts';
import { createAtelier } from './atelier.gateway.ts';
import type { Generator, GeneratorName } from './generator.ts';

/** What a function needs to speak to those who do the work. */
export const generatorSecrets = [atelierApiKey, atelierCallbackSecret];

let made: Readonly<Record<GeneratorName, Generator>> | undefined;

/** Made once an instance, when they are first asked for. A provider more is a line more. */
export const generators = (): Readonly<Record<GeneratorName, Generator>> =>
  (made ??= {
    atelier: createAtelier({
      apiKey: atelierApiKey.value(),
      callbackSecret: atelierCallbackSecret.value(),
      apiBase: atelierApi.value(),
      timeoutMs: providerTimeoutSeconds.value() * 1000,
    }),
  });
