/** Connected accounts: who is paid through Stripe. https://docs.stripe.com/connect/design-an-integration */
import type Stripe from 'stripe';
import type { AccountReport, ConnectGateway } from './ports.ts';
import { asking, askingFor, type StripeSource } from './stripe.client.gateway.ts';

/** Of the bank account or card that payouts go to. */
const lastFourOf = ({ external_accounts: external }: Stripe.Account): string =>
  external?.data.find((one) => one.default_for_currency)?.last4 ?? external?.data[0]?.last4 ?? '';

/** What Stripe knows the banks by that payouts go to, whatever the currency: two of them may end in the same digits. */
function bankOf({ external_accounts: external }: Stripe.Account): string {
  const all = external?.data ?? [];
  const used = all.filter((one) => one.default_for_currency);
  const names = (used.length > 0 ? used : all).map(({ fingerprint, id }) => fingerprint ?? id);
  return names.toSorted().join(' ');
}

function reportOf(account: Stripe.Account): AccountReport {
  const { requirements, capabilities } = account;
  return {
    account: account.id,
    uid: account.metadata?.uid ?? null,
    country: account.country ?? '',
    ready: capabilities?.transfers === 'active' && account.payouts_enabled,
    submitted: account.details_submitted,
    due: [...new Set([...(requirements?.past_due ?? []), ...(requirements?.currently_due ?? [])])],
    checking: requirements?.pending_verification ?? [],
    disabled: requirements?.disabled_reason ?? null,
    last4: lastFourOf(account),
    bank: bankOf(account),
  };
}

export const createStripeConnect = (client: StripeSource): ConnectGateway => ({
  async openAccount({ uid, country }) {
    const params: Stripe.AccountCreateParams = {
      country,
      // Stripe asks the payee for what it needs; the platform pays Stripe's fees and answers for losses.
      controller: {
        fees: { payer: 'application' },
        losses: { payments: 'application' },
        requirement_collection: 'stripe',
        stripe_dashboard: { type: 'express' },
      },
      capabilities: { transfers: { requested: true } },
      settings: { payouts: { schedule: { interval: 'manual' } } },
      metadata: { uid },
    };
    const { id } = await asking(client, (stripe) =>
      stripe.accounts.create(params, { idempotencyKey: `account:${uid}` }),
    );
    return id;
  },

  async onboardingLink(account, { returnUrl, refreshUrl }) {
    const { url, expires_at: expiresAt } = await asking(client, (stripe) =>
      stripe.accountLinks.create({
        account,
        return_url: returnUrl,
        refresh_url: refreshUrl,
        type: 'account_onboarding',
      }),
    );
    return { url, expiresAt: expiresAt * 1000 };
  },

  async askAccount(account) {
    const found = await askingFor(client, (stripe) => stripe.accounts.retrieve(account));
    return found && reportOf(found);
  },

  // https://docs.stripe.com/api/accounts/delete
  async closeAccount(account) {
    await askingFor(client, (stripe) => stripe.accounts.del(account));
  },
});
