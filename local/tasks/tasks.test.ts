import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudTasksClient } from '@google-cloud/tasks';
import { credentials, status } from '@grpc/grpc-js';
import { createClock, parseDuration, type Clock } from '../clock.ts';
import { freePorts } from '../ports.ts';
import { readToken } from '../host/tokens.ts';
import { startTasks, type TasksServer } from './server.ts';

const HOUR = 3_600_000;

type Arrival = { at: number; url: string; headers: IncomingHttpHeaders; body: string };

let clock: Clock;
let tasks: TasksServer;
let client: CloudTasksClient;
let receiver: Server;
let base: string;
let arrivals: Arrival[];
/** What the receiver answers, in turn; then 204. */
let answers: number[];

// The client would look for Google's own machines to find out who it is.
process.env.METADATA_SERVER_DETECTION = 'none';

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      arrivals.push({ at: clock.now(), url: request.url ?? '', headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  const [port = 0, tasksPort = 0] = await freePorts(2);
  await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${port}`;
  clock = createClock();
  tasks = await startTasks({ port: tasksPort, clock, mode: 'manual' });
  client = new CloudTasksClient({
    apiEndpoint: '127.0.0.1',
    port: tasks.port,
    sslCreds: credentials.createInsecure(),
  });
});
afterAll(async () => {
  await client.close();
  await tasks.stop();
  await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(() => {
  arrivals = [];
  answers = [];
  tasks.clear();
  for (const fault of ['lose', 'double', 'early'] as const) Reflect.deleteProperty(tasks.faults, fault);
});

const parent = (queue = 'reminders') => client.queuePath('demo-coffer', 'europe-west1', queue);
const named = (id: string, queue?: string) => `${parent(queue)}/tasks/${id}`;

async function create(id: string, inMs: number, queue?: string, path = `/${id}`) {
  const at = Math.ceil((clock.now() + inMs) / 1000);
  await client.createTask({
    parent: parent(queue),
    task: {
      name: named(id, queue),
      scheduleTime: { seconds: at },
      httpRequest: {
        httpMethod: 'POST',
        url: `${base}${path}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ data: { id } })).toString('base64'),
        oidcToken: { serviceAccountEmail: 'me@demo.iam.gserviceaccount.com', audience: base },
      },
    },
  });
  return at * 1000;
}
const advance = (by: string) => tasks.advanceTo(clock.now() + parseDuration(by));

describe('the queue, asked by the real client', () => {
  it('delivers at the exact time what production would send', async () => {
    const dueAt = await create('first', 72 * HOUR);
    await advance('71h');
    expect(arrivals).toHaveLength(0);
    await advance('2h');
    expect(arrivals).toHaveLength(1);
    const [{ at, headers, body }] = arrivals as [Arrival];
    expect(at).toBeGreaterThanOrEqual(dueAt);
    expect(at).toBeLessThan(dueAt + 1000);
    expect(JSON.parse(body)).toEqual({ data: { id: 'first' } });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-queuename': 'reminders',
      'x-cloudtasks-taskname': 'first',
      'x-cloudtasks-taskretrycount': '0',
      'x-cloudtasks-taskexecutioncount': '0',
      'x-cloudtasks-tasketa': (dueAt / 1000).toFixed(3),
    });
    const token = (headers.authorization ?? '').replace('Bearer ', '');
    expect(readToken(token)).toMatchObject({ email: 'me@demo.iam.gserviceaccount.com', aud: base });
  });

  it('keeps the order of time, whatever the order of creation', async () => {
    await create('late', 3 * HOUR);
    await create('soon', HOUR);
    await advance('4h');
    expect(arrivals.map(({ url }) => url)).toEqual(['/soon', '/late']);
  });

  it('refuses a name that is in use, and for an hour one that was', async () => {
    await create('once', HOUR);
    await expect(create('once', HOUR)).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
    await advance('1h');
    await advance('1s');
    expect(arrivals).toHaveLength(1);
    await expect(create('once', HOUR)).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
    await advance('61m');
    await create('once', HOUR);
  });

  it('takes 30 days and refuses 31', async () => {
    await create('month', 30 * 24 * HOUR - 5000);
    await expect(create('longer', 31 * 24 * HOUR)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining('Schedule time must be no more than 720h in the future') as string,
    });
  });

  it('refuses a name of another queue and a target that is no web address', async () => {
    const malformed = { code: status.INVALID_ARGUMENT };
    const httpRequest = { url: base };
    await expect(
      client.createTask({ parent: parent(), task: { name: named('x', 'other'), httpRequest } }),
    ).rejects.toMatchObject(malformed);
    await expect(
      client.createTask({ parent: parent(), task: { httpRequest: { url: 'ftp://x' } } }),
    ).rejects.toMatchObject(malformed);
  });

  it('shows and deletes what waits', async () => {
    const dueAt = await create('shown', HOUR);
    const [task] = await client.getTask({ name: named('shown') });
    expect(Number(task.scheduleTime?.seconds) * 1000).toBe(dueAt);
    const [listed] = await client.listTasks({ parent: parent() });
    expect(listed.map(({ name }) => name)).toEqual([named('shown')]);
    await client.deleteTask({ name: named('shown') });
    await expect(client.getTask({ name: named('shown') })).rejects.toMatchObject({ code: status.NOT_FOUND });
    await advance('2h');
    expect(arrivals).toHaveLength(0);
  });

  it('makes queues by their own settings', async () => {
    const location = 'projects/demo-coffer/locations/europe-west1';
    await client.createQueue({
      parent: location,
      queue: { name: parent('own'), retryConfig: { maxAttempts: 2 } },
    });
    const [queue] = await client.getQueue({ name: parent('own') });
    expect(queue).toMatchObject({ state: 'RUNNING', retryConfig: { maxAttempts: 2, maxDoublings: 16 } });
    await expect(client.getQueue({ name: parent('none') })).rejects.toMatchObject({ code: status.NOT_FOUND });
    const [queues] = await client.listQueues({ parent: location });
    expect(queues.map(({ name }) => name)).toContain(parent('own'));
  });
});

describe('a task that fails', () => {
  const retries = { maxAttempts: 5, minBackoffSeconds: 10, maxDoublings: 2, maxBackoffSeconds: 60 };

  it('is repeated after 10, 20, 40 and 60 s, and told which attempt it is', async () => {
    tasks.configure('stepwise', retries);
    answers = [500, 503, 429, 500];
    await create('again', HOUR, 'stepwise');
    await advance('2h');
    const waits = arrivals.slice(1).map(({ at }, i) => Math.round((at - (arrivals[i]?.at ?? 0)) / 1000));
    expect(waits).toEqual([10, 20, 40, 60]);
    expect(arrivals.map(({ headers }) => headers['x-cloudtasks-taskretrycount'])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(arrivals[1]?.headers['x-cloudtasks-taskpreviousresponse']).toBe('500');
    expect(tasks.failures).toEqual([]);
  });

  it('is given up after its last attempt', async () => {
    tasks.configure('hopeless', { ...retries, maxAttempts: 2 });
    answers = [500, 500, 500];
    await create('never', HOUR, 'hopeless');
    await advance('2h');
    expect(arrivals).toHaveLength(2);
    expect(tasks.failures).toMatchObject([{ name: named('never', 'hopeless'), status: 500, attempts: 2 }]);
    expect(tasks.list()).toEqual([]);
  });
});

describe('faults', () => {
  it('lose, double and hurry', async () => {
    tasks.faults.lose = true;
    await create('lost', HOUR);
    await advance('2h');
    expect(arrivals).toHaveLength(0);
    tasks.faults.lose = false;
    tasks.faults.double = true;
    await create('doubled', HOUR);
    await advance('2h');
    expect(arrivals).toHaveLength(2);
    tasks.faults.double = false;
    tasks.faults.early = HOUR;
    const dueAt = await create('hurried', 2 * HOUR);
    await advance('90m');
    expect(arrivals).toHaveLength(3);
    expect(arrivals[2]?.at).toBeLessThan(dueAt - HOUR + 1000);
  });
});

describe('in live mode', () => {
  it('tasks run by themselves, no more at once than the queue allows', async () => {
    const [port = 0] = await freePorts(1);
    const live = await startTasks({ port, clock, mode: 'live' });
    const own = new CloudTasksClient({
      apiEndpoint: '127.0.0.1',
      port,
      sslCreds: credentials.createInsecure(),
    });
    live.configure('narrow', { maxConcurrentDispatches: 1 });
    const request = { httpRequest: { url: `${base}/live`, httpMethod: 'POST' as const } };
    await Promise.all([1, 2, 3].map(() => own.createTask({ parent: parent('narrow'), task: request })));
    while (arrivals.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(live.list()).toHaveLength(0);
    await own.close();
    await live.stop();
  });
});
