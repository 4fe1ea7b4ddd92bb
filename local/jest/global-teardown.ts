import type { Started } from './global-setup.ts';

/** Stops what the global set-up started. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as Started).stopAll?.();
}
