import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { sourcesIn } from './sources.ts';

/** What a deploy would send and what an app would install: built aside, so that the tree stays as it is. */

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
  const out = ['--outDir', join(built, 'lib'), '--sourceMap', 'false'];
  // Types are another check's affair (`npm run types`); this one is about what comes out.
  spawnSync(join(modules, '.bin', 'tsc'), ['-p', join(functions, 'tsconfig.json'), ...out]);
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

test('an app that uses the client loads neither Firebase nor a schema', () => {
  const compiled = new Map(sourcesIn(join(built, 'lib'), '.js').map((source) => [source.name, source]));
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const { target } of compiled.get(name)?.imports ?? []) load(target);
  };
  load('client.js');
  expect([...loaded]).toEqual(['client.js']);
});

/** What an app would write; a declaration that does not resolve is `any`, and then nothing is wrong in it. */
const app = `
import { createClient, refusalOf, type Client } from '@coffer/functions/client';
import { contract } from '@coffer/functions/contract';

const coffer: Client = createClient(() => Promise.resolve());
export const held: Promise<number> = coffer.escrow.lock({ job: 'a' }).then(({ held }) => held);
export const why: 'insufficient_funds' | null = refusalOf(null)?.reason === 'insufficient_funds' ? 'insufficient_funds' : null;
export const audience: 'user' = contract.escrow.lock.audience;
// @ts-expect-error -- an amount is a number
void coffer.wallet.cover({ amount: '5', currency: 'QAR' });
// @ts-expect-error -- there is no such call
void coffer.wallet.fill({});
// @ts-expect-error -- there is no such field in the answer
void coffer.wallet.get({}).then(({ pin }) => pin);
`;

test('an app that uses the client finds its types', () => {
  mkdirSync(join(home, 'node_modules', '@coffer'), { recursive: true });
  symlinkSync(built, join(home, 'node_modules', '@coffer', 'functions'));
  const file = join(home, 'app.mts');
  writeFileSync(file, app);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  const problems = ts.getPreEmitDiagnostics(program);
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
}, 60_000);
