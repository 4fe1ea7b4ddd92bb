import {
  BadCallback,
  WorkFailed,
  type Generator,
  type Work,
} from '../../functions/src/providers/generator.ts';
import { createAtelier } from '../../functions/src/providers/atelier.gateway.ts';
import { startReceiver } from '../providers/receiver.ts';
import { startAtelier, type AtelierStandIn } from './atelier.ts';

/** The adapter against the stand-in: what each answer, and each callback, means. */

const settings = { apiKey: 'at_local', callbackSecret: 'local' };
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let atelier: AtelierStandIn;
let gateway: Generator;
let count = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  atelier = await startAtelier({ port: 0, callbackUrl: receiver.url, ...settings });
  gateway = createAtelier({ ...settings, apiBase: atelier.url, timeoutMs: 10_000 });
});
afterAll(async () => {
  await atelier.stop();
  receiver.stop();
});
beforeEach(() => {
  atelier.heal();
  receiver.clear();
});

const work = (more: Partial<Work> = {}): Work => ({
  ...{ attempt: `a:${(count += 1)}`, kind: 'image', prompt: 'A lighthouse', imageUrl: null },
  ...{ callbackUrl: receiver.url, ...more },
});

const failureOf = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked;
  } catch (error) {
    if (error instanceof WorkFailed) return error.failure;
    throw error;
  }
  return 'none';
};

test('one attempt is one task, however often it is asked for', async () => {
  const one = work();
  const tasks = await Promise.all([1, 2, 3].map(() => gateway.submit(one)));
  expect(new Set(tasks).size).toBe(1);
  expect(await gateway.submit(work())).not.toBe(tasks[0]);
});

test.each([
  [400, 'provider_rejected'],
  [402, 'provider_payment'],
  [429, 'provider_unavailable'],
  [500, 'task_creation_failed'],
  [503, 'provider_unavailable'],
] as const)('an answer of %s is %s', async (status, code) => {
  atelier.faults.refuse = status;
  expect(await failureOf(gateway.submit(work()))).toBe(code);
});

test('no answer is network_error, a garbled one invalid_response, another key a refusal', async () => {
  atelier.faults.create = 'timeout_before';
  // Waits for nobody, where a time-out is meant to happen.
  const hasty = createAtelier({ ...settings, apiBase: atelier.url, timeoutMs: 250 });
  expect(await failureOf(hasty.submit(work()))).toBe('network_error');
  atelier.heal();
  atelier.faults.garbled = true;
  expect(await failureOf(gateway.submit(work()))).toBe('invalid_response');
  const stranger = createAtelier({ ...settings, apiKey: 'no', apiBase: atelier.url, timeoutMs: 10_000 });
  expect(await failureOf(stranger.submit(work()))).toBe('provider_rejected');
});

test('what is asked, and what is told, say the same', async () => {
  const task = await gateway.submit(work());
  expect(await gateway.ask(task)).toEqual({ task, outcome: 'running' });
  await atelier.finish('succeeded', task);
  const told = gateway.readCallback({ ...receiver.arrivals[0]!, at: Date.now() });
  expect(told).toMatchObject({ task, outcome: 'succeeded' });
  expect(await gateway.ask(task)).toEqual(told);
  expect(await gateway.ask('at_none')).toBeNull();
});

test('a success that shows nothing, or something private, is none', async () => {
  const task = await gateway.submit(work());
  await atelier.finish('empty', task);
  const read = () => gateway.readCallback({ ...receiver.arrivals.at(-1)!, at: Date.now() });
  expect(read()).toEqual({ task, outcome: 'failed', code: 'invalid_response' });
  await atelier.deliver({ task_id: task, status: 'succeeded', output: { url: 'https://127.1/x.png' } });
  expect(read()).toEqual({ task, outcome: 'failed', code: 'invalid_response' });
});

test('a callback is believed only as it was signed, and for five minutes', async () => {
  const word = { task_id: 'at_000001', status: 'failed' };
  await atelier.deliver(word);
  const good = receiver.arrivals.at(-1)!;
  const at = Date.now();
  const read = (more: object) => () => gateway.readCallback({ ...good, at, ...more });
  expect(read({})()).toMatchObject({ outcome: 'failed' });
  const other = Buffer.from(JSON.stringify({ ...word, status: 'succeeded' }));
  expect(read({ rawBody: other })).toThrow(BadCallback);
  expect(read({ headers: {} })).toThrow(BadCallback);
  expect(read({ at: at + 6 * 60_000 })).toThrow(BadCallback);
  expect(read({ at: at - 6 * 60_000 })).toThrow(BadCallback);
  await atelier.deliver(word, { forged: true });
  expect(() => gateway.readCallback({ ...receiver.arrivals.at(-1)!, at })).toThrow(BadCallback);
  await atelier.deliver({ status: 'failed' });
  expect(() => gateway.readCallback({ ...receiver.arrivals.at(-1)!, at })).toThrow(BadCallback);
});
