import './surroundings.ts';
import { fillParams } from '../host/params.ts';

/** What can be exchanged below the deployed functions, and the functions. */
export type Deployment = {
  readonly exports: object;
  readonly useStore: (typeof import('../../functions/src/platform/firestore.ts'))['useStore'];
  readonly useClock: (typeof import('../../functions/src/platform/clock.ts'))['useClock'];
  readonly useChance: (typeof import('../../functions/src/platform/chance.ts'))['useChance'];
  readonly useTasks: (typeof import('../../functions/src/platform/tasks.ts'))['useTasks'];
  readonly useAccounts: (typeof import('../../functions/src/platform/accounts.ts'))['useAccounts'];
  readonly useStripeHttp: (typeof import('../../functions/src/psp/stripe.client.gateway.ts'))['useStripeHttp'];
  readonly useFatoraHttp: (typeof import('../../functions/src/psp/fatora.client.gateway.ts'))['useFatoraHttp'];
  readonly forgetFull: (typeof import('../../functions/src/platform/throttle.ts'))['forgetFull'];
};

let loaded: Promise<Deployment> | undefined;

/** The deployed functions, imported once for all runs of this process; nothing listens and nothing is reached. */
export const loadDeployment = (): Promise<Deployment> => (loaded ??= load());

async function load(): Promise<Deployment> {
  const [exports, store, clock, chance, tasks, accounts, stripe, fatora, throttle] = await Promise.all([
    import('../../functions/src/index.ts'),
    import('../../functions/src/platform/firestore.ts'),
    import('../../functions/src/platform/clock.ts'),
    import('../../functions/src/platform/chance.ts'),
    import('../../functions/src/platform/tasks.ts'),
    import('../../functions/src/platform/accounts.ts'),
    import('../../functions/src/psp/stripe.client.gateway.ts'),
    import('../../functions/src/psp/fatora.client.gateway.ts'),
    import('../../functions/src/platform/throttle.ts'),
    import('stripe'),
  ]);
  fillParams();
  return { exports, ...store, ...clock, ...chance, ...tasks, ...accounts, ...stripe, ...fatora, ...throttle };
}
