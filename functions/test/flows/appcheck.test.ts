import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, clientBy } from '../../../local/api.ts';
import { newKey } from '../../../local/appcheck/tokens.ts';
import { contract } from '../../src/contract.ts';
import type { Call } from '../../src/shared/call.ts';
import { everything, qar } from './acts.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** Only the apps of this project may call. Tokens are signed as Google signs them, and checked as deployed. */

jest.setTimeout(180_000);

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries<Call>(own).map(([name, call]) => [`${feature}-${name}`, call] as const),
);

let stage: FlowStage;
let app: NonNullable<FlowStage['appCheck']>;
let chief: Actor;
beforeAll(async () => {
  stage = await openStage({ APP_CHECK: 'on' });
  app = stage.appCheck!;
  chief = await stage.actor('superadmin');
}, 180_000);
afterAll(() => stage.stop());

async function send(name: string, input: unknown, who: Actor | null, appToken?: string): Promise<unknown> {
  const response = await fetch(`${stage.cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(who && { authorization: `Bearer ${who.idToken}` }),
      ...(appToken !== undefined && { 'x-firebase-appcheck': appToken }),
    },
    body: JSON.stringify({ data: input }),
  });
  type Fault = { status: string; message: string; details: unknown };
  const { result, error } = (await response.json()) as { result?: unknown; error?: Fault };
  if (error) throw new CallError(response.status, error.status, error.message, error.details);
  return result;
}

/** As an app does it: each call with a token of its own. */
const verified = (who: Actor): Actor => ({
  ...who,
  api: clientBy((name, input) => send(name, input, who, app.token())),
});

const refusedBy = async (asked: Promise<unknown>): Promise<string> => (await refusal(asked)).reason;
const stored = async () => ({
  ...(await everything(stage)),
  withdrawals: (await stage.db.collection('withdrawals').get()).docs.map((one) => one.data()),
  throttles: (await stage.db.collection('throttles').get()).docs.map((one) => one.data()),
});

const stranger = newKey();
const bad: Readonly<Record<string, () => string | undefined>> = {
  'no token': () => undefined,
  garbage: () => 'garbage',
  'garbage in three parts': () => 'a.b.c',
  'one that is over': () => app.token({ seconds: -1 }),
  'one of another project': () => app.token({ projectId: 'demo-another' }),
  'one that another key signed': () => app.token({ key: stranger }),
  'one that another key signed by the name of ours': () => {
    const [header] = app.token().split('.');
    const [, payload, signature] = app.token({ key: stranger }).split('.');
    return [header, payload, signature].join('.');
  },
  'one of another issuer': () => app.token({ issuer: 'https://appcheck.example/123456789012' }),
  'one of no app': () => app.token({ app: '' }),
  'an unsigned one': () => {
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    return `${header}.${app.token().split('.')[1] ?? ''}.`;
  },
};

test.each(Object.entries(bad))('F73 with %s no call does anything', async (_, token) => {
  const before = await stored();
  for (const [name, { example }] of calls)
    expect([name, await refusedBy(send(name, example.input, chief, token()))]).toEqual([
      name,
      'app_unverified',
    ]);
  expect(await refusedBy(send('catalog-list', {}, null, token()))).toBe('app_unverified');
  expect(await stored()).toEqual(before);
});

test('the app alone is not enough: who is not signed in stays outside', async () => {
  expect(await refusedBy(send('wallet-get', {}, null, app.token()))).toBe('signed_out');
});

test('a good token passes, again and again where no money leaves, and is not used up', async () => {
  const token = app.token();
  const { consumed } = app.asked;
  for (let i = 0; i < 3; i += 1) await send('wallet-get', {}, chief, token);
  await send('catalog-list', {}, null, token);
  expect(app.asked.consumed).toBe(consumed);
  expect(app.asked.keys).toBe(1);
});

/** Calls by which money leaves. What is not there is asked for, so nothing happens even when they are let in. */
const once = calls.filter(([, { guard }]) => guard === 'once');

test('what leaves the platform needs a fresh token', () => {
  expect(once.map(([name]) => name)).toEqual([
    'refunds-create',
    'withdrawals-request',
    'withdrawals-approve',
    'withdrawals-pay',
    'payruns-approve',
    'brake-lift',
  ]);
});

test.each(once)('F73 %s takes a token once', async (name, { example }) => {
  const finance = await stage.actor('finance');
  const token = app.token();
  // Elsewhere it may be used before, as often as one likes.
  await send('wallet-get', {}, finance, token);
  expect(await refusedBy(send(name, example.input, finance, token))).not.toMatch(/^app_/);
  expect(await refusedBy(send(name, example.input, finance, token))).toBe('app_check_replayed');
  // Whoever it is, and whichever of these calls.
  for (const [other, { example: its }] of once)
    expect(await refusedBy(send(other, its.input, chief, token))).toBe('app_check_replayed');
  await send('wallet-get', {}, finance, token);
});

const reason = 'Looked at it.';
async function payee(): Promise<Actor & { destination: string }> {
  const [ann, finance] = [verified(await stage.actor()), verified(await stage.actor('finance'))];
  const item = { kind: 'amount', amount: 30_000 } as const;
  const { id } = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  const papers = ['id_front', 'id_back', 'selfie', 'proof_of_address'] as const;
  const documents = Object.fromEntries(papers.map((name) => [name, `kyc/${ann.uid}/${name}.jpg`])) as never;
  const kyc = await ann.api.kyc.submit({ requestId: requestId(), name: 'Ann', country: 'QA', documents });
  const review = { uid: ann.uid, decision: 'verify', reason } as const;
  await finance.api.kyc.review({ ...review, application: kyc.application ?? '' });
  const iban = 'QA30AAAA123456789012345678901';
  const account = { kind: 'bank', holder: 'Ann', iban, currency: 'QAR' } as const;
  const { id: destination } = await ann.api.destinations.save({ requestId: requestId(), ...account });
  await finance.api.destinations.verify({ ...review, destination });
  return { ...ann, destination };
}

test('F73 a request that was overheard and sent again with its token reserves nothing more', async () => {
  const ann = await payee();
  const order = { requestId: requestId(), amount: qar(10_000), destination: ann.destination };
  const token = app.token();
  const made = await send('withdrawals-request', order, ann, token);
  const before = await stored();
  expect(await refusedBy(send('withdrawals-request', order, ann, token))).toBe('app_check_replayed');
  const another = { ...order, requestId: requestId() };
  expect(await refusedBy(send('withdrawals-request', another, ann, token))).toBe('app_check_replayed');
  expect(await stored()).toEqual(before);
  // Its own app repeats it with a new token, and is told of the one that it made.
  expect(await send('withdrawals-request', order, ann, app.token())).toEqual(made);

  const { id: withdrawal } = made as { id: string };
  const finance = await stage.actor('finance');
  const used = app.token();
  await send('withdrawals-approve', { withdrawal, reason }, finance, used);
  const approved = await stored();
  const treasurer = await stage.actor('finance');
  const proof = { method: 'bank_transfer', reference: 'QNB-1', paidAt: stage.cloud.clock.now() };
  const pay = { withdrawal, amount: qar(10_000), ...proof, reason };
  expect(await refusedBy(send('withdrawals-pay', pay, treasurer, used))).toBe('app_check_replayed');
  expect(await stored()).toEqual(approved);
  expect(await send('withdrawals-pay', pay, treasurer, app.token())).toMatchObject({ status: 'paid' });
});

test('when nobody can say whether a token was used, no money leaves', async () => {
  app.faults.down = true;
  try {
    const [[name, { example }]] = once as [(typeof once)[number]];
    expect(await refusedBy(send(name, example.input, chief, app.token()))).toBe('app_unverified');
    await send('wallet-get', {}, chief, app.token());
  } finally {
    app.faults.down = false;
  }
});

test('where App Check is switched off, everybody’s app may call', async () => {
  process.env.APP_CHECK = 'off';
  try {
    for (const token of Object.values(bad)) await send('wallet-get', {}, chief, token());
    const token = app.token();
    for (const [name, { example }] of [...once, ...once])
      expect(await refusedBy(send(name, example.input, chief, token))).not.toMatch(/^app_/);
  } finally {
    process.env.APP_CHECK = 'on';
  }
});

test('F83 App Check is on unless somebody switches it off', () => {
  const read = (...path: string[]) => readFileSync(join(import.meta.dirname, '..', '..', ...path), 'utf8');
  expect(read('.env')).toMatch(/^APP_CHECK=on$/m);
  const { params } = JSON.parse(read('test', 'manifest.snapshot.json')) as { params: { name: string }[] };
  expect(params).toContainEqual(expect.objectContaining({ name: 'APP_CHECK', default: 'on' }));
});
