import escapeHtml from 'escape-html';
import { IntlMessageFormat } from 'intl-messageformat';
import type { InboxNotice } from '../notifications/notice.ts';
import type { Language } from '../notifications/reach.ts';
import { exponents, type Currency } from '../shared/money.ts';
import type { Mail } from './mail.ts';
import { arabic } from './words.ar.ts';
import { english } from './words.en.ts';

/** A notice in words, for a device or a mail. To be imported where something is sent: the library is not small. */

export type Words = { readonly title: string; readonly text: string };

type Said = Pick<InboxNotice, 'kind' | 'text' | 'facts'>;

/** Those facts that are amounts in minor units, where a currency is beside them. */
const amounts = [
  ...['amount', 'value', 'price', 'fromCard', 'fromWallet', 'toPayee', 'toPlatform', 'toPayer'],
  ...['owed', 'net', 'base', 'tax', 'total'],
];

const isCurrency = (fact: unknown): fact is Currency => typeof fact === 'string' && fact in exponents;

/** `٣٠٢٫٥٠ ر.ق.` and the like, without a detour by floating point. */
function moneyIn(language: Language, amount: number, currency: Currency): string {
  if (currency === 'CREDIT') return String(amount);
  const digits = exponents[currency];
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const [whole, rest] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
  const exact = `${amount < 0 ? '-' : ''}${whole}${digits > 0 ? `.${rest}` : ''}` as `${number}`;
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
  }).format(exact);
}

/** What the placeholders of a template stand for. Nothing in a fact is read as a template. */
function valuesOf({ facts }: Said, language: Language): Record<string, string | number | boolean> {
  const { currency } = facts;
  const values = Object.entries(facts).flatMap(([name, fact]): [string, string | number | boolean][] => {
    if (typeof fact === 'number' && isCurrency(currency) && amounts.includes(name))
      return [[name, moneyIn(language, fact, currency)]];
    if (typeof fact === 'number' && name.endsWith('At'))
      return [[name, new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(fact)]];
    return typeof fact === 'object' ? [] : [[name, fact]];
  });
  return Object.fromEntries(values);
}

/** English is what was decided with the move; its title, and the other languages, are written here. */
export function wordsFor(said: Said, language: Language): Words {
  if (language === 'en') {
    const title = english[said.kind];
    return { title, text: said.text === '' ? title : said.text };
  }
  const { title, text } = arabic[said.kind];
  try {
    const written = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
    return { title, text: String(written.format(valuesOf(said, language))) };
  } catch {
    // A fact is missing: a notice that was told before its words changed.
    return { title, text: title };
  }
}

const directions = { en: 'ltr', ar: 'rtl' } as const;

/** @param link where the app is */
export function mailFor(said: Said, language: Language, link: string): Mail['message'] {
  const { title, text } = wordsFor(said, language);
  const lines = escapeHtml(text).replaceAll('\n', '<br>');
  const href = escapeHtml(link);
  return {
    subject: title,
    text: `${text}\n\n${link}`,
    html: `<!doctype html><html lang="${language}" dir="${directions[language]}"><body><p>${lines}</p><p><a href="${href}">${href}</a></p></body></html>`,
  };
}
