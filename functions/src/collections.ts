import type { AdjustedBy, Adjustment } from './adjustments/adjustment.ts';
import type { Booking } from './bookings/booking.ts';
import type { Certificate } from './certificates/certificate.ts';
import type { Course } from './courses/course.ts';
import type { FlatVideo } from './courses/flat.ts';
import type { Lesson } from './courses/lesson.ts';
import type { Progress, Watching } from './learning/watched.ts';
import type { Deposit, DepositReference } from './deposits/deposit.ts';
import type { Membership } from './plans/membership.ts';
import type { Migration } from './earnings/earnings.ts';
import type { Enrolment } from './orders/enrolment.ts';
import type { Member } from './orders/member.ts';
import type { Order } from './orders/ordered.ts';
import type { Package } from './packages/package.ts';
import type { Offer } from './plans/offer.ts';
import type { Sale } from './plans/sale.ts';
import type { Profile } from './profiles/profile.ts';
import type { Username } from './profiles/username.ts';
import type { Terms } from './terms/terms.ts';
import type { RoleDecision } from './admin/roles.ts';
import type { Chargeback } from './chargebacks/chargeback.ts';
import type { Alert } from './alerts/alert.ts';
import type { Subscription } from './allowance/subscription.ts';
import type { Audit } from './audit/audit.ts';
import type { Checkpoint } from './audit/checkpoint.ts';
import type { Brake } from './brake/brake.ts';
import type { Clearance } from './clearance/clearance.ts';
import type { Code, CodeOwner } from './codes/sponsorcode.ts';
import type { Commission } from './commissions/commission.ts';
import type { CommissionTable } from './commissions/rates.ts';
import type { Escrow } from './escrow/escrow.ts';
import type { Click } from './links/click.ts';
import type { ClickDay } from './links/clickday.ts';
import type { Conversion } from './links/conversion.ts';
import type { Link, Linker } from './links/link.ts';
import type { Page } from './leaders/board.ts';
import type { Standing, Tally, Unlisted } from './leaders/standing.ts';
import type { Branch } from './tree/branch.ts';
import type { Generation } from './generations/generation.ts';
import type { ReturnPolicy } from './generations/returns.ts';
import type { Invoice, Invoiced, Series } from './invoices/invoice.ts';
import type { Job } from './jobs/job.ts';
import type { JournalCursor, JournalEntry } from './ledger/journal.ts';
import type { Wallet, WalletEntry } from './ledger/wallet.ts';
import type { MeterDay } from './metering/meter.ts';
import type { GivenBy } from './lots/gifts.ts';
import type { GivenLot } from './lots/lifetime.ts';
import type { Mail } from './messages/mail.ts';
import type { Message } from './notifications/message.ts';
import type { InboxEntry } from './notifications/notice.ts';
import type { PushToken, Reach } from './notifications/reach.ts';
import type { AdminAction } from './oversight/action.ts';
import type { Payee } from './payees/payee.ts';
import type { Payrun, PayrunJoin, PayrunLine } from './payruns/payrun.ts';
import { personKeys } from './platform/personkey.ts';
import { collection } from './platform/store.ts';
import { throttles } from './platform/throttle.ts';
import type { CardPayment } from './payments/funding.ts';
import type { Erasure } from './privacy/erasure.ts';
import type { PspEvent } from './psp/event.ts';
import type { Buyer, Purchase } from './purchases/purchase.ts';
import type { Reconciliation, Settled } from './reconciliation/reconciliation.ts';
import type { Origin } from './rewards/origin.ts';
import type { Referral, Referrer } from './rewards/referral.ts';
import type { Totals } from './totals/totals.ts';
import type { Refund } from './refunds/refund.ts';
import type { Head, Nodes, Root, RootRun } from './roots/root.ts';
import type { PaymentReference, Withdrawal } from './withdrawals/withdrawal.ts';

/** What is stored: every collection with the type of its documents. Who may read it says firestore.rules. */
export const collections = {
  throttles,
  personKeys,
  erasures: collection<Erasure>('erasures'),
  roleDecisions: collection<RoleDecision>('roleDecisions'),
  adminActions: collection<AdminAction>('adminActions'),
  alerts: collection<Alert>('alerts'),
  audits: collection<Audit>('audits'),
  auditCheckpoints: collection<Checkpoint>('auditCheckpoints'),
  brakes: collection<Brake>('brakes'),
  totals: collection<Totals>('totals'),
  notices: (uid: string) => collection<InboxEntry>(`inboxes/${uid}/notices`),
  messages: collection<Message>('messages'),
  /** By this name the Trigger Email extension is set up to read it. */
  mail: collection<Mail>('mail'),
  reach: collection<Reach>('reach'),
  pushTokens: collection<PushToken>('pushTokens'),

  usernames: collection<Username>('usernames'),
  profiles: collection<Profile>('profiles'),
  terms: collection<Terms>('terms'),
  bookings: collection<Booking>('bookings'),
  offers: collection<Offer>('offers'),
  memberships: collection<Membership>('memberships'),
  sales: collection<Sale>('sales'),
  courses: collection<Course>('courses'),
  lessons: collection<Lesson>('lessons'),
  videos: collection<FlatVideo>('videos'),
  packages: collection<Package>('packages'),
  orders: collection<Order>('orders'),
  members: collection<Member>('members'),
  enrolments: collection<Enrolment>('enrolments'),
  progress: collection<Progress>('progress'),
  watching: collection<Watching>('watching'),
  certificates: collection<Certificate>('certificates'),
  migrations: collection<Migration>('migrations'),
  deposits: collection<Deposit>('deposits'),
  depositReferences: collection<DepositReference>('depositReferences'),

  journal: collection<JournalEntry>('journal'),
  journalCursors: collection<JournalCursor>('journalCursors'),
  roots: collection<Root>('roots'),
  rootRuns: collection<RootRun>('rootRuns'),
  rootHeads: collection<Head>('rootHeads'),
  rootNodes: collection<Nodes>('rootNodes'),
  wallets: collection<Wallet>('wallets'),
  entries: (uid: string) => collection<WalletEntry>(`wallets/${uid}/entries`),

  purchases: collection<Purchase>('purchases'),
  buyers: collection<Buyer>('buyers'),
  pspEvents: collection<PspEvent>('pspEvents'),
  settlements: collection<Settled>('settlements'),
  reconciliations: collection<Reconciliation>('reconciliations'),

  jobs: collection<Job>('jobs'),
  escrows: collection<Escrow>('escrows'),
  clearances: collection<Clearance>('clearances'),

  payments: collection<CardPayment>('payments'),
  refunds: collection<Refund>('refunds'),
  chargebacks: collection<Chargeback>('chargebacks'),

  meterDays: collection<MeterDay>('meterDays'),
  referrals: collection<Referral>('referrals'),
  referrers: collection<Referrer>('referrers'),
  branches: collection<Branch>('branches'),
  origins: collection<Origin>('origins'),
  codes: collection<Code>('codes'),
  codeOwners: collection<CodeOwner>('codeOwners'),
  commissions: collection<Commission>('commissions'),
  commissionTables: collection<CommissionTable>('commissionTables'),
  links: collection<Link>('links'),
  linkers: collection<Linker>('linkers'),
  clicks: collection<Click>('clicks'),
  clickDays: collection<ClickDay>('clickDays'),
  conversions: collection<Conversion>('conversions'),
  tallies: collection<Tally>('tallies'),
  standings: collection<Standing>('standings'),
  boards: collection<Page>('boards'),
  unlisted: collection<Unlisted>('unlisted'),
  subscriptions: collection<Subscription>('subscriptions'),
  lots: collection<GivenLot>('lots'),
  givenBy: collection<GivenBy>('givenBy'),
  generations: collection<Generation>('generations'),
  returnPolicies: collection<ReturnPolicy>('returnPolicies'),

  payees: collection<Payee>('payees'),
  withdrawals: collection<Withdrawal>('withdrawals'),
  paymentReferences: collection<PaymentReference>('paymentReferences'),
  payrunJoins: collection<PayrunJoin>('payrunJoins'),
  payruns: collection<Payrun>('payruns'),
  payrunLines: collection<PayrunLine>('payrunLines'),

  adjustments: collection<Adjustment>('adjustments'),
  adjustedBy: collection<AdjustedBy>('adjustedBy'),

  invoices: collection<Invoice>('invoices'),
  invoiced: collection<Invoiced>('invoiced'),
  series: collection<Series>('series'),
};
