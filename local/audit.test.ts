import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** `npm run audit`, as a person types it. */

type Answer = { readonly code: number; readonly out: string; readonly err: string };

const cwd = join(import.meta.dirname, '..');
/** The emulators that the other tests stand on are not the ones a person has. */
const env = { ...process.env, FIRESTORE_EMULATOR_HOST: '' };

function audit(...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile('npm', ['run', '-s', 'audit', '--', ...args], { cwd, env }, (error, out, err) => {
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

/** The emulators among what a process has started; what is dead and only not yet buried is not there. */
function emulatorsOf(pid: number): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^ *(\d+) +(\d+) +(\S+) (.*)$/.exec(line)?.slice(1) ?? [])
    .map(([id, parent, stat = '', what = '']) => ({ id: Number(id), parent: Number(parent), stat, what }));
  return all
    .filter(({ parent, stat, what }) => parent === pid && !stat.startsWith('Z') && /firestore/i.test(what))
    .map(({ id }) => id);
}
const isThere = (pid: number): boolean => {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
};

test.each(['SIGINT', 'SIGTERM'] as const)(
  'ended by %s it leaves no emulator behind',
  async (signal) => {
    const args = ['local/audit.ts', '--seeded', '1000000'];
    const child = spawn(process.execPath, args, { cwd, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      let emulators: number[] = [];
      while (emulators.length === 0 && child.exitCode === null) {
        await setTimeout(100);
        emulators = emulatorsOf(child.pid!);
      }
      expect(emulators).toHaveLength(1);
      child.kill(signal);
      expect(await ended).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
      await setTimeout(500);
      expect(emulators.filter(isThere)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  90_000,
);
