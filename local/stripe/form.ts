/** Reads Stripe's form bodies by Stripe's rules: a parameter that the product does not use is refused as unknown. */
import { invalid } from './complaint.ts';

export type Form = {
  text(name: string): string;
  optional(name: string): string | null;
  integer(name: string): number;
  metadata: Record<string, string>;
};

const metadataKey = /^metadata\[([^\]]{1,40})\]$/;

export function readForm(body: string, known: readonly string[]): Form {
  const form = new URLSearchParams(body);
  const metadata: Record<string, string> = {};
  for (const [name, value] of form) {
    const key = metadataKey.exec(name)?.[1];
    if (key !== undefined) metadata[key] = value;
    else if (!known.includes(name))
      throw invalid(name, 'parameter_unknown', `Received unknown parameter: ${name}`);
  }
  const text = (name: string): string => {
    const value = form.get(name);
    if (!value) throw invalid(name, 'parameter_missing', `Missing required param: ${name}.`);
    return value;
  };
  return {
    metadata,
    text,
    optional: (name) => form.get(name),
    integer(name) {
      const value = text(name);
      if (!/^\d{1,15}$/.test(value))
        throw invalid(name, 'parameter_invalid_integer', `Invalid integer: ${value}`);
      return Number(value);
    },
  };
}

/** Refuses what the product does not ask with. What every list takes is always known. */
export function checkQuery(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys())
    if (!known.includes(name) && !/^(limit|starting_after|expand\[\d*\])$/.test(name))
      throw invalid(name, 'parameter_unknown', `Received unknown parameter: ${name}`);
}

/** An amount by the rules of its currency. */
export function amountIn(form: Form): { amount: number; currency: string } {
  const currency = form.text('currency').toLowerCase();
  return { amount: checkedAmount(form.integer('amount'), currency), currency };
}

const smallest: Partial<Record<string, number>> = { usd: 50, inr: 50, jpy: 50, qar: 200, kwd: 160 };

export function checkedAmount(amount: number, currency: string): number {
  const minimum = smallest[currency];
  if (minimum === undefined) throw invalid('currency', 'invalid_currency', `Invalid currency: ${currency}.`);
  if (amount < minimum)
    throw invalid('amount', 'amount_too_small', `Amount must be at least ${minimum} ${currency}`);
  if (currency === 'kwd' && amount % 10 !== 0)
    throw invalid(
      'amount',
      'parameter_invalid_integer',
      'The last digit of a three-decimal amount must be 0.',
    );
  return amount;
}
