/** How every call of Stripe's API is answered: under its fault, and a repeat of its key exactly as the first time. */
import type { EmulatorContext } from 'emulate';
import type { Told } from './cards.ts';
import { Complaint } from './complaint.ts';
import { checkQuery } from './form.ts';
import { under, type CallKind, type Faults } from '../providers/faults.ts';
import { record, remember, replay, type Happening, type Till } from './till.ts';

export type App = EmulatorContext<Till>['app'];
export type Context = Parameters<Parameters<App['post']>[1]>[0];

export type Wiring = {
  faults: Faults;
  seconds: () => number;
  tell: (till: Till, event: Happening) => void;
};

/** Tells of what happened. An event on a connected account names it, and the thing itself does not. */
export function tellAll(till: Till, { seconds, tell }: Wiring, events: readonly Told[]): void {
  for (const { type, object } of events) {
    const { account, ...rest } = object as { account?: string; id: string; object: string };
    tell(till, record(till, type, rest, seconds(), rest.object === 'account' ? rest.id : account));
  }
}

const broken = () =>
  Response.json({ error: { type: 'api_error', message: 'An unknown error occurred' } }, { status: 500 });

const headers = { 'content-type': 'application/json' };

export function callsOf(till: Till, signal: AbortSignal, wiring: Wiring) {
  const { faults, seconds } = wiring;

  /** What the first request under this key was answered, or what comes of it now. */
  function answerTo(c: Context, body: string, work: (events: Told[]) => object): Response {
    const key = c.req.header('idempotency-key');
    const request = `${c.req.path}?${body}`;
    // The key comes before any rule: a repeat may come when the rules would have it otherwise.
    const before = key === undefined ? undefined : replay(till, key, request, seconds());
    if (before)
      return new Response(before.answer, {
        status: before.status,
        headers: { ...headers, 'Idempotent-Replayed': 'true' },
      });
    const events: Told[] = [];
    const { status, answer } = outcomeOf(() => work(events));
    const text = JSON.stringify(answer);
    if (key !== undefined) remember(till, key, request, status, text, seconds());
    tellAll(till, wiring, events);
    return new Response(text, { status, headers });
  }

  return {
    /** A call that does something. */
    act:
      (kind: CallKind, work: (c: Context, body: string, events: Told[]) => object) =>
      async (c: Context): Promise<Response> => {
        const body = await c.req.text();
        const run = () => answerTo(c, body, (events) => work(c, body, events));
        return under(faults.calls[kind] ?? 'none', signal, run, broken);
      },
    /** A question; `known` is what it may be asked with, beside what every list takes. */
    ask:
      (work: (c: Context, query: URLSearchParams) => object, known: readonly string[] = []) =>
      (c: Context) => {
        const query = new URL(c.req.url).searchParams;
        checkQuery(query, known);
        return under(faults.calls.ask ?? 'none', signal, () => c.json(work(c, query)), broken);
      },
  };
}

/** A refusal of something that was begun is an outcome, and kept as one. */
function outcomeOf(work: () => object): { status: number; answer: object } {
  try {
    return { status: 200, answer: work() };
  } catch (error) {
    if (!(error instanceof Complaint) || !error.begun) throw error;
    return { status: error.status, answer: { error: error.problem } };
  }
}
