import type { z } from 'zod';
import { collections } from '../collections.ts';
import { find, load } from '../platform/firestore.ts';
import { holds, serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Invoice } from './invoice.ts';
import { invoicesContract, type InvoiceView } from './invoices.contract.ts';
import { invoiceEntry, sweepInvoices } from './invoices.operations.ts';
import { invoicesOf } from './invoices.store.ts';
import { drawPdf } from './pdf.gateway.ts';

const handlers: Handlers<typeof invoicesContract> = {
  list: async (filter, { uid }) => {
    // Numbers can be guessed, so a place in the list is looked up like an invoice.
    if (filter.after !== undefined) await mustShow(filter.after, (parties) => parties.includes(uid));
    const page = await find(invoicesOf(uid, filter));
    const last = page.length === filter.limit ? page.at(-1) : undefined;
    return { invoices: page.map(({ id, doc }) => view(id, doc)), next: last?.id ?? null };
  },
  get: async ({ invoice: id }, caller) => view(id, await mustShow(id, mayRead(caller))),
  pdf: async ({ invoice: id }, caller) => drawPdf(await mustShow(id, mayRead(caller))),
};

const mayRead =
  (caller: Caller) =>
  (parties: readonly string[]): boolean =>
    parties.includes(caller.uid) || holds(caller, 'finance');

/** @throws Refusal `not_found`, the same for one that there is not and one of others. */
async function mustShow(id: string, may: (parties: readonly string[]) => boolean): Promise<Invoice> {
  const invoice = await load(collections.invoices.doc(id));
  if (!invoice || !may(invoice.parties)) throw new Refusal('not_found', { what: 'invoice', id });
  return invoice;
}

const view = (id: string, invoice: Invoice): z.input<typeof InvoiceView> => ({
  id,
  ...invoice,
  lines: [...invoice.lines],
  parties: [...invoice.parties],
});

export const invoices = {
  ...serveCalls('invoices', invoicesContract, handlers),
  due: serveWritten('journal', invoiceEntry),
  sweep: serveSchedule('*/5 * * * *', sweepInvoices),
};
