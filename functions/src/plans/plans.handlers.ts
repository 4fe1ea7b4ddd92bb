import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { fund } from '../payments/charging.operations.ts';
import { paymentId } from '../payments/funding.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find, load } from '../platform/firestore.ts';
import { feePolicy } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { cardGateway, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { minor, zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { defaultOf, FREE, offersOf, ownPolicy, type Offer } from './offer.ts';
import { plansContract } from './plans.contract.ts';
import { buy, defineOffer, settleSale, sweepMemberships, sweepSales } from './plans.operations.ts';
import { definedOffers } from './plans.store.ts';
import type { Sale } from './sale.ts';

const { buy: buyCall, ...otherCalls } = plansContract;

const viewOffer = ({ name, kind, title, price, days, fees }: Offer) => ({
  ...{ name, kind, title, price, days },
  fees: fees && { payeeFeeBps: fees.payeeFeeBps, payerFeeBps: fees.payerFeeBps },
});

const handlers: Handlers<typeof otherCalls> = {
  list: async () => ({
    offers: offersOf((await find(definedOffers())).map(({ doc }) => doc)).map(viewOffer),
  }),
  mine: async (_, { uid }, at) => {
    const found = await load(collections.memberships.doc(uid));
    const plan = found?.plan && found.plan.untilAt > at ? found.plan : null;
    return {
      plan: plan && { name: plan.name, untilAt: plan.untilAt },
      badges: (found?.badges ?? []).filter(({ untilAt }) => untilAt > at),
    };
  },
  define: async ({ offer: name, charges, costs, currency, reason, ...rest }, caller, at) => {
    if ((rest.kind === 'plan') !== (charges !== undefined))
      throw new Refusal('invalid_input', {
        path: 'charges',
        problem: 'a plan has fees, and a badge has none',
      });
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    const price = { amount: minor(costs), currency };
    return viewOffer(await defineOffer({ ...rest, name, price, fees: charges ?? null }, actor, at));
  },
};

/** What can be bought under this name now. @throws Refusal `not_found`. */
async function offered(name: string): Promise<Offer> {
  const offer = (await load(collections.offers.doc(name))) ?? defaultOf(name);
  if (!offer || name === FREE || offer.price.amount === 0)
    throw new Refusal('not_found', { what: 'offer', id: name });
  return offer;
}

const view = (
  id: string,
  sale: Sale,
  more: { readonly clientSecret: string | null; readonly payment: string | null },
): z.input<typeof buyCall.output> => ({ id, status: sale.status, offer: viewOffer(sale.offer), ...more });

const buying: Handlers<{ buy: typeof buyCall }> = {
  buy: async ({ requestId, offer: name, card }, { uid }, at) => {
    const job = deriveId('sale', uid, requestId);
    const id = joinId(job, uid);
    const requestHash = hashInput({ name, byCard: card !== undefined });
    const before = await load(collections.sales.doc(id));
    const offer = before?.offer ?? (await offered(name));
    const order = { id, job, uid, offer, policy: ownPolicy(feePolicy()), requestHash, at };
    const sale = await buy(order, card !== undefined);
    if (!card || sale.status !== 'open') return view(id, sale, { clientSecret: null, payment: null });
    const { fromWallet = zero, method = '', save = false } = card;
    const { policy } = sale;
    const wish = { id, job, by: uid, policy, fromWallet, method, save, keeper: `sales/${id}`, at };
    const { payment, clientSecret } = await fund(cardGateway(), wish);
    const after = (await settleSale(id, at)) ?? sale;
    return view(id, after, { clientSecret, payment: paymentId(payment) });
  },
};

export const plans = {
  ...serveCalls('plans', otherCalls, handlers),
  ...serveCalls('plans', { buy: buyCall }, buying, { secrets }),
  // A card has paid for something that the platform sells, or that went back.
  changed: serveWritten('sales', (id) => deliverNews(collections.sales.doc(id))),
  ended: serveWritten('memberships', (uid) => deliverNews(collections.memberships.doc(uid))),
  sweep: serveSchedule('*/30 * * * *', async (at) => {
    await sweepSales(at);
    await sweepMemberships(at);
    await sweepNews(collections.sales);
    await sweepNews(collections.memberships);
  }),
};
