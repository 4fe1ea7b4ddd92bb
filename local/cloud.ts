import { startAuth } from './auth.ts';
import { createClock, parseDuration, type Clock } from './clock.ts';
import { startControl } from './control.ts';
import { runningFirestore, startFirestore, wipe } from './firestore.ts';
import { prepareEnvironment } from './host/environment.ts';
import { startHost, type Host } from './host/host.ts';
import { Parts, type Keep } from './parts.ts';
import { requireFree, type Ports } from './ports.ts';
import { createTimetable } from './timetable.ts';
import { startTasks, type TasksServer } from './tasks/server.ts';

export type CloudOptions = {
  /** Schedules that run only when they are asked for. */
  readonly leaveOut?: readonly string[];
  readonly ports: Ports;
  readonly rulesFile: string;
  /** `live`: tasks and schedules run as time goes by. `manual`: only when the clock is moved. */
  readonly mode: 'live' | 'manual';
  /** Imports `functions/src/index.ts`; called when its environment stands. */
  readonly importFunctions: () => Promise<object>;
  /** Hands the functions the movable clock; called after they are imported. */
  readonly useClock: (source: () => number) => void | Promise<void>;
  /** Parameters and secrets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly projectId?: string;
  readonly region?: string;
  /** Emulators that run already, `host:port`; they are left running. */
  readonly firestoreHost?: string;
  readonly authHost?: string;
};

/** The whole cloud on this machine, except the outside services. */
export type Cloud = {
  readonly projectId: string;
  readonly urls: {
    /** `<functions>/<name>` is a function. */
    readonly functions: string;
    /** `host:port` */
    readonly firestore: string;
    /** `host:port` */
    readonly auth: string;
    readonly tasks: string;
    readonly control: string | null;
  };
  readonly clock: Clock;
  readonly tasks: TasksServer;
  readonly host: Host;
  /**
   * Moves the clock by `72h` or by milliseconds: tasks run when they are due, then each schedule whose time
   * passed runs once, then whatever these set off.
   */
  readonly advance: (by: string | number) => Promise<void>;
  readonly runSchedule: (name: string) => Promise<void>;
  /** Resolves when every event so far is handled. */
  readonly idle: () => Promise<void>;
  /** Empties the store and the queues. Accounts stay, and the clock keeps its time. */
  readonly wipe: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts everything, side by side where possible. What was started is stopped again when a part fails. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const parts = new Parts();
  try {
    return await compose(options, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function compose(options: CloudOptions, parts: Parts): Promise<Cloud> {
  const { ports, mode, projectId = 'demo-coffer', region = 'europe-west1' } = options;
  await requireFree(portsOf(options));
  const clock = createClock();
  let settle = () => Promise.resolve();
  const emulators = startEmulators(options, projectId, parts.keep);
  const starting = parts.keep(startTasks({ port: ports.tasks, clock, mode, settle: () => settle() }));
  // A failure is reported below; until then it must not count as unhandled.
  emulators.catch(() => undefined);

  const firestoreHost = options.firestoreHost ?? runningFirestore() ?? `127.0.0.1:${ports.firestore}`;
  const authHost = options.authHost ?? `127.0.0.1:${ports.auth}`;
  const functionsUrl = `http://127.0.0.1:${ports.functions}/${projectId}/${region}`;
  const tasksUrl = `http://127.0.0.1:${ports.tasks}`;
  const env = { REGION: region, FUNCTIONS_URL: functionsUrl, TASKS_API: tasksUrl, ...options.env };
  parts.later(prepareEnvironment({ projectId, firestoreHost, authHost, env }));

  const exports = await options.importFunctions();
  await options.useClock(clock.now);
  await emulators;
  const tasks = await starting;
  const host = await parts.keep(
    startHost({ port: ports.functions, projectId, region, exports, clock, firestoreHost, authHost }),
  );
  settle = host.idle;
  for (const { name, retries } of host.queues) tasks.configure(name, retries);

  const schedules = host.schedules.filter(({ name }) => !(options.leaveOut ?? []).includes(name));
  const timetable = createTimetable({ schedules, clock, run: host.runSchedule });
  parts.later(timetable.stop);
  if (mode === 'live') timetable.start();

  const advance = async (by: string | number) => {
    const target = clock.now() + (typeof by === 'number' ? by : parseDuration(by));
    await tasks.advanceTo(target);
    await timetable.catchUp();
    // What the schedules made may be due as well.
    await tasks.advanceTo(target);
  };
  const cloud: Omit<Cloud, 'urls' | 'stop'> = {
    ...{ projectId, clock, tasks, host, advance },
    runSchedule: (name) => host.runSchedule(name),
    idle: host.idle,
    async wipe() {
      tasks.clear();
      await host.unheard(() => wipe(firestoreHost, projectId));
      tasks.clear();
    },
  };
  const control = mode === 'live' ? await parts.keep(startControl(ports.control, cloud)) : null;
  const urls = { functions: functionsUrl, firestore: firestoreHost, auth: authHost, tasks: tasksUrl };
  return { ...cloud, urls: { ...urls, control: control?.url ?? null }, stop: () => parts.stop() };
}

/** The ports that this cloud will listen on itself. */
function portsOf({ ports, mode, firestoreHost, authHost }: CloudOptions): Partial<Ports> {
  const { functions, tasks, firestore, auth, control } = ports;
  return {
    ...{ functions, tasks },
    ...((firestoreHost ?? runningFirestore()) === null && { firestore }),
    ...(authHost === undefined && { auth }),
    ...(mode === 'live' && { control }),
  };
}

async function startEmulators(options: CloudOptions, projectId: string, keep: Keep): Promise<void> {
  const { ports, rulesFile } = options;
  const firestore = { port: ports.firestore, functionsPort: ports.functions, projectId, rulesFile };
  const auth = { port: ports.auth, hubPort: ports.hub, loggingPort: ports.logging, projectId };
  await Promise.all([
    options.firestoreHost === undefined && keep(startFirestore(firestore)),
    options.authHost === undefined && keep(startAuth(auth)),
  ]);
}
