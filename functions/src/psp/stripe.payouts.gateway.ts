/**
 * A withdrawal's way through Stripe: a transfer to the connected account, and from there a payout to its bank.
 * https://docs.stripe.com/connect/separate-charges-and-transfers, https://docs.stripe.com/connect/manual-payouts
 */
import type Stripe from 'stripe';
import { minor } from '../shared/money.ts';
import { currencyNamed } from './gateway.ts';
import type { PayoutGateway, PayoutReport, TransferReport } from './ports.ts';
import { asking, stripeAmount, type StripeSource } from './stripe.client.gateway.ts';

const transferOf = (transfer: Stripe.Transfer): TransferReport => ({
  transfer: transfer.id,
  account: (typeof transfer.destination === 'string' ? transfer.destination : transfer.destination?.id) ?? '',
  amount: minor(transfer.amount),
  currency: currencyNamed(transfer.currency),
  reversed: minor(transfer.amount_reversed),
});

/** An allow-list: what is not named here is on its way. */
const statuses: Partial<Record<string, PayoutReport['status']>> = {
  paid: 'paid',
  failed: 'failed',
  canceled: 'cancelled',
};

const payoutOf = (payout: Stripe.Payout): PayoutReport => ({
  payout: payout.id,
  status: statuses[payout.status] ?? 'pending',
  amount: minor(payout.amount),
  currency: currencyNamed(payout.currency),
  failure: payout.failure_code,
});

export const createStripePayouts = (client: StripeSource): PayoutGateway => ({
  async sendTransfer({ withdrawal, account, amount, currency }) {
    const params: Stripe.TransferCreateParams = {
      amount: stripeAmount(amount, currency),
      currency: currency.toLowerCase(),
      destination: account,
      transfer_group: withdrawal,
      metadata: { withdrawal },
    };
    return transferOf(
      await asking(client, (stripe) =>
        stripe.transfers.create(params, { idempotencyKey: `payout:${withdrawal}:transfer` }),
      ),
    );
  },

  async findTransfer(withdrawal) {
    const { data } = await asking(client, (stripe) =>
      stripe.transfers.list({ transfer_group: withdrawal, limit: 1 }),
    );
    return data[0] ? transferOf(data[0]) : null;
  },

  async sendPayout({ withdrawal, account, amount, currency }) {
    const params: Stripe.PayoutCreateParams = {
      amount: stripeAmount(amount, currency),
      currency: currency.toLowerCase(),
      metadata: { withdrawal },
    };
    const options = { idempotencyKey: `payout:${withdrawal}:payout`, stripeAccount: account };
    return payoutOf(await asking(client, (stripe) => stripe.payouts.create(params, options)));
  },

  // Stripe finds payouts by no name of ours; an account has few, newest first.
  findPayout: (withdrawal, account) =>
    asking(client, async (stripe) => {
      for await (const one of stripe.payouts.list({ limit: 100 }, { stripeAccount: account }))
        if (one.metadata?.withdrawal === withdrawal) return payoutOf(one);
      return null;
    }),

  async reverseTransfer({ withdrawal, transfer, amount, currency }) {
    const params = { amount: stripeAmount(amount, currency), metadata: { withdrawal } };
    return asking(client, async (stripe) => {
      await stripe.transfers.createReversal(transfer, params, {
        idempotencyKey: `payout:${withdrawal}:reversal`,
      });
      return transferOf(await stripe.transfers.retrieve(transfer));
    });
  },
});
