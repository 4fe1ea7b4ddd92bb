/** Refunds at Fatora: the whole payment or nothing. https://fatora.io/api/refund.php */
import { z } from 'zod';
import { fatoraCaller, type FatoraSettings } from './fatora.client.gateway.ts';
import type { RefundGateway, RefundOrder, RefundReport } from './ports.ts';

const refunded = z.object({
  status: z.literal('SUCCESS'),
  result: z.object({ refund_status: z.string() }),
});

/**
 * Its page shows a `refund_status` in the answer to a refund, and does not say how to ask for it later. That its
 * verify endpoint tells it as well is an assumption; where it does not, nothing is known, and a person is asked.
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
    idempotent: false,

    async refund(order) {
      const body = JSON.stringify({ transaction_id: order.payment, order_id: order.attempt });
      const { result } = expect(await post('/v1/payments/refund', body), refunded);
      return reportOf(order, result.refund_status);
    },

    async findRefund(order) {
      const answer = await post('/v1/payments/verify', JSON.stringify({ order_id: order.attempt }));
      const { result } = expect(answer, verified);
      return typeof result.refund_status === 'string' ? reportOf(order, result.refund_status) : null;
    },
  };
}
