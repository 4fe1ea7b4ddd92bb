import { CloudTasksClient } from '@google-cloud/tasks';
import { credentials } from '@grpc/grpc-js';
import { startControl } from './control.ts';
import { openCloud, type TestCloud } from './jest/cloud.ts';
import { freePorts } from './ports.ts';
import { closeSample, sampleStore } from './sample/functions.ts';

const HOUR = 3_600_000;
let cloud: TestCloud;
let client: CloudTasksClient;
beforeAll(async () => {
  cloud = await openCloud({
    importFunctions: () => import('./sample/functions.ts'),
    useClock: async (source) => (await import('./sample/functions.ts')).useSampleClock(source),
    env: { SAMPLE_SIZE: '3' },
  });
  const { hostname, port } = new URL(cloud.urls.tasks);
  client = new CloudTasksClient({
    apiEndpoint: hostname,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
  });
});
afterAll(async () => {
  await client.close();
  await cloud.stop();
  await closeSample();
});
beforeEach(() => cloud.wipe());

const noted = async (id: string) => (await sampleStore().doc(`notes/${id}`).get()).data();

async function remind(id: string, inMs: number, more: object = {}) {
  const at = Math.ceil((cloud.clock.now() + inMs) / 1000);
  await client.createTask({
    parent: client.queuePath(cloud.projectId, 'europe-west1', 'sample-tick'),
    task: {
      scheduleTime: { seconds: at },
      httpRequest: {
        url: `${cloud.urls.functions}/sample-tick`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ data: { id, ...more } })).toString('base64'),
      },
    },
  });
  return at * 1000;
}

it('takes parameters from the caller', async () => {
  const { idToken } = await cloud.person();
  const answer = await fetch(`${cloud.urls.functions}/sample-whoami`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${idToken}` },
    body: '{"data":{}}',
  });
  expect(await answer.json()).toMatchObject({ result: { size: 3 } });
});

describe('moving the clock', () => {
  it('runs a task function when it is due, by the moved time', async () => {
    const dueAt = await remind('due', 72 * HOUR);
    await cloud.advance('71h');
    expect(await noted('due')).toBeUndefined();
    await cloud.advance('2h');
    const found = await noted('due');
    expect(found?.by).toBe('tasks@local.iam.gserviceaccount.com');
    expect((found?.at as number) - dueAt).toBeGreaterThanOrEqual(0);
    expect((found?.at as number) - dueAt).toBeLessThan(1000);
  });

  it('repeats a task as its function asks', async () => {
    const dueAt = await remind('shaky', HOUR, { fail: 2 });
    await cloud.advance('2h');
    const found = await noted('shaky');
    expect(found?.retryCount).toBe(2);
    expect(Math.round(((found?.at as number) - dueAt) / 1000)).toBe(10 + 20);
  });

  it('runs a schedule whose time passed, once', async () => {
    await cloud.advance('24h');
    const first = await sampleStore().collection('notes').get();
    expect(first.size).toBe(1);
    expect(first.docs[0]?.id).toMatch(/T03:00:00\.000Z$/);
    await cloud.advance(72 * HOUR);
    expect((await sampleStore().collection('notes').get()).size).toBe(2);
  });
});

it('runs a schedule when told to, and says when there is none', async () => {
  await cloud.runSchedule('sample-sweep');
  expect((await sampleStore().collection('notes').get()).size).toBe(1);
  await expect(cloud.runSchedule('sample-nothing')).rejects.toThrow('sample-nothing');
});

describe('the control port', () => {
  let control: Awaited<ReturnType<typeof startControl>>;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    control = await startControl(port, cloud);
  });
  afterAll(() => control.stop());

  const ask = async (path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${control.url}${path}`, sent);
    return { status: answer.status, body: await answer.json() };
  };

  it('moves the clock, and tells the time and what waits', async () => {
    await remind('controlled', HOUR);
    const { body } = await ask('/tasks');
    expect(body).toMatchObject([{ queue: 'sample-tick', attempts: 0, lastStatus: null }]);
    const moved = await ask('/clock/advance', { by: '2h' });
    expect(moved.status).toBe(200);
    expect(await noted('controlled')).toBeDefined();
    expect(await ask('/tasks')).toEqual({ status: 200, body: [] });
    const clock = await ask('/clock');
    const { now } = clock.body as { now: string };
    expect(Math.abs(Date.parse(now) - cloud.clock.now())).toBeLessThan(5000);
  });

  it('runs a schedule by name, and refuses what makes no sense', async () => {
    expect(await ask('/schedules/sample-sweep', {})).toEqual({ status: 200, body: { ran: 'sample-sweep' } });
    expect(await ask('/schedules')).toMatchObject({ body: [{ name: 'sample-sweep', cron: '0 3 * * *' }] });
    expect(await ask('/schedules/nothing', {})).toMatchObject({ status: 400 });
    expect(await ask('/clock/advance', { by: 'soon' })).toMatchObject({ status: 400 });
    expect(await ask('/nowhere')).toMatchObject({ status: 400 });
  });
});
