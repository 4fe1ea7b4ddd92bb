import { Refusal } from '../shared/refusal.ts';
import { mustStillStand, roleOf, withRole } from './accounts.ts';

const signedInAt = Date.parse('2026-01-01T12:00:00Z');
const token = { auth_time: signedInAt / 1000 };
const account = {
  disabled: false,
  tokensValidAfterTime: new Date(signedInAt - 60_000).toUTCString(),
  customClaims: {},
};
const finance = { ...account, customClaims: { role: 'finance' } };

test.each([
  ['an account like on the first day', account, token],
  ['one that was never signed out anywhere', { disabled: false, customClaims: {} }, token],
  ['one signed out in the very second of the sign-in', validFrom(signedInAt), token],
  ['an admin whose role is as the token says', finance, { ...token, role: 'finance' }],
  ['one whose token is older than its role', finance, token],
  ['one without any claims', { disabled: false }, token],
])('%s stands', (_, now, given) => {
  mustStillStand(now, given);
});

test.each([
  ['a disabled account', { ...account, disabled: true }, token, 'account_gone'],
  ['a removed one', null, token, 'account_gone'],
  ['one signed out everywhere since', validFrom(signedInAt + 1000), token, 'account_gone'],
  ['a disabled admin', { ...finance, disabled: true }, { ...token, role: 'finance' }, 'account_gone'],
  ['a role that was taken away', account, { ...token, role: 'finance' }, 'role_missing'],
  ['a role without any claims left', { disabled: false }, taken(), 'role_missing'],
  ['a role that became another', finance, { ...token, role: 'superadmin' }, 'role_missing'],
  ['a role that is no role', account, { ...token, role: { not: 'a role' } }, 'role_missing'],
])('W3-32 F73 %s no longer stands, whatever the token says', (_, now, given, reason) => {
  expect(() => mustStillStand(now, given)).toThrow(expect.objectContaining({ reason }) as Refusal);
});

function validFrom(at: number) {
  return { ...account, tokensValidAfterTime: new Date(at).toUTCString() };
}
function taken() {
  return { ...token, role: 'support' };
}

test('W2-05 a role is set and taken, and what others put into a token stays', () => {
  const others = { plan: 'pro', tier: 3 };
  expect(withRole(others, 'finance')).toEqual({ ...others, role: 'finance' });
  expect(withRole({ ...others, role: 'support' }, 'finance')).toEqual({ ...others, role: 'finance' });
  expect(withRole({ ...others, role: 'support' }, null)).toEqual(others);
  expect(withRole(undefined, null)).toEqual({});
});

test('a role that is none of ours is no role', () => {
  expect(roleOf({ customClaims: { role: 'superadmin' } })).toBe('superadmin');
  for (const customClaims of [undefined, {}, { role: 'root' }, { role: true }])
    expect(roleOf({ ...(customClaims && { customClaims }) })).toBeNull();
});
