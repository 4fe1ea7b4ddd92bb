import { createAccounts } from './accounts.ts';
import { Checks } from './checks.ts';
import { notTheirs } from './allowed.ts';
import { createClients, type Person, type Story } from './client.ts';
import { dice, type Luck } from './dice.ts';
import { resolvedBookings } from './agreed.ts';
import { resolvedProblems } from './ends.ts';
import { createFaults, type Fault } from './faults.ts';
import type { Deployment } from './load.ts';
import { Memory } from './memory.ts';
import { Platform } from './platform.ts';
import { createPostman } from './postman.ts';
import { openProviders } from './providers.ts';
import { Scheduler } from './scheduler.ts';
import { createStore, type Mirror } from './store.ts';
import { onLog, secrets } from './surroundings.ts';
import { createTrace, type Trace } from './trace.ts';
import { untrue } from './truth.ts';
import { Recent, type World } from './world.ts';

export type StageOptions = {
  readonly seed: number;
  /** Those that are not as usual. */
  readonly rates?: Partial<Record<Fault, number>>;
  readonly keepTrace?: boolean;
  /** What has to agree with the memory. */
  readonly mirror?: ((complain: (what: string) => void) => Promise<Mirror>) | undefined;
  readonly complain: (what: string) => void;
};

export type Stage = {
  readonly world: World;
  readonly checks: Checks;
  readonly trace: Trace;
  readonly luck: Luck;
  /** How often each call ended how. */
  readonly seen: ReadonlyMap<string, number>;
  /** What is thrown outside of functions from now on depends on this step alone. */
  readonly begin: (step: number) => void;
  /** Gives the process its own clock and chance back. */
  readonly close: () => Promise<void>;
};

/** Sunday, 4 January 2026, 00:00 UTC. */
const START = Date.UTC(2026, 0, 4);
/** As long as a look at the brake and the request after it may take, on whatever clock, in milliseconds. */
const UNDER_WAY = 15_000;
const people = (name: string, role: string | null, count: number): Person[] =>
  Array.from({ length: count }, (_, i) => ({ uid: `${name}${i + 1}`, role }));

/** The deployed functions with everything below and around them exchanged for what the seed rules. */
export async function openStage(deployment: Deployment, options: StageOptions): Promise<Stage> {
  const { seed, rates, keepTrace = false } = options;
  const trace = createTrace(keepTrace);
  const luck: Luck = (...about) => dice(seed, ...about);
  const faults = createFaults(rates);
  const scheduler = new Scheduler({ start: START, luck, faults, trace });
  /** Of what no function does: ids at the providers'. */
  let elsewhere = luck('begin');
  const memory = new Memory();
  const complain = (what: string) => {
    trace.say(`! ${what}`);
    options.complain(what);
  };
  const mirror = await options.mirror?.(complain);
  const real = { now: Date.now, random: Math.random };
  // The way to the emulator is a real one, with deadlines of its own.
  if (!mirror) {
    Date.now = scheduler.now;
    Math.random = () => (scheduler.current()?.dice ?? elsewhere).next();
  }
  deployment.forgetFull();
  deployment.forgetVisitors();
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
  const checks = new Checks({ memory, now: scheduler.now, complain });
  const store = createStore({
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
  });
  deployment.useStore(store);
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
    atelierSecret: secrets.atelierCallback,
  });
  const providers = openProviders({
    ...{ scheduler, faults },
    fatoraKey: secrets.fatora,
    atelierKey: secrets.atelier,
    timeoutMs: secrets.timeoutMs,
    tellStripe: postman.tellStripe,
    tellFatora: postman.tellFatora,
    tellAtelier: postman.tellAtelier,
    leaving(what) {
      const brake = memory.get('brakes/payouts');
      if (brake?.status === 'on' && Number(brake.since) + UNDER_WAY < scheduler.now())
        complain(`${what} left while the brake was on`);
    },
  });
  deployment.useStripeHttp(providers.stripeHttp);
  deployment.useFatoraHttp(providers.fatoraHttp);
  deployment.useAtelierHttp(providers.atelierHttp);
  deployment.useFilesHttp(providers.filesHttp);
  deployment.usePushHttp(providers.pushHttp);

  const cast = {
    // One of those who decide about others' money has some, too.
    users: [...people('user', null, 8), ...people('finance', 'finance', 3).slice(2)],
    guests: people('guest', null, 6),
    finance: people('finance', 'finance', 3),
    support: people('support', 'support', 2),
    superadmins: people('root', 'superadmin', 1),
  };
  const all = Object.values(cast).flat();
  const accounts = createAccounts(scheduler, new Map(all.map(({ uid, role }) => [uid, role])));
  deployment.useAccounts(accounts);
  const seen = new Map<string, number>();
  const tell = (story: Story) => {
    const { kind } = story.seen;
    const what = `${story.name} ${story.seen.kind === 'refusal' ? story.seen.reason : kind}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
    const problem = untrue(story, memory);
    if (problem !== null) complain(problem);
    const stolen = notTheirs(story, memory);
    if (stolen !== null) complain(stolen);
    for (const what of resolvedProblems(story, memory)) complain(what);
    for (const what of resolvedBookings(story, memory)) complain(what);
  };
  const { signedInAt } = accounts;
  const clients = createClients({ scheduler, luck, faults, reach, complain, tell, signedInAt });
  const world: World = {
    ...{ scheduler, faults, memory, platform, providers, clients, recent, complain, ...cast },
    ...{ calls: [], aside: [] },
    edit: (ref, doc) => store.replace([{ ref, doc: doc as object }]),
  };
  return {
    ...{ world, checks, trace, luck, seen },
    begin: (step) => void (elsewhere = luck('elsewhere', step)),
    async close() {
      Date.now = real.now;
      Math.random = real.random;
      await mirror?.close();
    },
  };
}

/** What a function says when something failed that it did not expect to. */
const unwanted =
  /Unhandled error|a call failed|a sweep left something behind|a webhook was not settled|does not fit its contract/;
