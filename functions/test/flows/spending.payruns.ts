import type { All } from './spending.ts';
import { givenRupees, known, upiOf } from './weekly.ts';

/** Being paid every week, and what finance does about it, once each. */

const reason = 'Looked at it.';
const DAY = 24 * 3_600_000;

export async function weekly({ stage, cost, finance }: All): Promise<void> {
  const ann = await stage.actor();
  await givenRupees(finance, ann, 80_000);
  await known(finance, ann);
  const destination = await upiOf(finance, ann, 'ann.example@okbank');
  await cost('payruns-join', () => ann.api.payruns.join({ destination }));
  await cost('payruns-mine', () => ann.api.payruns.mine({}));
  // A week that nobody has begun.
  stage.cloud.clock.move(7 * DAY);
  const { id: run } = await cost('payruns-start', () => finance.api.payruns.start({ reason }));
  await cost('payruns-list', () => finance.api.payruns.list({ limit: 1 }));
  const { lines } = await cost('payruns-show', () => finance.api.payruns.show({ run }));
  const withdrawal = lines[0]!.withdrawal!;
  await cost('payruns-approve', () =>
    finance.api.payruns.approve({ run, withdrawals: [withdrawal], reason }),
  );
  await finance.api.withdrawals.fail({ withdrawal, reason });
  stage.cloud.clock.move(7 * DAY);
  await cost('a week’s run of one person', () => stage.cloud.runSchedule('payruns-weekly'), 'payruns-weekly');
  await cost('payruns-leave', () => ann.api.payruns.leave({}));
}
