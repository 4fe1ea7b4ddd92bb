import { dayOf } from '../shared/day.ts';
import { format } from '../shared/money.ts';
import { customer, type Paper } from '../shared/paper.ts';
import { invoiceId, type Invoice, type InvoiceKind } from './invoice.ts';

/** What stands on the paper, row by row. */

const titles: Readonly<Record<InvoiceKind, string>> = {
  receipt: 'Receipt',
  fee: 'Invoice',
  credit: 'Credit note',
  reinstatement: 'Reinstatement',
};

/** Hundredths of a percent, without a float: `5.25%`. */
const percent = (bps: number): string =>
  `${Math.trunc(bps / 100)}.${String(bps % 100).padStart(2, '0')}%`.replace('.00%', '%');

export function paperOf(invoice: Invoice): Paper {
  const { kind, issuer, issuedAt, occurredAt, parties, reference, corrects, currency } = invoice;
  const { lines, net, tax, taxRate, total } = invoice;
  const money = (amount: number) => format(amount, currency);
  return {
    title: `${titles[kind]} ${invoiceId(invoice)}`,
    issuer: [issuer.name, issuer.address, issuer.taxId && `Tax id ${issuer.taxId}`].filter(Boolean),
    head: [
      ['Number', invoiceId(invoice)],
      ['Issued', dayOf(issuedAt)],
      ['Date of the payment', dayOf(occurredAt)],
      ['For', parties.map(customer).join(', ')],
      ['Reference', reference],
      ...(corrects === null ? [] : [['Corrects', corrects] as const]),
    ],
    lines: lines.map(({ text, amount }) => [text, money(amount)] as const),
    sums: [
      ['Net', money(net)],
      [`Tax ${percent(taxRate)}`, money(tax)],
      ['Total', money(total)],
    ],
  };
}
