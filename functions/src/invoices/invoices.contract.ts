import { z } from 'zod';
import { call } from '../shared/call.ts';
import { AmountOut, CurrencyCode, Time, Uid } from '../shared/schema.ts';
import { invoiceKinds } from './invoice.ts';

const InvoiceId = z.string().regex(/^[A-Z]\d{4}-\d{6,12}$/, 'not the number of an invoice');

/** An invoice as it was issued; amounts in minor units: the lines make `net`, net and tax make `total`. */
export const InvoiceView = z.object({
  /** Its number, as it stands on the paper. */
  id: z.string(),
  kind: z.enum(invoiceKinds),
  series: z.string(),
  number: z.int(),
  issuedAt: Time,
  /** When the money moved. */
  occurredAt: Time,
  currency: CurrencyCode,
  lines: z.array(z.object({ text: z.string(), amount: AmountOut })),
  net: AmountOut,
  /** In basis points. */
  taxRate: z.int(),
  tax: AmountOut,
  total: AmountOut,
  issuer: z.object({ name: z.string(), address: z.string(), taxId: z.string() }),
  parties: z.array(Uid),
  reference: z.string(),
  /** The invoice whose amounts it takes back. */
  corrects: z.string().nullable(),
});

const example = {
  id: 'F2026-000041',
  kind: 'fee' as const,
  series: 'F2026',
  number: 41,
  issuedAt: 1767225660000,
  occurredAt: 1767225600000,
  currency: 'QAR' as const,
  lines: [{ text: 'Platform fee', amount: 9524 }],
  net: 9524,
  taxRate: 500,
  tax: 476,
  total: 10000,
  issuer: { name: 'Market Example', address: '1 Example Street, Doha', taxId: '123456' },
  parties: ['ben'],
  reference: 'escrows/5f0c2d7ab19e4c66d1f0a3b2~ann~ben',
  corrects: null,
};

const invoice = z.strictObject({ invoice: InvoiceId });

export const invoicesContract = {
  list: call({
    summary: 'Lists the caller’s receipts, fee invoices and credit notes, newest first.',
    audience: 'user',
    input: z.strictObject({
      kind: z.enum(invoiceKinds).optional(),
      limit: z.int().min(1).max(100).default(20),
      after: InvoiceId.optional(),
    }),
    output: z.object({
      invoices: z.array(InvoiceView),
      /** Pass it as `after` for the next page; null when this was the last. */
      next: z.string().nullable(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { kind: 'fee', limit: 20 }, output: { invoices: [example], next: null } },
  }),
  get: call({
    summary: 'Shows an invoice to whom it is for, or to finance.',
    audience: 'user',
    input: invoice,
    output: InvoiceView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: { input: { invoice: example.id }, output: example },
  }),
  pdf: call({
    summary: 'Makes the PDF of an invoice for whom it is for, or for finance: the same bytes each time.',
    audience: 'user',
    input: invoice,
    output: z.object({
      filename: z.string(),
      /** In base64. */
      /** The file, in base64. */
      pdf: z.string(),
      /** Of the bytes, in hex. */
      sha256: z.string(),
    }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '20/min',
    example: {
      input: { invoice: example.id },
      output: {
        filename: 'F2026-000041.pdf',
        pdf: 'JVBERi0xLjMK',
        sha256: '0b3c1f8e2d4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9000a1b2c3d',
      },
    },
  }),
} as const;
