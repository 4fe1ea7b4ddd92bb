import { change, newProfile, type Link } from './profile.ts';

const saved = (...links: Link[]) => change(newProfile(0), 'ann', { links }).links;

test('F64 a link is https and leads to the site that it names', () => {
  const good = [
    { site: 'instagram', url: 'https://www.instagram.com/lily' },
    { site: 'youtube', url: 'https://youtu.be/abc' },
    { site: 'x', url: 'https://twitter.com/lily' },
    { site: 'website', url: 'https://lily.example' },
  ] as const;
  expect(saved(...good).map(({ site }) => site)).toEqual(good.map(({ site }) => site));
});

test.each([
  ['instagram', 'javascript:alert(1)'],
  ['instagram', 'http://instagram.com/lily'],
  ['instagram', 'https://instagram.com.evil.example/lily'],
  ['instagram', 'https://evilinstagram.com/lily'],
  ['instagram', 'https://instagram.com@evil.example/lily'],
  ['instagram', 'https://evil.example/instagram.com'],
  ['instagram', 'https://instagram.com:8443/lily'],
  ['website', 'data:text/html,hello'],
  ['website', 'https://127.0.0.1/'],
  ['website', 'https://localhost/'],
  ['website', 'https://[::1]/'],
  ['website', 'https://2130706433/'],
  ['website', 'not an address'],
] as const)('F64 %s does not link to %s', (site, url) => {
  expect(() => saved({ site, url })).toThrow('invalid_input');
});

test('F64 an avatar is a file of one’s own', () => {
  expect(change(newProfile(0), 'ann', { avatar: 'avatars/ann/me.png' }).avatar).toBe('avatars/ann/me.png');
  expect(change(newProfile(0), 'ann', { avatar: null }).avatar).toBeNull();
  expect(() => change(newProfile(0), 'ann', { avatar: 'avatars/ben/me.png' })).toThrow('not_yours');
});
