import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { load } from '../platform/firestore.ts';
import { feePolicy } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { cardGateway, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { cancelPayment, fund, sweepPayments, talk } from './charging.operations.ts';
import { fundContract, paymentsContract } from './payments.contract.ts';
import { creditPayment } from './payments.operations.ts';
import { viewPayment } from './payments.views.ts';

const funding: Handlers<typeof fundContract> = {
  fund: async ({ job, fromWallet = zero, method = '', save = false }, { uid }, at) => {
    const wish = { fromWallet, method, save };
    const order = { id: joinId(job, uid), job, by: uid, policy: feePolicy(), at, ...wish };
    const { payment, ...rest } = await fund(cardGateway(), order);
    return { ...viewPayment(payment), ...rest };
  },
};

const customerOf = async (uid: string): Promise<string | null> =>
  (await load(collections.buyers.doc(uid)))?.customer ?? null;

const handlers: Handlers<typeof paymentsContract> = {
  cancel: async ({ payment }, { uid }, at) =>
    viewPayment(await cancelPayment(cardGateway(), payment, { by: uid, at })),
  methods: async (_, { uid }) => {
    const customer = await customerOf(uid);
    return { methods: customer === null ? [] : await talk(() => cardGateway().methodsOf(customer)) };
  },
  forget: async ({ method }, { uid }) => {
    const customer = await customerOf(uid);
    const forgotten = customer !== null && (await talk(() => cardGateway().forgetMethod(customer, method)));
    if (!forgotten) throw new Refusal('not_found', { what: 'method', id: method });
    return { forgotten };
  },
  credit: async ({ payment, reason }, caller, at) => {
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return viewPayment(await creditPayment(payment, actor, at));
  },
};

/** Deployed as `escrow-fund`. */
export const { fund: fundEscrow } = serveCalls('escrow', fundContract, funding, { secrets });

export const payments = {
  ...serveCalls('payments', paymentsContract, handlers, { secrets }),
  changed: serveWritten('payments', (id) => deliverNews(collections.payments.doc(id))),
  sweep: serveSchedule(
    '*/5 * * * *',
    async (at) => {
      await sweepPayments(cardGateway(), at);
      await sweepNews(collections.payments);
    },
    { secrets },
  ),
};
