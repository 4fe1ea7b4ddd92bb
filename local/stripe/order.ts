/** Reads and judges the form that opens a checkout session, by Stripe's rules and in its words. */
import { invalid } from './complaint.ts';

/** What was asked for. Amount in the currency's smallest unit, times in seconds. */
export type Order = {
  amount: number;
  currency: string;
  description: string;
  clientReferenceId: string | null;
  metadata: Record<string, string>;
  expiresAt: number;
  successUrl: string;
  cancelUrl: string | null;
};

const known = new Set([
  'mode',
  'client_reference_id',
  'expires_at',
  'success_url',
  'cancel_url',
  'line_items[0][quantity]',
  'line_items[0][price_data][currency]',
  'line_items[0][price_data][unit_amount]',
  'line_items[0][price_data][product_data][name]',
]);
const metadataKey = /^metadata\[([^\]]{1,40})\]$/;

/**
 * Smallest charges (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). Stripe lists USD,
 * INR and JPY; for QAR and KWD it converts from the settlement currency, which is set at about USD 0.50 here.
 */
const smallest: Partial<Record<string, number>> = { usd: 50, inr: 50, jpy: 50, qar: 200, kwd: 160 };
const largest = 99_999_999;
const threeDecimals = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

const day = 24 * 3600;

function required(form: URLSearchParams, param: string): string {
  const value = form.get(param);
  if (value === null || value === '')
    throw invalid(param, 'parameter_missing', `Missing required param: ${param}.`);
  return value;
}

function integer(form: URLSearchParams, param: string): number {
  const text = required(form, param);
  if (!/^-?\d{1,15}$/.test(text))
    throw invalid(param, 'parameter_invalid_integer', `Invalid integer: ${text}`);
  return Number(text);
}

function address(form: URLSearchParams, param: string): string {
  const text = required(form, param);
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw invalid(param, 'url_invalid', 'Not a valid URL');
  return text;
}

function readAmount(form: URLSearchParams, currency: string): number {
  const param = 'line_items[0][price_data][unit_amount]';
  const amount = integer(form, param);
  const minimum = smallest[currency];
  if (minimum === undefined) throw invalid('currency', 'invalid_currency', `Invalid currency: ${currency}.`);
  if (amount < 0)
    throw invalid(param, 'parameter_invalid_integer', 'This value must be greater than or equal to 0.');
  if (amount < minimum)
    throw invalid(
      param,
      'amount_too_small',
      `The Checkout Session's total amount due must add up to at least ${minimum} ${currency}`,
    );
  if (amount > largest)
    throw invalid(
      param,
      'amount_too_large',
      `The Checkout Session's total amount due must be no more than ${largest}`,
    );
  if (threeDecimals.has(currency) && amount % 10 !== 0)
    throw invalid(param, 'parameter_invalid_integer', 'The last digit of a three-decimal amount must be 0.');
  return amount;
}

function readExpiry(form: URLSearchParams, now: number): number {
  if (!form.has('expires_at')) return now + day;
  const expiresAt = integer(form, 'expires_at');
  // A minute of grace at either end, since the two clocks are not one.
  if (expiresAt < now + 29 * 60)
    throw invalid(
      'expires_at',
      'parameter_invalid_integer',
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    );
  if (expiresAt > now + day + 60)
    throw invalid(
      'expires_at',
      'parameter_invalid_integer',
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    );
  return expiresAt;
}

/** @throws Complaint as Stripe would; a parameter that the product does not use is refused as unknown. */
export function readOrder(form: URLSearchParams, now: number): Order {
  for (const param of form.keys())
    if (!known.has(param) && !metadataKey.test(param))
      throw invalid(param, 'parameter_unknown', `Received unknown parameter: ${param}`);
  if (required(form, 'mode') !== 'payment')
    throw invalid('mode', 'parameter_invalid', 'Only payment mode is played.');
  if (integer(form, 'line_items[0][quantity]') !== 1)
    throw invalid('line_items[0][quantity]', 'parameter_invalid', 'Only a quantity of 1 is played.');
  const reference = form.get('client_reference_id');
  if (reference && reference.length > 200)
    throw invalid('client_reference_id', 'parameter_invalid_string', 'At most 200 characters.');
  const currency = required(form, 'line_items[0][price_data][currency]').toLowerCase();
  return {
    amount: readAmount(form, currency),
    currency,
    description: required(form, 'line_items[0][price_data][product_data][name]'),
    clientReferenceId: reference,
    metadata: Object.fromEntries(
      [...form].flatMap(([param, value]) => {
        const key = metadataKey.exec(param)?.[1];
        return key === undefined ? [] : [[key, value]];
      }),
    ),
    expiresAt: readExpiry(form, now),
    successUrl: address(form, 'success_url'),
    cancelUrl: form.has('cancel_url') ? address(form, 'cancel_url') : null,
  };
}
