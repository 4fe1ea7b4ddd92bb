import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from 'firebase-functions/logger';
import ts from 'typescript';
import * as deployed from '../src/index.ts';
import { contract } from '../src/contract.ts';
import { adminRoles, type Call } from '../src/shared/call.ts';
import { allReasons } from '../src/shared/refusal.ts';
import { nodesOf, sourceRoot, sourcesIn } from './sources.ts';

/** Everything that can be reached from outside, as a deploy would find it. */

/** What the SDK hangs on each function: https://firebase.google.com/docs/functions reads it to deploy. */
type Endpoint = {
  readonly callableTrigger?: object;
  readonly httpsTrigger?: { readonly invoker?: readonly string[] };
  readonly taskQueueTrigger?: { readonly invoker?: readonly string[] };
  readonly scheduleTrigger?: object;
  readonly eventTrigger?: { readonly retry?: boolean };
};

/** One that the platform calls with what it has read of the request; the others read it themselves. */
type Runnable = { readonly run?: (given: object) => Promise<unknown> };
type Deployed = Runnable & { readonly __endpoint: Endpoint };

/** Exports by the name they are deployed under: `{ escrow: { lock } }` is `escrow-lock`. */
const functionsIn = (value: object, path: readonly string[] = []): [string, Deployed][] =>
  Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const name = [...path, key];
    if (typeof item === 'function' && '__endpoint' in item)
      return [[name.join('-'), item as unknown as Deployed] as [string, Deployed]];
    return typeof item === 'object' && item !== null ? functionsIn(item, name) : [];
  });

const functions = functionsIn(deployed);
const endpoints = functions.map(([name, { __endpoint }]) => [name, __endpoint] as const);
const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
);

type Door = 'call' | 'public' | 'private' | 'task' | 'schedule' | 'event';

function doorOf({ callableTrigger, httpsTrigger, taskQueueTrigger, scheduleTrigger }: Endpoint): Door {
  if (callableTrigger) return 'call';
  if (httpsTrigger) return httpsTrigger.invoker?.includes('public') ? 'public' : 'private';
  if (taskQueueTrigger) return taskQueueTrigger.invoker?.includes('public') ? 'public' : 'task';
  return scheduleTrigger ? 'schedule' : 'event';
}

/**
 * Every door that is no callable, and who may knock. `public`: anyone, so it checks for itself. `task` and
 * `schedule`: Google asks for the project's own service account before anything of ours runs. `event`: the
 * store alone. A new door fails until somebody decided about it here.
 */
const doors: Readonly<Record<string, Door>> = {
  // Signed by Stripe; unsigned or wrongly signed is 401.
  'psp-stripe': 'public',
  // Believes nothing it is told: asks Fatora about the order it names.
  'psp-fatora': 'public',
  // Signed by the provider of the work; unsigned or wrongly signed is 401.
  'generations-callback': 'public',
  // Leads to the app alone; counts who comes, by a hash.
  'links-click': 'public',
  // Says what is wired, never a value.
  health: 'public',
  'escrow-due': 'task',
  'bookings-changed': 'event',
  'bookings-due': 'task',
  'keepers-money': 'event',
  'bookings-sweep': 'schedule',
  // Tells of a number what certificates-verify tells anybody.
  'certificates-page': 'public',
  'certificates-changed': 'event',
  'certificates-sweep': 'schedule',
  'deposits-changed': 'event',
  'deposits-sweep': 'schedule',
  'commissions-changed': 'event',
  'commissions-ordered': 'event',
  'commissions-sweep': 'schedule',
  'rewards-changed': 'event',
  'orders-changed': 'event',
  'orders-ended': 'event',
  'orders-sweep': 'schedule',
  'payruns-changed': 'event',
  'payruns-sweep': 'schedule',
  'payruns-weekly': 'schedule',
  'plans-changed': 'event',
  'plans-ended': 'event',
  'plans-sweep': 'schedule',
  'generations-due': 'task',
  'generations-changed': 'event',
  'lots-changed': 'event',
  'rewards-sweep': 'schedule',
  'messages-changed': 'event',
  'messages-mailed': 'event',
  'messages-sweep': 'schedule',
  'metering-fold': 'schedule',
  'leaders-fold': 'schedule',
  'tree-joined': 'event',
  'tree-sweep': 'schedule',
  'links-attached': 'event',
  'links-bought': 'event',
  'links-fold': 'schedule',
  'allowance-changed': 'event',
  'allowance-sweep': 'schedule',
  'lots-sweep': 'schedule',
  'generations-sweep': 'schedule',
  'adjustments-changed': 'event',
  'adjustments-sweep': 'schedule',
  'admin-sweep': 'schedule',
  'audit-daily': 'schedule',
  'audit-sweep': 'schedule',
  'chargebacks-sweep': 'schedule',
  'clearance-sweep': 'schedule',
  'escrow-sweep': 'schedule',
  'invoices-sweep': 'schedule',
  'velocity-sweep': 'schedule',
  'totals-fold': 'schedule',
  'jobs-sweep': 'schedule',
  'payees-sweep': 'schedule',
  'payments-sweep': 'schedule',
  'psp-sweep': 'schedule',
  'purchases-sweep': 'schedule',
  'reconciliation-daily': 'schedule',
  'reconciliation-sweep': 'schedule',
  'privacy-sweep': 'schedule',
  'refunds-sweep': 'schedule',
  'withdrawals-sweep': 'schedule',
  'roots-daily': 'schedule',
  'roots-sweep': 'schedule',
  'escrow-changed': 'event',
  'invoices-due': 'event',
  'jobs-changed': 'event',
  'chargebacks-changed': 'event',
  'payees-changed': 'event',
  'payments-changed': 'event',
  'privacy-changed': 'event',
  'purchases-changed': 'event',
  'refunds-changed': 'event',
  'withdrawals-changed': 'event',
};

test('the contract and the deployed callables are the same', () => {
  const callable = endpoints.filter(([, endpoint]) => doorOf(endpoint) === 'call').map(([name]) => name);
  expect(callable.sort()).toEqual(calls.map(([name]) => name).sort());
});

test('somebody decided about every other door', () => {
  const others = endpoints.map(([name, endpoint]) => [name, doorOf(endpoint)] as const);
  expect(Object.fromEntries(others.filter(([, door]) => door !== 'call'))).toEqual(doors);
});

test('an event that fails comes again', () => {
  const events = endpoints.filter(([, endpoint]) => doorOf(endpoint) === 'event');
  expect(events.filter(([, { eventTrigger }]) => eventTrigger?.retry !== true)).toEqual([]);
});

/** What a built deploy would send; built.test.ts holds it against the build. */
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.snapshot.json'), 'utf8')) as {
  readonly endpoints: Readonly<Record<string, object>>;
  readonly params: readonly { readonly name: string }[];
};

const backDoor =
  /test|mock|demo|fake|dummy|sample|seed|debug|dev|trial|sandbox|bypass|simulate|reset|wipe|clock|advance|control/i;

test('F83 W1-17 nothing that is for tests, demos or trials is deployed', () => {
  const names = endpoints.map(([name]) => name);
  expect(names.filter((name) => backDoor.test(name))).toEqual([]);
  expect(Object.keys(manifest.endpoints).sort()).toEqual(names.sort());
  expect(manifest.params.filter(({ name }) => backDoor.test(name))).toEqual([]);
});

test('F83 W1-17 there is no provider but those that take money', () => {
  const { input, example } = contract.purchases.create;
  const accepted = ['stripe', 'fatora', 'test', 'mock', 'fake', 'manual', 'free', '', null].filter(
    (provider) => input.safeParse({ ...example.input, provider }).success,
  );
  expect(accepted).toEqual(['stripe', 'fatora']);
});

test('F83 what is deployed has no way to the stand-ins, nor to another clock', () => {
  const sources = sourcesIn(sourceRoot).filter(({ name }) => !name.endsWith('.test.ts'));
  const imports = sources.flatMap(({ imports }) => imports.map(({ target }) => target));
  expect(imports.filter((target) => /^\.\.|(^|\/)local\//.test(target))).toEqual([]);
  // Imports by a name that is only known later are seen by no check.
  const hidden = (node: ts.Node) =>
    (ts.isIdentifier(node) && ['require', 'createRequire', 'eval', 'Function'].includes(node.text)) ||
    (ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      !ts.isStringLiteral(node.arguments[0]!));
  expect(sources.filter(({ tree }) => nodesOf(tree).some(hidden)).map(({ name }) => name)).toEqual([]);
  const naming = (word: string) => sources.filter(({ text }) => text.includes(word)).map(({ name }) => name);
  expect(naming('useClock')).toEqual(['platform/clock.ts']);
});

test('W1-16 W1-28 every provider has one entry, and every call says who may make it', () => {
  const open = Object.entries(doors).filter(([, door]) => door === 'public');
  expect(open.map(([name]) => name)).toEqual([
    'psp-stripe',
    'psp-fatora',
    'generations-callback',
    'links-click',
    'health',
    'certificates-page',
  ]);
  const anyone = calls.filter(([, { audience }]) => audience === 'anyone').map(([name]) => name);
  expect(anyone.sort()).toEqual([
    ...[
      'allowance-tiers',
      'catalog-list',
      'catalog-quote',
      'certificates-verify',
      'codes-check',
      'generations-prices',
      'packages-list',
      'plans-list',
      'profiles-get',
    ],
  ]);
});

test('W2-41 no call takes a balance, a state or a role from its caller', () => {
  const owned = /^(balances?|available|pending|reserved|debt|lifetime|role|claims|verified|price|fee\w*)$/;
  const inputs = calls.map(
    ([name, call]) => [name, fieldsOf(call).filter((field) => owned.test(field))] as const,
  );
  // What a job costs is its payer's own word, and a role is a superadmin's, about anybody but themselves.
  expect(inputs.filter(([, fields]) => fields.length > 0)).toEqual([
    ['jobs-post', ['price']],
    ['admin-grant', ['role']],
  ]);
});

/** A real project, with what functions/.env says and a page of its own. */
function realProject(more: Readonly<Record<string, string>>): Record<string, string> {
  const file = readFileSync(join(import.meta.dirname, '..', '.env'), 'utf8');
  const written = [...file.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const firebase = {
    FIREBASE_CONFIG: JSON.stringify({ projectId: 'my-market' }),
    GCLOUD_PROJECT: 'my-market',
  };
  const secrets = {
    STRIPE_SECRET_KEY: 'sk_live_abc',
    STRIPE_WEBHOOK_SECRET: 'whsec_abc',
    STRIPE_CONNECT_WEBHOOK_SECRET: 'whsec_def',
    FATORA_API_KEY: 'E4B73FEE',
    ATELIER_API_KEY: 'at_live_abc',
    ATELIER_CALLBACK_SECRET: 'abc',
    SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  const page = { APP_URL: 'https://market.example' };
  return { ...Object.fromEntries(written), ...firebase, ...secrets, ...page, ...more };
}

async function within<T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = process.env;
  process.env = { ...env };
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

/** What a new instance finds in its environment. */
async function problemAtStart(more: Readonly<Record<string, string>>): Promise<string | null> {
  let problem: string | null = null;
  await within(realProject(more), () =>
    jest.isolateModulesAsync(async () => {
      const { mustBeReady } = await import('../src/platform/settings.ts');
      try {
        mustBeReady([]);
      } catch (error) {
        problem = (error as Error).message;
      }
    }),
  );
  return problem;
}

const emulator = 'Not ready: An emulator or a debug mode is set in the environment of a real project.';

test('F83 a real project starts as it was deployed', async () => {
  expect(await problemAtStart({})).toBeNull();
});

test.each([
  ['FUNCTIONS_EMULATOR', 'true', emulator],
  ['FIRESTORE_EMULATOR_HOST', '127.0.0.1:9401', emulator],
  ['FIREBASE_AUTH_EMULATOR_HOST', '127.0.0.1:9402', emulator],
  ['FIREBASE_DEBUG_MODE', 'true', emulator],
  ['STRIPE_API', 'http://127.0.0.1:9404', 'STRIPE_API points at http://127.0.0.1:9404'],
  ['TASKS_API', 'http://127.0.0.1:9403', 'TASKS_API points at http://127.0.0.1:9403'],
])('F83 a real project does not start with %s=%s', async (name, value, sentence) => {
  expect(await problemAtStart({ [name]: value })).toContain(sentence);
});

test('F83 a variable that is empty hides no other', async () => {
  const set = { FIRESTORE_EMULATOR_HOST: '', FUNCTIONS_EMULATOR: 'true' };
  expect(await problemAtStart(set)).toContain(emulator);
});

const runs = functions.flatMap(([name, { run }]) => (run ? [[name, run] as const] : []));

test('F83 and nothing of it does anything then: no call, no task, no sweep, no event', async () => {
  const others = endpoints.filter(([name]) => !runs.some(([one]) => one === name)).map(([name]) => name);
  // Those answer for themselves.
  expect(others.sort()).toEqual([
    'certificates-page',
    'generations-callback',
    'health',
    'links-click',
    'psp-fatora',
    'psp-stripe',
  ]);
  const told = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
  await within(realProject({ FUNCTIONS_EMULATOR: 'true' }), async () => {
    for (const [name, run] of runs) {
      told.mockClear();
      const error = await run({ data: {}, rawRequest: {}, auth: { uid: 'ann', token: {} } }).catch(
        (reason: unknown) => reason,
      );
      const said = [error, ...(told.mock.calls as unknown[][]).flat()].map((one) => (one as Error).message);
      expect([name, said]).toEqual([name, expect.arrayContaining([emulator])]);
    }
  });
  told.mockRestore();
});

const fieldsOf = (call: Call): string[] => Object.keys((call.input as { shape?: object }).shape ?? {});

describe.each(calls)('%s', (name, call) => {
  test('is one lowercase word, and says what it does', () => {
    expect(name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(call.summary).toMatch(/^[A-Z].*\.$/);
    expect(call.limit).toMatch(/^\d+\/(s|min|h|day)$/);
    expect(call.bounds).not.toBe('');
    expect(['anyone', 'user', ...adminRoles]).toContain(call.audience);
  });

  test('has an example that fits it', () => {
    expect(call.input.safeParse(call.example.input).error).toBeUndefined();
    const output = call.output.safeParse(call.example.output);
    expect(output.error).toBeUndefined();
    // Nothing in the example that the answer would leave out.
    expect(output.data).toEqual(call.example.output);
  });

  test('refuses for reasons that there are, each named once', () => {
    expect(call.refusals.filter((reason) => !allReasons.includes(reason))).toEqual([]);
    expect(new Set(call.refusals).size).toBe(call.refusals.length);
  });
});
