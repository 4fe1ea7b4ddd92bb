import { tell, type Newsworthy } from '../notifications/notice.ts';
import { destinationOf } from '../payees/destination.ts';
import type { Payee } from '../payees/payee.ts';
import { joinId } from '../shared/ids.ts';
import { format, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { weeklyCurrencies, type PayrunJoin, type SkipReason } from './payrun.ts';

/** Who is paid every week, and what they hear of it. */

type JoinOrder = {
  readonly uid: string;
  readonly destination: string;
  readonly minimum: Minor;
  readonly at: number;
};

/**
 * From the next run on all that is available goes to this destination. It need not be usable yet, nor the person
 * verified: each run looks anew. The same again changes nothing.
 * @throws Refusal `not_found`, `currency_mismatch`.
 */
export function join(
  { join: before, payee }: { readonly join: PayrunJoin | null; readonly payee: Payee | null },
  { uid, destination, minimum, at }: JoinOrder,
): PayrunJoin {
  const { currency, mask } = destinationOf(payee, destination);
  const weekly = weeklyCurrencies.find((one) => one === currency);
  if (!weekly) throw new Refusal('currency_mismatch', { expected: weeklyCurrencies[0], found: currency });
  if (before?.weekly === weekly && before.destination === destination) return before;
  const after: PayrunJoin = {
    ...{ uid, weekly, destination, changedAt: at, told: [], version: (before?.version ?? 0) + 1 },
    news: before?.news ?? [],
  };
  const text = `Every Monday what you have goes to ${mask}, from ${format(minimum, weekly)} on. If it was not you, tell us.`;
  return { ...after, ...heard(after, 'joined', text, at) };
}

/** Nothing goes by itself any more; what was asked for already goes on. Whoever never joined has left. */
export function leave(before: PayrunJoin | null, at: number): PayrunJoin | null {
  if (!before?.weekly) return before;
  const after: PayrunJoin = {
    ...before,
    ...{ weekly: null, changedAt: at, told: [], version: before.version + 1 },
  };
  return {
    ...after,
    ...heard(after, 'left', 'You are paid every week no more. You can withdraw at any time.', at),
  };
}

/** What only the person can mend; all else passes, or is somebody else’s to do. */
const needs: Readonly<Partial<Record<SkipReason, string>>> = {
  kyc_required: 'your identity is not verified yet.',
  not_found: 'the account that you chose is not there any more. Choose another.',
  destination_unverified: 'the account that you chose is not verified.',
  onboarding_required: 'Stripe does not pay out to you for now.',
  debt_open: 'you owe money after a refund. It is taken from what you earn next.',
};

/** They were passed over: they hear of what they can mend, once for each cause until they are paid. */
export function passedOver(before: PayrunJoin, reason: SkipReason, at: number): PayrunJoin {
  const need = needs[reason];
  if (need === undefined || before.told.includes(reason)) return before;
  const after = { ...before, told: [...before.told, reason], version: before.version + 1 };
  const text = `You were not paid this week: ${need}`;
  return { ...after, ...heard(after, 'skipped', text, at, { reason }) };
}

/** They were paid: what is in the way the next time is another cause. */
export const paidOut = (before: PayrunJoin): PayrunJoin =>
  before.told.length === 0 ? before : { ...before, told: [], version: before.version + 1 };

function heard(
  join: PayrunJoin,
  event: 'joined' | 'left' | 'skipped',
  text: string,
  at: number,
  facts: Readonly<Record<string, string>> = {},
): Newsworthy {
  const { uid, version } = join;
  const cause = `payrun.${joinId(uid)}.${version}.${event}`;
  return tell(join, { cause, about: `payrunJoins/${uid}`, at }, [
    { to: uid, kind: `payruns-${event}` as const, text, facts },
  ]);
}
