import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import ts from 'typescript';

/** The client as an app gets it: packed, and installed into an empty project. */

const client = join(import.meta.dirname, '..', 'client');
const modules = join(client, '..', '..', 'node_modules');

let home: string;
let app: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'coffer-app-'));
  const [packed, own] = [join(home, 'packed'), { cwd: home, encoding: 'utf8' as const }];
  mkdirSync(packed);
  cpSync(join(client, 'package.json'), join(packed, 'package.json'));
  const tsc = join(modules, '.bin', 'tsc');
  execFileSync(tsc, ['-p', join(client, 'tsconfig.json'), '--outDir', join(packed, 'lib')], own);
  const [tarball] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--silent', packed], own),
  ) as [{ filename: string }];

  app = join(home, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', type: 'module', private: true }));
  // What it depends on lies here already; there may be no network.
  const depended = ['zod', 'ibantools'].map((name) => join(modules, name));
  const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  execFileSync('npm', ['install', ...quiet, join(home, tarball.filename), ...depended], { cwd: app });
  symlinkSync(join(modules, 'firebase'), join(app, 'node_modules', 'firebase'));
  symlinkSync(join(modules, '@firebase'), join(app, 'node_modules', '@firebase'));
}, 120_000);
afterAll(() => rmSync(home, { recursive: true }));

/** What an app would write; a declaration that does not resolve is `any`, and then nothing is wrong in it. */
const screen = `
import { initializeApp } from 'firebase/app';
import { getAuth } from 'firebase/auth';
import { collection, doc, getFirestore, limit, onSnapshot, orderBy, query, where } from 'firebase/firestore';
import { getFunctions, httpsCallable } from 'firebase/functions';
import { createClient, refusalOf, type RefusalOf } from '@coffer/client';

const app = initializeApp({});
const functions = getFunctions(app);
const coffer = createClient({
  callable: (name, options) => httpsCallable(functions, name, options),
  who: () => getAuth(app).currentUser?.uid ?? null,
  firestore: { db: getFirestore(app), doc, collection, query, where, orderBy, limit, onSnapshot },
  storage: { getItem: () => null, setItem: () => null, removeItem: () => null },
});
export const held: Promise<number> = coffer.escrow.lock({ job: 'a' }).then(({ held }) => held);
export const wallet = coffer.wallet.get();
export const stop: () => void = coffer.watch.wallet('ann', ({ balances }) => {
  const available: number | undefined = balances.QAR?.available;
  void available;
});
coffer.watch.escrows('ann', (escrows) => {
  const [id, price]: [string, number] = [escrows[0]!.id, escrows[0]!.price];
  void [id, price];
}, { limit: 5, onError: () => undefined });
void coffer.purchases.create({ provider: 'stripe', item: { kind: 'pack', pack: 'basic', quantity: 1 } });
void coffer.purchases.create({ requestId: 'my-own-id', provider: 'stripe', item: { kind: 'amount', amount: 500 } });

const refusal = refusalOf(null);
switch (refusal?.reason) {
  case 'insufficient_funds': {
    const short: number = refusal.facts.needed - refusal.facts.available;
    void short;
    break;
  }
  case 'too_many_calls': {
    const wait: number = refusal.facts.retryAt;
    void wait;
    break;
  }
  // @ts-expect-error -- there is no such refusal
  case 'no_such_reason':
    break;
}
export const onLock = (refused: RefusalOf<'escrow', 'lock'>): string => {
  // @ts-expect-error -- a lock is never refused for this
  if (refused.reason === 'same_admin') return '';
  // @ts-expect-error -- not without knowing the reason
  void refused.facts.needed;
  return refused.reason === 'insufficient_funds' ? refused.facts.currency : refused.message;
};
// @ts-expect-error -- an amount is a number
void coffer.wallet.cover({ amount: '5', currency: 'QAR' });
// @ts-expect-error -- there is no such field
void coffer.escrow.lock({ job: 'a', price: 5 });
// @ts-expect-error -- an escrow is needed
void coffer.escrow.release();
// @ts-expect-error -- there is no such call
void coffer.wallet.fill({});
// @ts-expect-error -- there is no such field in the answer
void coffer.wallet.get().then(({ pin }) => pin);
// @ts-expect-error -- there is no such balance
coffer.watch.wallet('ann', ({ balances }) => balances.XXX);
// @ts-expect-error -- nothing to watch with
createClient({ callable: (name, options) => httpsCallable(functions, name, options), who: () => null }).watch;
`;
const validating = `
import { contract } from '@coffer/client/contract';
export const audience: 'user' = contract.escrow.lock.audience;
export const fits: boolean = contract.wallet.cover.input.safeParse({ amount: 5, currency: 'QAR' }).success;
`;

/** Everything is checked, the declarations that were installed as well; those of others are their affair. */
function problemsIn(text: string): string[] {
  const file = join(app, 'app.ts');
  writeFileSync(file, text);
  const program = ts.createProgram([file], {
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ...{ target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [] },
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
  });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file: where }) => !where || /app\.ts|@coffer/.test(where.fileName))
    .map(
      ({ file: where, messageText }) =>
        `${where?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

test('an app finds its types, with those of Firebase’s own SDK', () => {
  expect(problemsIn(screen)).toEqual([]);
}, 60_000);

test('an app that validates finds the contract', () => {
  expect(problemsIn(validating)).toEqual([]);
  expect(problemsIn(validating.replace("'user'", "'anyone'"))).not.toEqual([]);
}, 60_000);

test('W2-40 an app’s bundle grows by less than 6 kB, and neither by a schema nor by Firebase', () => {
  const { metafile, outputFiles } = buildSync({
    stdin: { contents: "export * from '@coffer/client'", resolveDir: app },
    ...{ bundle: true, minify: true, format: 'esm', write: false, metafile: true },
  });
  const inside = Object.keys(metafile.inputs).flatMap((name) => {
    const [, own] = /@coffer\/client\/lib\/(.*)/.exec(name) ?? [];
    return name.includes('node_modules') ? [own ?? name] : [];
  });
  // W2-40: what an app runs knows how calls are made and how documents look; no rule of money is in it.
  expect(inside.sort()).toEqual([
    'client/src/index.js',
    'client/src/refusals.js',
    'client/src/requests.js',
    'client/src/watch.js',
    'src/ledger/wallet.js',
    'src/shared/money.js',
    'src/shared/stored.js',
  ]);
  const bytes = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  process.stdout.write(`the client, minified and gzipped: ${bytes} bytes\n`);
  expect(bytes).toBeGreaterThan(500);
  expect(bytes).toBeLessThan(6000);
});

test('a verifier of receipts comes alone: one file, nothing beside it', () => {
  const screen = `
    import { verifyReceipt, type Verdict } from '@coffer/client/verify';
    export const verdict: Promise<Verdict> = verifyReceipt({}, '');`;
  expect(problemsIn(screen)).toEqual([]);
  const { metafile } = buildSync({
    stdin: { contents: "export * from '@coffer/client/verify'", resolveDir: app },
    ...{ bundle: true, format: 'esm', write: false, metafile: true, platform: 'browser' },
  });
  const inside = Object.keys(metafile.inputs).filter((name) => name.includes('node_modules'));
  expect(inside.map((name) => name.replace(/^.*@coffer\/client\//, ''))).toEqual([
    'lib/client/src/verify.js',
  ]);
});

test('it runs in plain Node', () => {
  const use = `
    import { createClient } from '@coffer/client';
    const coffer = createClient({ who: () => null, callable: (name) => async (input) => ({ data: [name, input] }) });
    console.log(JSON.stringify(await coffer.wallet.get()));`;
  writeFileSync(join(app, 'use.mjs'), use);
  const out = execFileSync(process.execPath, [join(app, 'use.mjs')], { encoding: 'utf8' });
  expect(JSON.parse(out)).toEqual(['wallet-get', {}]);
});
