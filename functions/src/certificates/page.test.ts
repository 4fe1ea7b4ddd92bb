import { pageHeaders, pageOf } from './page.ts';

test('F62 W4-24 the page says who, what and when, in words that are no HTML of their own', () => {
  const shown = {
    username: 'Lily_draws',
    course: '<script>alert(1)</script> & "more"',
    issuedAt: 1_767_225_600_000,
  };
  const html = pageOf(shown);
  expect(html).toContain('Lily_draws');
  expect(html).toContain('2026-01-01');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;');
  expect(html).not.toContain('<script');
  expect(pageOf({ ...shown, username: null })).toContain('Somebody who is not here any more');
  expect(pageOf(null)).toContain('No certificate');
  expect(pageHeaders['content-security-policy']).toMatch(/^default-src 'none'/);
});
