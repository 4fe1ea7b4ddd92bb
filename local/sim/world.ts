import type { Collection, Ref } from '../../functions/src/platform/store.ts';
import { asRead } from './asread.ts';
import type { Clients, Person, Seen } from './client.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Change, Memory } from './memory.ts';
import type { Platform } from './platform.ts';
import type { Providers } from './providers.ts';
import type { Scheduler } from './scheduler.ts';

/** What the steps have at hand: the people, the way to call, and a look at what is there to be done something to. */
export type World = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly memory: Memory;
  readonly platform: Platform;
  readonly providers: Providers;
  readonly clients: Clients;
  /** Writes a document by hand; nothing where somebody has locked it. */
  readonly edit: <T>(ref: Ref<T>, doc: T) => Promise<void>;
  readonly users: readonly Person[];
  /** People who come with nothing, and may be erased. */
  readonly guests: readonly Person[];
  readonly finance: readonly Person[];
  readonly support: readonly Person[];
  readonly superadmins: readonly Person[];
  readonly recent: Recent;
  /** The calls made last, for those who make them again. */
  readonly calls: Made[];
  readonly complain: (what: string) => void;
  /** Work beside the time of the seed, to be waited for in the end. */
  readonly aside: Promise<void>[];
};

export type Made = { readonly person: Person; readonly name: string; readonly input: unknown };

const MOST_RECENT = 60;

/** Which documents were written last, by collection; the last one last. */
export class Recent {
  readonly #ids = new Map<string, Set<string>>();

  note({ path, after }: Change): void {
    const [collection = '', id = '', ...deeper] = path.split('/');
    if (deeper.length > 0) return;
    const ids = this.#ids.get(collection) ?? new Set<string>();
    this.#ids.set(collection, ids);
    ids.delete(id);
    if (after !== null) ids.add(id);
    if (ids.size > MOST_RECENT) ids.delete(ids.values().next().value ?? '');
  }

  of(collection: string): string[] {
    return [...(this.#ids.get(collection) ?? [])];
  }
}

export function docOf<T>({ memory }: World, collection: Collection<T>, id: string): T | null {
  const found = memory.get(collection.doc(id).path);
  return found === null ? null : (asRead(found) as T);
}

export type Picked<T> = { readonly id: string; readonly doc: T };

/** One of those that fit, rather one that something has just happened to; null when there is none. */
export function pickDoc<T>(
  world: World,
  dice: Dice,
  collection: Collection<T>,
  fits: (doc: T, id: string) => boolean = () => true,
): Picked<T> | null {
  const all = world.recent.of(collection.path).flatMap((id) => {
    const doc = docOf(world, collection, id);
    return doc !== null && fits(doc, id) ? [{ id, doc }] : [];
  });
  if (all.length === 0) return null;
  return dice.pick(dice.chance(0.6) ? all.slice(-3) : all);
}

export function personBy({ users, guests, finance, support }: World, uid: string): Person {
  return [...users, ...guests, ...finance, ...support].find((one) => one.uid === uid) ?? users[0]!;
}

/** Somebody calls; others may meanwhile. */
export function call(world: World, person: Person, name: string, input: unknown): Promise<Seen> {
  world.calls.push({ person, name, input });
  if (world.calls.length > 20) world.calls.shift();
  return world.clients.call(person, name, input);
}

/** What happens at a provider's, on its page or in its bank; nobody minds when it cannot. */
export async function play(
  { providers }: World,
  path: string,
  wish: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const { status } = await providers.stripe.request('POST', path, {}, new URLSearchParams(wish).toString());
  return status < 400;
}
