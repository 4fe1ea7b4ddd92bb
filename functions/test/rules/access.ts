import type { collections } from '../../src/collections.ts';
import type { AdminRole } from '../../src/shared/call.ts';

/**
 * Somebody whom a row lets read: whose document it is, each of the parties where it is of two, an admin, or
 * whoever is signed in. Nobody is an empty list, and nothing is for anyone.
 */
export type Reader = 'owner' | 'party' | 'signed-in' | AdminRole;

/**
 * Who may read what, declared once more beside firestore.rules; probes.ts tries every actor on every
 * collection against it. Nobody writes, so there is no column for it.
 *
 * A token is believed for what it says until it ends: an owner reads without a verified e-mail, and for up to
 * an hour with a token that was made before the account was disabled. Both are decided so: reading moves no
 * money, and the functions ask the account itself.
 */
export type Access = {
  /** What the denials in this row are about, in the words of attacks.md. */
  readonly attack: string;
  /** Who may read one document by its id. */
  readonly get: readonly Reader[];
  /** Who may list: admins everything in it, owners and parties only what is theirs. */
  readonly list: readonly Reader[];
  /** How a list is shown to be theirs: the folder is, or one of these fields is compared with their uid. */
  readonly by?: 'folder' | readonly string[];
};

const money = ['finance', 'superadmin'] as const;
const cases = ['support', 'superadmin'] as const;
const both = ['support', 'finance', 'superadmin'] as const;

const readBy = (...readers: Reader[]) => ({ get: readers, list: readers });

export const access: Readonly<Record<keyof typeof collections, Access>> = {
  throttles: { attack: 'W4-35', ...readBy() },
  wallets: { attack: 'W2-01', get: ['owner', ...both], list: both },
  entries: { attack: 'W2-04', ...readBy('owner', ...both), by: 'folder' },
  purchases: { attack: 'W2-02', ...readBy('owner', ...money), by: ['uid'] },
  escrows: { attack: 'W2-06', ...readBy('party', ...cases), by: ['parties'] },
  chargebacks: { attack: 'W3-32', ...readBy(...money) },
  refunds: { attack: 'W3-32', ...readBy(...money) },
  payments: { attack: 'W3-32', ...readBy('owner', ...money), by: ['payer'] },
  clearances: { attack: 'W2-02', ...readBy('owner', ...money), by: ['uid'] },
  jobs: { attack: 'W2-40', ...readBy('party', ...cases), by: ['payer', 'payee'] },
  payees: { attack: 'W0-45', get: ['owner'], list: [] },
  withdrawals: { attack: 'W2-02', ...readBy('owner', ...money), by: ['uid'] },
  notices: { attack: 'W0-40', ...readBy('owner'), by: 'folder' },
  // Addresses and tokens: who is reached where is nobody's to read, not even one's own.
  messages: { attack: 'W0-40', ...readBy() },
  mail: { attack: 'W4-25', ...readBy() },
  reach: { attack: 'W2-07', ...readBy() },
  pushTokens: { attack: 'W2-07', ...readBy() },
  // Whose a name is, is asked by a call; who it leads to is nobody's to list.
  usernames: { attack: 'W4-25', ...readBy() },
  profiles: { attack: 'W4-25', get: ['signed-in'], list: [] },
  terms: { attack: 'W0-26', get: ['signed-in'], list: [] },
  bookings: { attack: 'W0-40', ...readBy('party', ...cases), by: ['parties'] },
  migrations: { attack: 'W3-14', ...readBy() },
  offers: { attack: 'W0-14', ...readBy() },
  memberships: { attack: 'W0-43', get: ['owner'], list: [] },
  sales: { attack: 'W0-43', ...readBy('owner', ...money), by: ['uid'] },
  // Drafts are in it, and where videos lie: calls show what may be seen.
  courses: { attack: 'W4-23', ...readBy() },
  lessons: { attack: 'W4-23', ...readBy() },
  videos: { attack: 'W4-23', ...readBy() },
  progress: { attack: 'W4-23', ...readBy('owner'), by: ['uid'] },
  watching: { attack: 'W4-23', ...readBy() },
  // Found by their numbers, which nobody else can list.
  certificates: { attack: 'W4-24', ...readBy('owner'), by: ['uid'] },
  packages: { attack: 'W0-14', ...readBy() },
  members: { attack: 'W4-11', get: ['owner'], list: [] },
  enrolments: { attack: 'W4-11', ...readBy('owner'), by: ['uid'] },
  orders: { attack: 'W4-11', ...readBy('owner', ...money), by: ['uid'] },
  deposits: { attack: 'W0-42', ...readBy('owner', ...money), by: ['uid'] },
  depositReferences: { attack: 'W0-42', ...readBy(...money) },
  payrunJoins: { attack: 'W4-29', get: ['owner'], list: [] },
  payruns: { attack: 'W4-06', ...readBy(...money) },
  payrunLines: { attack: 'W4-06', ...readBy('owner', ...money), by: ['uid'] },
  journal: { attack: 'W2-04', ...readBy(...money) },
  pspEvents: { attack: 'W2-07', ...readBy(...money) },
  paymentReferences: { attack: 'W2-02', ...readBy(...money) },
  alerts: { attack: 'W2-35', ...readBy(...money) },
  lots: { attack: 'W1-14', ...readBy('owner', ...both), by: ['uid'] },
  subscriptions: { attack: 'W1-14', get: ['owner', ...both], list: both },
  meterDays: { attack: 'W1-14', ...readBy(...money) },
  referrals: { attack: 'W1-24', ...readBy(...money) },
  referrers: { attack: 'W1-24', ...readBy() },
  // All that is told of who brought whom goes by calls, which name people by their usernames.
  branches: { attack: 'W4-25', ...readBy() },
  links: { attack: 'W4-25', ...readBy() },
  linkers: { attack: 'W4-25', ...readBy() },
  clicks: { attack: 'W4-31', ...readBy() },
  clickDays: { attack: 'W4-25', ...readBy() },
  conversions: { attack: 'W4-25', ...readBy() },
  tallies: { attack: 'W4-25', ...readBy() },
  standings: { attack: 'W4-25', ...readBy() },
  boards: { attack: 'W4-25', ...readBy() },
  unlisted: { attack: 'W4-25', ...readBy() },
  origins: { attack: 'W1-24', ...readBy() },
  codes: { attack: 'W4-25', ...readBy() },
  codeOwners: { attack: 'W4-25', ...readBy() },
  // Who earns by it asks a call, which names the buyer by their username.
  commissions: { attack: 'W4-25', ...readBy(...money) },
  commissionTables: { attack: 'W4-33', ...readBy(...money) },
  generations: { attack: 'W1-14', ...readBy('owner', ...both), by: ['uid'] },
  returnPolicies: { attack: 'W1-14', ...readBy(...money) },
  adjustments: { attack: 'W2-47', ...readBy(...money) },
  adjustedBy: { attack: 'W2-47', ...readBy() },
  givenBy: { attack: 'W2-47', ...readBy() },
  audits: { attack: 'W2-35', ...readBy(...money) },
  auditCheckpoints: { attack: 'W2-35', ...readBy() },
  totals: { attack: 'W2-35', ...readBy(...money) },
  brakes: { attack: 'W2-35', ...readBy(...money) },
  settlements: { attack: 'W2-35', ...readBy(...money) },
  reconciliations: { attack: 'W2-35', ...readBy(...money) },
  invoices: { attack: 'W3-32', ...readBy('party', ...money), by: ['parties'] },
  invoiced: { attack: 'W3-32', ...readBy() },
  series: { attack: 'W3-27', ...readBy() },
  journalCursors: { attack: 'W3-32', ...readBy() },
  // Hashes and a count: who holds a receipt holds it against them.
  roots: { attack: 'W2-04', get: ['signed-in'], list: [] },
  rootRuns: { attack: 'W2-04', ...readBy() },
  rootHeads: { attack: 'W2-04', ...readBy() },
  rootNodes: { attack: 'W2-04', ...readBy() },
  adminActions: { attack: 'W2-07', ...readBy(...money) },
  roleDecisions: { attack: 'W2-05', ...readBy() },
  buyers: { attack: 'W2-02', ...readBy() },
  personKeys: { attack: 'W0-45', ...readBy() },
  erasures: { attack: 'W0-45', ...readBy() },
};

/** Collections that other systems had and left open; here nothing may ever lie in them for a client. */
export const foreign = [
  { attack: 'W2-01', path: 'user_wallets' },
  { attack: 'W2-02', path: 'coin_withdrawals' },
  { attack: 'W2-02', path: 'coin_purchases' },
  { attack: 'W2-04', path: 'ledger' },
  { attack: 'W2-04', path: 'vault' },
  { attack: 'W2-05', path: 'users' },
  { attack: 'W2-06', path: 'disputes' },
  { attack: 'W2-07', path: 'deviceTokens' },
  { attack: 'W2-07', path: 'security_events' },
  { attack: 'W2-07', path: 'adminLogs' },
  { attack: 'W2-08', path: 'chat_media' },
] as const;
