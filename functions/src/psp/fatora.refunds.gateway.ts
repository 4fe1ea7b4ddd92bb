/** Refunds at Fatora: the whole payment or nothing. https://fatora.io/api/refund.php */
import { z } from 'zod';
import { ProviderUnavailable } from './gateway.ts';
import { fatoraCaller, type FatoraSettings } from './fatora.client.gateway.ts';
import type { RefundGateway, RefundOrder, RefundReport } from './ports.ts';

const refunded = z.object({
  status: z.literal('SUCCESS'),
  result: z.object({ refund_status: z.string() }),
});

/**
 * Its page shows a `refund_status` in the answer to a refund, and does not say how to ask for it later. That its
 * verify endpoint tells it as well is an assumption. Only null there says that nothing was returned; an answer
 * without the field says nothing, and whoever asked then asks again or a person, and never the bank.
 */
const verified = z.object({
  status: z.literal('SUCCESS'),
  result: z.object({ order_id: z.string(), refund_status: z.string().nullish() }),
});

const statuses: Partial<Record<string, RefundReport['status']>> = {
  completed: 'succeeded',
  success: 'succeeded',
  failed: 'failed',
  rejected: 'failed',
};

const reportOf = ({ refund, payment, amount, currency }: RefundOrder, status: string): RefundReport => ({
  refund,
  id: payment,
  status: statuses[status.toLowerCase()] ?? 'pending',
  amount,
  currency,
  failure: null,
});

/** Fatora has no idempotency key and remembers no request: what may have been sent is asked about first. */
export function createFatoraRefunds(settings: FatoraSettings): RefundGateway {
  const { post, expect } = fatoraCaller(settings);
  return {
    provider: 'fatora',
    partial: false,
    step: () => 1,
    idempotent: false,

    async refund(order) {
      const body = JSON.stringify({ transaction_id: order.payment, order_id: order.attempt });
      const { result } = expect(await post('/v1/payments/refund', body), refunded);
      return reportOf(order, result.refund_status);
    },

    async findRefund(order) {
      const answer = await post('/v1/payments/verify', JSON.stringify({ order_id: order.attempt }));
      // Whatever Fatora says instead of an answer, it says about the question: the refund may be there.
      if (answer.status >= 400)
        throw new ProviderUnavailable(`no answer about a refund from Fatora (${answer.status})`);
      const { order_id: told, refund_status: status } = expect(answer, verified).result;
      if (told !== order.attempt || status === undefined)
        throw new ProviderUnavailable(`Fatora does not say whether ${order.attempt} was refunded`);
      return status === null ? null : reportOf(order, status);
    },
  };
}
