/** Which card paid: https://docs.stripe.com/api/charges/object#charge_object-payment_method_details-card-fingerprint */
import type { CardPrintGateway } from './ports.ts';
import { askingFor, type StripeSource } from './stripe.client.gateway.ts';

export const createStripePrints = (client: StripeSource): CardPrintGateway => ({
  async printOf(payment) {
    const found = await askingFor(client, (stripe) =>
      stripe.paymentIntents.retrieve(payment, { expand: ['latest_charge'] }),
    );
    const charge = found?.latest_charge;
    if (charge == null || typeof charge === 'string') return null;
    return charge.payment_method_details?.card?.fingerprint ?? null;
  },
});
