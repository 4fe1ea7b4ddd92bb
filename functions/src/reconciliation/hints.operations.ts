import { paymentsBy, purchasesBy } from '../chargebacks/chargebacks.store.ts';
import { find, load } from '../platform/firestore.ts';
import { collections } from '../collections.ts';
import { readAttempt as readCardAttempt } from '../payments/funding.ts';
import type { PspEvent } from '../psp/event.ts';
import { readAttempt } from '../purchases/purchase.ts';
import { splitId } from '../shared/ids.ts';
import type { Line } from './compare.ts';
import type { Hint } from './differences.ts';
import { eventsOfCard, eventsOfCheckout } from './reconciliation.store.ts';

/** What of ours knows of a line that no entry has, so that finance is not sent to look for what is known. */
export async function hintFor({ source }: Pick<Line, 'source'>): Promise<Hint | null> {
  const [told, asked, purchases, payments] = await Promise.all([
    find(eventsOfCheckout(source)),
    find(eventsOfCard(source)),
    find(purchasesBy(source)),
    find(paymentsBy(source)),
  ]);
  const [purchase, payment] = [purchases[0], payments[0]];
  if (purchase) return stateOf('purchases', purchase.id, purchase.doc.status);
  if (payment) return stateOf('payments', payment.id, payment.doc.status);
  return hintOf([...told, ...asked]);
}

const stateOf = (collection: string, id: string, status: string): Hint => ({
  document: `${collection}/${id}`,
  says: `names it and is ${status}`,
  person: splitId(id, 2)?.[1] ?? null,
});

/** An event that waits for a person says most; any other, at least which order it was about. */
async function hintOf(events: readonly { id: string; doc: PspEvent }[]): Promise<Hint | null> {
  const waits = ({ doc: { result } }: (typeof events)[number]) =>
    result === 'double_payment' || result === 'review';
  const event = events.find(waits) ?? events[0];
  if (!event) return null;
  const { about, result } = event.doc;
  const order = about.kind === 'checkout' ? readAttempt(about.report.attempt) : null;
  const card = about.kind === 'card' ? readCardAttempt(about.attempt) : null;
  const document = `pspEvents/${event.id}`;
  const said = result === null ? 'is not dealt with yet' : `came to ${result}`;
  const id = order?.id ?? card?.id;
  if (id === undefined) return { document, says: `names it and ${said}`, person: null };
  const found = order ? await load(collections.purchases.doc(id)) : await load(collections.payments.doc(id));
  const which = order ? `purchases/${id}` : `payments/${id}`;
  const state = found ? `is ${found.status}` : 'is unknown';
  return {
    document,
    says: `names it for ${which}, which ${state}, and ${said}`,
    person: splitId(id, 2)?.[1] ?? null,
  };
}
