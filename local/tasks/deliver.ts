import { serviceToken } from '../host/tokens.ts';
import { idOf, type Task } from './model.ts';

/** A task is given this long, unless it asks for other; then the attempt counts as failed. */
const DEADLINE = 600_000;

/** Posts a task as Cloud Tasks does. Answers the HTTP status, or null when there was no answer. */
export async function deliver(task: Task, dueAt: number): Promise<number | null> {
  const { url, method, body, headers, token } = task.request;
  try {
    const answer = await fetch(url, {
      method,
      headers: {
        'user-agent': 'Google-Cloud-Tasks',
        'content-type': 'application/octet-stream',
        ...lowerCase(headers),
        ...(token && { authorization: `Bearer ${serviceToken(token.account, token.audience, Date.now())}` }),
        'x-cloudtasks-queuename': idOf(task.queue),
        'x-cloudtasks-taskname': idOf(task.name),
        'x-cloudtasks-taskretrycount': String(task.attempts - 1),
        'x-cloudtasks-taskexecutioncount': String(task.answers),
        'x-cloudtasks-tasketa': (dueAt / 1000).toFixed(3),
        ...(task.lastStatus !== null && { 'x-cloudtasks-taskpreviousresponse': String(task.lastStatus) }),
      },
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(DEADLINE),
      redirect: 'manual',
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}

const lowerCase = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
