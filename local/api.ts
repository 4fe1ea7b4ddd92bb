import { createClient, type Client } from '../functions/client/src/index.ts';

/** A callable's error as an app sees it: `code` and `details` as the Firebase client SDKs give them. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details: unknown) {
    super(`${code}: ${message} ${JSON.stringify(details ?? {})}`);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

type Answer = { result?: unknown; error?: { status: string; message: string; details?: unknown } };

/** One callable, called over HTTP as the client SDKs do it. */
export async function invoke(base: string, name: string, input: unknown, idToken?: string): Promise<unknown> {
  const response = await fetch(`${base}/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(idToken !== undefined && { authorization: `Bearer ${idToken}` }),
    },
    body: JSON.stringify({ data: input }),
  });
  const text = await response.text();
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw new CallError(response.status, 'UNKNOWN', text.slice(0, 300), null);
  }
  if (answer.error) {
    const { status, message, details } = answer.error;
    throw new CallError(response.status, status, message, details);
  }
  return answer.result;
}

/** The typed client over any way to make a call. */
export const clientBy = (ask: (name: string, input: unknown) => Promise<unknown>): Client =>
  createClient({ who: () => null, callable: (name) => async (input) => ({ data: await ask(name, input) }) });

/** The typed client of somebody who is signed in, or of nobody. */
export const clientOf = (base: string, idToken?: string): Client =>
  clientBy((name, input) => invoke(base, name, input, idToken));
