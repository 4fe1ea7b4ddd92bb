import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { find, load } from '../platform/firestore.ts';
import { sealingKey } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import { cardPrintGateway, pspSecrets } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Commission } from './commission.ts';
import { commissionsContract } from './commissions.contract.ts';
import { reviewCommission, settleOrder, sweepCommissions, sweepOrders } from './commissions.operations.ts';
import { commissionsOf } from './commissions.store.ts';
import { currentTable, defineTable } from './tables.operations.ts';

const secrets = [sealingKey, ...pspSecrets];

const handlers: Handlers<typeof commissionsContract> = {
  table: () => currentTable(),
  define: ({ reason, ...wanted }, { uid, role, ip }, at) =>
    defineTable(wanted, { uid, role: role ?? '', ip, reason }, at),
  list: async (filter, { uid }) => {
    // A cursor into somebody else's list would tell that it exists.
    if (filter.after !== undefined && (await load(collections.commissions.doc(filter.after)))?.uid !== uid)
      throw new Refusal('not_found', { what: 'cursor' });
    const page = await find(commissionsOf(uid, filter));
    const names = await usernamesOf(page.map(({ doc }) => doc.buyer));
    const next = page.length === filter.limit ? page.at(-1)!.id : null;
    return { commissions: page.map(({ id, doc }) => view(id, doc, names.get(doc.buyer) ?? null)), next };
  },
  review: async ({ commission: id, decision, reason }, { uid, role, ip }, at) => {
    const { status } = await reviewCommission(id, { uid, role: role ?? '', ip, reason }, decision, at);
    return { id, status };
  },
};

/** What leaves: the buyer by their username. */
const view = (id: string, one: Commission, buyer: string | null) => ({
  ...{ id, buyer, level: one.level, status: one.status, back: one.back, at: one.at, clearAt: one.clearAt },
  bought: one.cell.item === 'course' ? ('course' as const) : ('package' as const),
  amount: { amount: one.amount, currency: one.currency },
  table: { version: one.cell.version, bps: one.cell.bps },
});

export const commissions = {
  ...serveCalls('commissions', commissionsContract, handlers),
  ordered: serveWritten('orders', (id, at) => settleOrder(cardPrintGateway, id, at), { secrets }),
  changed: serveWritten('commissions', (id) => deliverNews(collections.commissions.doc(id))),
  sweep: serveSchedule(
    '*/10 * * * *',
    async (at) => {
      await sweepOrders(cardPrintGateway, at);
      await sweepCommissions(at);
      await sweepNews(collections.commissions);
    },
    { secrets },
  ),
};
