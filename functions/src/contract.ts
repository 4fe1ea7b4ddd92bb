import { adjustmentsContract } from './adjustments/adjustments.contract.ts';
import { adminContract } from './admin/admin.contract.ts';
import { alertsContract } from './alerts/alerts.contract.ts';
import { allowanceContract } from './allowance/allowance.contract.ts';
import { brakeContract } from './brake/brake.contract.ts';
import { bookingsContract } from './bookings/bookings.contract.ts';
import { catalogContract } from './catalog/catalog.contract.ts';
import { certificatesContract } from './certificates/certificates.contract.ts';
import { coursesContract } from './courses/courses.contract.ts';
import { courseEditingContract } from './courses/editing.contract.ts';
import { depositsContract } from './deposits/deposits.contract.ts';
import { escrowContract } from './escrow/escrow.contract.ts';
import { generationsContract } from './generations/generations.contract.ts';
import { exportsContract } from './exports/exports.contract.ts';
import { invoicesContract } from './invoices/invoices.contract.ts';
import { jobsContract } from './jobs/jobs.contract.ts';
import { codesContract } from './codes/codes.contract.ts';
import { commissionsContract } from './commissions/commissions.contract.ts';
import { messagesContract } from './messages/messages.contract.ts';
import { pushContract } from './messages/push.contract.ts';
import { connectContract } from './payees/connect.contract.ts';
import { destinationsContract } from './payees/destinations.contract.ts';
import { kycContract } from './payees/kyc.contract.ts';
import { leadersContract } from './leaders/leaders.contract.ts';
import { linksContract } from './links/links.contract.ts';
import { learningContract } from './learning/learning.contract.ts';
import { lotsContract } from './lots/lots.contract.ts';
import { meteringContract } from './metering/metering.contract.ts';
import { fundContract, paymentsContract } from './payments/payments.contract.ts';
import { buyCoursesContract, buyPackagesContract, ordersContract } from './orders/orders.contract.ts';
import { packagesContract } from './packages/packages.contract.ts';
import { payrunsContract } from './payruns/payruns.contract.ts';
import { plansContract } from './plans/plans.contract.ts';
import { profilesContract } from './profiles/profiles.contract.ts';
import { usernamesContract } from './profiles/usernames.contract.ts';
import { privacyContract } from './privacy/privacy.contract.ts';
import { purchasesContract } from './purchases/purchases.contract.ts';
import { refundsContract } from './refunds/refunds.contract.ts';
import { reconciliationContract } from './reconciliation/reconciliation.contract.ts';
import { receiptsContract } from './receipts/receipts.contract.ts';
import { rewardsContract } from './rewards/rewards.contract.ts';
import type { FeatureContract } from './shared/call.ts';
import { termsContract } from './terms/terms.contract.ts';
import { treeContract } from './tree/tree.contract.ts';
import { totalsContract } from './totals/totals.contract.ts';
import { walletContract } from './wallet/wallet.contract.ts';
import { withdrawalsContract } from './withdrawals/withdrawals.contract.ts';

/** What may be asked: one line a feature. `contract.escrow.release` is called as `escrow-release`. */
export const contract = {
  catalog: catalogContract,
  purchases: purchasesContract,
  jobs: jobsContract,
  escrow: { ...escrowContract, ...fundContract },
  payments: paymentsContract,
  refunds: refundsContract,
  lots: lotsContract,
  allowance: allowanceContract,
  rewards: rewardsContract,
  codes: codesContract,
  commissions: commissionsContract,
  generations: generationsContract,
  metering: meteringContract,
  kyc: kycContract,
  destinations: destinationsContract,
  connect: connectContract,
  withdrawals: withdrawalsContract,
  messages: messagesContract,
  push: pushContract,
  payruns: payrunsContract,
  usernames: usernamesContract,
  profiles: profilesContract,
  terms: termsContract,
  bookings: bookingsContract,
  plans: plansContract,
  packages: { ...packagesContract, ...buyPackagesContract },
  courses: { ...coursesContract, ...courseEditingContract, ...buyCoursesContract },
  orders: ordersContract,
  leaders: leadersContract,
  tree: treeContract,
  links: linksContract,
  learning: learningContract,
  certificates: certificatesContract,
  deposits: depositsContract,
  adjustments: adjustmentsContract,
  invoices: invoicesContract,
  wallet: walletContract,
  receipts: receiptsContract,
  brake: brakeContract,
  totals: totalsContract,
  exports: exportsContract,
  admin: adminContract,
  privacy: privacyContract,
  alerts: alertsContract,
  reconciliation: reconciliationContract,
} as const satisfies Record<string, FeatureContract>;

export type Contract = typeof contract;
