import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { freePorts } from './ports.ts';

/** Everything the README tells a person to type or to paste, done. */

const root = join(import.meta.dirname, '..');
const page = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = page('README.md');
const blocks = (language: string, text = readme): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);

/** The emulators that the other tests stand on are not the ones a person has. */
function run(command: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const own = { ...process.env };
  delete own.FIRESTORE_EMULATOR_HOST;
  return spawn(command, args, {
    cwd: root,
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

async function finish(child: ChildProcess) {
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

test('every command is one that a test or CI runs, or needs an account', () => {
  const tested = ['npm ci && npm run demo', 'npm start', 'npm ci && npm test'];
  const account =
    /^(npx firebase (login|use|functions:secrets:set|deploy)\b|openssl rand -base64 32 \| npx firebase |npm run grant -- \S+ superadmin --project )/;
  const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
  expect(lines.filter((line) => !tested.includes(line) && !account.test(line))).toEqual([]);
  expect(page('.ci/run')).toContain('npm ci\nnpm test\n');
});

test('every parameter that is anybody’s to set is explained', () => {
  const names = [...page('functions/.env').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
  // Where the outside services are, but for the one that may be another.
  const fixed = /^(?!ATELIER).*_API$|^FUNCTIONS_URL$/;
  const rows = readme.match(/^\| `[A-Z_]+`.*$/gm)?.join('\n') ?? '';
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !fixed.test(name) && !rows.includes(`\`${name}\``))).toEqual([]);
});

test('every folder of functions/src is in the table', () => {
  const rows = readme.match(/^\| `functions.*$/gm)?.join('\n') ?? '';
  const folders = readdirSync(join(root, 'functions/src'), { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .map(({ name }) => name);
  expect(folders.filter((name) => !rows.includes(`${name}/`))).toEqual([]);
});

test('every npm command in a sentence is one that a test runs', async () => {
  const inline = [...readme.matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command);
  const pack = 'npm pack ./functions/client';
  // An app's own `npm install` of what was packed is functions/test/packed.test.ts.
  // What else of them there is to type is in audit.test.ts, export.test.ts, bench.test.ts and sim/docs.test.ts. Mutants take hours.
  const typed = [
    ...[
      'npm run call -- client wallet-get',
      'npm ci',
      'npm start',
      'npm run audit',
      'npm run export',
      'npm run bench',
      'npm run sim',
    ],
    'npm run mutants',
  ];
  const tested = [...typed, pack, 'npm run jest -- functions/src/ledger'];
  const others = inline.filter(
    (command) => !tested.includes(command) && !command.startsWith('npm install <'),
  );
  expect(others).toEqual([]);
  const to = mkdtempSync(join(tmpdir(), 'coffer-pack-'));
  const [npm = '', ...args] = pack.split(' ');
  const { code } = await finish(run(npm, [...args, '--silent', '--pack-destination', to]));
  expect([code, readdirSync(to)]).toEqual([0, ['coffer-client-0.1.0.tgz']]);
  rmSync(to, { recursive: true });
}, 180_000);

/** What a page's snippets leave to the reader's own app. */
const around = {
  'README.md': `
    import type { FirebaseApp } from 'firebase/app';
    declare const app: FirebaseApp; declare const job: string; declare const uid: string;
    declare const show: (what: unknown) => void; declare const elements: object;
    declare const course: string; declare const topic: string; declare const position: number;
    declare const stripe: { confirmPayment(options: { clientSecret: string; elements: object; redirect: 'if_required' }): Promise<object> };`,
  'docs/api.md': `
    import type { FirebaseApp } from 'firebase/app';
    import { getAuth } from 'firebase/auth';
    import { httpsCallable, type Functions } from 'firebase/functions';
    import { createClient, type Client } from '@coffer/client';
    type Order = Parameters<Client['purchases']['create']>[0];
    declare const functions: Functions;
    declare const app: FirebaseApp;
    declare const provider: Order['provider']; declare const item: Order['item'];
    export { checkoutUrl };`,
};

test.each(Object.entries(around))(
  'every snippet for apps in %s compiles',
  (path, prelude) => {
    const file = join(root, 'local', 'snippets.ts');
    const snippets = blocks('ts', page(path));
    const source = [prelude, ...snippets].join('\n');
    const options: ts.CompilerOptions = {
      ...{ target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ESNext, strict: true, noEmit: true },
      ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, skipLibCheck: true, types: ['node'] },
      allowImportingTsExtensions: true,
      paths: { '@coffer/client': [join(root, 'functions/client/src/index.ts')] },
    };
    const host = ts.createCompilerHost(options);
    const withSnippets: ts.CompilerHost = {
      ...host,
      fileExists: (name) => name === file || host.fileExists(name),
      getSourceFile: (name, language, ...more) =>
        name === file
          ? ts.createSourceFile(name, source, language)
          : host.getSourceFile(name, language, ...more),
    };
    const program = ts.createProgram([file], options, withSnippets);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(snippets.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  },
  60_000,
);

test('npm run demo tells the story, and every unit is accounted for', async () => {
  const { code, out, err } = await finish(run('npm', ['run', '-s', 'demo', '--', '--json']));
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  const report = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(report).toMatchObject({
    ok: true,
    purchases: [
      { provider: 'stripe', status: 'paid', value: 30_000, price: 33_000 },
      { provider: 'fatora', status: 'paid', value: 10_000, price: 11_000 },
    ],
    escrows: [
      { status: 'released', held: 20_000, payee: 18_000, platform: 2_000, payer: 0, by: 'timer' },
      { status: 'refunded', held: 5_000, payee: 0, platform: 0, payer: 5_000, by: 'payer' },
      { status: 'split', held: 10_000, payee: 5_400, platform: 600, payer: 4_000, by: 'admin' },
    ],
    withdrawals: [{ status: 'paid', amount: 15_000 }],
    platform: { fees: 3_000 + 1_000 + 2_000 + 600 },
    card: {
      payment: { status: 'paid', held: 50_000 },
      clearance: { pending: 45_000, cleared: 45_000 },
      payouts: ['failed', 'paid'],
      refund: { status: 'refunded', amount: 30_000 },
      debt: { later: 0 },
      conservation: { ok: true },
    },
    credits: {
      bought: { credits: 20, price: 2_000 },
      success: { status: 'completed', price: 4 },
      failure: { status: 'refunded', code: 'provider_rejected', refunded: true, back: 4 },
      silent: { status: 'expired', code: 'timeout', refunded: true, back: 4 },
      late: { status: 'expired', available: 16 },
      conservation: { ok: true },
    },
    learning: {
      bought: { total: 531_000, earned: [202_500, 45_000] },
      inside: { total: 354_000, earned: [90_000, 30_000], back: 354_000, left: [0, 0] },
      week: { people: 2, amount: 472_500, approved: 2, paid: [202_500, 270_000] },
      after: { toCard: 531_000, partner: { debt: 202_500 }, mentor: { debt: 45_000 } },
      next: { total: 885_000, fromWallet: 354_000, earned: [225_000, 75_000] },
      finished: { jumped: 0, username: 'Lea_learns', course: 'Selling online' },
      repaid: { partner: { available: 22_500, debt: 0 }, mentor: { available: 30_000, debt: 0 } },
      asTold: true,
      conservation: { ok: true },
    },
    conservation: { ok: true, byCurrency: { QAR: 0, INR: 0, CREDIT: 0 }, violations: [] },
    operations: { 'escrow-release': { reads: 3, writes: 4, roundTrips: 2 } },
  });
}, 180_000);

const CALL = ['run', '-s', 'call', '--'];

/** What has to be so within a moment, since a task or a webhook is on its way. */
async function expectSoon(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('It is not so after ten seconds.');
}

test('npm start serves a person, who can type what it prints', async () => {
  const [base = 0] = await freePorts(1);
  const env = { COFFER_PORT_BASE: String(base) };
  const stack = run('npm', ['run', '-s', 'start'], env);
  let said = '';
  stack.stdout!.on('data', (part: Buffer) => (said += part.toString()));
  try {
    while (!said.includes('Ctrl-C stops everything')) {
      if (stack.exitCode !== null) throw new Error(`npm start ended: ${await text(stack.stderr!)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const health = /health +(\S+)/.exec(said)?.[1] ?? '';
    expect(await (await fetch(health)).json()).toMatchObject({
      ok: true,
      environment: 'local',
      problem: null,
    });
    // How the README says that an ID token is come by, and what is done with it.
    const [, token = '', credentials = ''] =
      /`POST http\S+:9402(\/\S+)` answers to\n`([^`]+)`/.exec(readme) ?? [];
    const headers = { 'content-type': 'application/json' };
    const signed = await fetch(`http://127.0.0.1:${base + 2}${token}`, {
      method: 'POST',
      headers,
      body: credentials,
    });
    const { idToken } = (await signed.json()) as { idToken: string };
    const [, path = '', body = ''] = /`POST http\S+:9400(\/\S+)` with `([^`]+)`/.exec(readme) ?? [];
    const called = await fetch(`http://127.0.0.1:${base}${path}`, {
      ...{ method: 'POST', body },
      headers: { ...headers, authorization: `Bearer ${idToken}` },
    });
    expect(await called.json()).toMatchObject({ result: { balances: [{ available: 30_000 }] } });
    const typed = said.match(/^ {2}(COFFER_PORT_BASE|curl).*$/gm) ?? [];
    expect(typed).toHaveLength(16);
    const answers: string[] = [];
    for (const line of typed) {
      const { code, out, err } = await finish(run('sh', ['-c', line], env));
      expect([line, code, code === 0 ? '' : err]).toEqual([line, 0, '']);
      answers.push(out);
    }
    const answer = (who: string) => {
      const out = answers[typed.findIndex((line) => line.includes(` ${who}`))] ?? '';
      return JSON.parse(out.slice(out.search(/^\{/m))) as Record<string, unknown>;
    };
    expect(answer('freelancer wallet-get')).toMatchObject({ balances: [{ available: 18_000 }] });
    // What it says of the card's page, done.
    const page = /(http\S+\/intents\/)<that pi_…>\/page/.exec(said)?.[1] ?? '';
    const intentOf = (who: string) => /^pi_[A-Za-z0-9]+/.exec(String(answer(who).clientSecret))?.[0] ?? '';
    const intent = intentOf('client escrow-fund');
    expect([intent === '', (await fetch(`${page}${intent}/page`)).status]).toEqual([false, 200]);
    const bank = /POST (http\S+\/play\/dispute\/)<that pi_…>/.exec(said)?.[1] ?? '';
    expect((await fetch(`${bank}${intent}`, { method: 'POST' })).status).toBeLessThan(500);
    // And of the picture, and of the package.
    expect(answer('client generations-start')).toMatchObject({ price: 4 });
    const made = /POST (http\S+\/play\/succeeded\/at_\d+)/.exec(said)?.[1] ?? '';
    await expectSoon(async () => (await fetch(made, { method: 'POST' })).ok);
    expect(answer('learner packages-list')).toMatchObject({ packages: [{ name: 'starter' }, {}, {}] });
    const other = intentOf('learner packages-buy');
    const choice = { method: 'POST', body: new URLSearchParams({ choice: 'pm_card_visa' }) };
    expect((await fetch(`${page}${other}/page`, choice)).status).toBe(200);
    const mine = [...CALL, 'learner', 'packages-mine'];
    await expectSoon(async () => (await finish(run('npm', mine, env))).out.includes('"starter"'));
    // And of the course, which the package opens, and of the link.
    expect(answer('superadmin courses-publish')).toMatchObject({ id: 'first-course', published: true });
    const [beat = ''] = /learning-beat '(.*?)'/.exec(said)?.slice(1) ?? [];
    const beaten = await finish(run('npm', [...CALL, 'learner', 'learning-beat', beat], env));
    expect([beaten.code, beaten.out]).toEqual([0, expect.stringContaining('"certificate": null')]);
    expect(answer('learner links-make').url).toContain('/links-click/');
  } finally {
    // As a terminal does it: Ctrl-C reaches every process of the command.
    process.kill(-stack.pid!, 'SIGINT');
    await once(stack, 'close');
  }
}, 180_000);
