import './surroundings.ts';
import type Stripe from 'stripe';
import type { PaymentGateway } from '../../functions/src/psp/gateway.ts';
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
  readonly useAtelierHttp: (typeof import('../../functions/src/providers/atelier.gateway.ts'))['useAtelierHttp'];
  readonly useFilesHttp: (typeof import('../../functions/src/privacy/files.gateway.ts'))['useFilesHttp'];
  readonly usePushHttp: (typeof import('../../functions/src/messages/push.gateway.ts'))['usePushHttp'];
  readonly auditAll: (typeof import('../../functions/src/audit/audit.operations.ts'))['auditAll'];
  readonly forgetFull: (typeof import('../../functions/src/platform/throttle.ts'))['forgetFull'];
  readonly forgetVisitors: (typeof import('../../functions/src/links/clicks.operations.ts'))['forgetVisitors'];
};

let loaded: Promise<Deployment> | undefined;

/** The deployed functions, imported once for all runs of this process; nothing listens and nothing is reached. */
export const loadDeployment = (): Promise<Deployment> => (loaded ??= load());

async function load(): Promise<Deployment> {
  const [
    exports,
    store,
    clock,
    chance,
    tasks,
    accounts,
    stripe,
    fatora,
    throttle,
    files,
    audit,
    providers,
    atelier,
    push,
    clicks,
  ] = await Promise.all([
    import('../../functions/src/index.ts'),
    import('../../functions/src/platform/firestore.ts'),
    import('../../functions/src/platform/clock.ts'),
    import('../../functions/src/platform/chance.ts'),
    import('../../functions/src/platform/tasks.ts'),
    import('../../functions/src/platform/accounts.ts'),
    import('../../functions/src/psp/stripe.client.gateway.ts'),
    import('../../functions/src/psp/fatora.client.gateway.ts'),
    import('../../functions/src/platform/throttle.ts'),
    import('../../functions/src/privacy/files.gateway.ts'),
    import('../../functions/src/audit/audit.operations.ts'),
    import('../../functions/src/psp/providers.gateway.ts'),
    import('../../functions/src/providers/atelier.gateway.ts'),
    import('../../functions/src/messages/push.gateway.ts'),
    import('../../functions/src/links/clicks.operations.ts'),
  ]);
  fillParams();
  // The product keeps its client of Stripe for as long as it lives; where that leads differs from run to run.
  let current: Stripe.HttpClient | undefined;
  stripe.useStripeHttp({
    getClientName: () => 'simulator',
    makeRequest: (...request) => current!.makeRequest(...request),
  });
  const useStripeHttp = (other: Stripe.HttpClient) => void (current = other);
  await warm(providers.gateways().stripe);
  return {
    exports,
    ...store,
    ...clock,
    ...chance,
    ...tasks,
    ...accounts,
    ...fatora,
    ...throttle,
    ...files,
    useAtelierHttp: atelier.useAtelierHttp,
    usePushHttp: push.usePushHttp,
    forgetVisitors: clicks.forgetVisitors,
    ...audit,
    useStripeHttp,
  };
}

/** What is loaded on first use is loaded now: loading takes its own time, and that is not the seed's. */
const warm = (gateway: PaymentGateway): Promise<unknown> =>
  gateway
    .readWebhook({ rawBody: new Uint8Array(), headers: { 'stripe-signature': 't=0,v1=0' } })
    .catch(() => null);
