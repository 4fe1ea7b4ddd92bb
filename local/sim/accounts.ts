import type { UserRecord } from 'firebase-admin/auth';
import type { Deployment } from './load.ts';
import type { Scheduler } from './scheduler.ts';

type Account = {
  role: string | null;
  /** When it was shut; null while it is open. */
  shutAt: number | null;
  /** Tokens of sign-ins before count for nothing, in milliseconds. */
  validAfter: number;
};

/** A token is good for an hour, whatever becomes of the account meanwhile. */
const TOKEN_MS = 3_600_000;

export type Accounts = Parameters<Deployment['useAccounts']>[0] & {
  /** When somebody who calls now has signed in, in milliseconds; null for one who has no token any more. */
  readonly signedInAt: (uid: string) => number | null;
};

/** Accounts as Firebase Auth has them. */
export function createAccounts(scheduler: Scheduler, people: ReadonlyMap<string, string | null>): Accounts {
  const accounts = new Map<string, Account>(
    [...people].map(([uid, role]) => [uid, { role, shutAt: null, validAfter: 0 }]),
  );
  /** When each was removed. */
  const gone = new Map<string, number>();
  const at = <T>(uid: string, what: string, work: (account: Account) => T): Promise<T> =>
    scheduler.cross({ kind: 'account', detail: `${uid} ${what}` }, () => {
      const account = accounts.get(uid);
      if (!account) throw Object.assign(new Error('no such user'), { code: 'auth/user-not-found' });
      return work(account);
    });
  return {
    get: (uid) =>
      at(
        uid,
        'read',
        ({ role, shutAt, validAfter }) =>
          ({
            uid,
            disabled: shutAt !== null,
            tokensValidAfterTime: new Date(validAfter).toUTCString(),
            ...(role !== null && { customClaims: { role } }),
          }) as Partial<UserRecord> as UserRecord,
      ),
    setClaims: (uid, { role }) =>
      at(uid, 'claims', (account) => void (account.role = typeof role === 'string' ? role : null)),
    setDisabled: (uid, disabled) =>
      at(uid, disabled ? 'shut' : 'open', (account) => {
        account.shutAt = disabled ? (account.shutAt ?? scheduler.now()) : null;
      }),
    signOut: (uid) => at(uid, 'sign out', (account) => void (account.validAfter = scheduler.now())),
    remove: (uid) =>
      at(uid, 'remove', ({ shutAt }) => {
        accounts.delete(uid);
        gone.set(uid, shutAt ?? scheduler.now());
      }),
    signedInAt(uid) {
      const minute = 60_000;
      const shutAt = accounts.get(uid)?.shutAt ?? gone.get(uid) ?? null;
      if (shutAt === null) return scheduler.now() - minute;
      return scheduler.now() < shutAt + TOKEN_MS ? shutAt - minute : null;
    },
  };
}
