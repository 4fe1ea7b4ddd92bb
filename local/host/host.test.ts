import { Firestore } from '@google-cloud/firestore';
import { eventSource } from './emulator.ts';
import { openCloud, type TestCloud } from '../jest/cloud.ts';
import { closeSample, sampleStore } from '../sample/functions.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud({
    importFunctions: () => import('../sample/functions.ts'),
    useClock: async (source) => (await import('../sample/functions.ts')).useSampleClock(source),
  });
});
afterAll(async () => {
  await cloud.stop();
  await closeSample();
});

type Answer = { status: number; body: string; json: Record<string, unknown> };

async function send(name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: answer.status, body: text, json };
}

const call = (name: string, token?: string, data: unknown = {}) =>
  send(name, { data }, token === undefined ? {} : { authorization: `Bearer ${token}` });

const forged = (token: string, change: object) => {
  const [head = '', payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return `${head}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}.`;
};
const now = () => Math.floor(Date.now() / 1000);

describe('callables', () => {
  it('know who calls, by a verified token, and the defaults of parameters', async () => {
    const { uid, idToken } = await cloud.person({ claims: { role: 'finance' } });
    const { status, json } = await call('sample-whoami', idToken);
    expect(status).toBe(200);
    expect(json.result).toEqual({ uid, role: 'finance', size: 7 });
  });

  it('refuse without a token as the function says', async () => {
    const { status, json } = await call('sample-whoami');
    expect(status).toBe(401);
    expect(json.error).toMatchObject({ status: 'UNAUTHENTICATED', details: { reason: 'signed_out' } });
  });

  it.each([
    ['garbage', () => 'garbage'],
    ['a forged role', (token: string) => forged(token, { role: 'superadmin' })],
    ['a forged e-mail', (token: string) => forged(token, { email: 'boss@example.test' })],
    ['an expired token', (token: string) => forged(token, { iat: now() - 7200, exp: now() - 3600 })],
    ['an unknown user', (token: string) => forged(token, { sub: 'nobody', user_id: 'nobody' })],
    ['another project', (token: string) => forged(token, { aud: 'other' })],
  ])('refuse %s before the function sees it', async (_what, make) => {
    const { idToken } = await cloud.person();
    const { status, json } = await call('sample-whoami', make(idToken));
    expect(status).toBe(401);
    expect(json.error).toEqual({ message: 'Unauthenticated', status: 'UNAUTHENTICATED' });
  });
});

describe('requests', () => {
  it('bring the raw body and the parsed one, and their own path', async () => {
    const { json } = await send('sample-raw/hook?x=1', '{"a": 1}');
    expect(json).toEqual({ raw: '{"a": 1}', body: { a: 1 }, path: '/hook' });
  });

  it('over 10 MB are refused', async () => {
    expect(await send('sample-raw', 'x'.repeat(10 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
  });

  it('to an unknown function are told its name', async () => {
    const { status, body } = await send('sample-nothing', {});
    expect(status).toBe(404);
    expect(body).toContain('sample-nothing');
  });

  it('never see what went wrong inside', async () => {
    const broken = await send('sample-broken', {});
    expect(broken).toMatchObject({ status: 500, body: 'Internal Server Error' });
    const malformed = await send('sample-raw', '{"a":');
    expect(malformed).toMatchObject({ status: 400, body: 'Bad Request' });
  });

  it.each(['sample-tick', 'sample-sweep'])('of a stranger do not reach %s', async (name) => {
    expect(await call(name)).toMatchObject({ status: 403 });
    const { idToken } = await cloud.person();
    expect(await call(name, idToken)).toMatchObject({ status: 403 });
  });
});

describe('events', () => {
  const copyOf = async (id: string) => (await sampleStore().doc(`copies/${id}`).get()).data();
  const write = (id: string, name = 'first') => sampleStore().doc(`things/${id}`).set({ name });
  afterEach(() => Reflect.deleteProperty(cloud.host.faults, 'sample-copy'));

  it('arrive, decoded, before idle resolves', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => write(id, `name of ${id}`)));
    await cloud.idle();
    expect(await copyOf('b')).toEqual({ events: 1, name: 'name of b' });
  });

  it('are repeated when the handler fails and wants them again', async () => {
    await write('stubborn');
    await cloud.idle();
    expect(await copyOf('stubborn')).toEqual({ events: 1, name: 'first' });
  });

  it('can be lost and doubled', async () => {
    cloud.host.faults['sample-copy'] = { drop: true };
    await write('lost');
    await cloud.idle();
    cloud.host.faults['sample-copy'] = { double: true };
    await write('doubled');
    await cloud.idle();
    expect(await copyOf('lost')).toBeUndefined();
    expect(await copyOf('doubled')).toMatchObject({ events: 2 });
  });

  it('of another project are not heard, though the emulator still tells of them', async () => {
    const { firestore, functions } = cloud.urls;
    const projectId = 'demo-before';
    const others = { host: firestore, projectId, region: 'europe-west1' };
    const theirs = eventSource({ ...others, functionsPort: Number(new URL(functions).port) });
    const document = {
      document: 'things/{id}',
      pattern: true,
      database: '(default)',
      namespace: '(default)',
    };
    const eventType = 'google.cloud.firestore.document.v1.written';
    await theirs.subscribe('sample-copy', { ...document, eventType, retry: false });
    const db = new Firestore({ projectId });
    await db.doc('things/theirs').set({ name: 'theirs' });
    await write('ours');
    await cloud.idle();
    expect(await copyOf('ours')).toMatchObject({ events: 1 });
    expect(await copyOf('theirs')).toBeUndefined();
    await db.terminate();
  });

  it('of a wipe are not heard', async () => {
    await write('wiped');
    await cloud.wipe();
    await cloud.idle();
    expect(await copyOf('wiped')).toBeUndefined();
    expect((await sampleStore().collection('things').get()).size).toBe(0);
  });
});
