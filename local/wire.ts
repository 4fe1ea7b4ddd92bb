import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from '@grpc/grpc-js';

/**
 * What really goes over the wire to Firestore, counted where gRPC sends it, for each call of a function; and
 * the place where a test can let a function die between two of its awaits.
 */
export type Tally = {
  /** Documents asked for or found, written, and calls that were waited for. */
  reads: number;
  writes: number;
  roundTrips: number;
  /** Every message in order, for a test that dies at each in turn. */
  steps: string[];
};

/** `before`: the message is never sent. `after`: it is carried out, and the answer never arrives. */
export type Crash = { readonly step: number; readonly when: 'before' | 'after' };

type Running = { readonly name: string; readonly tally: Tally; readonly crash: Crash | null; dead: boolean };

const running = new AsyncLocalStorage<Running>();
const finished: { readonly name: string; readonly tally: Tally }[] = [];
const planned = new Map<string, Crash>();

const newTally = (): Tally => ({ reads: 0, writes: 0, roundTrips: 0, steps: [] });

/** Runs one call of a function; what it sends is counted under its name. */
export async function withinCall<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const crash = planned.get(name) ?? null;
  planned.delete(name);
  const call: Running = { name, tally: newTally(), crash, dead: false };
  try {
    return await running.run(call, work);
  } finally {
    finished.push({ name, tally: call.tally });
  }
}

/** The next call of this function dies at a step: all that it sends from there on fails. */
export const planCrash = (name: string, crash: Crash): void => void planned.set(name, crash);

/** What the calls of a function sent, oldest first, since the last time it was taken. */
export function takeTallies(name?: string): { readonly name: string; readonly tally: Tally }[] {
  const taken = finished.filter((one) => name === undefined || one.name === name);
  for (const one of taken) finished.splice(finished.indexOf(one), 1);
  return taken;
}

type Message = { documents?: unknown[]; writes?: unknown[] };

/** Counts one message; says how the call that sends it must end. */
function pass(method: string, message: Message): 'go on' | 'never send' | 'lose the answer' {
  const call = running.getStore();
  const name = method.split('/').at(-1) ?? '';
  if (!call) return 'go on';
  if (call.dead) return 'never send';
  const { tally, crash } = call;
  const step = tally.steps.push(name) - 1;
  if (name !== 'Rollback') tally.roundTrips += 1;
  tally.reads += name === 'BatchGetDocuments' ? (message.documents?.length ?? 0) : 0;
  tally.writes += name === 'Commit' ? (message.writes?.length ?? 0) : 0;
  if (crash?.step !== step) return 'go on';
  call.dead = true;
  return crash.when === 'before' ? 'never send' : 'lose the answer';
}

/** Not a status of gRPC: no retry of any client takes it for one. */
export class Died extends Error {
  override readonly name = 'Died';
}

let patched = false;

/** Starts counting. Every gRPC client of this process passes here; outside of a call nothing is counted. */
export function watchWire(): void {
  if (patched) return;
  patched = true;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- kept to be called with the client as `this`
  const { makeUnaryRequest: unary, makeServerStreamRequest: stream } = Client.prototype;
  type Args = unknown[];
  const proto = Client.prototype as unknown as Record<string, (...args: Args) => unknown>;

  proto.makeUnaryRequest = function (this: Client, ...args: Args) {
    const [method, , , message] = args as [string, unknown, unknown, Message];
    const end = pass(method, message);
    if (end === 'go on') return (unary as unknown as (...all: Args) => unknown).apply(this, args);
    const answer = args.at(-1) as (error: Error) => void;
    if (end === 'never send') {
      queueMicrotask(() => answer(new Died(method)));
      return silent();
    }
    return (unary as unknown as (...all: Args) => unknown).apply(this, [
      ...args.slice(0, -1),
      () => answer(new Died(method)),
    ]);
  };

  proto.makeServerStreamRequest = function (this: Client, ...args: Args) {
    const [method, , , message] = args as [string, unknown, unknown, Message];
    const call = running.getStore();
    const end = pass(method, message);
    if (call && method.endsWith('/RunQuery')) args[2] = counting(call, args[2] as (bytes: Buffer) => unknown);
    const sent = (stream as unknown as (...all: Args) => ReturnType<typeof stream>).apply(this, args);
    if (end !== 'go on') queueMicrotask(() => sent.destroy(new Died(method)));
    return sent;
  };
}

/** Counts the documents that a query finds as they are read off the wire. */
const counting = (call: Running, read: (bytes: Buffer) => unknown) => (bytes: Buffer) => {
  const part = read(bytes) as { document?: unknown };
  if (part.document) call.tally.reads += 1;
  return part;
};

/** What a unary call gives back, of a call that is never made. */
const silent = () => ({ cancel: () => undefined, getPeer: () => 'nobody', on: () => undefined });
