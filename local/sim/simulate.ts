import type { Deployment } from './load.ts';
import { onLog, secrets } from './surroundings.ts';
import { allActs } from './acts.ts';
import { letThrough } from './admin.acts.ts';
import { createClients, type Person, type Story } from './client.ts';
import { Checks } from './checks.ts';
import { untrue } from './truth.ts';
import { dice, type Luck } from './dice.ts';
import { finish } from './ending.ts';
import { createFaults, type Fault } from './faults.ts';
import { Memory } from './memory.ts';
import { createAccounts, Platform } from './platform.ts';
import { createPostman } from './postman.ts';
import { openProviders } from './providers.ts';
import { Scheduler } from './scheduler.ts';
import { createStore, type Mirror } from './store.ts';
import type { Step } from './steps.ts';
import { createTrace } from './trace.ts';
import { call, play, Recent, type World } from './world.ts';

export type Plan = {
  readonly seed: number;
  readonly steps: readonly Step[];
  /** Those that are not as usual. */
  readonly rates?: Partial<Record<Fault, number>>;
  readonly keepTrace?: boolean;
  /** Whether time passes every deadline in the end; it does unless this is false. */
  readonly ending?: boolean;
  /** What has to agree with the memory. */
  readonly mirror?: ((complain: (what: string) => void) => Promise<Mirror>) | undefined;
};

export type Violation = { readonly what: string; readonly step: number; readonly at: number };

export type Outcome = {
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly faults: Record<Fault, number>;
  readonly matrix: Readonly<Record<string, number>>;
  /** How often each call ended how. */
  readonly seen: Readonly<Record<string, number>>;
  /** How many steps were taken before the first violation ended it. */
  readonly taken: number;
  /** Without the beginning and the end. */
  readonly stepsPerSecond: number;
};

/** Sunday, 4 January 2026, 00:00 UTC. */
const START = Date.UTC(2026, 0, 4);
const people = (name: string, role: string | null, count: number): Person[] =>
  Array.from({ length: count }, (_, i) => ({ uid: `${name}${i + 1}`, role }));

/** A gap so long passes at once: schedules run at its end. */
const LONG_MS = 30 * 60_000;

/** Plays the steps of a plan; the same plan is always the same play. */
export async function simulate(deployment: Deployment, plan: Plan): Promise<Outcome> {
  const { seed, steps, rates, keepTrace = false } = plan;
  const trace = createTrace(keepTrace);
  const luck: Luck = (...about) => dice(seed, ...about);
  const faults = createFaults(rates);
  const scheduler = new Scheduler({ start: START, luck, faults, trace });
  /** Of what no function does: ids at the providers'. */
  let elsewhere = luck('begin');
  const memory = new Memory();
  const violations: Violation[] = [];
  let step = -1;
  const complain = (what: string) => {
    trace.say(`! ${what}`);
    if (violations.some((one) => one.what === what)) return;
    violations.push({ what, step, at: scheduler.now() });
  };

  const mirror = await plan.mirror?.(complain);
  const real = { now: Date.now, random: Math.random };
  // The way to the emulator is a real one, with deadlines of its own.
  if (!mirror) {
    Date.now = scheduler.now;
    Math.random = () => (scheduler.current()?.dice ?? elsewhere).next();
  }
  deployment.forgetFull();
  deployment.useChance((size) => (scheduler.current()?.dice ?? elsewhere).bytes(size));
  deployment.useClock(scheduler.nowHere, scheduler.sleep);

  // Whatever fails although nothing was made to fail is a bug.
  onLog((text) => {
    const fiber = scheduler.current();
    if (fiber && !fiber.struck && unwanted.test(text))
      complain(`${fiber.name} failed by itself: ${text.slice(0, 400)}`);
  });
  const recent = new Recent();
  const platform = new Platform({ exports: deployment.exports, scheduler, luck, faults });
  const checks = new Checks({ memory, complain });
  deployment.useStore(
    createStore({
      memory,
      scheduler,
      mirror,
      onCommit(changes) {
        for (const change of changes) {
          recent.note(change);
          platform.written(change);
        }
        checks.committed(changes);
      },
    }),
  );
  deployment.useTasks(platform.enqueue);
  const reach: Platform['reach'] = (name, about, asked) =>
    platform.reach(name, about, asked).catch((error: unknown) => {
      complain(`${name} threw ${String(error)}`);
      return null;
    });
  const postman = createPostman({
    ...{ scheduler, luck, faults, reach, complain },
    webhookSecret: secrets.webhook,
    connectSecret: secrets.connect,
  });
  const providers = openProviders({
    ...{ scheduler, faults },
    fatoraKey: secrets.fatora,
    timeoutMs: secrets.timeoutMs,
    tellStripe: postman.tellStripe,
    tellFatora: postman.tellFatora,
  });
  deployment.useStripeHttp(providers.stripeHttp);
  deployment.useFatoraHttp(providers.fatoraHttp);

  const cast = {
    users: people('user', null, 8),
    finance: people('finance', 'finance', 3),
    support: people('support', 'support', 2),
  };
  const all = Object.values(cast).flat();
  deployment.useAccounts(createAccounts(scheduler, new Map(all.map(({ uid, role }) => [uid, role]))));
  const seen = new Map<string, number>();
  const tell = (story: Story) => {
    const { kind } = story.seen;
    const what = `${story.name} ${story.seen.kind === 'refusal' ? story.seen.reason : kind}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
    const problem = untrue(story, memory);
    if (problem !== null) complain(problem);
  };
  const clients = createClients({ scheduler, luck, faults, reach, complain, tell });
  const world: World = {
    ...{ scheduler, faults, memory, platform, providers, clients, recent, ...cast },
    calls: [],
  };

  let taken = 0;
  let stepsPerSecond = 0;
  try {
    faults.pause(true);
    await prelude(world);
    faults.pause(false);
    const begin = scheduler.now();
    const clock = performance.now();
    for (const one of steps) {
      const at = begin + one.at;
      if (at - scheduler.now() > LONG_MS) platform.quietUntil = at - LONG_MS / 3;
      await scheduler.runUntil(at);
      if (violations.length > 0) break;
      step = one.index;
      taken += 1;
      const own = luck('play', one.index);
      elsewhere = luck('elsewhere', one.index);
      trace.say(`# ${one.index} ${one.kind}`);
      void Promise.resolve(allActs[one.kind](world, own, `request-${seed}-${one.index}`)).catch(
        (error: unknown) => complain(`the step ${one.kind} failed: ${String(error)}`),
      );
    }
    stepsPerSecond = Math.round((taken * 1000) / (performance.now() - clock));
    step = (steps.at(-1)?.index ?? 0) + 1;
    if (violations.length === 0 && plan.ending !== false) await finish({ world, postman, checks, complain });
  } finally {
    Date.now = real.now;
    Math.random = real.random;
    await mirror?.close();
  }
  return {
    violations,
    traceHash: trace.hash(),
    trace: trace.lines,
    faults: faults.counts(),
    matrix: faults.matrix(),
    seen: Object.fromEntries([...seen].sort()),
    taken,
    stepsPerSecond,
  };
}

/** What a function says when something failed that it did not expect to. */
const unwanted =
  /Unhandled error|a call failed|a sweep left something behind|a webhook was not settled|does not fit its contract/;

/** Before anything goes wrong: everybody has coins, is verified, and can be paid. */
async function prelude(world: World): Promise<void> {
  const { users, scheduler, providers } = world;
  let left = users.length;
  const enter = async (person: Person, i: number): Promise<void> => {
    const { uid } = person;
    const order = {
      requestId: `prelude-${i}`,
      provider: 'stripe',
      item: { kind: 'amount', amount: 100_000 },
    };
    await call(world, person, 'purchases-create', order);
    for (const { session } of Object.values(providers.till.stored))
      if (session.status === 'open') await play(world, `/pay/${session.id}`, { choice: 'pay' });
    const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
    await call(world, person, 'kyc-submit', {
      ...{ requestId: `prelude-kyc-${i}`, name: 'Ann Example', country: 'QA' },
      documents: {
        ...{ id_front: paper('front'), id_back: paper('back') },
        ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
      },
    });
    if (i % 2 === 0) {
      await call(world, person, 'connect-start', { country: 'QA' });
      for (const account of Object.keys(providers.till.vault.accounts))
        await play(world, `/play/complete/${account}`);
    }
    const bank = { kind: 'bank', holder: 'Ann Example', iban: 'QA30AAAA123456789012345678901' };
    await scheduler.sleep(5000);
    await call(world, person, 'destinations-save', {
      ...{ requestId: `prelude-place-${i}`, currency: 'QAR' },
      ...(i % 2 === 0 ? { kind: 'connected' } : bank),
    });
    await letThrough(world, uid);
    left -= 1;
  };
  for (const [i, person] of users.entries()) void enter(person, i);
  const latest = scheduler.now() + 3_600_000;
  while (left > 0 && scheduler.now() < latest) await scheduler.runUntil(scheduler.now() + 1000);
  if (left > 0) throw new Error(`the prelude did not end: ${left} of ${users.length} are not ready`);
  await scheduler.runUntil(scheduler.now() + 60_000);
}
