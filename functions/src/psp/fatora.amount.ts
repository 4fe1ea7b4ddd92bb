/** Fatora states amounts as decimals of the major unit; money never passes through a floating point number. */
import { exponents, minor, type Currency, type Minor } from '../shared/money.ts';

/** Minor units as an exact decimal: 30250 QAR is `302.50`, 5124 KWD is `5.124`, 500 JPY is `500`. */
export function decimalText(amount: Minor, currency: Currency): string {
  const digits = exponents[currency];
  const sign = amount < 0 ? '-' : '';
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * A decimal as minor units, or null when it is not exactly one: malformed, with an exponent, with a fraction
 * that the currency does not have, or past what an integer holds. `302.5`, `302.50` and `302.500` are one QAR amount.
 */
export function minorOf(text: string, currency: Currency): Minor | null {
  const parts = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text);
  if (!parts) return null;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const digits = exponents[currency];
  if (!/^0*$/.test(fraction.slice(digits))) return null;
  const value = Number(sign + whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return Number.isSafeInteger(value) ? minor(value) : null;
}
