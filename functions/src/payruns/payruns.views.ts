import type { z } from 'zod';
import type { Withdrawal } from '../withdrawals/withdrawal.ts';
import type { Payrun, PayrunJoin, PayrunLine, SkipReason, WeeklyCurrency } from './payrun.ts';
import type { payrunsContract } from './payruns.contract.ts';

type Show = z.input<typeof payrunsContract.show.output>;

export const viewJoin = (
  join: PayrunJoin | null,
  minimum: { readonly amount: number; readonly currency: WeeklyCurrency },
): z.input<typeof payrunsContract.mine.output> => ({
  weekly:
    join?.weekly == null
      ? null
      : { currency: join.weekly, destination: join.destination, since: join.changedAt },
  minimum,
});

export function viewRun(id: string, { totals, ...run }: Payrun): Show['run'] {
  const { currency, minimum, by, phase, startedAt, doneAt } = run;
  const skipped = Object.entries(totals.skipped) as [SkipReason, number][];
  const reasons = skipped.toSorted().map(([reason, people]) => ({ reason, people }));
  const { people, requested, amount, failed } = totals;
  const sums = { people, requested, amount, failed, skipped: reasons };
  return { id, currency, minimum, by, phase, startedAt, doneAt, totals: phase === 'done' ? sums : null };
}

export const viewLine = (
  id: string,
  line: PayrunLine,
  username: string | null,
  withdrawal: Withdrawal | null,
): Show['lines'][number] => ({
  ...{ id, uid: line.uid, username, outcome: line.outcome, at: line.at, retryAt: line.retryAt },
  reason: line.outcome === 'skipped' ? line.reason : null,
  withdrawal: line.outcome === 'requested' ? line.withdrawal : null,
  amount: line.outcome === 'requested' ? line.amount : null,
  status: withdrawal?.status ?? null,
});
