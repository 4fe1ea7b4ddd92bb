import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** What Google's App Check would say of an app: https://firebase.google.com/docs/app-check/custom-resource-backend */

export type Key = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export const newKey = (): Key => ({
  kid: randomUUID(),
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
});

/** One key as the list at `/v1/jwks` has it. */
export const publicPart = ({ kid, publicKey }: Key) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...{ kid, use: 'sig', alg: 'RS256' },
});

export const PROJECT_NUMBER = '123456789012';

export type AppToken = {
  readonly projectId: string;
  readonly key: Key;
  readonly app?: string;
  readonly issuer?: string;
  /** From now on; below zero for one that is over. */
  readonly seconds?: number;
};

/** A token as Google signs it; no two are alike. */
export function appToken(wanted: AppToken): string {
  const { projectId, key, app = `1:${PROJECT_NUMBER}:web:local`, seconds = 3600 } = wanted;
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    sub: app,
    aud: [`projects/${PROJECT_NUMBER}`, `projects/${projectId}`],
    provider: 'debug',
    iss: wanted.issuer ?? `https://firebaseappcheck.googleapis.com/${PROJECT_NUMBER}`,
    exp: now + seconds,
    iat: now + Math.min(0, seconds) - 60,
    jti: randomUUID(),
  };
  const signed = [{ kid: key.kid, typ: 'JWT', alg: 'RS256' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}
