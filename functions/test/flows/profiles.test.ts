import { keyOf } from '../../src/profiles/username.ts';
import { openStage, refusal, together, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

test('F63 twenty people claim one name at once, each in another spelling: one gets it', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => stage.actor()));
  const spelt = ['Lily_01', 'lily_O1', 'LILY_0l', 'l1ly_0I'];
  const { answers, reasons } = await together(
    people.map((person, i) => person.api.usernames.claim({ username: spelt[i % 4]! })),
  );
  expect(answers).toHaveLength(1);
  expect(reasons.filter((reason) => reason !== 'username_taken' && reason !== 'busy')).toEqual([]);
  const { docs } = await stage.db.collection('profiles').get();
  expect(docs.filter((one) => one.get('username') !== null)).toHaveLength(1);
});

test('F63 a new name frees the old one, after a while; reserved ones are nobody’s', async () => {
  const [ann, ben] = [await stage.actor(), await stage.actor()];
  await ann.api.usernames.claim({ username: 'Rose_first' });
  expect(await ben.api.usernames.check({ username: 'rose_f1rst' })).toEqual({ free: false });
  await ann.api.usernames.claim({ username: 'Rose_second' });
  expect(await refusal(ben.api.usernames.claim({ username: 'Rose_first' }))).toMatchObject({
    reason: 'username_taken',
  });
  expect(await refusal(ben.api.profiles.get({ username: 'Rose_first' }))).toMatchObject({
    reason: 'not_found',
  });
  await stage.advance(`${30 * 24}h`);
  expect(await ben.api.usernames.claim({ username: 'Rose_first' })).toEqual({ username: 'Rose_first' });
  expect((await stage.db.doc(`usernames/${keyOf('Rose_first')}`).get()).get('uid')).toBe(ben.uid);
  for (const username of ['admin', 'Supp0rt', 'C0FFER'])
    expect(await refusal(ben.api.usernames.claim({ username }))).toMatchObject({
      reason: 'username_reserved',
    });
  for (const username of ['ab', 'a'.repeat(31), 'a-b-c', 'аdmin', '___', '12345', 'a b c'])
    expect(await refusal(ben.api.usernames.claim({ username }))).toMatchObject({ reason: 'invalid_input' });
});

test('F64 a profile is public, and holds nothing that is not', async () => {
  const lily = await stage.actor();
  await lily.api.usernames.claim({ username: 'Lily_draws' });
  const links = [{ site: 'instagram', url: 'https://www.instagram.com/lily' }] as const;
  const saved = { bio: 'I draw what you say.', links: [...links], avatar: `avatars/${lily.uid}/me.png` };
  await lily.api.profiles.save(saved);
  // Without a token: anybody may look.
  const seen = await stage.call('profiles-get', { username: 'lily_draws' });
  expect(seen).toEqual({ ...saved, username: 'Lily_draws', badges: [] });
  const stored = (await stage.db.doc(`profiles/${lily.uid}`).get()).data() ?? {};
  expect(Object.keys(stored).sort()).toEqual(['avatar', 'badges', 'bio', 'createdAt', 'links', 'username']);
  expect(await refusal(lily.api.profiles.save({ bio: 'x'.repeat(501) }))).toMatchObject({
    reason: 'invalid_input',
  });
  const url = 'javascript:alert(1)';
  expect(await refusal(lily.api.profiles.save({ links: [{ site: 'website', url }] }))).toMatchObject({
    reason: 'invalid_input',
    facts: { path: 'links.0.url' },
  });
  expect(await refusal(lily.api.profiles.save({ avatar: 'avatars/somebody/me.png' }))).toMatchObject({
    reason: 'not_yours',
  });
});
