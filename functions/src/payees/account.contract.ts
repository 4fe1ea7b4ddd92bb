import { electronicFormatIBAN, isValidIBAN } from 'ibantools';
import { z } from 'zod';
import { CashCode, Line, Title } from '../shared/schema.ts';
import { isGstin, isIfsc, isPan, isUpi, panIn } from './india.ts';

/** An IBAN in any spacing, checked by country, length and check digits (ISO 13616); without spaces after. */
const Iban = z
  .string()
  .max(60)
  .transform((text) => electronicFormatIBAN(text) ?? '')
  .refine((iban) => isValidIBAN(iban), 'not an IBAN');

/** Two letters, ISO 3166-1. */
export const Country = z.string().regex(/^[A-Z]{2}$/, 'not a two-letter country code');

const isEmail = (text: string): boolean => /^[^@]+@[^@.]+(\.[^@.]+)+$/.test(text);

/** How an e-wallet knows its user: an e-mail address, or an id of its own. */
const WalletAccount = z
  .string()
  .max(200)
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .max(100)
      .regex(/^[\p{L}\p{N}._%+@-]{4,}$/u, 'needs four or more letters and digits, or an e-mail address')
      .refine((text) => !text.includes('@') || isEmail(text), 'not an e-mail address'),
  );

const Holder = Line(2, 120);
const Operator = Title(2, 60);
const AccountNumber = z.string().regex(/^\d{9,18}$/, 'not an account number: 9 to 18 digits');
/** As people write it: in any case, with spaces around; without after. */
const Code = z
  .string()
  .max(40)
  .transform((text) => text.trim().toUpperCase());
const Ifsc = z.string().max(40).refine(isIfsc, 'not an IFSC: four letters, 0, six letters or digits');
/** No two that differ in case are two. */
const UpiId = z
  .string()
  .max(400)
  .transform((text) => text.trim().toLowerCase())
  .refine(isUpi, 'not a UPI id: name@handle');
const Pan = Code.refine(isPan, 'not a PAN: five letters, four digits, a letter');
const Gstin = Code.refine(isGstin, 'not a GSTIN, or its check character does not fit');
/** What is asked of an Indian payee by the tax office; sealed with the account, and so a part of every snapshot. */
const indianTax = { pan: Pan.optional(), gstin: Gstin.optional() };

type IndianTax = { readonly pan?: string | undefined; readonly gstin?: string | undefined };
function isOnesOwn(account: unknown): boolean {
  const { pan, gstin } = account as IndianTax;
  return pan === undefined || gstin === undefined || panIn(gstin) === pan;
}
const ofAnother = { path: ['gstin'], message: 'is of another PAN' };
const Rupees = z.literal('INR', 'an Indian account is paid in INR');
/** E.164: `+`, a country code, and at most 15 digits in all. */
const Phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'not a phone number in full: +, country code and digits, without spaces');

/** What the payee types in, by kind; the currency is what it is paid in. */
const typed = {
  bank: { kind: z.literal('bank'), holder: Holder, iban: Iban, currency: CashCode },
  ifsc: {
    kind: z.literal('ifsc'),
    holder: Holder,
    account: AccountNumber,
    ifsc: Ifsc,
    currency: Rupees,
    ...indianTax,
  },
  upi: { kind: z.literal('upi'), holder: Holder, upi: UpiId, currency: Rupees, ...indianTax },
  e_wallet: {
    kind: z.literal('e_wallet'),
    operator: Operator,
    account: WalletAccount,
    currency: CashCode,
  },
  mobile_money: {
    kind: z.literal('mobile_money'),
    operator: Operator,
    phone: Phone,
    currency: CashCode,
  },
  cash: {
    kind: z.literal('cash'),
    holder: Holder,
    country: Country,
    place: Title(2, 200),
    currency: CashCode,
  },
  connected: { kind: z.literal('connected'), currency: CashCode },
} as const;

/** One object of each kind, with these fields beside it. */
export const destinationWith = <S extends z.ZodRawShape>(more: S) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ ...more, ...typed.bank }),
    z.strictObject({ ...more, ...typed.ifsc }).refine(isOnesOwn, ofAnother),
    z.strictObject({ ...more, ...typed.upi }).refine(isOnesOwn, ofAnother),
    z.strictObject({ ...more, ...typed.e_wallet }),
    z.strictObject({ ...more, ...typed.mobile_money }),
    z.strictObject({ ...more, ...typed.cash }),
    z.strictObject({ ...more, ...typed.connected }),
  ]);

const text = z.string();
const currency = CashCode;
const tax = { pan: text.optional(), gstin: text.optional() };

/** The full details, for paying. A connected account is the provider's: what is behind it, only that knows. */
export const AccountDetails = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bank'), holder: text, iban: text, currency }),
  z.object({ kind: z.literal('ifsc'), holder: text, account: text, ifsc: text, currency, ...tax }),
  z.object({ kind: z.literal('upi'), holder: text, upi: text, currency, ...tax }),
  z.object({ kind: z.literal('e_wallet'), operator: text, account: text, currency }),
  z.object({ kind: z.literal('mobile_money'), operator: text, phone: text, currency }),
  z.object({ kind: z.literal('cash'), holder: text, country: text, place: text, currency }),
  z.object({ kind: z.literal('connected'), provider: z.literal('stripe'), account: text, currency }),
]);
export type AccountDetails = z.output<typeof AccountDetails>;
