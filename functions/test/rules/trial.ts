import { loadRules, wipe } from '../../../local/firestore.ts';
import { closeStore, createOnce } from '../../src/platform/firestore.ts';
import { access } from './access.ts';
import { equivalents } from './equivalents.ts';
import { mutantsOf, type Mutant } from './mutate.ts';
import { names, probes, type Answer, type Asker, type Probe } from './probes.ts';
import { everything } from './samples.ts';
import { wireTo } from './wire.ts';

/** What became of one mutant: the probe that was answered otherwise, `null` if none was. */
export type Tried = { readonly mutant: Mutant; readonly by: string | null };

export type Outcome = {
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: readonly { readonly mutant: string; readonly why: string }[];
  /** What is wrong: survivors without a reason, and reasons without a survivor. */
  readonly wrong: readonly string[];
};

const AT_ONCE = 32;
/** Said of a change that leaves no rules: it is no mutant, and is not counted. */
export const UNLOADABLE = 'does not load';

const same = (one: Answer, other: Answer) => String(one) === String(other);

/** Puts the samples into an emulator, for tests that ask by the wire. */
export async function fill(host: string, projectId: string): Promise<void> {
  process.env.FIRESTORE_EMULATOR_HOST = host;
  process.env.GCLOUD_PROJECT = projectId;
  process.env.METADATA_SERVER_DETECTION = 'none';
  await wipe(host, projectId);
  await Promise.all(everything().map(({ ref, doc }) => createOnce(ref, doc)));
  await closeStore();
}

export const nameOf = ({ actor, ask }: Probe): string => {
  if (ask.verb !== 'list') return `${actor.name}: ${ask.verb} ${ask.path}`;
  const { collection, where = [], limit } = ask.query;
  const filter = where.map((one) => one.map(String).join(' ')).join(', ');
  const place = `${ask.everywhere ? '**/' : ''}${collection.path}`;
  return `${actor.name}: list ${place} ${filter}${limit === undefined ? '' : ` (${limit})`}`.trim();
};

/** The first of these probes that is answered otherwise than the table says, some at a time. */
export async function firstWrong(ask: Asker, asked: readonly Probe[]): Promise<Probe | null> {
  let next = 0;
  let wrong: Probe | null = null;
  const work = async () => {
    while (wrong === null && next < asked.length) {
      const probe = asked[next++]!;
      if (!same(await ask(probe.actor, probe.ask), probe.answer)) wrong = probe;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

/** All of them, in steps, so that neighbours, which tend to agree, are not asked one after the other. */
const mixed = Array.from({ length: 97 }, (_, start) => probes.filter((_, i) => i % 97 === start)).flat();

/** Those first that told an earlier mutant of the same block, then those that speak of its collection. */
function inOrder(near: string, telling: readonly Probe[]): Probe[] {
  const told = telling.filter((probe) => near === '' || probe.near === near);
  const close = mixed.filter((probe) => probe.near === near);
  return [...new Set([...told, ...close, ...mixed])];
}

/** Where no block should be: anywhere at all, and the collections that nobody reads. */
const closed = [
  '/{anything=**}',
  ...names.filter((name) => access[name].get.length === 0).map((name) => `/${name}/{id}`),
];

export type Trial = {
  readonly host: string;
  readonly projectId: string;
  readonly rules: string;
  /** Only one in so many, for a quick look. */
  readonly oneIn?: number;
};

/** @throws Error when the rules themselves do otherwise than the table says: then no mutant tells anything. */
export async function tryMutants(
  { host, projectId, rules, oneIn = 1 }: Trial,
  tell: (tried: Tried) => void = () => undefined,
): Promise<Outcome> {
  await fill(host, projectId);
  const ask = wireTo(host, projectId);
  await loadRules(host, projectId, rules);
  const first = await firstWrong(ask, probes);
  if (first) throw new Error(`Unchanged, the rules do otherwise than the table says: ${nameOf(first)}`);

  const tried: Tried[] = [];
  const telling: Probe[] = [];
  for (const mutant of mutantsOf(rules, closed).filter((_, i) => i % oneIn === 0)) {
    const loads = await takes(host, projectId, mutant.source);
    const wrong = loads ? await firstWrong(ask, inOrder(mutant.near, telling)) : null;
    if (wrong && !telling.includes(wrong)) telling.push(wrong);
    const one = { mutant, by: loads ? wrong && nameOf(wrong) : UNLOADABLE };
    tried.push(one);
    tell(one);
  }
  await loadRules(host, projectId, rules);
  // A quick look does not try those that have a reason, or not all.
  const texts = tried.map(({ mutant }) => mutant.text);
  return judged(
    tried,
    oneIn === 1 ? equivalents : equivalents.filter(({ mutant }) => texts.includes(mutant)),
  );
}

/** Whether these are rules at all; an emulator that has gone is not asked on. */
async function takes(host: string, projectId: string, source: string): Promise<boolean> {
  try {
    await loadRules(host, projectId, source);
    return true;
  } catch (error) {
    if ((error as Error).message.startsWith('The rules do not load')) return false;
    throw error;
  }
}

/** @internal Counts, and holds survivors against the list of those that have a reason. */
export function judged(tried: readonly Tried[], reasons = equivalents): Outcome {
  const loaded = tried.filter(({ by }) => by !== UNLOADABLE);
  const survivors = loaded.filter(({ by }) => by === null).map(({ mutant }) => mutant.text);
  const equivalent = reasons.filter(({ mutant }) => survivors.includes(mutant));
  const known = reasons.map(({ mutant }) => mutant);
  return {
    mutants: loaded.length,
    killed: loaded.length - survivors.length,
    equivalent,
    wrong: [
      ...survivors.filter((text) => !known.includes(text)).map((text) => `survives: ${text}`),
      ...known.filter((text) => !survivors.includes(text)).map((text) => `is no survivor: ${text}`),
    ],
  };
}
