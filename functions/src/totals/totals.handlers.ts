import { serveCalls, serveSchedule } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { platformIn } from './totals.ts';
import { totalsContract } from './totals.contract.ts';
import { foldTotals, totalsAt } from './totals.operations.ts';

const handlers: Handlers<typeof totalsContract> = {
  show: async ({ at = null }) => {
    const { sums, asOf } = await totalsAt(at);
    return { asOf, balances: platformIn(sums) };
  },
};

export const totals = {
  ...serveCalls('totals', totalsContract, handlers),
  fold: serveSchedule('*/15 * * * *', foldTotals),
};
