import type { z } from 'zod';
import { quoteItem } from '../catalog/catalog.ts';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { appUrl } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { gateways, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { openCheckout, sweepPurchases } from './checkout.ts';
import type { Purchase } from './purchase.ts';
import { purchasesContract, type PurchaseView } from './purchases.contract.ts';
import { decideReview, orderCoins } from './purchases.operations.ts';

const handlers: Handlers<typeof purchasesContract> = {
  create: async ({ requestId, provider, item }, { uid }, at) => {
    const id = joinId(deriveId('purchase', uid, requestId), uid);
    const requestHash = hashInput({ provider, item });
    const order = await orderCoins(id, { uid, provider, quote: quoteItem(item), requestHash, at });
    return view(id, await openCheckout(id, order, gateways(), `${appUrl.value()}/purchases/${id}`, at));
  },
  resolve: async ({ purchase, decision, reason }, caller, at) => {
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return view(purchase, await decideReview(purchase, { decision, actor, at }));
  },
};

const view = (id: string, purchase: Purchase): z.input<typeof PurchaseView> => ({
  id,
  status: purchase.status,
  provider: purchase.provider,
  currency: purchase.currency,
  value: purchase.value,
  price: purchase.price,
  coins: purchase.coins,
  credits: purchase.credits,
  refunded: purchase.refunded,
  checkoutUrl: purchase.status === 'pending' ? purchase.url : null,
  createdAt: purchase.createdAt,
  expiresAt: purchase.expiresAt,
});

export const purchases = {
  ...serveCalls('purchases', purchasesContract, handlers, { secrets }),
  changed: serveWritten('purchases', (id) => deliverNews(collections.purchases.doc(id))),
  sweep: serveSchedule(
    '*/5 * * * *',
    async (at) => {
      await sweepPurchases(gateways(), at);
      await sweepNews(collections.purchases);
    },
    { secrets },
  ),
};
