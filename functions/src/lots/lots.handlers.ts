import { collections } from '../collections.ts';
import { balanceOf, lotsOf } from '../ledger/wallet.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { accountOf } from '../platform/accounts.ts';
import { deriveId } from '../platform/derive.ts';
import { load } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { lotsContract } from './lots.contract.ts';
import { grantBonus, sweepLots } from './lots.operations.ts';
import { lotId } from './lifetime.ts';

const handlers: Handlers<typeof lotsContract> = {
  list: async (_, { uid }) => {
    const wallet = await load(collections.wallets.doc(uid));
    return {
      available: balanceOf(wallet, 'CREDIT').available,
      lots: lotsOf(wallet, 'CREDIT').map(({ id, kind, amount, expiresAt }) => ({
        ...{ lot: id, kind, amount, expiresAt },
      })),
    };
  },
  grant: async ({ requestId, uid, credits, reason }, caller, at) => {
    if (!(await accountOf(uid))) throw new Refusal('not_found', { what: 'user', uid });
    const lot = `bonus-${deriveId('bonus', caller.uid, requestId)}`;
    const amount = minor(credits);
    const bonus = { lot, uid, amount, by: caller.uid, at, text: `You were given ${credits} credits.` };
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    const given = await grantBonus(bonus, actor);
    return { id: lotId(lot, uid), credits: given.given, expiresAt: given.expiresAt };
  },
};

export const lots = {
  ...serveCalls('lots', lotsContract, handlers),
  changed: serveWritten('lots', (id) => deliverNews(collections.lots.doc(id))),
  sweep: serveSchedule('*/15 * * * *', async (at) => {
    await sweepLots(at);
    await sweepNews(collections.lots);
  }),
};
