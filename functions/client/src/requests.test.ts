import fc from 'fast-check';
import { keepRequests, type Storage } from './requests.ts';

const refused = (reason: string) => Object.assign(new Error(reason), { details: { reason, facts: {} } });
const lost = new Error('no network');

/** A server that makes a thing once for each id, and an answer that may not arrive. */
function server() {
  const made = new Set<string>();
  const asked: string[] = [];
  const answering =
    (fault: Error | null, reaches = true) =>
    (id: string) => {
      asked.push(id);
      if (reaches) made.add(id);
      return fault ? Promise.reject(fault) : Promise.resolve(id);
    };
  return { made, asked, answering };
}

const input = { item: { kind: 'pack', quantity: 1 }, provider: 'stripe' };

test('W2-42 an answer that was lost is asked for again under the same id; then the next wish is a new one', async () => {
  const { made, answering } = server();
  const once = keepRequests(undefined);
  await expect(once('purchases-create', input, answering(lost))).rejects.toBe(lost);
  const again = { provider: 'stripe', item: { quantity: 1, kind: 'pack' } };
  const first = await once('purchases-create', again, answering(null));
  expect(made).toEqual(new Set([first]));
  const second = await once('purchases-create', input, answering(null));
  expect(second).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
});

test('W2-42 two taps are one call', async () => {
  const { asked, answering } = server();
  const once = keepRequests(undefined);
  const answers = await Promise.all([1, 2].map(() => once('jobs-post', input, answering(null))));
  expect(asked).toHaveLength(1);
  expect(new Set(answers).size).toBe(1);
  await Promise.all([
    once('jobs-post', { title: 'a' }, answering(null)),
    once('jobs-post', { title: 'b' }, answering(null)),
    once('kyc-submit', { title: 'a' }, answering(null)),
  ]);
  expect(new Set(asked).size).toBe(4);
});

test('W2-42 however answers are lost, refused at the door or forgotten by a restart, one wish is made once', async () => {
  const fault = fc.constantFrom('lost', 'never sent', 'busy', 'too_many_calls', 'signed_out', 'restart');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fault, { maxLength: 6 }), { maxLength: 4 }), async (wishes) => {
      const { made, answering } = server();
      const storage = textStorage();
      let once = keepRequests(storage);
      for (const faults of wishes) {
        for (const one of faults) {
          if (one === 'restart') once = keepRequests(storage);
          else if (one === 'lost') await once('x', input, answering(lost)).catch(() => null);
          else if (one === 'never sent') await once('x', input, answering(lost, false)).catch(() => null);
          else await once('x', input, answering(refused(one), false)).catch(() => null);
        }
        await once('x', input, answering(null));
      }
      expect(made.size).toBe(wishes.length);
      expect(storage.size()).toBe(0);
    }),
  );
});

function textStorage() {
  const texts = new Map<string, string>();
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, value: string) => void texts.set(key, value),
    removeItem: (key: string) => void texts.delete(key),
    size: () => texts.size,
    texts,
  };
}

test('what was refused for good is forgotten', async () => {
  const { asked, answering } = server();
  const once = keepRequests(undefined);
  const no = answering(refused('insufficient_funds'), false);
  await once('x', input, no).catch(() => null);
  await once('x', input, no).catch(() => null);
  expect(new Set(asked).size).toBe(2);
});

test('after a quarter of an hour the same wish is a new one', async () => {
  let now = 0;
  const { asked, answering } = server();
  const once = keepRequests(undefined, () => now);
  const ask = () => once('x', input, answering(lost)).catch(() => null);
  await ask();
  now += 15 * 60_000 - 1;
  await ask();
  now += 1;
  await ask();
  expect([asked[0] === asked[1], asked[1] === asked[2]]).toEqual([true, false]);
});

test('a storage that fails, or has nonsense in it, loses no call', async () => {
  const fail = () => {
    throw new Error('full');
  };
  const reject = () => Promise.reject(new Error('locked'));
  const broken: Storage[] = [
    { getItem: fail, setItem: fail, removeItem: fail },
    { getItem: reject, setItem: reject, removeItem: reject },
    { getItem: () => '{"id":', setItem: () => null, removeItem: () => null },
    { getItem: () => 'null', setItem: () => null, removeItem: () => null },
  ];
  for (const storage of broken) {
    const { asked, answering } = server();
    const once = keepRequests(storage);
    await once('x', input, answering(lost)).catch(() => null);
    await once('x', input, answering(null));
    expect(asked[0]).toBe(asked[1]);
  }
});
