import fc from 'fast-check';
import { keepRequests, type Keeping, type Storage } from './requests.ts';

const keeper = (more: Partial<Keeping> = {}) => keepRequests({ who: () => 'ann', ...more });

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
  const once = keeper();
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
  const once = keeper();
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
      let once = keeper({ storage });
      for (const faults of wishes) {
        for (const one of faults) {
          if (one === 'restart') once = keeper({ storage });
          else if (one === 'lost') await once('x', input, answering(lost)).catch(() => null);
          else if (one === 'never sent') await once('x', input, answering(lost, false)).catch(() => null);
          else await once('x', input, answering(refused(one), false)).catch(() => null);
        }
        await once('x', input, answering(null));
      }
      expect(made.size).toBe(wishes.length);
      await new Promise((resolve) => setImmediate(resolve));
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
  const once = keeper();
  const no = answering(refused('insufficient_funds'), false);
  await once('x', input, no).catch(() => null);
  await once('x', input, no).catch(() => null);
  expect(new Set(asked).size).toBe(2);
});

test('after a quarter of an hour the same wish is a new one', async () => {
  let now = 0;
  const { asked, answering } = server();
  const once = keeper({ now: () => now });
  const ask = () => once('x', input, answering(lost)).catch(() => null);
  await ask();
  now += 15 * 60_000 - 1;
  await ask();
  now += 15 * 60_000;
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
    const once = keeper({ storage });
    await once('x', input, answering(lost)).catch(() => null);
    await once('x', input, answering(null));
    expect(asked[0]).toBe(asked[1]);
  }
});

test('what one person asks for is never another’s: neither an answer under way nor an id that is kept', async () => {
  let uid: string | null = 'ann';
  const { asked, answering } = server();
  const once = keeper({ who: () => uid, storage: textStorage() });
  const slow = Promise.withResolvers<string>();
  const annes = once('x', input, () => slow.promise);
  uid = 'ben';
  const bens = await once('x', input, answering(null));
  slow.resolve('hers');
  expect([await annes, bens]).toEqual(['hers', asked[0]]);
  uid = 'ann';
  await once('x', input, answering(lost)).catch(() => null);
  uid = 'ben';
  await once('x', input, answering(null));
  uid = 'ann';
  await once('x', input, answering(null));
  expect(asked[3]).toBe(asked[1]);
  uid = null;
  await Promise.all([once('x', input, answering(null)), once('x', input, answering(null))]);
  expect(new Set(asked).size).toBe(5);
});

test('I14 what is personal in a call is in no storage', async () => {
  const storage = textStorage();
  const { asked, answering } = server();
  const once = keeper({ storage, personal: ['destinations-save'] });
  const ask = () => once('destinations-save', { iban: 'QA58' }, answering(lost)).catch(() => null);
  await ask();
  await ask();
  expect([storage.size(), new Set(asked).size]).toEqual([0, 1]);
});

test('an id whose answer was lost is kept whatever a later attempt is refused for: the first may still be made', async () => {
  const { asked, answering } = server();
  const once = keeper();
  await once('x', input, answering(lost)).catch(() => null);
  await once('x', input, answering(refused('insufficient_funds'), false)).catch(() => null);
  await once('x', input, answering(null));
  expect(new Set(asked).size).toBe(1);
});

test('two tabs: what one was told is over, is over for the other; its next wish is a new one', async () => {
  const storage = textStorage();
  const [one, two] = [keeper({ storage }), keeper({ storage })];
  const { asked, answering } = server();
  await one('x', input, answering(lost)).catch(() => null);
  await two('x', input, answering(null));
  await new Promise((resolve) => setImmediate(resolve));
  await one('x', input, answering(null));
  expect([asked[0] === asked[1], asked[1] === asked[2]]).toEqual([true, false]);
});

test('a storage that will not forget swallows no later wish, and one that hangs holds nothing up', async () => {
  const { asked, answering } = server();
  const texts = textStorage();
  const stubborn = keeper({ storage: { ...texts, removeItem: () => Promise.reject(new Error('locked')) } });
  for (let i = 0; i < 3; i += 1) await stubborn('x', input, answering(null));
  expect(new Set(asked).size).toBe(3);
  const never = () => new Promise<never>(() => undefined);
  const hanging = keeper({ storage: { getItem: never, setItem: never, removeItem: never } });
  expect(await hanging('x', input, answering(null))).toBe(asked.at(-1));
}, 10_000);

test('a clock that is set back a little makes no second request', async () => {
  let now = 1_000_000;
  const { asked, answering } = server();
  const once = keeper({ now: () => now });
  const ask = () => once('x', input, answering(lost)).catch(() => null);
  await ask();
  now -= 500;
  await ask();
  now += 14 * 60_000;
  await ask();
  now += 14 * 60_000;
  await ask();
  expect(new Set(asked).size).toBe(1);
});
