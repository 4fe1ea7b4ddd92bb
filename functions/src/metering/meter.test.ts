import type { Generation } from '../generations/generation.ts';
import { minor } from '../shared/money.ts';
import { failureBps, findingOfLosses, findingsOfDay, findingsOfWeek, foldDay, totalOf } from './meter.ts';

const at = Date.UTC(2026, 0, 1, 12);
const base = {
  ...({ kind: 'image', provider: 'atelier' } as const),
  ...{ prompt: 'x', imageUrl: null, requestHash: 'h', price: minor(4) },
  ...{ lots: [], balance: minor(0), costMicros: 40_000, policy: { version: 1, cancelBps: 0 }, createdAt: at },
  ...{ deadlineAt: at, attempt: 1, asked: 1, failures: [], tasks: [], loss: null, closedAt: at, version: 1 },
  ...{ dueAt: null, news: [] },
};
const done = (uid: string): Generation => ({
  ...{ ...base, uid, status: 'completed', task: 't', resultUrl: 'https://x.y' },
});
const failed = (uid: string): Generation => ({
  ...{ ...base, uid, status: 'refunded', code: 'timeout', refunded: true, back: minor(4) },
});
const cancelled = (uid: string): Generation =>
  ({ ...failed(uid), code: 'cancelled', back: minor(2) }) as Generation;
const lost = (credits: number): Generation => ({
  ...failed('ann'),
  loss: { task: 't', credits: minor(credits), at },
});
const times = (n: number, one: (uid: string) => Generation) =>
  Array.from({ length: n }, (_, i) => one(`u${i}`));

test('F45 a day by provider and kind, in whole numbers that add up', () => {
  const over = [done('a'), done('b'), failed('a'), cancelled('c'), lost(4)];
  const day = foldDay('2026-01-01', over, at);
  expect(day.users).toBe(4);
  expect(totalOf([day])).toEqual({
    ...{
      completed: 2,
      failed: 2,
      cancelled: 1,
      earned: 10,
      back: 10,
      costMicros: 80_000,
      lossMicros: 40_000,
    },
  });
  expect(day.groups.find(({ kind }) => kind === 'video')).toMatchObject({ completed: 0, costMicros: 0 });
  expect(failureBps(totalOf([day]))).toBe(5000);
  expect(failureBps(totalOf([]))).toBeNull();
});

test.each([
  [19, 1, 0],
  [95, 5, 0],
  [94, 6, 1],
  [9, 9, 0],
])(
  'F45 %i done and %i failed: the refund rate is told of %i times, under one name a day',
  (good, bad, told) => {
    const over = [...times(good, done), ...times(bad, failed)];
    const day = foldDay('2026-01-01', over, at);
    const found = findingsOfDay(day, over);
    expect(found.map(({ id }) => id)).toEqual(told === 1 ? ['metering.refundrate.2026-01-01'] : []);
    expect(findingsOfDay(day, over)).toEqual(found);
  },
);

test('F45 a fourth refund of one person in a day is told of, and not what they cancelled', () => {
  const of = (n: number) => [
    ...Array.from({ length: n }, () => failed('ann')),
    ...times(9, () => cancelled('ann')),
  ];
  const ids = (n: number) => findingsOfDay(foldDay('2026-01-01', of(n), at), of(n)).map(({ id }) => id);
  expect(ids(3)).toEqual([]);
  expect(ids(4)).toEqual(['metering.refunds.ann.2026-01-01']);
});

test('F45 more than a hundred credits lost in an hour', () => {
  expect(findingOfLosses([lost(60), lost(40)], at)).toEqual([]);
  expect(findingOfLosses([lost(60), lost(41)], at).map(({ id }) => id)).toEqual([
    'metering.loss.2026-01-01T12',
  ]);
});

test('F45 a provider that fails more than a fifth in seven days, once for each', () => {
  const days = (good: number, bad: number) => [
    foldDay('2026-01-01', times(good, done), at),
    foldDay('2026-01-02', times(bad, failed), at),
  ];
  expect(findingsOfWeek(days(80, 20), at)).toEqual([]);
  const found = findingsOfWeek(days(79, 21), at);
  expect(found).toHaveLength(1);
  expect(findingsOfWeek(days(79, 22), at + 1000).map(({ id }) => id)).toEqual(found.map(({ id }) => id));
  expect(findingsOfWeek(days(1, 9), at)).toEqual([]);
});
