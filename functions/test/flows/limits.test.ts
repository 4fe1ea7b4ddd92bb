import { takeTallies } from '../../../local/wire.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage({ LIMIT_FACTOR: '1' });
}, 180_000);
afterAll(() => stage.stop());

const times = <T>(count: number, work: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => work(i));

const order = (person: Actor) =>
  person.api.purchases.create({
    requestId: requestId(),
    provider: 'stripe',
    item: { kind: 'amount', amount: 5000 },
  });
const ordersOf = async ({ uid }: Actor) =>
  (await stage.db.collection('purchases').where('uid', '==', uid).get()).size;

test('F81 W4-35 of a burst of orders five pass; the others are told when to come back, and may then', async () => {
  const ann = await stage.actor();
  const { answers, reasons } = await together(times(12, () => order(ann)));
  expect(answers).toHaveLength(5);
  expect(reasons).toEqual(times(7, () => 'too_many_calls'));
  expect(await ordersOf(ann)).toBe(5);

  const { facts } = await refusal(order(ann));
  expect(facts.limit).toBe('5/min');
  const retryAt = facts.retryAt as number;
  const wait = retryAt - stage.cloud.clock.now();
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(70_000);
  await stage.advance(wait);
  await order(ann);
  expect(await ordersOf(ann)).toBe(6);
}, 180_000);

test('F81 one person’s limit is nobody else’s, and one call’s no other’s', async () => {
  const [ann, ben] = [await stage.actor(), await stage.actor()];
  await together(times(6, () => order(ann)));
  await order(ben);
  await ann.api.wallet.get({});
}, 180_000);

test('F81 bad input counts as well, and what is refused moves nothing', async () => {
  const ann = await stage.actor();
  const bad = await together(times(6, () => stage.call('purchases-create', { requestId: 1 }, ann)));
  expect(bad.reasons.sort()).toEqual([...times(5, () => 'invalid_input'), 'too_many_calls']);
  expect((await refusal(order(ann))).reason).toBe('too_many_calls');
  expect(await ordersOf(ann)).toBe(0);
}, 180_000);

test('F81 the limiter adds no round trip to a move: one commit of two writes beside the first read', async () => {
  const [payer, payee] = [await stage.buyer(20_000), await stage.actor()];
  const price = { amount: 20_000, currency: 'QAR' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: requestId(), title: 'Work', price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  await stage.idle();
  takeTallies();
  await payer.api.escrow.lock({ job });
  expect(takeTallies('escrow-lock').map(({ tally }) => tally)).toMatchObject([
    { reads: 3, writes: 4, roundTrips: 2, beside: 2 },
  ]);

  // Who is known to be refused costs the store nothing more.
  await together(times(10, () => payer.api.escrow.lock({ job })));
  takeTallies();
  expect((await refusal(payer.api.escrow.lock({ job }))).reason).toBe('too_many_calls');
  expect(takeTallies('escrow-lock').map(({ tally }) => tally)).toMatchObject([
    { reads: 0, writes: 0, roundTrips: 0, beside: 0 },
  ]);
}, 180_000);

type Limiter = Pick<typeof import('../../src/platform/throttle.ts'), 'throttle' | 'mustNotBeFull'>;

/** What one instance remembers by itself: here two of them, each with its own connection. */
async function newInstance(): Promise<Limiter & { close: () => Promise<void> }> {
  let limiter: Limiter | undefined;
  let close: (() => Promise<void>) | undefined;
  await jest.isolateModulesAsync(async () => {
    limiter = await import('../../src/platform/throttle.ts');
    ({ closeStore: close } = await import('../../src/platform/firestore.ts'));
  });
  const { throttle, mustNotBeFull } = limiter!;
  return { throttle, mustNotBeFull, close: close! };
}

const passed = (asked: PromiseSettledResult<unknown>[]) =>
  asked.filter(({ status }) => status === 'fulfilled').length;

test('F81 W4-35 a burst over two instances is one burst', async () => {
  const instances = [await newInstance(), await newInstance()];
  const at = stage.cloud.clock.now();
  const who = { uid: 'ann', address: '192.0.2.1' };
  const burst = await Promise.allSettled(
    times(30, (i) => instances[i % 2]!.throttle('login', '10/min', who, at)),
  );
  expect(passed(burst)).toBe(10);
  const later = await Promise.allSettled(
    times(30, (i) => instances[i % 2]!.throttle('login', '10/min', who, at + 45_000)),
  );
  expect(passed(later)).toBe(0);
  const next = await Promise.allSettled(
    times(30, (i) => instances[i % 2]!.throttle('login', '10/min', who, at + 70_000)),
  );
  expect(passed(next)).toBe(10);
  await Promise.all(instances.map(({ close }) => close()));
}, 180_000);

test('F81 a burst of one person shuts out nobody who shares the address', async () => {
  const { throttle, mustNotBeFull, close } = await newInstance();
  const at = stage.cloud.clock.now();
  const address = '192.0.2.9';
  const burst = await Promise.allSettled(
    times(150, () => throttle('shared', '5/min', { uid: 'loud', address }, at)),
  );
  expect(passed(burst)).toBe(5);
  const quiet = { uid: 'quiet', address };
  mustNotBeFull('shared', '5/min', quiet, at + 1000);
  await throttle('shared', '5/min', quiet, at + 1000);
  expect(() => mustNotBeFull('shared', '5/min', { uid: 'loud', address }, at + 1000)).toThrow(
    'too_many_calls',
  );
  await close();
}, 180_000);

test('F81 what is refused does not prolong the wait', async () => {
  const { throttle, close } = await newInstance();
  const at = Math.ceil(stage.cloud.clock.now() / 10_000) * 10_000;
  const who = { uid: 'eager', address: null };
  for (const step of times(5, (i) => i)) await throttle('again', '5/min', who, at + step);
  const burst = await Promise.allSettled(times(20, () => throttle('again', '5/min', who, at + 59_000)));
  expect(passed(burst)).toBe(0);
  await throttle('again', '5/min', who, at + 70_000);
  await close();
}, 180_000);

test('F81 many people behind one address share twenty times as much', async () => {
  const { throttle, close } = await newInstance();
  const at = stage.cloud.clock.now();
  const crowd = await Promise.allSettled(
    times(50, (i) => throttle('order', '2/min', { uid: `u${i}`, address: '192.0.2.2' }, at)),
  );
  expect(passed(crowd)).toBe(40);
  await throttle('order', '2/min', { uid: 'u1', address: '192.0.2.3' }, at);
  await close();
}, 180_000);

test('a check that fails makes no transaction run again, whatever its error looks like', async () => {
  const { whileAsking } = await import('../../src/platform/admission.ts');
  const { atomically } = await import('../../src/platform/firestore.ts');
  const { collections } = await import('../../src/collections.ts');
  for (const code of [8, 10]) {
    let runs = 0;
    const work = () =>
      atomically({
        read: (reader) => reader.get({ wallet: collections.wallets.doc('nobody') }),
        decide: () => (runs += 1),
        write: () => undefined,
      });
    const failing = Promise.reject(Object.assign(new Error('the check'), { code }));
    await expect(whileAsking(failing, work)).rejects.toThrow('the check');
    expect(runs).toBeLessThanOrEqual(1);
  }
});

test('nobody’s throttle grows: what is past is dropped, and all of it expires', async () => {
  const { throttle, close } = await newInstance();
  const at = stage.cloud.clock.now();
  for (const step of times(30, (i) => i))
    await throttle('steady', '60/min', { uid: 'only', address: null }, at + step * 10_000);
  const { throttles } = await import('../../src/platform/throttle.ts');
  const { hashInput } = await import('../../src/platform/derive.ts');
  const doc = await stage.db.doc(throttles.doc(hashInput(['steady', 'uid', 'only'])).path).get();
  expect(Object.keys(doc.data() ?? {}).length).toBeLessThanOrEqual(16);
  expect(doc.get('expiresAt')).toHaveProperty('seconds');
  await close();
}, 180_000);
