import { getApps, initializeApp } from 'firebase-admin/app';
import { getAuth, type UserRecord } from 'firebase-admin/auth';
import { Refusal } from '../shared/refusal.ts';

export const auth = () => getAuth(getApps()[0] ?? initializeApp());

/** The account as Firebase Auth has it now; null where there is none. */
export async function accountOf(uid: string): Promise<UserRecord | null> {
  try {
    return await auth().getUser(uid);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'auth/user-not-found') return null;
    throw error;
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
    throw new Refusal('role_missing', { role: String(token.role) });
}

type Account = Pick<UserRecord, 'disabled' | 'tokensValidAfterTime' | 'customClaims'>;
