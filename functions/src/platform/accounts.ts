import { getApps, initializeApp } from 'firebase-admin/app';
import { getAuth, type UserRecord } from 'firebase-admin/auth';
import { adminRoles, type AdminRole } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';

export const auth = () => getAuth(getApps()[0] ?? initializeApp());

/** What is asked of Firebase Auth about accounts. */
export type Accounts = {
  readonly get: (uid: string) => Promise<UserRecord>;
  readonly setClaims: (uid: string, claims: Claims) => Promise<void>;
  readonly setDisabled: (uid: string, disabled: boolean) => Promise<unknown>;
  /** Tokens that were issued before count for nothing. */
  readonly signOut: (uid: string) => Promise<void>;
  readonly remove: (uid: string) => Promise<void>;
};

let accounts: Accounts = {
  get: (uid) => auth().getUser(uid),
  setClaims: (uid, claims) => auth().setCustomUserClaims(uid, claims),
  setDisabled: (uid, disabled) => auth().updateUser(uid, { disabled }),
  signOut: (uid) => auth().revokeRefreshTokens(uid),
  remove: (uid) => auth().deleteUser(uid),
};

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useAccounts(other: Accounts): void {
  accounts = other;
}

/** The account as Firebase Auth has it now; null where there is none. */
export async function accountOf(uid: string): Promise<UserRecord | null> {
  try {
    return await accounts.get(uid);
  } catch (error) {
    if (codeOf(error) === 'auth/user-not-found') return null;
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

type Claims = Readonly<Record<string, unknown>>;

/** The role that an account's next token will speak of. */
export const roleOf = ({ customClaims }: Pick<UserRecord, 'customClaims'>): AdminRole | null =>
  adminRoles.find((role) => role === customClaims?.role) ?? null;

/** What others have put into somebody's token stays. Pure. */
export function withRole(claims: Claims | undefined, role: AdminRole | null): Claims {
  const others = Object.entries(claims ?? {}).filter(([name]) => name !== 'role');
  return Object.fromEntries(role === null ? others : [...others, ['role', role]]);
}

/**
 * Sets the claim that gives power; whoever calls this has recorded it. Auth replaces all claims at once and
 * knows no transaction, so a claim that somebody else sets in the same moment may be lost.
 * @throws Refusal `not_found` when the account is gone; `wrong_status` when its other claims leave no room.
 */
export async function setRole(uid: string, role: AdminRole | null): Promise<void> {
  const account = await accountOf(uid);
  if (!account) throw new Refusal('not_found', { what: 'user', uid });
  try {
    await accounts.setClaims(uid, withRole(account.customClaims, role));
  } catch (error) {
    if (codeOf(error) === 'auth/user-not-found') throw new Refusal('not_found', { what: 'user', uid });
    if (codeOf(error) === 'auth/claims-too-large')
      throw new Refusal('wrong_status', { status: 'claims_full' });
    throw error;
  }
}

/**
 * Nobody gets in any more: no sign-in, no fresh token, no role. Calls that ask the account are refused from now on
 * whatever token they bear. One that is gone is no matter.
 */
export async function closeAccount(uid: string): Promise<void> {
  await unlessGone(async () => {
    await accounts.setDisabled(uid, true);
    await accounts.signOut(uid);
  });
}

export const reopenAccount = (uid: string): Promise<void> =>
  unlessGone(() => accounts.setDisabled(uid, false));

/** The account with its address, its providers and its claims. One that is gone is no matter. */
export const removeAccount = (uid: string): Promise<void> => unlessGone(() => accounts.remove(uid));

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (codeOf(error) !== 'auth/user-not-found') throw error;
  }
}

/** What a verified token says of its bearer. */
export type Token = { readonly auth_time: number; readonly role?: unknown };

/**
 * A token is good for an hour, whatever becomes of its account meanwhile; this says what did.
 * @throws Refusal `account_gone` for one that is disabled, removed, or signed out everywhere since;
 *   `role_missing` when the token speaks of a role that was taken away. Pure.
 */
export function mustStillStand(account: Account | null, token: Token): void {
  const validFrom = Date.parse(account?.tokensValidAfterTime ?? '') || 0;
  if (account === null || account.disabled || token.auth_time * 1000 < validFrom)
    throw new Refusal('account_gone');
  const role: unknown = account.customClaims?.role;
  if (token.role !== undefined && token.role !== role)
    throw new Refusal('role_missing', { role: typeof token.role === 'string' ? token.role : '' });
}

type Account = Pick<UserRecord, 'disabled' | 'tokensValidAfterTime' | 'customClaims'>;
