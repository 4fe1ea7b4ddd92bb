/** How every part of the Fatora adapter reaches Fatora. https://fatora.io/api/responseCode.php */
import { z } from 'zod';
import { ProviderRefused, ProviderUnavailable } from './gateway.ts';

export type FatoraSettings = {
  apiKey: string;
  /** `https://api.fatora.io`, or a stand-in on loopback. */
  apiBase: string;
  timeoutMs?: number;
};

export const refusal = z.object({
  error: z.object({ error_code: z.union([z.string(), z.number()]), description: z.string().optional() }),
});

/** JSON in which every number keeps its source text, since `302.10` must not become a float on its way in. */
const parseExactly = (text: string): unknown =>
  (
    JSON.parse as (
      text: string,
      reviver: (key: string, value: unknown, context?: { source?: string }) => unknown,
    ) => unknown
  )(text, (_key, value, context) => (typeof value === 'number' ? (context?.source ?? String(value)) : value));

export const parseOrNull = (text: string): unknown => {
  try {
    return parseExactly(text);
  } catch {
    return null;
  }
};

type Http = (url: URL, request: RequestInit) => Promise<Pick<Response, 'status' | 'text'>>;
let http: Http = fetch;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useFatoraHttp(other: Http): void {
  http = other;
}

/** Asks, and reads what comes back. Whatever is no definite answer is an unknown outcome. */
export function fatoraCaller({ apiKey, apiBase, timeoutMs = 20_000 }: FatoraSettings) {
  async function post(path: string, body: string): Promise<{ status: number; text: string }> {
    const headers = { api_key: apiKey, 'content-type': 'application/json' };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await http(new URL(path, apiBase), {
        method: 'POST',
        headers,
        body,
        signal,
        redirect: 'error',
      });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      throw new ProviderUnavailable('no answer from Fatora', { cause: error });
    }
  }

  /** The answer if it is of the expected shape; anything in between is an unknown outcome. */
  function expect<T>(answer: { status: number; text: string }, shape: z.ZodType<T>): T {
    const { status, text } = answer;
    const json = parseOrNull(text);
    if (status >= 400 && status < 500 && status !== 429) {
      const told = refusal.safeParse(json).data?.error;
      throw new ProviderRefused(
        String(told?.error_code ?? status),
        told?.description ?? `Fatora answered ${status}`,
      );
    }
    const result = shape.safeParse(json);
    if (status < 200 || status >= 300 || !result.success)
      throw new ProviderUnavailable(`no usable answer from Fatora (${status})`);
    return result.data;
  }

  return { post, expect };
}
