import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { deriveId } from '../platform/derive.ts';
import { load } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { pspSecrets as secrets, subscriptionGateway } from '../psp/providers.gateway.ts';
import { tiers } from '../psp/subscribing.ts';
import type { Handlers } from '../shared/call.ts';
import { allowanceContract } from './allowance.contract.ts';
import { subscribe, sweepSubscriptions, unsubscribe } from './allowance.operations.ts';
import { allowances, type Subscription } from './subscription.ts';

const handlers: Handlers<typeof allowanceContract> = {
  tiers: () => ({ tiers: tiers.map((tier) => ({ tier, credits: allowances[tier] })) }),
  show: async (_, { uid }) => {
    const found = await load(collections.subscriptions.doc(uid));
    return { subscription: found && view(found) };
  },
  subscribe: async ({ requestId, tier }, { uid }, at) => {
    const request = deriveId('subscription', uid, requestId);
    const done = await subscribe(subscriptionGateway(), { uid, tier, request, at });
    const open = done.subscription.status !== 'active' && done.clientSecret !== '';
    return { subscription: view(done.subscription), clientSecret: open ? done.clientSecret : null };
  },
  cancel: async (_, { uid }, at) => view(await unsubscribe(subscriptionGateway(), uid, at)),
};

const view = ({ tier, status, ending, startAt, endAt }: Subscription) => ({
  ...{ tier, status, ending, startAt, endAt },
});

export const allowance = {
  ...serveCalls('allowance', allowanceContract, handlers, { secrets }),
  changed: serveWritten('subscriptions', (uid) => deliverNews(collections.subscriptions.doc(uid))),
  sweep: serveSchedule(
    '15 * * * *',
    async (at) => {
      await sweepSubscriptions(subscriptionGateway(), at);
      await sweepNews(collections.subscriptions);
    },
    { secrets },
  ),
};
