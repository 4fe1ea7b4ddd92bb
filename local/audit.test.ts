import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Firestore } from '@google-cloud/firestore';
import { startFirestore, type FirestoreEmulator } from './firestore.ts';
import { freePorts } from './ports.ts';
import { seedLedger } from './seeded.ts';

/** `npm run audit`, as a person types it. */

type Answer = { readonly code: number; readonly out: string; readonly err: string };

const cwd = join(import.meta.dirname, '..');
/** The emulators that the other tests stand on are not the ones a person has. */
const env = { ...process.env, FIRESTORE_EMULATOR_HOST: '' };

function auditIn(own: Readonly<Record<string, string>>, ...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...env, ...own } };
    execFile('npm', ['run', '-s', 'audit', '--', ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const audit = (...args: string[]) => auditIn({}, ...args);

test('F69 a ledger that was made for it proves itself, and the last line says so', async () => {
  const { code, out } = await audit('--seeded', '300', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({
    ...{ ok: true, entries: 300, violations: [], violationCount: 0 },
    ...{ entriesPerSecond: expect.any(Number) as number, peakMb: expect.any(Number) as number },
  });
}, 90_000);

test.each([
  [['--seeded', 'many'], '--seeded many is no number of entries.'],
  [['--seeded', '-1'], "Option '--seeded' argument is ambiguous."],
  [['--seeded', '5', '--project', 'x'], '--seeded makes a ledger of its own, so --project is nothing to it.'],
  [['--seeded', '5', '--wallet', 'ann'], '--seeded makes a ledger of its own, so --wallet is nothing to it.'],
  [['--project', 'x', '--wallet', 'a/b'], '--wallet a/b is no user id.'],
  [['--wallet', ''], '--wallet  is no user id.'],
  [['--everything'], "Unknown option '--everything'."],
])('what was typed wrong is said in one sentence: %j', async (args, sentence) => {
  const { code, out, err } = await audit(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err.trim()).toMatch(/^[^\n]+ Say what to look at: npm run audit[^\n]+$/);
  expect(err).toContain(sentence);
});

test('how it is used is an answer, and no mistake', async () => {
  const { code, out, err } = await audit('--help');
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('--wallet <uid>');
});

test('where nothing runs it says so at once', async () => {
  const [port = 0] = await freePorts(1);
  const host = `127.0.0.1:${port}`;
  expect(await auditIn({ FIRESTORE_EMULATOR_HOST: host })).toEqual({
    ...{ code: 2, out: '' },
    err: `Nothing answers at ${host}: is \`npm start\` running?\n`,
  });
});

describe('on what runs already', () => {
  let emulator: FirestoreEmulator;
  let db: Firestore;
  const on = (...args: string[]) => auditIn({ FIRESTORE_EMULATOR_HOST: emulator.host }, ...args);
  const stored = async () => (await db.collection('journal').count().get()).data().count;

  beforeAll(async () => {
    const [port = 0, functionsPort = 0] = await freePorts(2);
    emulator = await startFirestore({ port, functionsPort, projectId: 'demo-coffer' });
    process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
    process.env.METADATA_SERVER_DETECTION = 'none';
    db = new Firestore({ projectId: 'demo-coffer' });
  }, 180_000);
  afterAll(async () => {
    delete process.env.FIRESTORE_EMULATOR_HOST;
    await db.terminate();
    await emulator.stop();
  });

  test('it names what it looked at, says where nothing is, and what differs with what it did not do', async () => {
    const target = `demo-coffer (${emulator.host})`;
    const empty = await on();
    expect([empty.code, empty.out]).toEqual([0, expect.stringMatching(/: the journal is empty\n$/)]);
    expect(empty.out).toContain(`0 entries of ${target}`);
    expect(await on('--wallet', 'nobody')).toMatchObject({
      ...{ code: 2, out: '' },
      err: `There is no wallet nobody in ${target}.\n`,
    });

    const made = await seedLedger(db, 60);
    const [wallet] = (await db.collection('wallets').limit(1).get()).docs;
    const { code, out } = await on('--wallet', wallet!.id);
    expect([code, out]).toEqual([0, expect.stringMatching(/: every unit is explained\n$/)]);
    await wallet!.ref.update({ 'balances.QAR.available': 1_234_567 });
    for (const args of [[], ['--wallet', wallet!.id]]) {
      const found = await on(...args);
      expect(found.code).toBe(1);
      expect(found.out).toContain(target);
      expect(found.out).toContain(`wallets/${wallet!.id}`);
      expect(found.out).toMatch(/differences?\nNothing was stopped: this only reads\. `brake-engage` .+\n$/);
    }
    expect(await stored()).toBe(made);
  }, 120_000);

  test('a real project is never what an emulator holds, and without credentials nothing was found out', async () => {
    const nowhere = {
      CLOUDSDK_CONFIG: cwd,
      GOOGLE_APPLICATION_CREDENTIALS: '',
      METADATA_SERVER_DETECTION: 'none',
    };
    const here = { ...nowhere, FIRESTORE_EMULATOR_HOST: emulator.host };
    const { code, out, err } = await auditIn(here, '--project', 'no-such-coffer');
    expect([code, out, err]).toEqual([
      ...[2, ''],
      'There are no credentials here: run `gcloud auth application-default login` first.\n',
    ]);
  });

  test('a made ledger goes into an emulator of its own', async () => {
    const before = await stored();
    const { code, out } = await on('--seeded', '20');
    expect([code, out]).toEqual([0, expect.stringMatching(/: every unit is explained\n$/)]);
    expect(out).not.toContain(emulator.host);
    expect(await stored()).toBe(before);
  }, 90_000);
});

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
