import { adminRoles, type AdminRole } from '../../src/shared/call.ts';

/** Somebody who tries. `role` is what the rules are to believe; `claims` is what the token says. */
export type Actor = {
  readonly name: string;
  readonly uid: string | null;
  readonly role: AdminRole | null;
  readonly claims: Readonly<Record<string, unknown>>;
};

const person = (name: string, uid: string | null, claims: Actor['claims'] = {}): Actor => ({
  name,
  uid,
  role: null,
  claims,
});
const verified = { email: 'ann@example.com', email_verified: true };

export const signedOut = person('nobody signed in', null);
export const stranger = person('a stranger', 'eve');
/** Owns the samples; in a job or an escrow the payer. */
export const owner = person('the owner', 'ann', verified);
export const payee = person('the payee', 'bob');

/** The owner still, as far as reading goes; access.ts says why. */
const ownersToo = [
  person('the owner, e-mail unverified', 'ann', { ...verified, email_verified: false }),
  // The account is disabled; nothing in the token, which is older, says so, and rules see only the token.
  person('the owner, disabled since', 'ann', { ...verified, auth_time: 1 }),
];

export const admins = adminRoles.map((role): Actor => ({
  name: role,
  uid: `the-${role}`,
  role,
  claims: { role },
}));

/** Claims that look like power and are none. */
const pretenders = [
  person('someone with every wrong claim', 'mallory', {
    role: 'admin',
    roles: ['superadmin'],
    admin: true,
    superadmin: true,
    finance: 'finance',
  }),
  person('someone whose role is a list', 'mallet', { role: ['finance', 'superadmin'] }),
  person('someone whose role is empty', 'moll', { role: '' }),
];

export const actors: readonly Actor[] = [
  ...[signedOut, stranger, owner, ...ownersToo, payee],
  ...[...admins, ...pretenders],
];
