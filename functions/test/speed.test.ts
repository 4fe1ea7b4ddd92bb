import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from 'firebase-functions/logger';
import { priceOf, prices } from '../../docs/prices.ts';
import { aJob, billOf, inMinute, limits, met, PEAK, playDay, small, times } from '../../docs/scale.ts';
import { readFigures, renderSpeed, speedFile } from '../../docs/speed.ts';
import { PAGE } from '../src/ledger/follow.operations.ts';
import { observe } from '../src/platform/observe.ts';
import { CHUNK } from '../src/roots/root.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(speedFile, 'utf8');
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts;

test('docs/speed.md is what the budgets, the prices and the figures say; `npm run docs` writes it', () => {
  const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const formatted = execFileSync(process.execPath, [prettier, '--stdin-filepath', speedFile], {
    input: renderSpeed(),
    encoding: 'utf8',
  });
  expect(page).toBe(formatted);
}, 30_000);

test('the page says of a run what it misses, and nothing of one that has all that is wanted', () => {
  const kept = readFigures()!;
  const { ratios, coins } = kept;
  const with32 = (ratio: number) => ({ 'escrow-release': { 1: 1, 8: 1, 32: ratio } });
  const good = {
    ...{ floor: with32(0.8), naive: with32(5), growth: { 'escrow-release': 1.1 } },
    ...{ hot: 1.1, coldStart: { 'escrow-release': 1.35 } },
  };
  const page = (worse: object, more: object = {}) =>
    renderSpeed({ ...kept, ratios: { ...good, ...worse }, coins: { cover: 20, coins: 20 }, ...more });
  expect(page({})).toContain('This run has all of it.');
  const misses = {
    'the share of `escrow-release` with 32 callers (0.79)': page({ floor: with32(0.79) }),
    'the share of `escrow-release` with 32 callers (0)': page({ floor: { 'escrow-release': { 1: 1 } } }),
    'the lead of `escrow-release` with 32 callers (4.9)': page({ naive: with32(4.9) }),
    'the growth of `escrow-release` (1.11)': page({ growth: { 'escrow-release': 1.11 } }),
    'the latency at once of `escrow-release` (1.11)': page({ hot: 1.11 }),
    'the start of `escrow-release` (1.36)': page({ coldStart: { 'escrow-release': 1.36 } }),
    'the microseconds of `cover` (21)': page({}, { coins: { ...coins, cover: 21 } }),
  };
  for (const [what, text] of Object.entries(misses))
    expect(text).toContain(`This run misses it for ${what}.`);
  expect(Object.keys(ratios).sort()).toEqual(Object.keys(good).sort());
});

test('every command on the page is there, with its options', () => {
  const help = execFileSync(process.execPath, [join(root, 'bench', 'bench.ts'), '--help'], {
    encoding: 'utf8',
  });
  const commands = [...page.matchAll(/`(npm run [^`]+)`/g)].map(([, command = '']) => command);
  expect(commands.length).toBeGreaterThan(4);
  for (const command of commands) {
    const [, name = '', options = ''] = /^npm run (\w+)(?: -- (.+))?$/.exec(command) ?? [];
    expect(Object.keys(scripts)).toContain(name);
    for (const option of options.split(' ').filter(Boolean)) expect(help).toContain(option);
  }
});

test('every filter of the log on the page asks for fields that a line has', async () => {
  const lines: object[] = [];
  jest.spyOn(logger, 'info').mockImplementation((message: unknown, line: unknown) => {
    lines.push({ message, ...(line as object) });
  });
  await observe({ operation: 'psp-stripe', lagMs: 5 }, () => Promise.resolve());
  const fields = [...page.matchAll(/jsonPayload\.(\w+)/g)].map(([, field = '']) => field);
  expect(new Set(fields).size).toBeGreaterThan(3);
  for (const field of fields.filter((one) => one !== 'reason'))
    expect(Object.keys(lines[0]!)).toContain(field);
  jest.restoreAllMocks();
});

test('the price of documents is the table’s', () => {
  expect(priceOf({ reads: 100_000, writes: 0, deletes: 0 })).toBeCloseTo(0.06);
  expect(priceOf({ reads: 0, writes: 100_000, deletes: 100_000 })).toBeCloseTo(0.2);
  expect(prices.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('a played day has the jobs, and the peak, that the arithmetic takes', () => {
  for (const market of [small, times(small, 1_000)]) {
    const day = playDay(market);
    expect(day.jobs / market.jobs).toBeCloseTo(1, 2);
    expect(day.busiest / (market.jobs / 86_400) / PEAK).toBeCloseTo(1, 0);
    expect(inMinute(market, 0)).toBe(0);
  }
});

test('what is met first on paper is what fills up when the day is played', () => {
  const first = met()[0]!;
  expect(first.limit).toBe(limits[0]);
  // Just below it nothing waits; above it something does, and the sweep deals with it; far above it never does.
  expect(playDay(times(small, first.at * 0.9)).waiting).toBe(0);
  expect(playDay(times(small, first.at * 2)).waiting).toBeGreaterThan(0);
  expect(playDay(times(small, first.at * 2)).waits).toBeLessThan(24 * 60);
  const second = met()[1]!.at;
  expect(playDay(times(small, second * 20)).waits).toBeNull();
  expect(playDay(times(small, 1_000), 64).waits).not.toBeNull();
});

test('the roots of a day are reckoned with by the pages that the code allows itself', () => {
  const source = readFileSync(join(root, 'functions', 'src', 'roots', 'roots.operations.ts'), 'utf8');
  const pages = Number(/^const PAGES = (\d+);/m.exec(source)?.[1]);
  const handlers = readFileSync(join(root, 'functions', 'src', 'roots', 'roots.handlers.ts'), 'utf8');
  // Once an hour, and once more each night.
  expect(handlers.match(/serveSchedule\('(\d+) [*0] \* \* \*'/g)).toHaveLength(2);
  const { limit, at } = met().find((one) => one.limit.what.includes('roots of a day'))!;
  expect(limit.what).toContain(`${pages.toLocaleString('en-US')} a run`);
  expect(limit.what).toContain(`${PAGE} entries or ${CHUNK} wallets`);
  // At so many jobs a day a day has as many pages as are read in one.
  const day = times(small, at).jobs;
  expect(Math.ceil((day * 3) / PAGE) + Math.ceil((day * 2) / CHUNK)).toBeCloseTo(25 * pages, -1);
});

test('a thousand times the jobs cost a thousand times the money: nothing grows with what there is already', () => {
  const [one, other] = [billOf(small), billOf(times(small, 1_000))];
  for (const [part, amount] of Object.entries(one))
    expect([part, Math.round(other[part as keyof typeof other] / amount)]).toEqual([part, 1_000]);
  expect(aJob.writes).toBeGreaterThan(4 * 4);
});
