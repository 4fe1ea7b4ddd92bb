/** The test methods that are played, by Stripe's own names. https://docs.stripe.com/testing */

/** `slow`: a bank debit, which is under way for days. */
export type Temper = 'good' | 'authenticate' | 'declined' | 'slow';

export type TestCard = {
  readonly temper: Temper;
  readonly brand: string;
  readonly last4: string;
  /** Stripe's code, and the bank's reason where one is told. */
  readonly decline?: { readonly code: string; readonly why: string | null };
};

const visa = (last4: string, temper: Temper, decline?: TestCard['decline']): TestCard => ({
  ...{ temper, brand: 'visa', last4 },
  ...(decline && { decline }),
});

export const genericDecline = { code: 'card_declined', why: 'generic_decline' } as const;

export const testCards: Readonly<Partial<Record<string, TestCard>>> = {
  pm_card_visa: visa('4242', 'good'),
  pm_card_mastercard: { temper: 'good', brand: 'mastercard', last4: '4444' },
  pm_card_authenticationRequired: visa('3184', 'authenticate'),
  pm_card_visa_chargeDeclined: visa('0002', 'declined', genericDecline),
  pm_card_visa_chargeDeclinedInsufficientFunds: visa('9995', 'declined', {
    code: 'card_declined',
    why: 'insufficient_funds',
  }),
  pm_card_chargeDeclinedExpiredCard: visa('0069', 'declined', { code: 'expired_card', why: null }),
  pm_usBankAccount_processing: { temper: 'slow', brand: '', last4: '0009' },
};
