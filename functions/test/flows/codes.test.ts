import { attach } from './affiliates.ts';
import { noticesOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { withName } from './creators.ts';
import { openStage, refusal, requestId, together, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

test('F52 one code for each person, however often and however much at once it is asked for', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const asked = await together(Array.from({ length: 10 }, () => ann.api.codes.mine({})));
  expect(asked.reasons.filter((one) => one !== 'busy')).toEqual([]);
  const code = (await ann.api.codes.mine({})).code;
  expect(new Set(asked.answers.map((one) => one.code))).toEqual(new Set([code]));
  expect(code).toMatch(/^[2-9CFGHJMPQRVWX]{8}$/);
  expect((await bob.api.codes.mine({})).code).not.toBe(code);
  const own = await stage.db.collection('codes').where('uid', '==', ann.uid).get();
  expect(own.docs.map(({ id }) => id)).toEqual([code]);
});

test('D19 W4-21 W4-25 either case is one code, to who checks and who attaches; nothing is told but the username', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const { code } = await ann.api.codes.mine({});
  expect(await stage.call('codes-check', { code })).toEqual({ username: null });
  const username = await withName(ann);
  const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
  expect(await stage.call('codes-check', { code: typed })).toEqual({ username });
  expect(await refusal(stage.call('codes-check', { code: '22222222' }))).toEqual({
    ...{ reason: 'not_found', facts: { what: 'code', id: '22222222' } },
  });
  expect(await bob.api.codes.attach({ code: typed, link: 'link-12345' })).toMatchObject({
    referrer: username,
  });
  expect((await stage.db.doc(`referrals/${bob.uid}`).get()).data()).toMatchObject({
    ...{ referrer: ann.uid, link: 'link-12345' },
  });
  await stage.idle();
  expect((await noticesOf(stage, ann)).filter((one) => one === 'codes-attached')).toHaveLength(1);
  const told = await stage.db.collection(`inboxes/${ann.uid}/notices`).get();
  expect(JSON.stringify(told.docs.map((one) => [one.id, one.data()]))).not.toContain(bob.uid);
});

test('W4-20 not one’s own, not in a circle of two, three or five, never changed, and nobody is told whose it is', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => stage.actor()));
  const codes = await Promise.all(people.map(async ({ api }) => (await api.codes.mine({})).code));
  const [first, second] = people;
  const own = await refusal(first!.api.codes.attach({ code: codes[0]! }));
  expect(own).toEqual({ reason: 'not_found', facts: { what: 'code', id: codes[0] } });
  for (const [i, person] of people.entries())
    if (i > 0) {
      await person.api.codes.attach({ code: codes[i - 1]! });
      // Whoever is at the end of any chain so far is nobody whom the first was brought by.
      expect(await refusal(first!.api.codes.attach({ code: codes[i]! }))).toEqual({
        ...{ reason: 'not_found', facts: { what: 'code', id: codes[i] } },
      });
    }
  expect(await second!.api.codes.attach({ code: codes[0]! })).toMatchObject({ referrer: null });
  expect(await refusal(second!.api.codes.attach({ code: codes[3]! }))).toMatchObject({ reason: 'not_found' });
  const other = await stage.actor();
  expect(
    await refusal(second!.api.codes.attach({ code: (await other.api.codes.mine({})).code })),
  ).toMatchObject({
    ...{ reason: 'wrong_status', facts: { status: 'referred' } },
  });
  // The older call knows of the same.
  expect(await refusal(second!.api.rewards.refer({ referrer: other.uid }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await second!.api.rewards.refer({ referrer: first!.uid })).toMatchObject({ referrer: first!.uid });
});

test('W4-20 who comes from the device that a code was made on is flagged, and finance hears of it', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const device = `device-${requestId()}`;
  await attach(bob, ann, { device });
  expect((await stage.db.doc(`referrals/${bob.uid}`).get()).get('status')).toBe('flagged');
  const alert = await stage.db.doc(`alerts/rewards.same.${bob.uid}`).get();
  expect(alert.data()).toMatchObject({ kind: 'reward_farm', people: [bob.uid, ann.uid] });
});

test('W4-20 the code of somebody who is erased is nobody’s, and stays so', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const { code } = await ann.api.codes.mine({});
  await ann.api.privacy.erase({ confirm: 'erase' });
  await stage.advance('1h');
  expect(await refusal(stage.call('codes-check', { code }))).toMatchObject({ reason: 'not_found' });
  expect(await refusal(bob.api.codes.attach({ code }))).toMatchObject({ reason: 'not_found' });
  expect((await stage.db.doc(`codeOwners/${ann.uid}`).get()).exists).toBe(false);
});
