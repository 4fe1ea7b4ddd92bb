import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { InterceptingCall, Metadata, status, type Interceptor, type StatusObject } from '@grpc/grpc-js';

/**
 * What really goes over the wire to Firestore, counted where gRPC sends it, for each call of a function; and
 * the place where a test can let a function die between two of its awaits.
 */
export type Tally = {
  /** Documents asked for or found, written, deleted, and calls that were waited for. */
  reads: number;
  writes: number;
  deletes: number;
  roundTrips: number;
  /** Transactions that were begun, and answers that others were faster. */
  runs: number;
  conflicts: number;
  /** The documents that were asked for by name, and those that were written or deleted, by path. */
  asked: string[];
  wrote: string[];
  /** Writes of the limiter, in one commit at the same time as the first read. */
  beside: number;
  /** The documents of those, by path. */
  counts: string[];
  /** How long the call took. */
  ms: number;
  /** Every message in order, for a test that dies at each in turn. */
  steps: string[];
};

/** `before`: the message is never sent. `after`: it is carried out, and the answer never arrives. */
export type Crash = { readonly step: number; readonly when: 'before' | 'after' };

type Running = {
  readonly name: string;
  readonly tally: Tally;
  readonly crash: Crash | null;
  dead: boolean;
  /** The transactions that it has begun and not ended, by their id in base64, with their database. */
  readonly open: Map<string, string>;
};

const running = new AsyncLocalStorage<Running>();
const finished: { readonly name: string; readonly tally: Tally }[] = [];
const planned = new Map<string, Crash>();

const newTally = (): Tally => ({
  ...{ reads: 0, writes: 0, deletes: 0, roundTrips: 0, runs: 0, conflicts: 0, beside: 0, ms: 0 },
  asked: [],
  wrote: [],
  counts: [],
  steps: [],
});

/** Runs one call of a function; what it sends is counted under its name. */
export async function withinCall<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const crash = planned.get(name) ?? null;
  planned.delete(name);
  const call: Running = { name, tally: newTally(), crash, dead: false, open: new Map() };
  const began = performance.now();
  try {
    return await running.run(call, work);
  } finally {
    call.tally.ms = performance.now() - began;
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

type Message = {
  database?: string;
  documents?: readonly string[];
  writes?: readonly { readonly update?: { readonly name?: string }; readonly delete?: string }[];
  newTransaction?: object | null;
  transaction?: Uint8Array | null;
};
type Answer = { document?: unknown; transaction?: Uint8Array | null };

type Fate = 'go on' | 'never send' | 'lose the answer';

/** It runs beside the call's own steps, at a place among them that differs from run to run. */
const isLimiter = ({ writes = [] }: Message): boolean =>
  writes.length > 0 && writes.every((write) => write.update?.name?.includes('/documents/throttles/'));

/** Counts one message, and says what becomes of it. */
function pass(call: Running, method: string, message: Message): Fate {
  const name = method.split('/').at(-1) ?? '';
  if (call.dead) return 'never send';
  const { tally, crash } = call;
  if (isLimiter(message)) {
    tally.beside += message.writes?.length ?? 0;
    tally.counts.push(...(message.writes ?? []).map(({ update }) => pathOf(update?.name ?? '')));
    return 'go on';
  }
  const step = tally.steps.push(name) - 1;
  if (name !== 'Rollback') tally.roundTrips += 1;
  if (name === 'BatchGetDocuments') {
    tally.reads += message.documents?.length ?? 0;
    tally.asked.push(...(message.documents ?? []).map(pathOf));
  }
  // One that finds nothing is charged as one read, so each is one from the start, and its first document is that one.
  if (name === 'RunAggregationQuery' || name === 'RunQuery') tally.reads += 1;
  if (message.newTransaction != null || name === 'BeginTransaction') tally.runs += 1;
  for (const write of name === 'Commit' ? (message.writes ?? []) : []) {
    const deleted = write.delete ?? '';
    if (deleted === '') tally.writes += 1;
    else tally.deletes += 1;
    tally.wrote.push(pathOf(deleted === '' ? (write.update?.name ?? '') : deleted));
  }
  const ends = name === 'Commit' || name === 'Rollback';
  if (crash?.step !== step || crash.when === 'after')
    if (ends && message.transaction?.length) call.open.delete(base64(message.transaction));
  if (crash?.step !== step) return 'go on';
  call.dead = true;
  return crash.when === 'before' ? 'never send' : 'lose the answer';
}

const pathOf = (name: string): string => name.slice(name.indexOf('/documents/') + '/documents/'.length);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * Ends what a dead function had begun: Firestore lets go of a transaction that nobody speaks to after a
 * minute, and until then its locks keep others waiting.
 */
async function letGo(call: Running): Promise<void> {
  const host = process.env.FIRESTORE_EMULATOR_HOST ?? '';
  for (const [transaction, database] of call.open) {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer owner' };
    const url = `http://${host}/v1/${database}/documents:rollback`;
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ transaction }) });
  }
  call.open.clear();
}

/** A status that no client repeats: to the function it looks like its own end. */
const died = { code: status.PERMISSION_DENIED, details: 'the function died here', metadata: new Metadata() };

/** Sees each message of one call over gRPC, and the documents that a query answers. */
const watching =
  (call: Running): Interceptor =>
  (options, nextCall) => {
    const method = options.method_definition.path;
    let fate: Fate = 'go on';
    let database = '';
    let found = 0;
    let listener:
      | { onReceiveMetadata(metadata: Metadata): void; onReceiveStatus(status: StatusObject): void }
      | undefined;
    // Past the usual way: a message that is held back there would hold back the end as well.
    let over = false;
    const die = () => {
      if (over) return;
      over = true;
      void letGo(call).finally(() => {
        // A stream of which nothing at all was heard would be tried again.
        if (fate === 'never send') listener?.onReceiveMetadata(new Metadata());
        listener?.onReceiveStatus(died);
        sending.cancelWithStatus(died.code, died.details);
      });
    };
    const sending = nextCall(options);
    return new InterceptingCall(sending, {
      start(metadata, inner, next) {
        listener = inner;
        next(metadata, {
          onReceiveMessage(message: Answer | null, pass) {
            if (message?.transaction?.length) call.open.set(base64(message.transaction), database);
            if (fate !== 'go on') {
              die();
              return;
            }
            if (method.endsWith('/RunQuery') && message?.document && found++ > 0) call.tally.reads += 1;
            pass(message);
          },
          onReceiveStatus(given, pass) {
            if (given.code === status.ABORTED) call.tally.conflicts += 1;
            if (fate === 'go on') pass(given);
            else die();
          },
        });
      },
      sendMessage(message: Message, next) {
        fate = pass(call, method, message);
        database = message.database ?? '';
        if (fate === 'never send') die();
        else next(message);
      },
    });
  };

type Invocation = { clientInterceptors: Interceptor[]; [rest: string]: unknown };
type Invoke = (args: Invocation, ...more: unknown[]) => unknown;

let watched = false;

/**
 * Starts counting. gRPC hands every call of every client in this process to this one function of its own;
 * interceptors could only be given to clients that we make, and Firestore makes its own.
 */
export function watchWire(): void {
  if (watched) return;
  watched = true;
  const require = createRequire(import.meta.url);
  const inside = require('@grpc/grpc-js/build/src/client-interceptors') as { getInterceptingCall: Invoke };
  const original = inside.getInterceptingCall;
  inside.getInterceptingCall = (args, ...more) => {
    const call = running.getStore();
    if (!call) return original(args, ...more);
    return original({ ...args, clientInterceptors: [...args.clientInterceptors, watching(call)] }, ...more);
  };
}
