import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { collections } from '../src/collections.ts';
import { nodesOf, ringsIn, sourceRoot, sourcesIn, type Import, type Source } from './sources.ts';

/** The shape of functions/src, held by reading it as TypeScript does. A limit may be tightened, never loosened. */

/** Each line may import what is on it and on the lines above. */
const layers = [
  ['shared'],
  ['domain'],
  ['contract'],
  ['platform'],
  ['collections', 'gateway'],
  ['store'],
  ['operations'],
  ['handlers'],
  ['index'],
] as const;
type Layer = (typeof layers)[number][number];

/** Features in their order: each imports only earlier ones. */
const features = [
  'oversight',
  'admin',
  'notifications',
  'messages',
  'profiles',
  'ledger',
  'alerts',
  'brake',
  'psp',
  'catalog',
  'purchases',
  'jobs',
  'clearance',
  'lots',
  'allowance',
  'rewards',
  'providers',
  'generations',
  'metering',
  'escrow',
  'payments',
  'refunds',
  'chargebacks',
  'wallet',
  'velocity',
  'roots',
  'receipts',
  'payees',
  'withdrawals',
  'terms',
  'plans',
  'bookings',
  'courses',
  'packages',
  'orders',
  'keepers',
  'certificates',
  'learning',
  'codes',
  'commissions',
  'leaders',
  'tree',
  'links',
  'payruns',
  'deposits',
  'earnings',
  'adjustments',
  'invoices',
  'reconciliation',
  'totals',
  'exports',
  'audit',
  'privacy',
  'webhooks',
  'health',
];

/** Files whose name does not say their layer. */
const named: Readonly<Record<string, Layer>> = {
  'index.ts': 'index',
  'collections.ts': 'collections',
  'contract.ts': 'contract',
  'costs.ts': 'contract',
  // Talks with the payment provider between transactions.
  'purchases/checkout.ts': 'operations',
};

const suffixes: Readonly<Record<string, Layer>> = {
  contract: 'contract',
  gateway: 'gateway',
  store: 'store',
  operations: 'operations',
  // What leaves by the doors.
  views: 'handlers',
  handlers: 'handlers',
};

const folderOf = (name: string): string => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '');

function layerOf(name: string): Layer {
  const folder = folderOf(name);
  if (named[name]) return named[name];
  if (folder === 'shared' || folder === 'platform') return folder;
  return suffixes[/\.([a-z]+)\.ts$/.exec(name)?.[1] ?? ''] ?? 'domain';
}

const rankOf = (name: string): number =>
  layers.findIndex((line) => (line as readonly Layer[]).includes(layerOf(name)));

const all = sourcesIn(sourceRoot);
const deployed = all.filter(({ name }) => !name.endsWith('.test.ts'));
const domain = deployed.filter(({ name }) => layerOf(name) === 'domain');

/** Import by import, what breaks a rule. */
const breaking = (sources: readonly Source[], wrong: (name: string, one: Import) => boolean): string[] =>
  sources.flatMap(({ name, imports }) =>
    imports.filter((one) => wrong(name, one)).map(({ target }) => `${name} imports ${target}`),
  );

/** Node by node, what breaks a rule, with its line. */
const breakingNodes = (sources: readonly Source[], wrong: (node: ts.Node) => boolean): string[] =>
  sources.flatMap(({ name, tree }) =>
    nodesOf(tree)
      .filter(wrong)
      .map((node) => {
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
        return `${name}:${line + 1} ${node.getText().slice(0, 60)}`;
      }),
  );

const isCall = (node: ts.Node, name: string): boolean =>
  ts.isIdentifier(node) && node.text === name && !ts.isFunctionDeclaration(node.parent);

test('there is something to look at', () => {
  expect(deployed.length).toBeGreaterThan(50);
  expect(domain.length).toBeGreaterThan(10);
});

test('a file imports only its own layer and those below', () => {
  expect(
    breaking(deployed, (name, { relative, target }) => relative && rankOf(target) > rankOf(name)),
  ).toEqual([]);
});

test('a feature imports only earlier features', () => {
  const order = (name: string) => features.indexOf(folderOf(name));
  expect(
    breaking(
      deployed,
      (name, { relative, target }) => relative && order(name) >= 0 && order(target) > order(name),
    ),
  ).toEqual([]);
  const folders = new Set(deployed.map(({ name }) => folderOf(name)));
  expect([...folders].filter((folder) => !['', 'shared', 'platform', ...features].includes(folder))).toEqual(
    [],
  );
});

test('what moves money knows nothing of the agreements that are made around it', () => {
  const words = /\b(bookings?|creators?|brands?|milestones?|revision fee|influencers?)\b/i;
  const below = all.filter(({ name }) => ['ledger', 'escrow', 'clearance', 'jobs'].includes(folderOf(name)));
  expect(below.length).toBeGreaterThan(10);
  expect(below.filter(({ text }) => words.test(text)).map(({ name }) => name)).toEqual([]);
});

test('no file imports itself by way of others', () => {
  expect(ringsIn(deployed)).toEqual([]);
});

test('what is deployed imports nothing from outside its folder, and only files that exist', () => {
  expect(breaking(deployed, (_, { relative, target }) => relative && target.startsWith('..'))).toEqual([]);
  expect(
    breaking(all, (_, { relative, target }) => relative && !existsSync(join(sourceRoot, target))),
  ).toEqual([]);
});

test('the domain is pure', () => {
  const impure = ['Date.now', 'Math.random', 'process.env', 'performance.now', 'crypto.randomUUID'];
  const waits = [ts.SyntaxKind.AwaitExpression, ts.SyntaxKind.AsyncKeyword];
  const globals = ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
  expect(
    breakingNodes(
      domain,
      (node) =>
        waits.includes(node.kind) ||
        (ts.isPropertyAccessExpression(node) && impure.includes(node.getText())) ||
        (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) ||
        (ts.isCallExpression(node) && globals.includes(node.expression.getText())),
    ),
  ).toEqual([]);
  const pure = [
    'canonicalize',
    'escape-html',
    'ibantools',
    'intl-messageformat',
    'merkletreejs/MerkleTree',
    'unicode-confusables',
    'zod',
  ];
  const hashes = ({ target, names }: Import) =>
    target === 'node:crypto' && names.every((name) => name === 'createHash');
  expect(breaking(domain, (_, one) => !one.relative && !pure.includes(one.target) && !hashes(one))).toEqual(
    [],
  );
});

test('the page about the architecture names every feature in its order, and every collection', () => {
  const page = readFileSync(join(sourceRoot, '..', '..', 'docs', 'architecture.md'), 'utf8');
  const told = /each importing only earlier ones: ([^.]+)\./.exec(page)?.[1]?.split(/,\s+/);
  expect(told).toEqual(features);
  const stored = page.slice(page.indexOf('## What is stored'));
  const names = Object.keys(collections).filter((name) => !['entries', 'notices'].includes(name));
  expect(names.filter((name) => !stored.includes(`\`${name}`))).toEqual([]);
});

test('an app can bundle the contract: nothing of Node or Firebase behind it', () => {
  const byName = new Map(deployed.map((source) => [source.name, source]));
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { target, typeOnly } of byName.get(name)?.imports ?? []) if (!typeOnly) reach(target);
  };
  reach('contract.ts');
  expect([...reached].filter((name) => !name.endsWith('.ts')).sort()).toEqual(['ibantools', 'zod']);
});

test('transactions, the environment and the clock each have one place', () => {
  const outside = (...places: string[]) => deployed.filter(({ name }) => !places.includes(name));
  expect(breakingNodes(outside('platform/google.ts'), (node) => isCall(node, 'runTransaction'))).toEqual([]);
  const environment = (node: ts.Node) => ts.isIdentifier(node) && node.text === 'process';
  expect(breakingNodes(outside('platform/params.ts', 'platform/settings.ts'), environment)).toEqual([]);
  expect(breaking(deployed, (_, { target }) => target === 'node:process')).toEqual([]);
  const clock = (node: ts.Node) => node.getText() === 'Date.now' && ts.isPropertyAccessExpression(node);
  expect(breakingNodes(outside('platform/clock.ts'), clock)).toEqual([]);
});

/** What the local stack and the simulator exchange: the function that does it, and where it is. */
const exchanged = {
  useClock: 'platform/clock.ts',
  useChance: 'platform/chance.ts',
  useStore: 'platform/firestore.ts',
  useTasks: 'platform/tasks.ts',
  useAccounts: 'platform/accounts.ts',
  useStripeHttp: 'psp/stripe.client.gateway.ts',
  useAtelierHttp: 'providers/atelier.gateway.ts',
  useFatoraHttp: 'psp/fatora.client.gateway.ts',
  useFilesHttp: 'privacy/files.gateway.ts',
  usePushHttp: 'messages/push.gateway.ts',
};

test('nothing that is deployed exchanges the clock, the store or whatever else can be', () => {
  for (const [name, place] of Object.entries(exchanged)) {
    const elsewhere = deployed.filter((one) => one.name !== place);
    expect(breakingNodes(elsewhere, (node) => isCall(node, name))).toEqual([]);
    const own = nodesOf(deployed.find((one) => one.name === place)!.tree);
    expect(own.filter((node) => isCall(node, name))).toEqual([]);
    expect(own.some((node) => ts.isFunctionDeclaration(node) && node.name?.text === name)).toBe(true);
  }
  const all = deployed.flatMap(({ text }) => text.match(/export function use[A-Z]\w*/g) ?? []);
  expect(all.map((one) => one.replace('export function ', '')).sort()).toEqual(Object.keys(exchanged).sort());
});

test('randomness has one place', () => {
  const sources = ['randomBytes', 'randomUUID', 'randomInt', 'getRandomValues'];
  const elsewhere = deployed.filter(({ name }) => name !== 'platform/chance.ts');
  expect(breakingNodes(elsewhere, (node) => ts.isIdentifier(node) && sources.includes(node.text))).toEqual(
    [],
  );
});

/** What a statement of a file declares. */
function declared(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? 'default'];
  if (!ts.isVariableStatement(statement)) return ['?'];
  return statement.declarationList.declarations.map(({ name }) => name.getText());
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** The exports of a file that use one of these names, or others of the file that do. */
function reaching(file: string, names: readonly string[]): string[] {
  const { tree } = deployed.find(({ name }) => name === file)!;
  const opening = new Set(names);
  const opens = (statement: ts.Statement) =>
    nodesOf(statement).some((node) => ts.isIdentifier(node) && opening.has(node.text));
  for (let before = 0; before < opening.size;) {
    before = opening.size;
    for (const name of tree.statements.filter(opens).flatMap(declared)) opening.add(name);
  }
  return tree.statements.filter((one) => opens(one) && isExported(one)).flatMap(declared);
}

test('`atomically` is the only export that opens a transaction that writes', () => {
  expect(reaching('platform/google.ts', ['runTransaction'])).toEqual(['google']);
  expect(reaching('platform/firestore.ts', ['attempt'])).toEqual(['atomically']);
  const { tree } = deployed.find(({ name }) => name === 'platform/google.ts')!;
  const opens = nodesOf(tree).filter((node) => isCall(node, 'runTransaction'));
  const reading = tree.statements.find((one) => declared(one).includes('readAsOf'))!;
  expect(reading.getText(tree)).toContain('readOnly: true');
  // One that only reads, and that of `attempt`, which the port hands to `atomically` alone.
  expect(opens).toHaveLength(2);
  const attempts = (node: ts.Node) =>
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'attempt';
  const others = deployed.filter(({ name }) => name !== 'platform/firestore.ts');
  expect(breakingNodes(others, attempts)).toEqual([]);
});

test('no `any`, and no check is switched off without a reason', () => {
  const tests = sourcesIn(join(sourceRoot, '..', 'test'));
  expect(breakingNodes([...all, ...tests], (node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
  const off = /(?:@ts-(?:ignore|nocheck|expect-error)|eslint-disable)(?!.* -- )/;
  const lines = all.flatMap(({ name, text }) =>
    text.split('\n').map((line, i) => ({ at: `${name}:${i + 1}`, line })),
  );
  expect(lines.filter(({ line }) => off.test(line))).toEqual([]);
});

test('files are short, and no two have the same name', () => {
  const MOST_LINES = 250;
  const long = deployed.filter(({ text }) => text.trimEnd().split('\n').length > MOST_LINES);
  expect(long.map(({ name }) => name)).toEqual([]);
  const names = Map.groupBy(deployed, ({ name }) => basename(name));
  expect(
    [...names.values()].filter((same) => same.length > 1).map((same) => same.map(({ name }) => name)),
  ).toEqual([]);
});

/** One document for everybody: whatever writes it has to be rare, or everybody waits for everybody. */
const fixed = {
  "commissionTables.doc('current')": 'a superadmin defines it; a purchase reads it, and queues for nobody',
  "returnPolicies.doc('current')":
    'a superadmin changes it; work that begins reads it, and queues for nobody',
  "brakes.doc('payouts')": 'the audit pulls it and a superadmin lifts it',
  "auditCheckpoints.doc('last')": 'the audit of the night writes it',
};

test('no document has a fixed name but those that few write: two people who do not know each other never meet', () => {
  const names = sourcesIn(sourceRoot).flatMap(({ name, text }) =>
    name.endsWith('.test.ts')
      ? []
      : [...text.matchAll(/collections\.(\w+\.doc\(['"`][^$)]*\))/g)].map(([, found]) => found!),
  );
  expect([...new Set(names)].toSorted()).toEqual(Object.keys(fixed).toSorted());
});
