import { planCrash, takeTallies } from '../../../local/wire.ts';
import { everything } from './acts.ts';
import { violationsOn } from './books.ts';
import type { Actor, FlowStage } from './stage.ts';

/** Something that happens, and what whoever did it does when the function died meanwhile. */
export type Scene<C = unknown> = {
  /** The function that dies. */
  readonly name: string;
  readonly title: string;
  readonly prepare: () => Promise<C>;
  readonly act: (context: C) => Promise<unknown>;
  /** The client repeats, the provider tells again, or a sweep runs. */
  readonly recover: (context: C) => Promise<unknown>;
};

export const scene = <C>(one: Scene<C>): Scene => one as Scene;

type Fields = Record<string, unknown>;

/** What counts in each kind of document. Times, versions and the ids of providers are not among it. */
const kept: Record<string, (doc: Fields) => unknown> = {
  wallets: ({ balances, lifetime, version }) => ({ balances, lifetime, version }),
  journal: ({ legs, kind }) => ({ legs, kind }),
  purchases: ({ status, news }) => ({ status, news }),
  escrows: ({ status, balance, outcome, news }) => ({ status, balance, outcome, news }),
  jobs: ({ status, payee, news }) => ({ status, payee, news }),
  bookings: ({ status, parts, revisions, fee, news }) => ({ status, parts, revisions, fee, news }),
  buyers: ({ recent }) => (recent as unknown[]).length,
  adminActions: ({ action, by, before, after }) => ({ action, by, before, after }),
  inboxes: ({ kind, text }) => ({ kind, text }),
  pspEvents: ({ result }) => (result === null ? 'not dealt with' : null),
};

/** The whole store, by roles instead of ids, so that two runs can be compared. */
async function stateOf(stage: FlowStage, people: Record<string, Actor>): Promise<string[]> {
  const lines = Object.entries(await everything(stage)).flatMap(([path, doc]) => {
    const [collection = '', ...rest] = path.split('/');
    if (collection === 'wallets' && rest.length > 1) return [];
    const facts = kept[collection]?.(doc as Fields);
    if (facts == null) return [];
    // A notice is told once however it is numbered; every other name says what the document is.
    const name = collection === 'inboxes' ? `inboxes/${rest[0] ?? ''}` : path;
    return [`${name} ${JSON.stringify(facts)}`];
  });
  const named = Object.entries(people).reduce(
    (text, [role, { uid }]) => text.replaceAll(uid, role),
    lines.join('\n').replaceAll(/\b[0-9a-f]{24}\b/g, 'ID'),
  );
  return named.split('\n').sort();
}

/** Plays a scene without a crash, then with one before and after each message that it sent. */
export async function dieEverywhere(
  stage: FlowStage,
  people: Record<string, Actor>,
  one: Scene,
): Promise<number> {
  const play = async (step: number | null, when: 'before' | 'after') => {
    await stage.cloud.wipe();
    const context = await one.prepare();
    await stage.idle();
    takeTallies();
    if (step !== null) planCrash(one.name, { step, when });
    await Promise.allSettled([one.act(context)]);
    await stage.idle();
    const steps = takeTallies(one.name)[0]?.tally.steps ?? [];
    await one.recover(context);
    await stage.idle();
    expect(await violationsOn(stage)).toEqual([]);
    return { steps, state: await stateOf(stage, people) };
  };
  const { steps, state } = await play(null, 'before');
  for (const [step, message] of steps.entries())
    for (const when of ['before', 'after'] as const) {
      const died = await play(step, when);
      const where = `died ${when} ${step} ${message}`;
      expect([where, died.steps.length]).toEqual([where, step + 1]);
      expect([where, ...died.state]).toEqual([where, ...state]);
    }
  return steps.length;
}

/** A sweep by itself: with the trigger beside it, who of the two delivers a notice would differ from run to run. */
export async function sweepAlone(
  stage: FlowStage,
  trigger: string,
  act: () => Promise<unknown>,
): Promise<void> {
  stage.cloud.host.faults[trigger] = { drop: true };
  try {
    await act();
    await stage.idle();
  } finally {
    stage.cloud.host.faults[trigger] = undefined;
  }
}
