import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { costs } from '../functions/src/costs.ts';
import { operationNames } from './people.ts';

/** `npm run bench`, as a person types it: that all of it runs, and what it ends with. Nothing here is about time. */

const cwd = join(import.meta.dirname, '..');

function bench(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, FIRESTORE_EMULATOR_HOST: '' }, maxBuffer: 2 ** 24 };
    execFile('npm', ['run', '-s', 'bench', '--', ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

type Counted = { calls: number; failed: number; reads: number; writes: number; trips: number };
type Report = {
  ratios: Record<'floor' | 'naive' | 'growth' | 'coldStart', Record<string, unknown>> & { hot: number };
  operations: Record<string, Record<string, Record<string, Counted>>>;
  growth: Record<string, Record<string, Counted>>;
  pages: Record<string, Record<string, number>>;
  machine: object;
  date: string;
};

test('it prints ratios first, whose they are and of when, and one line of JSON last', async () => {
  const { code, out, err } = await bench('--tiny', '--json');
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  const lines = out.trim().split('\n');
  expect(lines[0]).toMatch(/^Ratios, on \d+ cores of .+ with \d+ GB, \d{4}-\d\d-\d\d$/);
  const report = JSON.parse(lines.at(-1) ?? '') as Report;
  const number = expect.any(Number) as number;
  const byCallers = { 1: number, 8: number, 32: number };
  expect(Object.keys(report).slice(0, 2)).toEqual(['ratios', 'operations']);
  expect(report.ratios).toEqual({
    floor: Object.fromEntries(operationNames.map((name) => [name, byCallers])),
    naive: { 'escrow-release': byCallers },
    growth: Object.fromEntries(operationNames.map((name) => [name, number])),
    hot: number,
    coldStart: expect.objectContaining({ 'escrow-release': number }) as object,
  });
  expect(report).toMatchObject({ machine: { cores: number }, date: lines[0]!.slice(-10) });
  // What an operation sends does not depend on how many there are, nor on how fast the machine is.
  for (const [name, callers] of Object.entries(report.operations))
    for (const { ours, floor } of Object.values(callers)) {
      const shape = ({ failed, reads, writes, trips }: Counted) => ({ failed, reads, writes, trips });
      expect([name, shape(ours!)]).toEqual([name, { ...shape(floor!), failed: 0 }]);
    }
  // Nor on how much there is already.
  for (const [name, by] of Object.entries(report.growth)) {
    const counts = Object.values(by).map(({ failed, reads, writes, trips }) =>
      [failed, reads, writes, trips].join(),
    );
    expect([name, counts.length, [...new Set(counts)]]).toEqual([name, 2, [expect.stringMatching(/^0,/)]]);
  }
  // Who is measured beside us has done what it was asked for.
  for (const { naive } of Object.values(report.operations['escrow-release']!))
    expect(naive!.calls).toBeGreaterThan(naive!.failed);
  // A page and a queue cost what is on them, however much there is.
  for (const by of Object.values(report.pages)) expect(new Set(Object.values(by)).size).toBe(1);
  const [release] = Object.values(report.operations['escrow-release']!);
  const cost = costs['escrow-release'];
  expect(release!.ours).toMatchObject({ reads: cost.reads, writes: cost.writes, trips: cost.roundTrips });
}, 180_000);

test('what was typed wrong is said in one sentence, and how it is used is no mistake', async () => {
  const [wrong, part, help] = await Promise.all([
    bench('--fast'),
    bench('--tiny', '--save'),
    bench('--help'),
  ]);
  expect([part.code, part.out]).toEqual([2, '']);
  expect(part.err).toContain('it goes with --full');
  expect([wrong.code, wrong.out]).toEqual([2, '']);
  expect(wrong.err.trim()).toMatch(/^Unknown option '--fast'\. Say how much: npm run bench[^\n]+$/);
  expect([help.code, help.err]).toEqual([0, '']);
  expect(help.out).toContain('--full');
});
