import type { Fault } from './faults.ts';

/** What has to have happened at least once in the seeds of a run: each fault, where it is most dangerous. */
const money = [
  'purchases-create',
  'escrow-lock',
  'escrow-fund',
  'escrow-release',
  'escrow-refund',
  'escrow-resolve',
  'withdrawals-request',
  'withdrawals-approve',
  'withdrawals-pay',
  'refunds-create',
  'adjustments-request',
  'adjustments-approve',
  'adjustments-reverse',
  'brake-engage',
  'psp-stripe',
  'bookings-pay',
  'bookings-decide',
  'generations-start',
  'generations-due',
  'generations-callback',
  'packages-buy',
  'courses-buy',
  'orders-refund',
  'keepers-money',
  'commissions-ordered',
  'commissions-review',
  'commissions-sweep',
  'payruns-sweep',
  'payruns-approve',
  'learning-beat',
];
const sweeps = [
  'escrow-sweep',
  'purchases-sweep',
  'payments-sweep',
  'withdrawals-sweep',
  'refunds-sweep',
  'bookings-sweep',
  'generations-sweep',
  'orders-sweep',
  'commissions-sweep',
  'certificates-sweep',
  'payruns-sweep',
  'messages-sweep',
  'leaders-fold',
  'tree-sweep',
  'links-fold',
];
/** What proves the books, and may die at any page. */
const proofs = ['audit-daily', 'audit-sweep', 'roots-daily', 'roots-sweep', 'totals-fold'];
const erasures = ['privacy-erase', 'privacy-fulfil', 'privacy-changed', 'privacy-sweep'];
const changes = [
  'escrow-changed',
  'purchases-changed',
  'withdrawals-changed',
  'privacy-changed',
  'bookings-changed',
  'generations-changed',
  'keepers-money',
  'orders-changed',
  'orders-ended',
  'commissions-ordered',
  'commissions-changed',
];
const letters = [
  'psp-stripe checkout.session.completed',
  'psp-stripe payment_intent.succeeded',
  'psp-stripe transfer.created',
];

const due = ['escrow-due', 'bookings-due', 'generations-due'];
const callbacks = ['generations-callback succeeded', 'generations-callback failed'];

const pairs: Readonly<Record<Fault, readonly string[]>> = {
  'commit-aborted': [...money, 'privacy-changed'],
  'commit-answer-lost': [...money, 'escrow-due', 'privacy-changed'],
  'read-failed': [...money, ...sweeps, ...proofs, ...erasures, 'receipts-get', 'exports-journal'],
  'killed-before': [...money, ...sweeps, ...proofs, ...erasures],
  'killed-after': [...money, ...sweeps, ...proofs, ...erasures],
  'provider-timeout-before': [
    'stripe POST /v1/checkout/sessions',
    'stripe POST /v1/payment_intents',
    'atelier POST /v1/tasks',
  ],
  'provider-timeout-after': [
    'stripe POST /v1/checkout/sessions',
    'stripe POST /v1/payment_intents',
    'stripe POST /v1/transfers',
    'stripe POST /v1/payouts',
    'stripe POST /v1/refunds',
    'fatora POST /v1/payments/checkout',
    'atelier POST /v1/tasks',
    'fcm POST /v1/projects/demo-sim/messages:send',
    'storage DELETE /storage/v1/b/demo-sim/o/:id',
  ],
  'provider-error': [
    'stripe POST /v1/checkout/sessions',
    'stripe POST /v1/refunds',
    'atelier POST /v1/tasks',
  ],
  'webhook-doubled': [...letters.slice(0, 2), ...callbacks],
  'webhook-delayed': [...letters.slice(0, 2), ...callbacks],
  'webhook-reordered': letters.slice(0, 2),
  'webhook-lost': [...letters.slice(0, 2), ...callbacks],
  'webhook-forged': ['psp-stripe', 'generations-callback'],
  'callback-first': ['atelier'],
  'wrong-amount': ['stripe', 'card'],
  'task-early': due,
  'task-late': due,
  'task-doubled': due,
  'task-lost': due,
  'task-refused': ['escrow-due'],
  'schedule-missed': [...sweeps, ...proofs],
  'schedule-doubled': [...sweeps, ...proofs],
  'trigger-doubled': changes,
  'trigger-late': changes,
  'trigger-lost': changes,
  'payout-returned': ['bank'],
  'clock-skew': ['escrow-due', 'escrow-release', 'psp-stripe'],
  'answer-lost': ['purchases-create', 'escrow-lock', 'withdrawals-request', 'packages-buy'],
};

/** These happen seldom, so what may befall them has to happen the oftener. */
const seldom = [
  ...['escrow-due', 'escrow-resolve', 'escrow-refund'],
  ...['adjustments-approve', 'adjustments-reverse', 'brake-engage', 'bookings-decide'],
];

/** How much oftener a fault strikes there than its rate says: where it matters most, so that a few seeds see it. */
export function dangerOf(fault: Fault, operation: string): number {
  if (!pairs[fault].includes(operation)) return 1;
  return seldom.includes(operation) && /^(commit|read|killed)-/.test(fault) ? 20 : 5;
}

/** Those that never happened, by `fault operation`. */
export const unseen = (matrix: Readonly<Record<string, number>>): string[] =>
  Object.entries(pairs).flatMap(([fault, operations]) =>
    operations.map((operation) => `${fault} ${operation}`).filter((pair) => !matrix[pair]),
  );
