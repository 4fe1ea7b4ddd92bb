import { createHash } from 'node:crypto';
import type { CloudTasksClient } from '@google-cloud/tasks';
import { projectID } from 'firebase-functions/params';
import { now } from './clock.ts';
import { functionsUrl, region, tasksApi } from './params.ts';

const GOOGLE = 'https://cloudtasks.googleapis.com';
const DAY = 24 * 3600 * 1000;
/** Cloud Tasks takes nothing further ahead than 30 days; what lies beyond is chained. */
const FURTHEST = 29 * DAY;

let client: Promise<CloudTasksClient> | undefined;

/** Loaded when a task is first made: the package is heavy, and most functions never make one. */
const tasks = (): Promise<CloudTasksClient> =>
  (client ??= import('@google-cloud/tasks').then(async ({ CloudTasksClient }) => {
    const api = new URL(tasksApi.value());
    if (tasksApi.value() === GOOGLE) return new CloudTasksClient();
    const { credentials } = await import('@grpc/grpc-js');
    return new CloudTasksClient({
      apiEndpoint: api.hostname,
      port: Number(api.port),
      sslCreds: credentials.createInsecure(),
    });
  }));

/** Closes the connection; for tests and the local stack. */
export async function closeTasks(): Promise<void> {
  await (await client)?.close();
  client = undefined;
}

/** One task as a queue takes it; a second one of a name is the same. Times in milliseconds. */
export type Task = {
  readonly queue: string;
  readonly name: string;
  readonly at: number;
  readonly data: Readonly<Record<string, string>>;
};

let enqueue: (task: Task) => Promise<void> = toGoogle;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useTasks(other: (task: Task) => Promise<void>): void {
  enqueue = other;
}

/**
 * Asks for `data` to be delivered to a task function at `dueAt`, or at the end of the first 29 days before
 * it, when the function finds it early and asks again. A hint for punctuality, never the guarantee: a task
 * can be lost, doubled or early, so the rule checks the time again and a sweep finds what was missed.
 * @param earlyAt when a task came too early and asks again: the name that it had is not free yet
 */
export async function remind(
  queue: string,
  data: Record<string, string>,
  dueAt: number,
  earlyAt = 0,
): Promise<void> {
  const furthest = now() + FURTHEST;
  // The links of a chain are whole days, so that all who ask on one day ask for the same one.
  const at = dueAt <= furthest ? dueAt : furthest - (furthest % DAY);
  const name = createHash('sha256')
    .update(JSON.stringify([queue, data, at, earlyAt]))
    .digest('hex');
  await enqueue({ queue, name, at, data });
}

async function toGoogle({ queue, name, at, data }: Task): Promise<void> {
  const api = await tasks();
  const parent = api.queuePath(projectID.value(), region.value(), queue);
  const base = functionsUrl.value() || `https://${region.value()}-${projectID.value()}.cloudfunctions.net`;
  const token = await identity(api);
  try {
    await api.createTask({
      parent,
      task: {
        name: `${parent}/tasks/${name}`,
        scheduleTime: { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1_000_000 },
        httpRequest: {
          httpMethod: 'POST',
          url: `${base}/${queue}`,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify({ data })).toString('base64'),
          ...(token && { oidcToken: { serviceAccountEmail: token } }),
        },
      },
    });
  } catch (error) {
    const ALREADY_EXISTS = 6;
    if ((error as { code?: unknown }).code !== ALREADY_EXISTS) throw error;
  }
}

/** The service account that this instance runs as: its tokens open the task function, nobody else's do. */
async function identity(api: CloudTasksClient): Promise<string | null> {
  if (tasksApi.value() !== GOOGLE) return null;
  return (await api.auth.getCredentials()).client_email ?? null;
}
