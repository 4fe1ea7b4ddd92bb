/**
 * `alerts/{id}`: something that a person has to look at. The id names the cause, so one cause is one alert; nothing
 * is ever put right by raising one, and closing it says only that somebody looked.
 */
export const alertKinds = [
  'missing_in_books',
  'missing_at_provider',
  'amount_differs',
  'currency_differs',
  'fee_differs',
  'refund_by_hand',
  'dispute_not_booked',
  'transfer_without_withdrawal',
  'balance_paid_out',
  'orders_pending',
  'refund_after_failure',
  'dispute_unknown',
  'subscription_contested',
  'paid_twice',
  'chargeback_open',
  'payment_review',
  'payment_unknown',
  'refund_waits',
  'withdrawal_waits',
  'payee_waits',
  'payrun_failed',
  'adjustment_waits',
  'booking_waits',
  'deposit_waits',
  'books_differ',
  'erased_money',
  'generation_unsettled',
  'refund_rate',
  'refunds_of_one',
  'platform_loss',
  'provider_failing',
  'reward_farm',
  'commission_held',
  'many_moves',
  'much_moved',
] as const;
export type AlertKind = (typeof alertKinds)[number];

export const severities = ['warning', 'critical'] as const;

/** What is raised; the rest is the same for all. */
export type Finding = {
  readonly kind: AlertKind;
  /** `critical`: money is not where the books say. */
  readonly severity: (typeof severities)[number];
  /** One line, and then in plain English what was found, with the figures. */
  readonly title: string;
  readonly explanation: string;
  /** The figures by name: amounts in minor units. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** The document that shows it best. */
  readonly about: string;
  /** Whose money it is: they do not close it. */
  readonly people: readonly string[];
};

/** Something that waits for a person, or lasts too long. */
export const waiting = (
  kind: AlertKind,
  about: string,
  {
    title,
    explanation,
    people,
    facts = {},
  }: Pick<Finding, 'title' | 'explanation' | 'people'> & Partial<Finding>,
): Finding => ({ kind, severity: 'warning', title, explanation, facts, about, people });

export type Alert = Finding & { readonly at: number } & AlertState;

export type AlertState =
  | { readonly status: 'open' }
  | {
      readonly status: 'closed';
      readonly closedAt: number;
      readonly closedBy: string;
      readonly reason: string;
    };

export const alertStatuses = ['open', 'closed'] as const satisfies readonly AlertState['status'][];
