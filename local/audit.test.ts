import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** `npm run audit`, as a person types it. */

type Answer = { readonly code: number; readonly out: string; readonly err: string };

/** The emulators that the other tests stand on are not the ones a person has. */
function audit(...args: string[]): Promise<Answer> {
  const env = { ...process.env };
  delete env.FIRESTORE_EMULATOR_HOST;
  const [command, root] = [['run', '-s', 'audit', '--', ...args], join(import.meta.dirname, '..')];
  return new Promise((resolve) => {
    execFile('npm', command, { cwd: root, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('F69 a ledger that was made for it proves itself, and the last line says so', async () => {
  const { code, out } = await audit('--seeded', '300', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({
    ...{ ok: true, entries: 300, violations: [], violationCount: 0 },
    ...{ entriesPerSecond: expect.any(Number) as number, peakMb: expect.any(Number) as number },
  });
}, 90_000);

test.each([['--seeded', 'many'], ['--seeded', '-1'], ['--everything']])(
  'what was typed wrong is said in one sentence: %s',
  async (...args) => {
    const { code, err } = await audit(...args);
    expect([code, err.trim().split('\n').at(-1)]).toEqual([
      2,
      expect.stringMatching(/^Say what to look at: npm run audit/),
    ]);
  },
);
