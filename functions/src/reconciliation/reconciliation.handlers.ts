import { serveCalls, serveSchedule } from '../platform/serve.ts';
import { ProviderRefused, ProviderUnavailable } from '../psp/gateway.ts';
import { pspSecrets as secrets, settlementGateway } from '../psp/providers.gateway.ts';
import type { Handlers } from '../shared/call.ts';
import { currencies } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { reconciliationContract } from './reconciliation.contract.ts';
import { reconcileDays, sweepReconciliations } from './days.operations.ts';
import { reconcile } from './reconciliation.operations.ts';
import { reconciliationId } from './reconciliation.ts';

/** Only Stripe lists what it did; Fatora has nothing to ask (see README). */
const provider = 'stripe';

/** In pages of a hundred: what a call has time for, and what a schedule has. */
const PAGES = { call: 60, schedule: 1200 } as const;

const handlers: Handlers<typeof reconciliationContract> = {
  run: async ({ day }, _, at) => {
    const order = { provider, day, at, anew: true, pages: PAGES.call } as const;
    const { phase, counts, totals, doneAt } = await reconcile(settlementGateway(), order).catch(refuse);
    const sums = currencies.flatMap((currency) => {
      const both = totals[currency];
      return both ? [{ currency, ...both }] : [];
    });
    return { id: reconciliationId(provider, day), day, phase, counts, totals: sums, doneAt };
  },
};

function refuse(error: unknown): never {
  if (error instanceof ProviderUnavailable) throw new Refusal('provider_unavailable', { provider });
  if (error instanceof ProviderRefused)
    throw new Refusal('provider_refused', { provider, code: error.reason });
  throw error;
}

export const reconciliation = {
  ...serveCalls('reconciliation', reconciliationContract, handlers, { secrets }),
  daily: serveSchedule(
    '0 3 * * *',
    (at) => reconcileDays(settlementGateway(), { provider, at, pages: PAGES.schedule }),
    { secrets },
  ),
  sweep: serveSchedule(
    '*/15 * * * *',
    (at) => sweepReconciliations(settlementGateway(), at, PAGES.schedule),
    { secrets },
  ),
};
