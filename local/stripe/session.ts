/** Checkout sessions as Stripe keeps them. https://docs.stripe.com/api/checkout/sessions/object */
import type Stripe from 'stripe';
import { bytes } from '../../functions/src/platform/chance.ts';
import type { Order } from './order.ts';

/** The part of a payment intent that anyone here looks at; its fields are Stripe's own. */
export type Intent = Pick<
  Stripe.PaymentIntent,
  'id' | 'object' | 'amount' | 'amount_received' | 'currency' | 'status' | 'created' | 'livemode' | 'metadata'
>;

export const newId = (prefix: string): string => prefix + bytes(18).toString('hex');

/** An open session. Times in seconds. */
export const openSession = (order: Order, baseUrl: string, now: number): Stripe.Checkout.Session => {
  const id = newId('cs_test_');
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: order.amount,
    amount_total: order.amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: order.cancelUrl,
    client_reference_id: order.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency: order.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: null,
    customer_email: null,
    discounts: [],
    expires_at: order.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: order.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: order.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${baseUrl}/pay/${id}`,
    wallet_options: null,
  };
};

export const openIntent = (
  session: Stripe.Checkout.Session,
  status: Intent['status'],
  now: number,
): Intent => ({
  id: newId('pi_'),
  object: 'payment_intent',
  amount: session.amount_total ?? 0,
  amount_received: status === 'succeeded' ? (session.amount_total ?? 0) : 0,
  created: now,
  currency: session.currency ?? '',
  livemode: false,
  metadata: {},
  status,
});
