import { drawPaper } from '../platform/pdf.ts';
import { invoiceId, type Invoice } from './invoice.ts';
import { paperOf } from './invoice.texts.ts';

export type Pdf = { readonly filename: string; readonly pdf: string; readonly sha256: string };

/** An invoice on paper: the same bytes each time. @returns the file in base64 */
export async function drawPdf(invoice: Invoice): Promise<Pdf> {
  const drawn = await drawPaper(paperOf(invoice), new Date(invoice.issuedAt));
  return { filename: `${invoiceId(invoice)}.pdf`, ...drawn };
}
