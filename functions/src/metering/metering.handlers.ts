import { find } from '../platform/firestore.ts';
import { serveCalls, serveSchedule } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { failureBps, totalOf } from './meter.ts';
import { meteringContract } from './metering.contract.ts';
import { meter } from './metering.operations.ts';
import { daysIn } from './metering.store.ts';

const handlers: Handlers<typeof meteringContract> = {
  show: async ({ first, last }) => {
    const days = (await find(daysIn(first, last))).map(({ doc }) => doc);
    const total = totalOf(days);
    const cost = total.costMicros + total.lossMicros;
    const users = days.reduce((all, day) => all + day.users, 0);
    return {
      days: days.map((day) => ({ ...day, groups: [...day.groups] })),
      total,
      failureBps: failureBps(total),
      costPerGeneration: total.completed === 0 ? null : Math.floor(cost / total.completed),
      costPerUser: users === 0 ? null : Math.floor(cost / users),
    };
  },
};

export const metering = {
  ...serveCalls('metering', meteringContract, handlers),
  fold: serveSchedule('*/15 * * * *', meter),
};
