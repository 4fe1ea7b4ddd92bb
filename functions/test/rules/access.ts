import type { collections } from '../../src/collections.ts';
import type { AdminRole } from '../../src/shared/call.ts';

/**
 * Who may read what, declared once more beside firestore.rules; the tests try every reader on every
 * collection. Nobody writes, so there is no column for it.
 */
export type Access = {
  /** What the denials in this row are about, in the words of attacks.md. */
  readonly attack: string;
  /** Admins who may get and list everything in it. */
  readonly admins: readonly AdminRole[];
  /**
   * How people read what is theirs: not at all; by its id alone; by listing the folder that is theirs; or by
   * listing with one of these fields naming them.
   */
  readonly people: 'nothing' | 'get' | 'folder' | { readonly by: readonly string[] };
};

const money = ['finance', 'superadmin'] as const;
const cases = ['support', 'superadmin'] as const;
const both = ['support', 'finance', 'superadmin'] as const;

export const access: Readonly<Record<keyof typeof collections, Access>> = {
  throttles: { attack: 'W4-35', admins: [], people: 'nothing' },
  wallets: { attack: 'W2-01', admins: both, people: 'get' },
  entries: { attack: 'W2-04', admins: both, people: 'folder' },
  purchases: { attack: 'W2-02', admins: money, people: { by: ['uid'] } },
  escrows: { attack: 'W2-06', admins: cases, people: { by: ['parties'] } },
  jobs: { attack: 'W2-40', admins: cases, people: { by: ['payer', 'payee'] } },
  payees: { attack: 'W0-45', admins: [], people: 'get' },
  withdrawals: { attack: 'W2-02', admins: money, people: { by: ['uid'] } },
  notices: { attack: 'W0-40', admins: [], people: 'folder' },
  journal: { attack: 'W2-04', admins: money, people: 'nothing' },
  pspEvents: { attack: 'W2-07', admins: money, people: 'nothing' },
  paymentReferences: { attack: 'W2-02', admins: money, people: 'nothing' },
  adminActions: { attack: 'W2-07', admins: money, people: 'nothing' },
  buyers: { attack: 'W2-02', admins: [], people: 'nothing' },
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
  { attack: 'W0-40', path: 'wallets/ann/private' },
  { attack: 'W0-40', path: 'escrows/j1~ann~bob/messages' },
  { attack: 'W0-40', path: 'inboxes/ann/notices/n1/parts' },
] as const;
