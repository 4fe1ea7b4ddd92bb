import { withName } from './creators.ts';
import { openStage, refusal, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

/** As `codes-attach` leaves it. */
const referral = (uid: string, referrer: string, at: number) => ({
  ...{ uid, referrer, link: null, createdAt: new Date(at), untilAt: new Date(at), news: [] },
  ...{ status: 'over', dueAt: null },
});

async function bring(referrer: Actor, ...people: readonly Actor[]): Promise<void> {
  for (const { uid } of people) {
    await stage.db.doc(`referrals/${uid}`).set(referral(uid, referrer.uid, stage.cloud.clock.now()));
    await stage.advance('1s');
  }
  await stage.idle();
}

const people = (count: number) => Promise.all(Array.from({ length: count }, () => stage.actor()));

test('F57 W4-25 two levels by usernames alone, with package, numbers and totals', async () => {
  const [ann, bob, cat, dan, eve] = (await people(5)) as [Actor, Actor, Actor, Actor, Actor];
  const name = await withName(bob);
  const third = await withName(dan);
  const untilAt = new Date(stage.cloud.clock.now() + 365 * 24 * 3_600_000);
  const pro = { name: 'pro', title: 'Pro', rank: 2, untilAt };
  const more = { holdings: [], asOfAt: new Date(), warned: false, dueAt: null, version: 1, news: [] };
  await stage.db.doc(`members/${bob.uid}`).set({ package: pro, ...more });
  // Whoever comes first: dan is under bob before bob is under ann.
  await bring(bob, dan);
  await bring(ann, bob, cat);
  await bring(dan, eve);
  const { people: first, totals, next } = await ann.api.tree.show({ level: 1 });
  expect(first).toEqual([
    { username: null, joinedAt: expect.any(Number) as number, package: null, children: 0 },
    { username: name, joinedAt: expect.any(Number) as number, package: 'Pro', children: 1 },
  ]);
  expect([totals, next]).toEqual([{ children: 2, grandchildren: 1 }, null]);
  const second = await ann.api.tree.show({ level: 2, of: name });
  expect(second.people).toMatchObject([{ username: third, children: 1 }]);
  const said = JSON.stringify([first, second]);
  for (const { uid, email } of [bob, cat, dan, eve]) {
    expect(said).not.toContain(uid);
    expect(said).not.toContain(email);
  }
  // No further down, and not sideways: the same answer as for a name that nobody has.
  for (const other of [third, 'nobody_at_all'])
    expect(await refusal(ann.api.tree.show({ level: 2, of: other }))).toMatchObject({ reason: 'not_found' });
  // What the audit compares with orders is not there any more when it looks.
  await stage.db.doc(`members/${bob.uid}`).delete();
  expect(await refusal(cat.api.tree.show({ level: 2, of: name }))).toMatchObject({ reason: 'not_found' });
  for (const input of [
    { level: 2 },
    { level: 1, of: name },
    { level: 3 },
    { level: 1, after: 'made-up-cursor' },
  ])
    expect(['invalid_input', 'not_found']).toContain(
      (await refusal(stage.call('tree-show', input, ann))).reason,
    );
});

test('F57 whom no trigger counted the schedule counts, once', async () => {
  const [ann, bob, cat] = (await people(3)) as [Actor, Actor, Actor];
  await bring(bob, cat);
  await bring(ann, bob);
  const own = ['ann', 'bob', 'cat'].map((_, i) => stage.db.doc(`branches/${[ann, bob, cat][i]!.uid}`));
  await Promise.all(own.map((ref) => ref.delete()));
  for (let i = 0; i < 2; i += 1) await stage.cloud.runSchedule('tree-sweep');
  await Promise.all([stage.cloud.runSchedule('tree-sweep'), stage.cloud.runSchedule('tree-sweep')]);
  expect((await ann.api.tree.show({ level: 1 })).totals).toEqual({ children: 1, grandchildren: 1 });
  expect((await bob.api.tree.show({ level: 1 })).totals).toEqual({ children: 1, grandchildren: 0 });
});
