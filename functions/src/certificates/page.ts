import escapeHtml from 'escape-html';

/** The public page of a certificate: what `certificates-verify` answers, for people without the app. */

export type Shown = { readonly username: string | null; readonly course: string; readonly issuedAt: number };

/** No script, no picture, nothing from elsewhere, and nobody may frame it. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // Found by those alone to whom it was shown.
  'x-robots-tag': 'noindex',
} as const;

const page = (title: string, rows: readonly (readonly [string, string])[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}dt{color:#555}dd{margin:0 0 1rem}</style>
<h1>${escapeHtml(title)}</h1>
<dl>
${rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><bdi>${escapeHtml(value)}</bdi></dd>`).join('\n')}
</dl>
</html>
`;

/** @param shown null where no certificate with this number holds */
export const pageOf = (shown: Shown | null): string =>
  shown === null
    ? page('No certificate with this number holds', [])
    : page('This certificate holds', [
        ['Awarded to', shown.username ?? 'Somebody who is not here any more'],
        ['For finishing', shown.course],
        ['On', new Date(shown.issuedAt).toISOString().slice(0, 10)],
      ]);
