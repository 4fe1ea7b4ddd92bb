import fc from 'fast-check';
import { claim, HELD_DAYS, keyOf, mustNotBeReserved, type Username } from './username.ts';
import { reserved } from './reserved.ts';

const DAY = 24 * 3600 * 1000;
const name = fc.stringMatching(/^[A-Za-z0-9_]{3,30}$/);

test('F63 names that differ by case or look alike have one key, and a key is its own key', () => {
  fc.assert(
    fc.property(name, (one) => {
      const key = keyOf(one);
      expect(keyOf(one.toLowerCase())).toBe(key);
      expect(keyOf(one.toUpperCase())).toBe(key);
      expect(keyOf(one.replaceAll('0', 'o').replaceAll('O', '0'))).toBe(key);
      expect(keyOf(one.replaceAll('I', '1').replaceAll('l', 'I').replaceAll('i', 'L'))).toBe(key);
      expect(keyOf(key.slice('name.'.length))).toBe(key);
    }),
  );
  expect(keyOf('paypaI')).toBe(keyOf('paypal'));
  expect(keyOf('Modern')).toBe(keyOf('rnodem'));
  expect(keyOf('a__b')).toBe(keyOf('a_b'));
  expect(keyOf('anna')).not.toBe(keyOf('hanna'));
});

test.each([
  ...[...reserved, 'ADMIN', 'adm1n', 'Supp0rt', 'a_d_m_i_n', 'FlNANCE'],
  ...['Coffer_Support', 'TeamC0ffer', '_official_bank_', 'c0fferHelp'],
])('F63 %s is reserved', (word) => {
  expect(() => mustNotBeReserved(word)).toThrow('username_reserved');
});

test('F63 what only begins with such a word is anybody’s', () => {
  for (const free of ['apple', 'Rootbeer', 'team_lily', 'helpful', 'Bankole']) mustNotBeReserved(free);
  // As long as a name may be, of the shortest of them: it is over at once.
  expect(() => mustNotBeReserved('api'.repeat(9) + 'apx')).not.toThrow();
});

test('F63 a name is one person’s, and free again a while after it was given up', () => {
  const world = new Map<string, Username>();
  const of = new Map<string, string>();
  const take = (uid: string, wanted: string, at: number) => {
    const before = world.get(keyOf(of.get(uid) ?? '')) ?? null;
    const { taken, freed } = claim(world.get(keyOf(wanted)) ?? null, before, { uid, name: wanted, at });
    if (freed) world.set(freed.key, freed.doc);
    if (taken) world.set(keyOf(wanted), taken);
    of.set(uid, wanted);
  };
  take('ann', 'Lily', 0);
  expect(() => take('ben', 'l1ly', 1)).toThrow('username_taken');
  take('ann', 'Rose', 2);
  expect(() => take('ben', 'LILY', 2 + HELD_DAYS * DAY - 1)).toThrow('username_taken');
  take('ben', 'LILY', 2 + HELD_DAYS * DAY);
  expect(world.get(keyOf('lily'))).toMatchObject({ uid: 'ben', name: 'LILY', freeAt: null });
  expect(() => take('ann', 'lily', 3 + HELD_DAYS * DAY)).toThrow('username_taken');
});

test('F63 its owner may come back to it, and write it otherwise', () => {
  const held: Username = { uid: 'ann', name: 'Lily', claimedAt: 0, freeAt: 50 };
  expect(claim(held, null, { uid: 'ann', name: 'Lily', at: 1 }).taken).toMatchObject({ freeAt: null });
  const own = { ...held, freeAt: null };
  expect(claim(own, own, { uid: 'ann', name: 'Lily', at: 1 })).toEqual({ taken: null, freed: null });
  expect(claim(own, own, { uid: 'ann', name: 'LILY', at: 1 })).toMatchObject({
    taken: { name: 'LILY' },
    freed: null,
  });
});
