import { admitted, whileAsking } from './admission.ts';

const soon = <T>(value: T) => new Promise<T>((done) => setImmediate(done, value));

test('work is done while the checks are asked, and its writes wait for them', async () => {
  const steps: string[] = [];
  const checks = soon(0)
    .then(() => soon(0))
    .then(() => steps.push('checked'));
  const answer = await whileAsking(checks, async () => {
    steps.push('read');
    await admitted();
    steps.push('wrote');
    return 'done';
  });
  expect([answer, steps]).toEqual(['done', ['read', 'checked', 'wrote']]);
});

test('what the checks refuse is never written, nor told, and comes before what the work refuses', async () => {
  let wrote = false;
  const refused = () => soon(0).then(() => Promise.reject(new Error('refused')));
  const write = async () => {
    await admitted();
    wrote = true;
  };
  await expect(whileAsking(refused(), write)).rejects.toThrow('refused');
  await expect(whileAsking(refused(), () => Promise.resolve('secret'))).rejects.toThrow('refused');
  await expect(whileAsking(refused(), () => Promise.reject(new Error('other')))).rejects.toThrow('refused');
  expect(wrote).toBe(false);
});

test('two calls at once are not taken for each other', async () => {
  const good = whileAsking(soon(0), async () => {
    await soon(0);
    await admitted();
    return 'in';
  });
  const bad = whileAsking(Promise.reject(new Error('out')), () => admitted());
  await expect(bad).rejects.toThrow('out');
  expect(await good).toBe('in');
  await admitted();
});
