import { randomUUID } from 'node:crypto';
import { format } from '../functions/src/shared/money.ts';
import type { Player } from './cast.ts';
import type { Stack } from './stack.ts';
import { identify } from './steps.ts';
import type { Say } from './story.ts';

/** The weekly run: it asks for everybody who wished it, finance lets all pass at once, and each is paid with proof. */

const INR = 'INR' as const;
const reason = 'Earnings were checked.';
const [MINUTE, HOUR] = [60_000, 3_600_000];
const DAY = 24 * HOUR;

export async function payWeek(
  stack: Stack,
  people: Record<'partner' | 'mentor' | 'finance' | 'treasurer', Player>,
  say: Say,
) {
  const { partner, mentor, finance, treasurer } = people;
  await wish(partner, finance, 'Pia Example', 'pia@okbank');
  await wish(mentor, finance, 'Meera Example', 'meera@okbank');
  await stack.advance(untilMonday(stack.cloud.clock.now()));
  const run = (await finance.api.payruns.list({ limit: 1 })).runs[0]?.id ?? '';
  const asked = (await finance.api.payruns.show({ run, outcome: 'requested' })).lines;
  const withdrawals = asked.flatMap(({ withdrawal }) => withdrawal ?? []);
  const { answers } = await finance.api.payruns.approve({ run, withdrawals, reason });
  for (const { withdrawal, amount } of asked)
    await treasurer.api.withdrawals.pay({
      ...{ withdrawal: withdrawal ?? '', amount: { amount: amount ?? 0, currency: INR } },
      ...{
        reference: `UPI-${randomUUID()}`,
        method: 'bank_transfer',
        paidAt: stack.cloud.clock.now(),
        reason,
      },
    });
  const { run: done, lines } = await finance.api.payruns.show({ run });
  const { people: count = 0, amount = 0 } = done.totals ?? {};
  say(
    `  on Monday the weekly run asks for ${format(amount, INR)} for ${count} people; finance lets all pass at once`,
  );
  return {
    ...{ people: count, amount, approved: answers.filter(({ status }) => status === 'approved').length },
    paid: lines
      .flatMap(({ status, amount: one }) => (status === 'paid' ? (one ?? 0) : []))
      .toSorted((one, other) => one - other),
  };
}

async function wish(person: Player, finance: Player, holder: string, upi: string) {
  const { uid, api } = person;
  await identify(person, finance, holder, 'IN');
  const account = { kind: 'upi', holder, upi, currency: INR } as const;
  const { id: destination } = await api.destinations.save({ requestId: randomUUID(), ...account });
  await finance.api.destinations.verify({ uid, destination, decision: 'verify', reason });
  await api.payruns.join({ destination });
}

/** To five minutes past the next run that a new account has cooled off for: Mondays at 05:00 UTC. */
function untilMonday(now: number): number {
  const earliest = now + DAY + HOUR;
  const first = earliest - (earliest % DAY) + 5 * HOUR + 5 * MINUTE;
  const days = Array.from({ length: 8 }, (_, i) => first + i * DAY);
  return days.find((at) => at >= earliest && new Date(at).getUTCDay() === 1)! - now;
}
