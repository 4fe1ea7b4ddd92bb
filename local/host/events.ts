import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { withinCall } from '../wire.ts';
import type { Deployed, EventHandler } from './catalog.ts';
import type { Flight } from './flight.ts';

type EventFunction = Extract<Deployed, { kind: 'event' }>;

/** For tests: what is to go wrong with the events of one function. */
export type EventFault = {
  /** They never arrive. */
  drop?: boolean;
  /** Each arrives twice, as "at least once" allows. */
  double?: boolean;
};

/** An event that was given up. */
export type EventFailure = { readonly name: string; readonly document: string; readonly error: unknown };

/** With `retry: true` production repeats for a day; this many attempts show whether a handler survives it. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 20;
/** Field 3 of DocumentEventData, `update_mask`. */
const LAST_TAG = 0x1a;

/** Hands the events that the Firestore emulator posts to the functions that asked for them. */
export class Events {
  readonly faults: Record<string, EventFault | undefined> = {};
  readonly failures: EventFailure[] = [];
  /** While true, what arrives is forgotten: the store is being wiped. */
  deaf = false;
  readonly #functions: ReadonlyMap<string, EventFunction>;
  readonly #flight: Flight;

  constructor(functions: readonly EventFunction[], flight: Flight) {
    this.#functions = new Map(functions.map((one) => [one.name, one]));
    this.#flight = flight;
  }

  /** Takes one event and returns at once: the emulator waits for the answer before it sends the next. */
  accept(name: string, headers: IncomingHttpHeaders, body: Buffer): void {
    const target = this.#functions.get(name);
    const fault = this.faults[name];
    if (target === undefined || this.deaf || fault?.drop) return;
    const event = { ...attributes(headers), data: message(body) };
    void this.#deliver(target, event);
    if (fault?.double) void this.#deliver(target, event);
  }

  async #deliver(target: EventFunction, event: Readonly<Record<string, unknown>>): Promise<void> {
    const end = this.#flight.begin();
    const attempts = target.retry ? ATTEMPTS : 1;
    try {
      for (let attempt = 1; !(await this.#attempt(target, event, attempt === attempts)); attempt++) {
        if (attempt === attempts) return;
        await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    } finally {
      end();
    }
  }

  async #attempt({ name, handle }: EventFunction, event: Readonly<Record<string, unknown>>, last: boolean) {
    try {
      await withinCall(name, () => (handle satisfies EventHandler)({ ...event }));
      return true;
    } catch (error) {
      if (last) this.failures.push({ name, document: String(event.document), error });
      return false;
    }
  }
}

/**
 * The emulator of the Google Cloud SDK sends the message in base64. A message itself begins with the tag of
 * one of its three fields, and no letter is one.
 */
const message = (body: Buffer): Buffer =>
  (body[0] ?? 0) > LAST_TAG ? Buffer.from(body.toString('latin1'), 'base64') : body;

/** A CloudEvent in binary mode: its attributes are the `ce-` headers. */
const attributes = (headers: IncomingHttpHeaders): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('ce-'))
      .map(([name, value]) => [name.slice('ce-'.length), value]),
  );
