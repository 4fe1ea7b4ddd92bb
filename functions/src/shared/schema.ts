import { z } from 'zod';
import { cash, currencies, minor, type Cash, type Currency } from './money.ts';
import { joinId, splitId } from './ids.ts';

/** The pieces that calls are made of. Objects are strict: an unknown field is refused, never ignored. */

/** Far below 2^53, so that what is added to an amount stays exact. */
const MOST = 10_000_000_000_000;

/** An amount of money in minor units: a positive safe integer (I10). */
export const Amount = z
  .int('has to be a whole number of minor units')
  .positive('has to be more than 0')
  .max(MOST, 'is more than any amount of money')
  .transform((value) => minor(value));

export const CurrencyCode = z.enum(currencies as [Currency, ...Currency[]]);

/** What is paid, earned and withdrawn: no credits. */
export const CashCode = z.enum(cash as [Cash, ...Cash[]]);

export const CashMoney = z.strictObject({ amount: Amount, currency: CashCode });

export const Money = z.strictObject({ amount: Amount, currency: CurrencyCode });

/**
 * A person's id as Firebase Auth gives it. `/` would leave its document, `__x__` is Firestore's own, and half a
 * character (a lone surrogate) cannot be stored. Joined with others it still has to be a document's name.
 */
export const Uid = z
  .string()
  .min(1)
  .max(128)
  .regex(/^(?!\.{1,2}$)(?!__.*__$)[^/\s\p{Cs}]+$/u, 'not a user id')
  .refine((uid) => joinId(uid).length <= 3 * 128, 'not a user id');

/** A day in UTC, of those that there are. */
export const Day = z.iso.date('has to be a day like 2026-01-31');

/** Made by the client once for each thing it wants made, and kept for its retries. */
export const RequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'needs 8 to 64 letters, digits, - or _');

/** An id this project made out of `count` parts; see ids.ts. */
export const JoinedId = (count: number) =>
  z
    .string()
    .max(900)
    .refine((id) => isJoined(id, count), 'not an id of this kind');

/** Each part after the first names a person, and neither a part nor the whole is a name that Firestore keeps. */
function isJoined(id: string, count: number): boolean {
  const parts = splitId(id, count);
  if (parts === null || [id, ...parts].some((name) => /^__.*__$/.test(name))) return false;
  return parts.slice(1).every((uid) => Uid.safeParse(uid).success);
}

/** A single derived id (jobs). */
export const PlainId = z.string().regex(/^(?!__)[A-Za-z0-9_-]{8,64}$/, 'not an id of this kind');

/** A line that people write: trimmed, no control characters, no half characters, which cannot be stored. */
export const Line = (min: number, max: number) =>
  z
    .string()
    .max(max * 2)
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .min(min)
        .max(max)
        .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\p{Cs}]*$/u, 'has control characters'),
    );

/** One line that others are shown: nothing in it breaks the line or turns its direction. */
export const Title = (min: number, max: number) =>
  Line(min, max).refine(
    (text) => !/[\n\r\t\u2028-\u202e\u2066-\u2069]/u.test(text),
    'has to be one plain line',
  );

/** Why an admin did it: kept in the record of admin actions. */
export const ReasonText = Line(3, 500);

/** Milliseconds since 1970, as answers carry times; to the end of 9999, beyond which no Timestamp goes. */
export const Time = z.int().nonnegative().max(253_402_300_799_999);

/** Amounts in answers: integers in minor units, zero and below allowed. */
export const AmountOut = z.int();
