import { Timestamp } from '@google-cloud/firestore';
import { convert, type Plain } from '../../functions/src/shared/stored.ts';
import { WireError } from './scheduler.ts';
import { compare, mustHold } from './values.ts';

/** A write as a commit carries it. */
export type Write =
  | { readonly kind: 'create' | 'set'; readonly path: string; readonly data: Plain }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'remove';
      readonly path: string;
      readonly field: string;
      readonly items: readonly unknown[];
    }
  | {
      readonly kind: 'add';
      readonly path: string;
      readonly add: Readonly<Record<string, number>>;
      readonly set: Plain;
      readonly drop: readonly string[];
    };

export type Change = { readonly path: string; readonly before: Plain | null; readonly after: Plain | null };

/** The last microsecond of a millisecond. */
export const endOf = (ms: number): number => ms * 1000 + 999;

/** What there was from a time on, in microseconds; null for nothing. */
type Version = { readonly time: number; readonly data: Plain | null };

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const KEPT_MICROS = 3600e6;

const collectionOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Its own copy: what a caller changes afterwards is not in the store. Times are whole microseconds. */
const copyOf = (data: Plain): Plain =>
  convert(data, (_, value) => (value instanceof Timestamp ? inMicros(value) : value)) as Plain;

const inMicros = ({ seconds, nanoseconds }: Timestamp): Timestamp =>
  new Timestamp(seconds, Math.floor(nanoseconds / 1000) * 1000);

/** The documents, with what they were in the last hour. It waits for nobody and knows of no transactions. */
export class Memory {
  readonly #versions = new Map<string, Version[]>();
  readonly #collections = new Map<string, Map<string, Plain>>();
  readonly #ids = new Map<string, Set<string>>();
  readonly #groups = new Map<string, Set<string>>();
  #last = 0;

  get(path: string): Plain | null {
    return this.#collections.get(collectionOf(path))?.get(idOf(path)) ?? null;
  }

  /** Of a collection, by id, in no order. */
  all(collection: string): ReadonlyMap<string, Plain> {
    return this.#collections.get(collection) ?? new Map();
  }

  /** Also those that are no more. */
  idsEver(collection: string): readonly string[] {
    return [...(this.#ids.get(collection) ?? [])];
  }

  /** The paths of all collections of that name. */
  group(name: string): readonly string[] {
    return [...(this.#groups.get(name) ?? [])];
  }

  collections(): readonly string[] {
    return [...this.#collections.keys()];
  }

  /** An instant is a whole millisecond: what is read of it has all that was committed in it, and nothing joins it later. */
  close(instant: number): void {
    this.#last = Math.max(this.#last, endOf(instant));
  }

  /** As it was at a time in microseconds. */
  getAt(path: string, time: number): Plain | null {
    return this.#versions.get(path)?.findLast((one) => one.time <= time)?.data ?? null;
  }

  /** Everything that it was from one time to another, in microseconds. */
  between(path: string, from: number, until: number): (Plain | null)[] {
    const later = (this.#versions.get(path) ?? []).filter(({ time }) => time > from && time <= until);
    return [this.getAt(path, from), ...later.map(({ data }) => data)];
  }

  /** When the last commit was, in microseconds. */
  get last(): number {
    return this.#last;
  }

  /**
   * All of it or nothing, at a time of its own.
   * @param now milliseconds
   * @returns what changed, and for each `add` what its fields then hold
   * @throws WireError ALREADY_EXISTS, NOT_FOUND, INVALID_ARGUMENT: nothing was written
   */
  commit(writes: readonly Write[], now: number): { changes: Change[]; sums: Record<string, number>[] } {
    const fresh = new Map<string, Plain | null>();
    const sums: Record<string, number>[] = [];
    for (const write of writes) {
      const { path } = write;
      const found = fresh.has(path) ? (fresh.get(path) ?? null) : this.get(path);
      const made = applied(write, found);
      if (made !== null) mustHold(path, made);
      if (write.kind === 'add')
        sums.push(Object.fromEntries(Object.keys(write.add).map((name) => [name, Number(made?.[name])])));
      fresh.set(path, made);
    }
    if (writes.length > 0) this.#last = Math.max(now * 1000, this.#last + 1);
    const changes = [...fresh].map(([path, after]) => ({ path, before: this.get(path), after }));
    for (const { path, after } of changes) this.#put(path, after);
    return { changes, sums };
  }

  #put(path: string, data: Plain | null): void {
    const [collection, id] = [collectionOf(path), idOf(path)];
    let documents = this.#collections.get(collection);
    if (!documents) {
      this.#collections.set(collection, (documents = new Map<string, Plain>()));
      const name = idOf(collection);
      this.#groups.set(name, (this.#groups.get(name) ?? new Set()).add(collection));
    }
    const ids = this.#ids.get(collection);
    if (ids) ids.add(id);
    else this.#ids.set(collection, new Set([id]));
    if (data === null) documents.delete(id);
    else documents.set(id, data);
    const versions = this.#versions.get(path) ?? [];
    versions.push({ time: this.#last, data });
    // The one that held an hour ago stays.
    const old = versions.findLastIndex(({ time }) => time <= this.#last - KEPT_MICROS);
    this.#versions.set(path, old > 0 ? versions.slice(old) : versions);
  }
}

function applied(write: Write, found: Plain | null): Plain | null {
  switch (write.kind) {
    case 'create':
      if (found !== null) throw new WireError(ALREADY_EXISTS, `Document already exists: ${write.path}`);
      return copyOf(write.data);
    case 'set':
      return copyOf(write.data);
    case 'delete':
      return null;
    case 'remove': {
      if (found === null) throw new WireError(NOT_FOUND, `No document to update: ${write.path}`);
      const list = found[write.field];
      const left = Array.isArray(list)
        ? list.filter((item) => !write.items.some((one) => compare(item, one) === 0))
        : [];
      return { ...found, [write.field]: left };
    }
    case 'add': {
      const kept = Object.entries(found ?? {}).filter(([name]) => !write.drop.includes(name));
      const sums = Object.entries(write.add).map(([name, by]) => {
        const before = found?.[name];
        return [name, (typeof before === 'number' ? before : 0) + by] as const;
      });
      return { ...Object.fromEntries(kept), ...copyOf(write.set), ...Object.fromEntries(sums) };
    }
  }
}
