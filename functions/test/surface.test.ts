import * as deployed from '../src/index.ts';
import { contract } from '../src/contract.ts';
import { adminRoles, type Call } from '../src/shared/call.ts';
import { allReasons } from '../src/shared/refusal.ts';

/** Everything that can be reached from outside, as a deploy would find it. */

/** What the SDK hangs on each function: https://firebase.google.com/docs/functions reads it to deploy. */
type Endpoint = {
  readonly callableTrigger?: object;
  readonly httpsTrigger?: { readonly invoker?: readonly string[] };
  readonly taskQueueTrigger?: { readonly invoker?: readonly string[] };
  readonly scheduleTrigger?: object;
  readonly eventTrigger?: { readonly retry?: boolean };
};

/** Exports by the name they are deployed under: `{ escrow: { lock } }` is `escrow-lock`. */
const functionsIn = (value: object, path: readonly string[] = []): [string, Endpoint][] =>
  Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const name = [...path, key];
    if (typeof item === 'function' && '__endpoint' in item)
      return [[name.join('-'), item.__endpoint as Endpoint] as [string, Endpoint]];
    return typeof item === 'object' && item !== null ? functionsIn(item, name) : [];
  });

const endpoints = functionsIn(deployed);
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
  // Says what is wired, never a value.
  health: 'public',
  'escrow-due': 'task',
  'escrow-sweep': 'schedule',
  'jobs-sweep': 'schedule',
  'payees-sweep': 'schedule',
  'purchases-sweep': 'schedule',
  'withdrawals-sweep': 'schedule',
  'escrow-changed': 'event',
  'jobs-changed': 'event',
  'payees-changed': 'event',
  'purchases-changed': 'event',
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

test('F83 W1-17 nothing that is for tests, demos or trials is deployed', () => {
  const backDoor =
    /test|mock|demo|fake|dummy|sample|seed|debug|dev|trial|sandbox|bypass|simulate|reset|wipe/i;
  expect(endpoints.map(([name]) => name).filter((name) => backDoor.test(name))).toEqual([]);
});

test('W2-41 no call takes a balance, a state or a role from its caller', () => {
  const owned = /^(balances?|available|pending|reserved|debt|lifetime|role|claims|verified|price|fee\w*)$/;
  const inputs = calls.map(
    ([name, call]) => [name, fieldsOf(call).filter((field) => owned.test(field))] as const,
  );
  // What a job costs is its payer's own word.
  expect(inputs.filter(([, fields]) => fields.length > 0)).toEqual([['jobs-post', ['price']]]);
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
