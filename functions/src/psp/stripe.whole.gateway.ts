/** Every part of the Stripe adapter, over one client that is loaded when the first of them needs it. */
import { createStripeCards } from './stripe.cards.gateway.ts';
import { connectTo, type StripeSettings } from './stripe.client.gateway.ts';
import { createStripeConnect } from './stripe.connect.gateway.ts';
import { createStripeGateway } from './stripe.gateway.ts';
import { createStripePayouts } from './stripe.payouts.gateway.ts';
import { createStripePrints } from './stripe.prints.gateway.ts';
import { createStripeDisputes, createStripeRefunds } from './stripe.refunds.gateway.ts';
import { createStripeSubscriptions } from './stripe.subscriptions.gateway.ts';
import { createStripeSettlements } from './stripe.settlements.gateway.ts';

/** @param cardReturnUrl where a bank's page sends the payer of a saved card back to */
export function createStripe(settings: StripeSettings & { readonly cardReturnUrl: string }) {
  const client = connectTo(settings);
  return {
    payments: createStripeGateway(client, settings),
    cards: createStripeCards(client, settings.cardReturnUrl),
    connect: createStripeConnect(client),
    payouts: createStripePayouts(client),
    refunds: createStripeRefunds(client),
    prints: createStripePrints(client),
    disputes: createStripeDisputes(client),
    settlements: createStripeSettlements(client),
    subscriptions: createStripeSubscriptions(client),
  };
}
