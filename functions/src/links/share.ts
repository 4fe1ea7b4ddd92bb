/** What is written under a link where it is shared, and the page of each network that takes it. */
export const networks = ['whatsapp', 'facebook', 'x', 'linkedin'] as const;
export type Network = (typeof networks)[number];

export const languages = ['en', 'ar'] as const;
export type Language = (typeof languages)[number];

const words: Readonly<Record<Language, (code: string) => string>> = {
  en: (code) => `Learn with me! Join with my code ${code}:`,
  ar: (code) => `تعلّم معي! انضم باستخدام رمزي ${code}:`,
};

export type Shared = { readonly network: Network; readonly text: string; readonly url: string };

/** An address with what it is asked; blanks as %20, since not all of them take `+` for one. */
const asked = (page: string, query: Readonly<Record<string, string>>): string =>
  `${page}?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/**
 * The addresses that open each network with a link, and where it takes one a text. Facebook and LinkedIn show what the
 * page says of itself and take no words.
 * https://faq.whatsapp.com/5913398998672934, https://developer.x.com/en/docs/x-for-websites/tweet-button/guides/web-intent,
 * https://developers.facebook.com/docs/sharing/reference/share-dialog,
 * https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/plugins/share-plugin
 */
export function shared(link: string, code: string, language: Language): Shared[] {
  const text = words[language](code);
  const pages: Readonly<Record<Network, string>> = {
    whatsapp: asked('https://wa.me/', { text: `${text} ${link}` }),
    facebook: asked('https://www.facebook.com/sharer/sharer.php', { u: link }),
    x: asked('https://x.com/intent/post', { text, url: link }),
    linkedin: asked('https://www.linkedin.com/sharing/share-offsite/', { url: link }),
  };
  return networks.map((network) => ({ network, text: `${text} ${link}`, url: pages[network] }));
}

export type Size = { readonly width: number; readonly height: number };

export const sizes = {
  '300x250': { width: 300, height: 250 },
  '728x90': { width: 728, height: 90 },
  '1080x1080': { width: 1080, height: 1080 },
} as const satisfies Record<string, Size>;
export type SizeName = keyof typeof sizes;

/** What stands on a banner, each line with where its middle is and how tall it is; pixels. */
export type Line = {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold: boolean;
};

const titles: Readonly<Record<Language, string>> = { en: 'Learn with me', ar: 'تعلّم معي' };
const calls: Readonly<Record<Language, string>> = { en: 'My code', ar: 'رمزي' };

/** A wide banner has its lines beside each other, any other under each other; the code is the largest. */
export function linesOf({ width, height }: Size, code: string, language: Language): Line[] {
  const [title, call] = [titles[language], calls[language]];
  const at = (text: string, x: number, y: number, size: number, bold = false): Line => ({
    ...{ text, bold },
    ...{ x: Math.round(width * x), y: Math.round(height * y), size: Math.round(height * size) },
  });
  if (width > height * 2)
    return [at(title, 0.2, 0.5, 0.3), at(call, 0.5, 0.5, 0.22), at(code, 0.78, 0.5, 0.4, true)];
  return [at(title, 0.5, 0.25, 0.11), at(call, 0.5, 0.5, 0.07), at(code, 0.5, 0.7, 0.15, true)];
}
