import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a deploy would send: built aside, so that the tree stays as it is. */

const functions = join(import.meta.dirname, '..');
const modules = join(functions, '..', 'node_modules');
const snapshotFile = join(import.meta.dirname, 'manifest.snapshot.json');

let home: string;
/** The built package, at the place where an app's `node_modules` would have it. */
let built: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'coffer-built-'));
  built = join(home, 'coffer');
  mkdirSync(built);
  cpSync(join(functions, 'package.json'), join(built, 'package.json'));
  symlinkSync(modules, join(built, 'node_modules'));
  execFileSync(process.execPath, [join(functions, 'build.ts'), join(built, 'lib')]);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true }));

type Manifest = { readonly endpoints: Readonly<Record<string, object>> };

/** Sorted by name, without what says nothing. */
function manifest(): unknown {
  const file = join(home, 'manifest.json');
  execFileSync(join(modules, '.bin', 'firebase-functions'), [built], {
    cwd: built,
    env: { ...process.env, FUNCTIONS_CONTROL_API: 'true', FUNCTIONS_MANIFEST_OUTPUT_PATH: file },
  });
  const said = (_: string, value: unknown) =>
    value === null || (typeof value === 'object' && Object.keys(value).length === 0) ? undefined : value;
  const { endpoints, ...rest } = JSON.parse(readFileSync(file, 'utf8'), said) as Manifest;
  const sorted = Object.entries(endpoints).sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...rest, endpoints: Object.fromEntries(sorted) };
}

/**
 * Each change of what is deployed is to be seen by a person. When it is wanted:
 * `COFFER_UPDATE=1 npx jest functions/test/built`, and read the difference.
 */
test('a deploy sends what was reviewed', () => {
  const found = manifest();
  if (process.env.COFFER_UPDATE === '1') {
    writeFileSync(snapshotFile, JSON.stringify(found, null, 2));
    execFileSync(join(modules, '.bin', 'prettier'), ['--write', snapshotFile]);
  }
  expect(found).toEqual(JSON.parse(readFileSync(snapshotFile, 'utf8')));
}, 30_000);

/** What an instance of a function has loaded when it is ready, as its own process tells it. */
function loadedBy(target: string): { readonly names: string[]; readonly packages: string[] } {
  const look = `
    const exported = require(${JSON.stringify(join(built, 'lib', 'index.cjs'))});
    const packages = Object.keys(require.cache).map((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    console.log(JSON.stringify({ names: Object.keys(exported), packages: [...new Set(packages)].filter(Boolean) }));`;
  const env = { ...process.env, FUNCTION_TARGET: target, GCLOUD_PROJECT: 'demo-coffer' };
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=commonjs', '-e', look], {
      cwd: built,
      env,
      encoding: 'utf8',
    }),
  ) as { names: string[]; packages: string[] };
}

const heavy = ['stripe', 'pdfkit', 'csv-stringify', 'merkletreejs', 'xmlbuilder2', '@google-cloud/tasks'];

test('an instance loads the feature that it serves, and nothing heavy before it is used', () => {
  for (const target of ['escrow.release', 'wallet.cover', 'psp.stripe', 'purchases.create', 'health']) {
    const { names, packages } = loadedBy(target);
    expect(names).toEqual([target.split('.')[0]]);
    expect(packages).toContain('firebase-functions');
    expect([target, packages.filter((name) => heavy.includes(name))]).toEqual([target, []]);
  }
  // The trees of the daily roots are built where roots and receipts are.
  expect(loadedBy('receipts.get').packages).toContain('merkletreejs');
}, 30_000);

test('every function of a deploy is in the file of its feature, under the name that the manifest gives it', () => {
  const { endpoints } = JSON.parse(readFileSync(snapshotFile, 'utf8')) as {
    endpoints: Record<string, { entryPoint: string }>;
  };
  const entries = Object.entries(endpoints).map(([name, { entryPoint }]) => [name, entryPoint]);
  // As the framework finds it: step by step from what index.cjs exports, in an instance of that function.
  const look = `
    const index = ${JSON.stringify(join(built, 'lib', 'index.cjs'))};
    const missing = ${JSON.stringify(entries)}.filter(([, target]) => {
      process.env.FUNCTION_TARGET = target;
      delete require.cache[index];
      const exported = require(index);
      const alone = Object.keys(exported).join() === target.split('.')[0];
      const found = target.split('.').reduce((from, name) => from?.[name], exported);
      return !alone || typeof found !== 'function' || found.__endpoint?.platform !== 'gcfv2';
    });
    console.log(JSON.stringify(missing));`;
  const env = { ...process.env, GCLOUD_PROJECT: 'demo-coffer' };
  const args = ['--input-type=commonjs', '-e', look];
  const missing = execFileSync(process.execPath, args, { cwd: built, env, encoding: 'utf8' });
  expect(JSON.parse(missing)).toEqual([]);
  expect(entries.length).toBeGreaterThan(100);
  // Cloud Run, whose name for it the log tells (K_SERVICE), knows small letters alone.
  expect(entries.filter(([name = '']) => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([]);
}, 60_000);

test('without a function of its own, everything is there', () => {
  const { names } = loadedBy('');
  expect(names.length).toBeGreaterThan(20);
  expect(loadedBy('nothing.such').names).toEqual(names);
}, 30_000);
