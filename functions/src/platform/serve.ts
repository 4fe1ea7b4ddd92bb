import { logger } from 'firebase-functions/logger';
import { onDocumentWritten } from 'firebase-functions/firestore';
import { HttpsError, onCall, type CallableRequest, type Request } from 'firebase-functions/https';
import type { defineSecret } from 'firebase-functions/params';
import { onSchedule } from 'firebase-functions/scheduler';
import { onTaskDispatched } from 'firebase-functions/tasks';
import type { Response } from 'express';
import { z } from 'zod';
import {
  adminRoles,
  type AdminRole,
  type Audience,
  type Call,
  type Caller,
  type FeatureContract,
  type Handlers,
} from '../shared/call.ts';
import { messageOf, Refusal, statusOf } from '../shared/refusal.ts';
import { Uid } from '../shared/schema.ts';
import { accountOf, mustStillStand } from './accounts.ts';
import { addressOf } from './address.ts';
import { whileAsking } from './admission.ts';
import { isPlain } from './body.ts';
import { now } from './clock.ts';
import { lateness, observe } from './observe.ts';
import { region, trustedProxies } from './params.ts';
import { mustBeReady, needsAppCheck, served } from './settings.ts';
import { mustNotBeFull, throttle } from './throttle.ts';

/** The doors: everything that is deployed is made here, so every call is checked the same way. */

const MINUTE = 60;

/** The secrets that a function may see: named where they are needed, so that nothing else can leak them. */
type Needs = { readonly secrets?: ReturnType<typeof defineSecret>[] };

/** What a handler is once its types are no longer known. */
type Handler = (input: unknown, caller: Caller | null, at: number) => unknown;

/** Serves every call of a feature; the types demand a handler for each and allow no other. */
export function serveCalls<C extends FeatureContract>(
  feature: string,
  contract: C,
  handlers: Handlers<C>,
  needs: Needs = {},
) {
  type Served = ReturnType<typeof serveCall>;
  return Object.fromEntries(
    Object.entries(contract).map(([name, call]) => [
      name,
      serveCall(`${feature}-${name}`, call, handlers[name] as Handler, needs),
    ]),
  ) as { readonly [K in keyof C]: Served };
}

function serveCall(name: string, call: Call, handler: Handler, { secrets = [] }: Needs) {
  const consumeAppCheckToken = call.guard === 'once';
  const options = { region, secrets, cors: true, maxInstances: 100, consumeAppCheckToken };
  const answering = onCall(options, async (request) => {
    try {
      mustBeReady(secrets);
      const { requestId } = (request.data ?? {}) as { requestId?: unknown };
      return await observe({ operation: name, requestId }, async () => {
        mustBeOurApp(request);
        const caller = callerOf(request);
        admit(call.audience, caller);
        const at = now();
        mustNotBeFull(name, call.limit, countedAs(request), at);
        const work = async () => await handler(parseInput(call.input, request.data), caller, at);
        const answer = await whileAsking(ask(name, call, request, at), work);
        return project(call.output, answer);
      });
    } catch (error) {
      throw asHttpsError(error);
    }
  });
  const door = (request: Request, response: Response) => {
    const body = request.body as { data?: unknown } | undefined;
    if (body?.data !== undefined && !isPlain(body.data)) body.data = 'not plain JSON';
    return answering(request, response);
  };
  return Object.assign(door, answering);
}

/** @throws Refusal when App Check did not verify the app, or its token was used before where that counts. */
function mustBeOurApp({ app }: CallableRequest): void {
  if (!needsAppCheck()) return;
  if (!app) throw new Refusal('app_unverified');
  if (app.alreadyConsumed) throw new Refusal('app_check_replayed');
}

/** What the call has to wait for before it changes or tells anything. */
async function ask(name: string, { limit, guard }: Call, request: CallableRequest, at: number) {
  const { auth } = request;
  const stands = async () => {
    if (auth?.uid && guard !== 'token') mustStillStand(await accountOf(auth.uid), auth.token);
  };
  await Promise.all([throttle(name, limit, countedAs(request), at), stands()]);
}

const countedAs = ({ auth, rawRequest }: CallableRequest) => ({
  uid: auth?.uid ?? null,
  address: addressOf(rawRequest, trustedProxies.value()),
});

/** The emulator can hand over an `auth` without a uid, so the uid is what counts. */
function callerOf(request: CallableRequest): Caller | null {
  const uid = request.auth?.uid;
  if (!uid) return null;
  const role: unknown = request.auth?.token.role;
  const known = adminRoles.find((name) => name === role);
  // Sign-in by custom tokens takes any text for a uid; one that names no document has no wallet here.
  parseInput(z.object({ uid: Uid }), { uid });
  return { uid, role: known ?? null, ip: addressOf(request.rawRequest, trustedProxies.value()) };
}

export const holds = (caller: Caller, role: AdminRole): boolean =>
  caller.role === role || caller.role === 'superadmin';

function admit(audience: Audience, caller: Caller | null): void {
  if (audience === 'anyone') return;
  if (!caller) throw new Refusal('signed_out');
  if (audience !== 'user' && !holds(caller, audience)) throw new Refusal('role_missing', { role: audience });
}

/** @throws Refusal `invalid_input` with the path of the first thing that does not fit. */
export function parseInput<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal('invalid_input', {
    path: issue?.path.map(String).join('.') ?? '',
    problem:
      issue?.message.replace(/^Invalid input: .*received undefined$/, 'is missing').slice(0, 200) ?? '',
  });
}

/** Only what the contract names leaves; an answer never fails after its money has moved. */
function project(schema: z.ZodType, answer: unknown): unknown {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  logger.error('an answer does not fit its contract', { issues: parsed.error.issues });
  return answer;
}

function asHttpsError(error: unknown): HttpsError {
  if (error instanceof Refusal) {
    return new HttpsError(statusOf(error.reason), messageOf(error.reason), {
      reason: error.reason,
      facts: error.facts,
    });
  }
  // As an argument of its own: within an object it would be logged as `{}`.
  logger.error('a call failed', error);
  return new HttpsError('internal', 'Something went wrong here. Repeat with the same request id.');
}

/** A task queue's function. A refusal is settled: repeating it would be refused again. */
export const serveTask = <S extends z.ZodType>(
  schema: S,
  handler: (data: z.output<S>, at: number) => Promise<unknown>,
  { secrets = [] }: Needs = {},
) =>
  onTaskDispatched(
    {
      region,
      secrets,
      retryConfig: { maxAttempts: 5, minBackoffSeconds: 10, maxDoublings: 4 },
      rateLimits: { maxConcurrentDispatches: 100 },
    },
    async (request) => {
      mustBeReady(secrets);
      try {
        const lagMs = lateness(request.scheduledTime, now());
        await observe({ operation: served(), lagMs }, async () =>
          handler(parseInput(schema, request.data), now()),
        );
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason === 'busy') throw error;
        logger.info('a task found nothing to do', { reason: error.reason, facts: error.facts });
      }
    },
  );

/** A sweep. Crontab form, UTC. One that fails is run again; what it does must be safe to repeat. */
export const serveSchedule = (
  cron: string,
  sweep: (at: number) => Promise<unknown>,
  { secrets = [] }: Needs = {},
) =>
  onSchedule(
    { region, secrets, schedule: cron, timeZone: 'Etc/UTC', timeoutSeconds: 9 * MINUTE, retryCount: 1 },
    async () => {
      mustBeReady(secrets);
      await observe({ operation: served() }, () => sweep(now()));
    },
  );

/**
 * Reads a field of the document as the write that is told of left it: only for what never changes, since events come
 * late and in any order.
 */
export type Written = (field: string) => unknown;

/** Runs after a document of a collection was written, at least once for each write, repeated when it fails. */
export const serveWritten = (
  path: string,
  handler: (id: string, at: number, written: Written) => Promise<unknown>,
  needs: Needs = {},
) =>
  onDocumentWritten(
    { document: `${path}/{id}`, region, retry: true, secrets: needs.secrets ?? [] },
    async (event) => {
      mustBeReady(needs.secrets ?? []);
      const { id } = event.params;
      const after = event.data?.after;
      if (!after?.exists) return;
      await observe({ operation: served() }, () => handler(id, now(), (field) => after.get(field)));
    },
  );

/**
 * Runs after a document was written that something larger leads, as its `keeper` says: with the id of that one, where it
 * is of one of these collections. Whoever leads never changes.
 */
export const serveKept = (
  path: string,
  handlers: Readonly<Record<string, (keeper: string, at: number) => Promise<unknown>>>,
) =>
  serveWritten(path, async (_, at, written) => {
    const keeper = written('keeper');
    if (typeof keeper !== 'string') return;
    const [collection = '', id = ''] = keeper.split('/');
    await handlers[collection]?.(id, at);
  });
