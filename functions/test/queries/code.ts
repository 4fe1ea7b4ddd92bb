import { bookingsIn, dueBookings } from '../../src/bookings/bookings.store.ts';
import { depositsIn, dueDeposits } from '../../src/deposits/deposits.store.ts';
import { dueMembers, dueOrders, enrolmentsOf, ordersOf } from '../../src/orders/orders.store.ts';
import { definedPackages } from '../../src/packages/packages.store.ts';
import { definedOffers, dueMemberships, dueSales } from '../../src/plans/plans.store.ts';
import { claimLags } from '../../src/admin/admin.store.ts';
import {
  dueChargebacks,
  paymentsBy,
  paymentsWith,
  purchasesBy,
} from '../../src/chargebacks/chargebacks.store.ts';
import { dueSubscriptions } from '../../src/allowance/allowance.store.ts';
import { dueAudits, journalSince, walletEntriesSince } from '../../src/audit/audit.store.ts';
import { adjustmentsIn, dueAdjustments } from '../../src/adjustments/adjustments.store.ts';
import { alertsIn } from '../../src/alerts/alerts.store.ts';
import { doneSince } from '../../src/commissions/commissions.operations.ts';
import { dueClearances } from '../../src/clearance/clearance.store.ts';
import { commissionsOf, dueCommissions, paidBy, tableAt } from '../../src/commissions/commissions.store.ts';
import { collections } from '../../src/collections.ts';
import { allEntries, walletsAfter } from '../../src/earnings/earnings.operations.ts';
import { dueEscrows } from '../../src/escrow/escrow.store.ts';
import { dueGenerations, generationsOf, overdue, withTask } from '../../src/generations/generations.store.ts';
import { invoicesOf } from '../../src/invoices/invoices.store.ts';
import { dueJobs } from '../../src/jobs/jobs.store.ts';
import { entriesSince } from '../../src/ledger/follow.operations.ts';
import { entryKinds } from '../../src/ledger/journal.ts';
import { dueLots, lotsBy } from '../../src/lots/lots.store.ts';
import { daysIn, lostIn, overIn } from '../../src/metering/metering.store.ts';
import { untold } from '../../src/notifications/notifications.operations.ts';
import { duePayees, payeesToAsk, payeesToReview, payeesWith } from '../../src/payees/payees.store.ts';
import type { Query } from '../../src/platform/store.ts';
import {
  bookingsOf,
  chargebacksOf,
  depositsOf,
  dueErasures,
  escrowsOf,
  jobsBy,
  jobsFor,
  noticesTo,
  paymentsOf,
  purchasesOf,
  refundsOf,
  usernamesOf,
} from '../../src/privacy/privacy.store.ts';
import { duePayments } from '../../src/payments/payments.store.ts';
import { dueEvents } from '../../src/psp/psp.store.ts';
import { duePurchases } from '../../src/purchases/purchases.store.ts';
import {
  dueReconciliations,
  eventsOfCard,
  eventsOfCheckout,
  linesOf,
  linesOn,
  movesIn,
  movesOf,
  pendingPayments,
  pendingPurchases,
} from '../../src/reconciliation/reconciliation.store.ts';
import { dueRefunds } from '../../src/refunds/refunds.store.ts';
import { boughtBy, dueOrigins, dueReferrals } from '../../src/rewards/rewards.store.ts';
import { linksOf } from '../../src/receipts/receipts.store.ts';
import { headsOf, lastRoot, leavesWith } from '../../src/roots/roots.store.ts';
import { currencies } from '../../src/shared/money.ts';
import { entriesBehind, entriesOn, entriesUpTo, newestAt } from '../../src/wallet/history.store.ts';
import { entriesIn, totalsBy } from '../../src/totals/totals.store.ts';
import { walletContract } from '../../src/wallet/wallet.contract.ts';
import { openEscrowsOf, pageOfEntries } from '../../src/wallet/wallet.store.ts';
import { dueWithdrawals, withdrawalsIn, withdrawalsOf } from '../../src/withdrawals/withdrawals.store.ts';

/** A query of the functions; `sum` where it is not listed but added up. */
export type Asked = Query<unknown> & { readonly sum?: string };

const at = 1;

/** Every filter that the call lets through. */
const entryFilters = [undefined, entryKinds[0]].flatMap((kind) =>
  [undefined, 'purchases/p1'].flatMap((reference) =>
    [undefined, at].flatMap((from) =>
      [undefined, at].flatMap((to) => {
        const given = { kind, reference, from, to, limit: 20 };
        const filter = walletContract.entries.input.safeParse(JSON.parse(JSON.stringify(given)));
        return filter.success ? [filter.data] : [];
      }),
    ),
  ),
);

/** Every query that the functions make, by where it is made; `scan.ts` finds those that are missing here. */
export const codeQueries: Readonly<Record<string, readonly Asked[]>> = {
  'adjustments/adjustments.store.ts adjustmentsIn': [
    adjustmentsIn({ limit: 20 }),
    adjustmentsIn({ limit: 20, status: 'waiting' }),
    adjustmentsIn({ limit: 20, uid: 'ann' }),
    adjustmentsIn({ limit: 20, uid: 'ann', status: 'waiting' }),
  ],
  'adjustments/adjustments.store.ts dueAdjustments': [dueAdjustments(at)],
  'admin/admin.store.ts claimLags': [claimLags(at)],
  'chargebacks/chargebacks.store.ts dueChargebacks': [dueChargebacks(at)],
  'chargebacks/chargebacks.store.ts paymentsWith': [paymentsWith('pi_1')],
  'chargebacks/chargebacks.store.ts paymentsBy': [paymentsBy('pi_1')],
  'chargebacks/chargebacks.store.ts purchasesBy': [purchasesBy('pi_1')],
  'alerts/alerts.store.ts alertsIn': [alertsIn(undefined, { limit: 20 }), alertsIn('open', { limit: 20 })],
  'audit/audit.store.ts dueAudits': [dueAudits(at)],
  'audit/audit.store.ts journalSince': [journalSince(at, null, 1000)],
  // Of all wallets together; it rises with the time within each kind, as the journal's own does.
  'audit/audit.store.ts walletEntriesSince': [walletEntriesSince(at, null, 1000)],
  'clearance/clearance.store.ts dueClearances': [dueClearances(at)],
  'bookings/bookings.store.ts bookingsIn': [bookingsIn('disputed', { limit: 20 })],
  'bookings/bookings.store.ts dueBookings': [dueBookings(at)],
  'deposits/deposits.store.ts depositsIn': [depositsIn('waiting', { limit: 20 })],
  'deposits/deposits.store.ts dueDeposits': [dueDeposits(at)],
  'packages/packages.store.ts definedPackages': [definedPackages()],
  'orders/orders.store.ts dueMembers': [dueMembers(at)],
  'orders/orders.store.ts dueOrders': [dueOrders(at)],
  'orders/orders.store.ts enrolmentsOf': [enrolmentsOf('ann')],
  'orders/orders.store.ts ordersOf': [ordersOf('ann', { limit: 20 })],
  'plans/plans.store.ts definedOffers': [definedOffers()],
  'plans/plans.store.ts dueMemberships': [dueMemberships(at)],
  'plans/plans.store.ts dueSales': [dueSales(at)],
  'earnings/earnings.operations.ts allEntries': [allEntries('ann', null)],
  'earnings/earnings.operations.ts walletsAfter': [walletsAfter(null)],
  'escrow/escrow.store.ts dueEscrows': [dueEscrows(at)],
  'lots/lots.store.ts dueLots': [dueLots(at)],
  'lots/lots.store.ts lotsBy': [lotsBy('pi_1')],
  'allowance/allowance.store.ts dueSubscriptions': [dueSubscriptions(at)],
  'metering/metering.store.ts daysIn': [daysIn('2026-01-01', '2026-01-31')],
  // Rise with the time: work that is over 500 times a second is far off.
  'metering/metering.store.ts lostIn': [lostIn({ from: at, to: at })],
  'metering/metering.store.ts overIn': [overIn({ from: at, to: at })],
  'rewards/rewards.store.ts boughtBy': [boughtBy('ann')],
  'rewards/rewards.store.ts dueReferrals': [dueReferrals(at)],
  'rewards/rewards.store.ts dueOrigins': [dueOrigins(at)],
  'commissions/commissions.store.ts dueCommissions': [dueCommissions(at)],
  'commissions/commissions.store.ts commissionsOf': [
    commissionsOf('ann', { limit: 20 }),
    commissionsOf('ann', { limit: 20, status: 'held' }),
  ],
  // Rises with the time, for orders that are done alone: 500 a second are far off.
  'commissions/commissions.operations.ts doneSince': [doneSince(at, null)],
  'commissions/commissions.store.ts tableAt': [tableAt(at)],
  'commissions/commissions.store.ts paidBy': [paidBy('ann')],
  'generations/generations.store.ts dueGenerations': [dueGenerations(at)],
  'generations/generations.store.ts generationsOf': [
    generationsOf('ann', { limit: 20 }),
    generationsOf('ann', { limit: 20, refunded: true }),
  ],
  'generations/generations.store.ts overdue': [overdue(at, { limit: 20 })],
  'generations/generations.store.ts withTask': [withTask('at_1')],
  'invoices/invoices.store.ts invoicesOf': [
    invoicesOf('ann', { limit: 20 }),
    invoicesOf('ann', { limit: 20, kind: 'fee' }),
  ],
  // Rises with the time within each kind: 500 entries a second of one kind.
  'ledger/follow.operations.ts entriesSince': [entriesSince(entryKinds, at, null)],
  'jobs/jobs.store.ts dueJobs': [dueJobs(at)],
  'notifications/notifications.operations.ts untold': [
    untold(collections.adjustments),
    untold(collections.bookings),
    untold(collections.chargebacks),
    untold(collections.commissions),
    untold(collections.deposits),
    untold(collections.escrows),
    untold(collections.generations),
    untold(collections.jobs),
    untold(collections.lots),
    untold(collections.members),
    untold(collections.memberships),
    untold(collections.orders),
    untold(collections.payees),
    untold(collections.payments),
    untold(collections.purchases),
    untold(collections.referrals),
    untold(collections.refunds),
    untold(collections.sales),
    untold(collections.subscriptions),
    untold(collections.withdrawals),
  ],
  'payees/payees.store.ts duePayees': [duePayees(at)],
  'payees/payees.store.ts payeesToAsk': [payeesToAsk(at)],
  'payees/payees.store.ts payeesWith': [payeesWith('acct_1')],
  'payees/payees.store.ts payeesToReview': [payeesToReview({ limit: 20 })],
  'payments/payments.store.ts duePayments': [duePayments(at)],
  'psp/psp.store.ts dueEvents': [dueEvents(at)],
  'purchases/purchases.store.ts duePurchases': [duePurchases(at)],
  'reconciliation/reconciliation.store.ts dueReconciliations': [dueReconciliations(at)],
  'reconciliation/reconciliation.store.ts eventsOfCard': [eventsOfCard('pi_1')],
  'reconciliation/reconciliation.store.ts eventsOfCheckout': [eventsOfCheckout('pi_1')],
  'reconciliation/reconciliation.store.ts linesOf': [linesOf(['pi_1'])],
  'reconciliation/reconciliation.store.ts linesOn': [linesOn('stripe~2026-01-01', null)],
  // Rises with the time, for what moves at a provider alone: that is far from the 500 writes a second of an index.
  'reconciliation/reconciliation.store.ts movesIn': [movesIn('stripe', { from: at, to: at }, null)],
  'reconciliation/reconciliation.store.ts movesOf': [movesOf(['pi_1'])],
  'reconciliation/reconciliation.store.ts pendingPayments': [pendingPayments(at)],
  'reconciliation/reconciliation.store.ts pendingPurchases': [pendingPurchases(at)],
  'privacy/privacy.store.ts bookingsOf': [bookingsOf('ann')],
  'privacy/privacy.store.ts chargebacksOf': [chargebacksOf('ann')],
  'privacy/privacy.store.ts depositsOf': [depositsOf('ann')],
  'privacy/privacy.store.ts dueErasures': [dueErasures(at)],
  'privacy/privacy.store.ts escrowsOf': [escrowsOf('ann')],
  'privacy/privacy.store.ts jobsBy': [jobsBy('ann')],
  'privacy/privacy.store.ts jobsFor': [jobsFor('ann')],
  'privacy/privacy.store.ts noticesTo': [noticesTo('ann')],
  'privacy/privacy.store.ts paymentsOf': [paymentsOf('ann')],
  'privacy/privacy.store.ts purchasesOf': [purchasesOf('ann')],
  'privacy/privacy.store.ts refundsOf': [refundsOf('ann')],
  'privacy/privacy.store.ts usernamesOf': [usernamesOf('ann')],
  'refunds/refunds.store.ts dueRefunds': [dueRefunds(at)],
  'receipts/receipts.store.ts linksOf': [linksOf('ann', { from: 1, to: 2 })],
  'roots/roots.store.ts headsOf': [headsOf('2026-01-01', null)],
  'roots/roots.store.ts lastRoot': [lastRoot()],
  'roots/roots.store.ts leavesWith': [leavesWith('2026-01-01', 'ann')],
  'wallet/history.store.ts entriesBehind': [entriesBehind('ann', 1)],
  'wallet/history.store.ts entriesOn': currencies.map((currency) =>
    entriesOn('ann', { currency, above: 1, upTo: 2, limit: 20 }),
  ),
  'wallet/history.store.ts entriesUpTo': currencies.map((currency) =>
    entriesUpTo('ann', { currency, upTo: 1, limit: 20 }),
  ),
  'wallet/history.store.ts newestAt': [newestAt('ann', at)],
  'totals/totals.store.ts entriesIn': [entriesIn({ from: at, to: at }, null)],
  'totals/totals.store.ts totalsBy': [totalsBy(at)],
  'wallet/wallet.store.ts openEscrowsOf': [{ ...openEscrowsOf('ann', 'QAR'), sum: 'balance' }],
  'wallet/wallet.store.ts pageOfEntries': entryFilters.map((filter) => pageOfEntries('ann', filter)),
  'withdrawals/withdrawals.store.ts dueWithdrawals': [dueWithdrawals(at)],
  'withdrawals/withdrawals.store.ts withdrawalsIn': [withdrawalsIn('requested', { limit: 20 })],
  'withdrawals/withdrawals.store.ts withdrawalsOf': [
    withdrawalsOf('ann', { limit: 20 }),
    withdrawalsOf('ann', { limit: 20, status: 'requested' }),
  ],
};
