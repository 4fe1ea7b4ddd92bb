import { trace, type Tracer } from '@opentelemetry/api';
import { logger } from 'firebase-functions/logger';
import { Refusal } from '../shared/refusal.ts';
import { counted, lateness, observe, requestMark } from './observe.ts';

let lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines = [];
  jest.spyOn(logger, 'info').mockImplementation((_, line: unknown) => {
    lines.push(line as Record<string, unknown>);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.TRACES;
});

const requestId = 'QA58DOHB00001234567890ABCDEFG';

test('one line says what it was, how it ended, how long it took, what it read and wrote, and whose request', async () => {
  const answer = await observe({ operation: 'escrow-release', requestId }, async () => {
    counted('reads', 2);
    await Promise.resolve();
    counted('writes');
    return 'done';
  });
  expect(answer).toBe('done');
  expect(lines).toEqual([
    {
      ...{ operation: 'escrow-release', outcome: 'ok', reads: 2, writes: 1, deletes: 0 },
      ms: expect.any(Number) as number,
      request: requestMark(requestId),
    },
  ]);
});

test('a refusal is told with its reason, a failure without a word of it, and both are thrown as they were', async () => {
  const refusal = new Refusal('insufficient_funds', { available: 5, needed: 9, currency: 'QAR' });
  const failure = new Error('the card 4242 4242 4242 4242 of ann@example.test');
  for (const error of [refusal, failure])
    await expect(observe({ operation: 'x', lagMs: 7 }, () => Promise.reject(error))).rejects.toBe(error);
  expect(lines).toMatchObject([
    { outcome: 'refused', reason: 'insufficient_funds', lagMs: 7 },
    { outcome: 'failed', lagMs: 7 },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/4242|ann|available/);
});

test('a request id is there as a mark that tells nothing, whatever a client made it of', () => {
  expect(requestMark(requestId)).toMatch(/^[0-9a-f]{16}$/);
  expect(requestMark(requestId)).toBe(requestMark(requestId));
  for (const none of [undefined, { a: 1 }, '', '4242 4242 4242 4242', 'ann@example.test', 'x'.repeat(65)])
    expect([none, requestMark(none)]).toEqual([none, null]);
});

test('how late a task is, by the seconds that Cloud Tasks names in its header', () => {
  expect(lateness('1700000000.25', 1_700_000_007_250)).toBe(7_000);
  expect(lateness('1700000000', 1_700_000_000_000)).toBe(0);
  // By hand, or by something that is no queue.
  for (const eta of [undefined, '', 'soon', '2026-01-01T00:00:00Z', 'Infinity'])
    expect([eta, lateness(eta, 1)]).toEqual([eta, null]);
});

test('two at once count for themselves, and outside of any nobody counts', async () => {
  counted('reads', 100);
  const at = (reads: number) =>
    observe({ operation: `reads ${reads}` }, async () => {
      await Promise.resolve();
      counted('reads', reads);
    });
  await Promise.all([at(1), at(2)]);
  expect(lines.map(({ operation, reads }) => [operation, reads])).toEqual([
    ['reads 1', 1],
    ['reads 2', 2],
  ]);
});

test('with TRACES=on each is a span with its outcome; without, OpenTelemetry is not asked', async () => {
  const told: unknown[] = [];
  const span = {
    setAttributes: (given: object) => told.push(given),
    setAttribute: (name: string, value: string) => told.push([name, value]),
    setStatus: (status: object) => told.push(status),
    end: () => told.push('end'),
  };
  const getTracer = jest.spyOn(trace, 'getTracer').mockReturnValue({
    startActiveSpan: (name: string, work: (given: typeof span) => unknown) => {
      told.push(name);
      return work(span);
    },
  } as unknown as Tracer);
  const refuse = () => observe({ operation: 'escrow-lock' }, () => Promise.reject(new Refusal('busy')));
  await expect(refuse()).rejects.toThrow(Refusal);
  expect([getTracer.mock.calls, told]).toEqual([[], []]);
  process.env.TRACES = 'on';
  await expect(refuse()).rejects.toThrow(Refusal);
  expect(told).toEqual([
    'escrow-lock',
    { 'coffer.outcome': 'refused' },
    { 'coffer.reads': 0, 'coffer.writes': 0, 'coffer.deletes': 0 },
    ['coffer.reason', 'busy'],
    'end',
  ]);
  told.length = 0;
  await observe({ operation: 'psp-stripe', requestId: 'request-1', lagMs: 5 }, () => Promise.resolve());
  expect(told).toContainEqual(['coffer.request', requestMark('request-1')]);
  expect(told).toContainEqual(['coffer.lag_ms', 5]);
});
