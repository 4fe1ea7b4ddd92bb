import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { serveSchedule, serveWritten } from '../platform/serve.ts';
import { disputeGateway, pspSecrets as secrets, subscriptionGateway } from '../psp/providers.gateway.ts';
import { sweepChargebacks } from './chargebacks.operations.ts';

export const chargebacks = {
  changed: serveWritten('chargebacks', (id) => deliverNews(collections.chargebacks.doc(id))),
  sweep: serveSchedule(
    '*/30 * * * *',
    async (at) => {
      await sweepChargebacks({ disputes: disputeGateway(), subscriptions: subscriptionGateway() }, at);
      await sweepNews(collections.chargebacks);
    },
    { secrets },
  ),
};
