/**
 * Atelier’s protocol, which is how such providers speak: work is created and answered with a task; its end comes by a
 * signed callback, or is asked for. Verify and translate, nothing else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import {
  BadCallback,
  WorkFailed,
  type CallbackRequest,
  type FailureCode,
  type Generator,
  type Work,
  type WorkReport,
} from './generator.ts';
import { problemWithAddress } from './weburl.ts';

export type AtelierSettings = {
  readonly apiKey: string;
  readonly callbackSecret: string;
  readonly apiBase: string;
  readonly timeoutMs: number;
};

const Task = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);
const Created = z.object({ task_id: Task });
const Told = z.object({
  task_id: Task,
  status: z.enum(['queued', 'processing', 'succeeded', 'failed']),
  output: z.object({ url: z.string() }).nullish(),
});

/** What an answer of the create call means; 402: our own account there is empty. */
function failureOf(status: number): FailureCode {
  if (status === 402) return 'provider_payment';
  if (status === 429 || status === 503) return 'provider_unavailable';
  return status >= 500 ? 'task_creation_failed' : 'provider_rejected';
}

/** A success without a result that may be shown is none. */
function reportOf(told: z.output<typeof Told>): WorkReport {
  const { task_id: task, status, output } = told;
  if (status === 'queued' || status === 'processing') return { task, outcome: 'running' };
  if (status === 'failed') return { task, outcome: 'failed', code: 'callback_failure' };
  const url = output?.url ?? '';
  // A browser fetches it; a signature in it may have any characters.
  if (problemWithAddress(url) !== null) return { task, outcome: 'failed', code: 'invalid_response' };
  return { task, outcome: 'succeeded', resultUrl: url };
}

const TOLERANCE_MS = 5 * 60 * 1000;

/** `t=<seconds>,v1=<hmac of "t.body">`, as most providers sign. */
export const signatureOf = (secret: string, seconds: number, body: Uint8Array): string =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');

function mustBeSigned(secret: string, { rawBody, headers, at }: CallbackRequest): void {
  const header = headers['atelier-signature'];
  const match = /^t=(?<seconds>\d{1,12}),v1=(?<mac>[0-9a-f]{64})$/.exec(
    typeof header === 'string' ? header : '',
  )?.groups;
  if (!match) throw new BadCallback('no signature');
  const seconds = Number(match.seconds);
  if (Math.abs(at - seconds * 1000) > TOLERANCE_MS) throw new BadCallback('too old');
  const own = Buffer.from(signatureOf(secret, seconds, rawBody), 'hex');
  if (!timingSafeEqual(own, Buffer.from(match.mac!, 'hex'))) throw new BadCallback('wrong signature');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Http = (url: string, request: RequestInit) => Promise<Pick<Response, 'status' | 'text'>>;
let http: Http = fetch;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useAtelierHttp(other: Http): void {
  http = other;
}

type Answer = { readonly status: number; readonly body: unknown };

export function createAtelier({ apiKey, callbackSecret, apiBase, timeoutMs }: AtelierSettings): Generator {
  /** @throws WorkFailed `network_error` where there is no answer. */
  async function ask(path: string, init: RequestInit): Promise<Answer> {
    try {
      const response = await http(`${apiBase}${path}`, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      throw new WorkFailed('network_error', 'no answer from Atelier', { cause: error });
    }
  }
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

  return {
    name: 'atelier',
    async submit({ attempt, kind, prompt, imageUrl, callbackUrl }: Work) {
      const body = JSON.stringify({ kind, prompt, image_url: imageUrl, callback_url: callbackUrl });
      const answer = await ask('/v1/tasks', {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': attempt },
        body,
      });
      if (answer.status < 200 || answer.status > 299)
        throw new WorkFailed(failureOf(answer.status), `Atelier answered ${answer.status}`);
      const created = Created.safeParse(answer.body);
      if (!created.success) throw new WorkFailed('invalid_response', 'no task in the answer');
      return created.data.task_id;
    },
    async ask(task) {
      const answer = await ask(`/v1/tasks/${encodeURIComponent(task)}`, { headers });
      if (answer.status === 404) return null;
      if (answer.status !== 200)
        throw new WorkFailed(failureOf(answer.status), `Atelier answered ${answer.status}`);
      const told = Told.safeParse(answer.body);
      if (!told.success || told.data.task_id !== task)
        throw new WorkFailed('invalid_response', 'another answer than was asked for');
      return reportOf(told.data);
    },
    async forget(task) {
      const { status } = await ask(`/v1/tasks/${encodeURIComponent(task)}`, { method: 'DELETE', headers });
      if (status !== 404 && (status < 200 || status > 299))
        throw new WorkFailed(failureOf(status), `Atelier answered ${status}`);
    },
    readCallback(request) {
      mustBeSigned(callbackSecret, request);
      const told = Told.safeParse(parse(Buffer.from(request.rawBody).toString('utf8')));
      if (!told.success) throw new BadCallback('garbled');
      return reportOf(told.data);
    },
  };
}
