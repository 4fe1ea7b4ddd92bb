import fc from 'fast-check';
import { collections } from '../collections.ts';
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

test('nobody queues for what everybody reads: the policy, a course, a package, a plan, a creator’s terms', () => {
  const everybodys = [
    'returnPolicies',
    'courses',
    'lessons',
    'packages',
    'offers',
    'terms',
    'commissionTables',
  ] as const;
  const wallet = collections.wallets.doc('ann');
  expect(wantedAlone([...everybodys.map((name) => collections[name].doc('x')), wallet])).toEqual([
    wallet.path,
  ]);
});
