import fc from 'fast-check';
import type { Referral } from '../rewards/referral.ts';
import { converted, looked } from './conversion.ts';
import { PATH, targetOf, type Link } from './link.ts';
import { drawBanner } from './banners.gateway.ts';
import { languages, networks, shared, sizes, type SizeName } from './share.ts';
import { isPerson } from './visitor.gateway.ts';

const at = Date.UTC(2026, 0, 15);
const link: Link = { uid: 'ann', channel: 'x', path: '/join', code: 'K7QM2XRP', createdAt: at };
const site = 'https://market.example/wallet';

test('F56 a link leads to a page of the app, with what the app has to know', () => {
  expect(targetOf(site, 'l1', link)).toBe('https://market.example/join?link=l1&code=K7QM2XRP');
  expect(targetOf(site, 'l1', null)).toBe('https://market.example/');
});

test('a link leads nowhere else, whatever its path says', () => {
  for (const path of [
    '//evil.example',
    '/\\evil.example',
    '/a//b',
    'https://evil.example',
    '/a?b',
    '/%2e',
    '/a b',
    '',
  ])
    expect(PATH.test(path)).toBe(false);
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(new URL(targetOf(site, 'l1', { ...link, path })).origin).toBe('https://market.example');
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^\/[A-Za-z0-9._~/-]{0,12}$/), (path) => {
      expect(new URL(targetOf(site, 'l1', { ...link, path })).host).toBe('market.example');
    }),
  );
});

const browser = {
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
};

test('F56 robots, what looks ahead and HEAD are no people', () => {
  expect(isPerson('GET', browser)).toBe(true);
  expect(isPerson('HEAD', browser)).toBe(false);
  expect(isPerson('GET', {})).toBe(false);
  for (const agent of [
    'Googlebot/2.1 (+http://www.google.com/bot.html)',
    'curl/8.0',
    'WhatsApp/2.23',
    'facebookexternalhit/1.1',
  ])
    expect(isPerson('GET', { 'user-agent': agent })).toBe(false);
  for (const header of ['sec-purpose', 'purpose', 'x-moz'])
    expect(isPerson('GET', { ...browser, [header]: 'prefetch;prerender' })).toBe(false);
});

test('F56 words and addresses come back out of the share addresses as they went in', () => {
  const url = 'https://functions.example/links-click/l1?a=1&b=ü #x';
  for (const language of languages) {
    const shares = shared(url, 'K7QM2XRP', language);
    expect(shares.map(({ network }) => network)).toEqual(networks);
    const query = Object.fromEntries(shares.map((one) => [one.network, new URL(one.url).searchParams]));
    expect(query.whatsapp!.get('text')).toBe(shares[0]!.text);
    expect(query.facebook!.get('u')).toBe(url);
    expect(query.x!.get('url')).toBe(url);
    expect(query.linkedin!.get('url')).toBe(url);
    for (const { text, url: page } of shares) {
      expect(text).toContain('K7QM2XRP');
      expect(page).not.toMatch(/[+ ]/);
    }
  }
  expect(shared(url, 'K7QM2XRP', 'ar')[0]!.text).toMatch(/[\u0600-\u06ff]/);
});

test.each(Object.keys(sizes) as SizeName[])(
  'F56 a banner of %s has the code drawn in, and no markup but its own',
  async (name) => {
    for (const language of languages) {
      const svg = await drawBanner(name, 'K7QM2XRP', language);
      const { width, height } = sizes[name];
      expect(svg).toContain(`width="${width}" height="${height}"`);
      expect(svg).toContain('>K7QM2XRP</text>');
      expect(svg).toContain(language === 'ar' ? 'تعلّم' : 'Learn');
    }
    expect(await drawBanner(name, '<script>&"', 'en')).not.toContain('<script>');
  },
);

const referral: Referral = {
  ...{ uid: 'bob', referrer: 'ann', createdAt: at, untilAt: at, dueAt: at, link: 'l1', news: [] },
  status: 'waiting',
};
const DAY = 24 * 3_600_000;

test('F56 who attached a code counts for the link of whose code it was, and for no other', () => {
  expect(converted(referral, link, at)).toMatchObject({ uid: 'bob', link: 'l1', owner: 'ann', channel: 'x' });
  expect(converted({ ...referral, referrer: 'cat' }, link, at)).toBeNull();
  expect(converted({ ...referral, status: 'flagged' }, link, at)).toBeNull();
  expect(converted({ ...referral, link: null }, link, at)).toBeNull();
  expect(converted(referral, null, at)).toBeNull();
});

test('who bought is a sale once; who did not is asked for some months and no longer', () => {
  const made = converted(referral, link, at)!;
  const sold = looked(made, true, at + 5);
  expect(sold).toMatchObject({ boughtAt: at + 5, dueAt: null });
  expect(looked(sold, true, at + DAY)).toBe(sold);
  let one = made;
  for (let looks = 0; one.dueAt !== null && looks < 10; looks += 1) one = looked(one, false, one.dueAt);
  expect(one).toMatchObject({ boughtAt: null, dueAt: null });
  expect(looked(one, true, at + 400 * DAY)).toBe(one);
});
