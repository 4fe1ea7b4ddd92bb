import type { z } from 'zod';
import { escrowFor, isPaid, paymentId, type CardPayment } from './funding.ts';
import type { PaymentView } from './payments.contract.ts';

/** What leaves: as its payer sees it. */
export const viewPayment = (payment: CardPayment): z.input<typeof PaymentView> => ({
  id: paymentId(payment),
  job: payment.job,
  payee: payment.payee,
  status: payment.status,
  currency: payment.currency,
  held: payment.held,
  payerFee: payment.payerFee,
  fromWallet: payment.fromWallet,
  fromCard: payment.fromCard,
  escrow: isPaid(payment) ? escrowFor(payment) : null,
  failure: payment.status === 'awaiting_payer' ? payment.failure : null,
  refunded: payment.refunded,
  expiresAt: payment.expiresAt,
});
