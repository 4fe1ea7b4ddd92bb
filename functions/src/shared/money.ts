/** Money in minor units: integers only, the currency always beside them. */

declare const unit: unique symbol;

/** An integer amount in the smallest unit of its currency (100 = QAR 1.00). May be negative where it is a change. */
export type Minor = number & { readonly [unit]: 'minor' };

/** A share in basis points: 1000 = 10%. */
export type Bps = number;

/** How many decimals each currency has (ISO 4217; credits are counted whole). */
export const exponents = { QAR: 2, USD: 2, INR: 2, KWD: 3, JPY: 0, CREDIT: 0 } as const;

/** What balances are kept in: money, and credits, which are bought with it and spent on metered work alone. */
export type Currency = keyof typeof exponents;

export const currencies = Object.keys(exponents) as Currency[];

/** What is paid, earned and withdrawn: everything but credits. */
export type Cash = Exclude<Currency, 'CREDIT'>;

export const cash = currencies.filter((currency): currency is Cash => currency !== 'CREDIT');

/**
 * The only way to make a `Minor` from arithmetic.
 * @throws RangeError when the value is not a safe integer: a bug, since every input passed a schema.
 */
export function minor(value: number): Minor {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an amount in minor units: ${String(value)}`);
  return (value === 0 ? 0 : value) as Minor;
}

export const zero = minor(0);

export const negate = (amount: Minor): Minor => minor(0 - amount);

/** Adds up amounts of one currency. */
export const sum = (amounts: Iterable<number>): Minor => {
  let total = 0;
  for (const amount of amounts) total = minor(total + amount);
  return minor(total);
};

/**
 * The floor of `amount × numerator / denominator`, exact for every safe integer.
 * Both parts re-add when the caller takes the rest as `amount - portion`.
 */
export const portion = (amount: Minor, numerator: number, denominator: number): Minor =>
  minor(Number((BigInt(amount) * BigInt(numerator)) / BigInt(denominator)));

/** A fee in basis points, rounded down (decision D2). */
export const feeOf = (amount: Minor, bps: Bps): Minor => portion(amount, bps, 10_000);

/** For people: `QAR 302.50`. */
export function format(amount: number, currency: Currency): string {
  const digits = exponents[currency];
  const sign = amount < 0 ? '-' : '';
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${sign}${whole}${digits ? `.${text.slice(-digits)}` : ''}`;
}
