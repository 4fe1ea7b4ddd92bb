import fc from 'fast-check';
import { readForStart } from '../generations/generations.store.ts';
import { readLearning } from '../learning/learning.store.ts';
import { readToBuy } from '../orders/orders.store.ts';
import type { Ref } from './store.ts';
import { takeTurn, wantedAlone } from './turns.ts';

test('nobody holds a document that somebody else holds, and everybody gets a turn', async () => {
  const wishes = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), wishes, async (scheduler, all) => {
      const held = new Set<string>();
      let served = 0;
      const work = all.map(async (paths) => {
        const leave = await takeTurn(paths);
        for (const path of paths) {
          if (held.has(path)) throw new Error(`two hold ${path}`);
          held.add(path);
        }
        await scheduler.schedule(Promise.resolve());
        for (const path of paths) held.delete(path);
        served += 1;
        leave();
      });
      await scheduler.waitFor(Promise.all(work));
      expect(served).toBe(all.length);
    }),
    { numRuns: 50 },
  );
});

test('nobody queues for what everybody reads: who begins work for a policy, who learns for the course, who buys for the package', async () => {
  const wanted: string[] = [];
  const reader = {
    get: (refs: Readonly<Record<string, Ref<unknown>>>) => {
      wanted.push(...wantedAlone(Object.values(refs)));
      return Promise.resolve(Object.fromEntries(Object.keys(refs).map((name) => [name, null])) as never);
    },
  };
  await readForStart(reader, 'request1~ann');
  await readLearning(reader, 'knots', 'ann');
  await readToBuy(reader, 'request1~ann', { kind: 'course', item: 'knots' });
  await readToBuy(reader, 'request1~ann', { kind: 'package', item: 'pro' });
  expect(wanted.filter((path) => !path.includes('ann'))).toEqual([]);
  expect(wanted).toContain('wallets/ann');
});
