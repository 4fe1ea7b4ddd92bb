import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import { paymentId, type CardPayment } from './funding.ts';

const words = {
  declined: (card) => `Your card was not accepted for ${card}. Try again, or use another one.`,
  failed: (card) => `Your payment of ${card} failed. Nothing was taken from your card.`,
  expired: (card) => `Your payment of ${card} was not finished in time. Nothing was taken from your card.`,
  cancelled: (card) => `Your payment of ${card} was cancelled. Nothing was taken from your card.`,
  review: (card) => `We are checking your payment of ${card}.`,
  credited: (card) => `Your payment of ${card} is in your wallet.`,
} satisfies Record<string, (card: string) => string>;

/** What the payer hears about a transition. That it was paid, the escrow tells both parties. */
export function told(payment: CardPayment, event: keyof typeof words, at: number): Newsworthy {
  const id = paymentId(payment);
  const { payer, fromWallet, fromCard, currency, version } = payment;
  const back = fromWallet > 0 && (event === 'failed' || event === 'expired' || event === 'cancelled');
  const text = words[event](format(fromCard, currency));
  const more = back ? ` ${format(fromWallet, currency)} is back in your wallet.` : '';
  const cause = `payment.${id}.${version + 1}.${event}`;
  return tell(payment, { cause, about: `payments/${id}`, at }, [
    {
      to: payer,
      kind: `payment-${event}`,
      text: text + more,
      facts: { payment: id, fromCard, fromWallet, currency },
    },
  ]);
}

/** For finance: money came that fills no escrow. */
export const inReview = (
  id: string,
  { payer, fromCard, currency }: CardPayment,
  { why, stated }: { readonly why: string; readonly stated: string },
): Finding =>
  waiting('payment_review', `payments/${id}`, {
    title: `A card payment of ${format(fromCard, currency)} waits for review: ${why}`,
    explanation: `The provider says “${stated}” of the payment ${id}. What came lies with the payment: payments-credit lets it into the payer’s wallet, refunds-create returns it to the card.`,
    facts: { why, stated, fromCard, currency },
    people: [payer],
  });

export const unknownFor = (id: string, { payer, fromCard, currency }: CardPayment): Finding =>
  waiting('payment_unknown', `payments/${id}`, {
    title: `Whether ${format(fromCard, currency)} was paid is not known for a day`,
    explanation: `The provider has not said what became of the payment ${id}. It is asked again every ten minutes; nothing is guessed. Look at it in the dashboard.`,
    facts: { fromCard, currency },
    people: [payer],
  });
