import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import type { AppCheckStandIn } from '../../../local/appcheck/appcheck.ts';
import { CallError, clientBy, invoke } from '../../../local/api.ts';
import { openCloud, type TestCloud } from '../../../local/jest/cloud.ts';
import { myStage } from '../../../local/jest/stage.ts';
import type { Person } from '../../../local/people.ts';
import { startStack, type Stack } from '../../../local/stack.ts';
import type { Client } from '../../client/src/index.ts';
import type { AdminRole } from '../../src/shared/call.ts';
import { createWitness, listenToLog, type Witness } from './privacy.ts';

/** Somebody signed in, with their typed client. */
export type Actor = Person & { readonly api: Client };

/** What a flow test stands on: the deployed handlers over HTTP, on the emulators, with the providers. */
export type FlowStage = Stack<TestCloud> & {
  /** A new person; an admin where a role is named. */
  readonly actor: (role?: AdminRole) => Promise<Actor>;
  /** A person with coins, bought and paid like anybody's. Minor units of QAR. */
  readonly buyer: (amount: number) => Promise<Actor>;
  readonly call: (name: string, input: unknown, person?: Person) => Promise<unknown>;
  /** The store as an administrator sees it: to look, and to break things. */
  readonly db: Firestore;
  /** Only there with `APP_CHECK: 'on'`; then every call needs a token of it. */
  readonly appCheck: AppCheckStandIn | null;
  /**
   * What is sent, answered and logged; `stop` fails when anything personal was in it or is stored, and when the audit
   * finds anything in the books.
   */
  readonly witness: Witness;
};

export const requestId = (): string => randomUUID();

/** Tests call oftener than people do; what is about limits sets its own. */
const patient = { LIMIT_FACTOR: '100000', PROVIDER_TIMEOUT_SECONDS: '2' };

/**
 * @param parameters those that are not as everywhere
 * @param audited whether the books of the whole file are real: not where chains are made up
 * @param projectId where commands of the project's own look for it; other files have projects of their own
 */
export async function openStage(
  parameters: Readonly<Record<string, string>> = {},
  { audited = true, projectId = myStage().projectId } = {},
): Promise<FlowStage> {
  const { mine } = myStage();
  const functions = `http://127.0.0.1:${mine.functionsPort}/${projectId}/europe-west1`;
  const witness = createWitness();
  await listenToLog(witness.hearLog);
  const stack = await startStack(functions, { stripe: 0, fatora: 0, atelier: 0, fcm: 0, control: 1 }, (env) =>
    openCloud({
      importFunctions: () => import('../../src/index.ts'),
      useClock: async (source) => (await import('../../src/platform/clock.ts')).useClock(source),
      env: { ...env, ...patient, ...parameters },
      projectId,
    }),
  );
  const appCheck = parameters.APP_CHECK === 'on' ? await openAppCheck(projectId) : null;
  const db = new Firestore({ projectId });
  const base = stack.cloud.urls.functions;
  const ask = (name: string, input: unknown, idToken?: string) =>
    witness.hear(name, input, invoke(base, name, input, idToken));

  const actor = async (role?: AdminRole): Promise<Actor> => {
    const person = await stack.cloud.person(role ? { claims: { role } } : {});
    witness.plant({ kind: 'e-mail', text: person.email });
    return { ...person, api: clientBy((name, input) => ask(name, input, person.idToken)) };
  };
  return {
    ...stack,
    db,
    appCheck,
    witness,
    actor,
    async buyer(amount) {
      const person = await actor();
      const item = { kind: 'amount', amount } as const;
      const { id } = await person.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
      await stack.stripe.pay(sessionOf(stack, id));
      await stack.idle();
      return person;
    },
    call: (name, input, person) => ask(name, input, person?.idToken),
    async stop() {
      const leaks = await witness.leaks(db).catch((error: unknown) => [`unknown: ${String(error)}`]);
      const differences = audited ? await differencesNow().catch((error: unknown) => [String(error)]) : [];
      await db.terminate();
      await stack.stop();
      await appCheck?.stop();
      const { closeStore } = await import('../../src/platform/firestore.ts');
      const { closeTasks } = await import('../../src/platform/tasks.ts');
      await Promise.all([closeStore(), closeTasks()]);
      if (leaks.length > 0) throw new Error(`personal data in clear:\n${leaks.join('\n')}`);
      if (differences.length > 0) throw new Error(`the audit does not explain:\n${differences.join('\n')}`);
    },
  };
}

/** What the audit says of all that a flow has left, as of every store: each flow shows that it cries no wolf. */
async function differencesNow(): Promise<string[]> {
  const { auditAll } = await import('../../src/audit/audit.operations.ts');
  const { violations } = await auditAll();
  return violations.map(
    ({ invariant, document, expected, found }) => `${invariant} ${document}: ${expected}, not ${found}`,
  );
}

/** Loaded only where it is wanted: it makes the app that the functions then speak through. */
const openAppCheck = async (projectId: string): Promise<AppCheckStandIn> =>
  (await import('../../../local/appcheck/appcheck.ts')).startAppCheck(projectId);

/** The Stripe session that was opened last for a purchase. */
export function sessionOf(stack: Pick<Stack, 'stripe'>, purchase: string): string {
  const prefix = purchase.replace('~', ':');
  const session = stack.stripe.sessions().findLast((one) => one.client_reference_id?.startsWith(prefix));
  if (!session) throw new Error(`no Stripe session for ${purchase}`);
  return session.id;
}

/** What a call refused: its reason and facts. Fails the test when it did not refuse. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ reason: string; facts: Record<string, unknown> }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CallError && error.details) return error.details as never;
    throw error;
  }
  throw new Error('the call was not refused');
}

/** The outcomes of calls made at once: answers, and the reasons of those that were refused. */
export async function together<T>(calls: readonly Promise<T>[]) {
  const settled = await Promise.allSettled(calls);
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const reasons = settled.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    const { details } = one.reason as { details?: { reason?: string } };
    if (details?.reason === undefined) throw one.reason;
    return [details.reason];
  });
  return { answers, reasons };
}
