/** What Stripe says that our account with it did. https://docs.stripe.com/api/balance_transactions */
import { minor } from '../shared/money.ts';
import { currencyNamed } from './gateway.ts';
import type { SettlementGateway } from './ports.ts';
import { translate, type StripeSource } from './stripe.client.gateway.ts';

export const createStripeSettlements = (client: StripeSource): SettlementGateway => ({
  async *settlements(from, to) {
    const created = { gte: Math.floor(from / 1000), lt: Math.floor(to / 1000) };
    const stripe = await client();
    try {
      for await (const {
        id,
        type,
        created: at,
        currency,
        amount,
        fee,
        source,
      } of stripe.balanceTransactions.list({ created, limit: 100 }))
        yield {
          id,
          type,
          at: at * 1000,
          currency: currencyNamed(currency),
          gross: minor(amount),
          fee: minor(fee),
          source: (typeof source === 'string' ? source : source?.id) ?? '',
        };
    } catch (error) {
      throw translate(error);
    }
  },
});
