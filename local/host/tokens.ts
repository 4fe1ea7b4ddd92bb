/** The tokens that reach the local stack are unsigned, so what they say is held against what is known. */

type Payload = Readonly<Record<string, unknown>>;
type Account = {
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly emailVerified?: boolean;
  readonly customAttributes?: string;
};

/** Claims that every token has; all others were set by an admin, or forged. */
const STANDARD = new Set(
  'iss aud auth_time user_id sub iat exp firebase name picture provider_id email email_verified phone_number uid'.split(
    ' ',
  ),
);

/** The claims of a token, unverified, or null when it is none. */
export function readToken(token: string): Payload | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null ? (payload as Payload) : null;
  } catch {
    return null;
  }
}

export const bearerOf = (authorization: string | undefined): string | null =>
  /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? null;

/** An identity token of a service account, as Cloud Tasks and Cloud Scheduler send it, unsigned. */
export const serviceToken = (email: string, audience: string, now: number): string =>
  unsigned({
    iss: 'https://accounts.google.com',
    aud: audience,
    sub: email,
    email,
    email_verified: true,
    iat: Math.floor(now / 1000),
    exp: Math.floor(now / 1000) + 3600,
  });

const unsigned = (payload: object): string =>
  [{ alg: 'none', typ: 'JWT' }, payload].map((part) => encode(JSON.stringify(part))).join('.') + '.';
const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** In production the platform lets only the queue and the scheduler through to their functions. */
export const isServiceToken = (token: string | null): boolean =>
  token !== null && readToken(token)?.iss === 'https://accounts.google.com';

/**
 * Tells a forged claim: in production the signature would. It only looks at what it can know; whether the
 * token is well-formed, in time and of a known user is verified by the function's own SDK, as deployed.
 */
export function createForgeryCheck(authHost: string, projectId: string): (token: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (token) => {
    const checked = known.get(token) ?? isForged(authHost, projectId, readToken(token));
    known.set(token, checked);
    // A failed look-up must not be remembered as an answer.
    checked.catch(() => known.delete(token));
    return checked;
  };
}

async function isForged(authHost: string, projectId: string, payload: Payload | null): Promise<boolean> {
  if (typeof payload?.sub !== 'string') return false;
  const account = await findAccount(authHost, projectId, payload.sub);
  if (account === null) return false;
  const claims = JSON.parse(account.customAttributes ?? '{}') as Payload;
  const expected: Payload = {
    ...claims,
    email: account.email,
    phone_number: account.phoneNumber,
    email_verified: account.emailVerified ?? false,
  };
  const compared = Object.keys(payload).filter((name) => name in expected || !STANDARD.has(name));
  return compared.some((name) => JSON.stringify(payload[name]) !== JSON.stringify(expected[name]));
}

async function findAccount(authHost: string, projectId: string, uid: string): Promise<Account | null> {
  const url = `http://${authHost}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts:lookup`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify({ localId: [uid] }),
  });
  const { users } = (await answer.json()) as { users?: Account[] };
  return users?.[0] ?? null;
}
