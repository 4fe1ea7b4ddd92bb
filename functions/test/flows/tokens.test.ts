import { contract } from '../../src/contract.ts';
import { auth } from '../../src/platform/accounts.ts';
import type { Call } from '../../src/shared/call.ts';
import type { CallFault } from './clarity.ts';
import { openStage, type FlowStage } from './stage.ts';

/** Tokens that are none, or no longer: refused by every call, before anything of ours runs. */

jest.setTimeout(180_000);

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries<Call>(own).map(([name, call]) => [`${feature}-${name}`, call] as const),
);

type Claims = Readonly<Record<string, unknown>>;

/** As the Auth emulator writes them: unsigned. What they say is held against the accounts. */
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const write = (claims: Claims, header: object = { alg: 'none', typ: 'JWT' }) =>
  `${encode(header)}.${encode(claims)}.`;
const read = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;

/** Each of somebody who could otherwise make every call. */
const bad: Readonly<Record<string, (claims: Claims, uid: string) => string | Promise<string>>> = {
  'W1-16 garbage': () => 'garbage',
  'W1-16 garbage in three parts': () => 'a.b.c',
  'W1-16 one that says nothing': () => write({}),
  'one that is over': (claims) => {
    const over = Math.floor(Date.now() / 1000) - 1;
    return write({ ...claims, exp: over, iat: over - 3600, auth_time: over - 3600 });
  },
  'one of another project': (claims) =>
    write({ ...claims, aud: 'demo-another', iss: 'https://securetoken.google.com/demo-another' }),
  'one that another project issued for ours': (claims) =>
    write({ ...claims, iss: 'https://securetoken.google.com/demo-another' }),
  'one of somebody who never was': (claims) => write({ ...claims, sub: 'nobody', user_id: 'nobody' }),
  'one of nobody': (claims) => write({ ...claims, sub: undefined }),
  'a custom token, which only signs in': (_claims, uid) =>
    auth().createCustomToken(uid, { role: 'superadmin' }),
  'one of a disabled user': async (claims, uid) => {
    await auth().updateUser(uid, { disabled: true });
    return write(claims);
  },
  'one of a deleted user': async (claims, uid) => {
    await auth().deleteUser(uid);
    return write(claims);
  },
  'one from before they were signed out everywhere': async (claims, uid) => {
    await auth().revokeRefreshTokens(uid);
    const before = (claims.auth_time as number) - 60;
    return write({ ...claims, auth_time: before, iat: before });
  },
};

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
beforeEach(() => stage.cloud.wipe());
afterAll(() => stage.stop());

async function send(name: string, input: unknown, authorization: string) {
  const response = await fetch(`${stage.cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ data: input }),
  });
  const { error } = (await response.json()) as { error?: CallFault };
  return { name, http: response.status, status: error?.status };
}

const unauthenticated = { http: 401, status: 'UNAUTHENTICATED' };

/** The store is empty before, so whatever is written is seen: a count of the limiter as well. */
async function refusedEverywhere(authorization: string): Promise<void> {
  for (const [name, { example }] of calls)
    expect(await send(name, example.input, authorization)).toEqual({ name, ...unauthenticated });
  await stage.idle();
  expect((await stage.db.listCollections()).map(({ id }) => id)).toEqual([]);
}

test.each(Object.entries(bad))('W3-32 F73 %s opens nothing', async (_, spoil) => {
  const { uid, idToken } = await stage.actor('superadmin');
  await refusedEverywhere(`Bearer ${await spoil(read(idToken), uid)}`);
});

test('W2-05 F73 a role that somebody wrote into their own token opens nothing', async () => {
  for (const role of ['superadmin', 'finance', 'support', ['superadmin']]) {
    const { idToken } = await stage.actor();
    await refusedEverywhere(`Bearer ${write({ ...read(idToken), role })}`);
  }
  const { idToken } = await stage.actor('support');
  await refusedEverywhere(`Bearer ${write({ ...read(idToken), role: 'superadmin' })}`);
});

test('W1-16 what is no bearer token at all opens nothing', async () => {
  const { idToken } = await stage.actor('superadmin');
  for (const authorization of [`Basic ${idToken}`, idToken, 'Bearer']) await refusedEverywhere(authorization);
});

test('the same token unspoilt is let in everywhere, so it was not the rest that was refused', async () => {
  const { idToken } = await stage.actor('superadmin');
  for (const [name] of calls) {
    const { http } = await send(name, { nonsense: 1 }, `Bearer ${write(read(idToken))}`);
    expect([name, http]).toEqual([name, 400]);
  }
});
