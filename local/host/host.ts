import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { catalog, type Deployed, type TaskRetries } from './catalog.ts';
import { eventSource, triggerId } from './emulator.ts';
import { Events, type EventFailure, type EventFault } from './events.ts';
import { createFlight } from './flight.ts';
import { fillParams } from './params.ts';
import type { Schedule } from './schedules.ts';
import { doors, listen } from './server.ts';
import { watchWire } from '../wire.ts';
import { createForgeryCheck, serviceToken } from './tokens.ts';

export type HostOptions = {
  readonly port: number;
  readonly projectId: string;
  readonly region: string;
  /** What `functions/src/index.ts` exports, imported after `prepareEnvironment`. */
  readonly exports: object;
  readonly clock: Clock;
  readonly firestoreHost: string;
  readonly authHost: string;
};

/** The deployed functions, served by this process as one instance in production would serve them. */
export type Host = {
  /** `<url>/<name>` is a function. */
  readonly url: string;
  readonly names: readonly string[];
  readonly schedules: readonly Schedule[];
  readonly queues: readonly { readonly name: string; readonly retries: TaskRetries }[];
  /** Calls a scheduled function as Cloud Scheduler would. @throws Error when it is unknown or fails. */
  readonly runSchedule: (name: string, at?: number) => Promise<void>;
  /** Resolves when every event of every write so far is handled and no request is under way. */
  readonly idle: () => Promise<void>;
  /** Does something whose events nobody is to hear of: wiping the store. */
  readonly unheard: (action: () => Promise<void>) => Promise<void>;
  /** For tests: `host.faults['audit-onwritten'] = { double: true }`. */
  readonly faults: Record<string, EventFault | undefined>;
  /** Events that were given up, since the start. */
  readonly failures: readonly EventFailure[];
  readonly stop: () => Promise<void>;
};

/** How long what is under way may take to end when the host stops. */
const PATIENCE_MS = 3000;

const only = <K extends Deployed['kind']>(all: readonly Deployed[], kind: K) =>
  all.filter((one): one is Extract<Deployed, { kind: K }> => one.kind === kind);

/** Serves the exports with real concurrency, verified tokens, and the events of the Firestore emulator. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { port, projectId, region, clock, firestoreHost, authHost } = options;
  fillParams();
  watchWire();
  const functions = catalog(options.exports);
  const byName = new Map(functions.map((one) => [one.name, one]));
  const flight = createFlight();
  const events = new Events(only(functions, 'event'), flight);
  const source = eventSource({ host: firestoreHost, projectId, region, functionsPort: port });
  const url = `http://127.0.0.1:${port}/${projectId}/${region}`;
  const nameOf = new Map(
    [...byName.keys(), 'local-mark'].map((name) => [triggerId(region, name), name] as const),
  );

  const close = await listen(
    doors({
      projectId,
      region,
      find: (name) => byName.get(name),
      isForged: createForgeryCheck(authHost, projectId),
      begin: flight.begin,
      acceptEvent(trigger, request, body) {
        const name = nameOf.get(trigger) ?? '';
        if (source.isMark(name, request.header('ce-document') ?? '')) return;
        events.accept(name, request.headers, body);
      },
    }),
    port,
  );

  const unheard = async (action: () => Promise<void>) => {
    events.deaf = true;
    try {
      await source.flushed();
      await flight.drained();
      await action();
      await source.flushed();
    } finally {
      events.deaf = false;
    }
  };

  const idle = async () => {
    for (;;) {
      const before = flight.begun();
      await flight.drained();
      await source.flushed();
      if (flight.inFlight() === 0 && flight.begun() === before) return;
    }
  };

  const runSchedule = async (name: string, at = clock.now()) => {
    if (byName.get(name)?.kind !== 'schedule') throw new Error(`There is no schedule ${name}.`);
    const answer = await fetch(`${url}/${name}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceToken(`scheduler@${projectId}.iam.gserviceaccount.com`, url, Date.now())}`,
        'x-cloudscheduler': 'true',
        'x-cloudscheduler-jobname': `firebase-schedule-${name}-${region}`,
        'x-cloudscheduler-scheduletime': new Date(at).toISOString(),
      },
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The schedule ${name} failed with ${answer.status}.`);
  };

  await Promise.all(only(functions, 'event').map((one) => source.subscribe(one.name, one)));
  await unheard(() => Promise.resolve());
  return {
    ...{ url, names: [...byName.keys()], runSchedule, idle, unheard },
    schedules: only(functions, 'schedule').map(({ name, cron, timeZone }) => ({ name, cron, timeZone })),
    queues: only(functions, 'task').map(({ name, retries }) => ({ name, retries })),
    faults: events.faults,
    failures: events.failures,
    async stop() {
      await Promise.race([flight.drained(), wait(PATIENCE_MS, undefined, { ref: false })]);
      await close();
    },
  };
}
