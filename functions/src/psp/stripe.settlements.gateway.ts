/** What Stripe says that our account with it did. https://docs.stripe.com/api/balance_transactions */
import type Stripe from 'stripe';
import { minor } from '../shared/money.ts';
import { currencyNamed } from './gateway.ts';
import type { SettlementGateway, SettlementLine } from './ports.ts';
import { asking, type StripeSource } from './stripe.client.gateway.ts';

const PAGE = 100;

export const createStripeSettlements = (client: StripeSource): SettlementGateway => ({
  async settlements(from, to, after) {
    const created = { gte: Math.floor(from / 1000), lt: Math.floor(to / 1000) };
    const query: Stripe.BalanceTransactionListParams = { created, limit: PAGE, expand: ['data.source'] };
    const { data, has_more: more } = await asking(client, (stripe) =>
      stripe.balanceTransactions.list({ ...query, ...(after !== null && { starting_after: after }) }),
    );
    return { lines: data.map(lineOf), next: more ? (data.at(-1)?.id ?? null) : null };
  },
});

const lineOf = ({
  id,
  type,
  created,
  currency,
  amount,
  fee,
  source,
}: Stripe.BalanceTransaction): SettlementLine => ({
  id,
  type,
  at: created * 1000,
  currency: currencyNamed(currency),
  gross: minor(amount),
  fee: minor(fee),
  stated: `${amount} ${currency}`,
  ...sourceOf(source),
});

const nameOf = (one: string | { readonly id: string } | null | undefined): string =>
  (typeof one === 'string' ? one : one?.id) ?? '';

/** What is behind a line, by the name that our books have for it. Expanded, so that it says whose it is. */
function sourceOf(source: Stripe.BalanceTransaction['source']): Pick<SettlementLine, 'source' | 'ours'> {
  if (source === null || typeof source === 'string') return { source: source ?? '', ours: null };
  const { id } = source;
  if (source.object === 'charge') return { source: nameOf(source.payment_intent) || id, ours: null };
  if (source.object === 'refund') return { source: id, ours: ourName('refund', source.metadata?.refund) };
  if (source.object === 'transfer' || source.object === 'transfer_reversal')
    return { source: id, ours: ourName('payout', source.metadata?.withdrawal) };
  return { source: id, ours: null };
}

const ourName = (kind: string, id: string | undefined): string | null =>
  id === undefined ? null : `${kind}:${id}`;
