import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { accountOf } from '../platform/accounts.ts';
import { sealingKey } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { cardPrintGateway, pspSecrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { rewardsContract } from './rewards.contract.ts';
import { noteReferral, sweepReferrals, welcome } from './rewards.operations.ts';

const handlers: Handlers<typeof rewardsContract> = {
  welcome: async ({ device = null }, { uid, ip }, at) => {
    const { given, expiresAt } = await welcome({ uid, device, ip, at });
    return { credits: given, expiresAt };
  },
  refer: async ({ referrer, device = null }, { uid, ip }, at) => {
    if (!(await accountOf(referrer))) throw new Refusal('not_found', { what: 'user', uid: referrer });
    const { referrer: noted, untilAt } = await noteReferral({ uid, device, ip, at }, referrer);
    return { referrer: noted, untilAt };
  },
};

export const rewards = {
  ...serveCalls('rewards', rewardsContract, handlers, { secrets: [sealingKey] }),
  changed: serveWritten('referrals', (id) => deliverNews(collections.referrals.doc(id))),
  sweep: serveSchedule(
    '45 * * * *',
    async (at) => {
      await sweepReferrals(cardPrintGateway(), at);
      await sweepNews(collections.referrals);
    },
    { secrets: [sealingKey, ...pspSecrets] },
  ),
};
