import { toStored } from '../../functions/src/platform/convert.ts';
import type { Found, Item, Placed, Query, Ref, Store, Writer } from '../../functions/src/platform/store.ts';
import { Refusal } from '../../functions/src/shared/refusal.ts';
import type { Plain } from '../../functions/src/shared/stored.ts';
import { asRead } from './asread.ts';
import { Locks, type Transaction } from './locks.ts';
import { endOf, Memory, type Change, type Write } from './memory.ts';
import { answer, byPath, fieldOf } from './query.ts';
import { WireError, type Scheduler } from './scheduler.ts';

/** What else sees each read and commit: the emulator, which has to agree. */
export type Mirror = {
  readonly read: (paths: readonly string[], found: readonly (Plain | null)[]) => Promise<void>;
  readonly commit: (writes: readonly Write[], changes: readonly Change[]) => Promise<void>;
  /** A commit that the memory refused. */
  readonly refused: (writes: readonly Write[], error: WireError) => Promise<void>;
  readonly query: (query: Query<unknown>, found: readonly object[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Locks of a transaction whose function died are let go of after a minute. */
const IDLE_MS = 60_000;

const ours = (data: Plain | null): unknown => (data === null ? null : asRead(data));
const itemAt = (path: string, data: Plain): Item => ({
  path,
  id: path.slice(path.lastIndexOf('/') + 1),
  doc: asRead(data),
});

type Options = {
  readonly memory: Memory;
  readonly scheduler: Scheduler;
  readonly onCommit: (changes: readonly Change[], fiber: number) => void;
  readonly mirror?: Mirror | undefined;
};

/** The store behind the product's own port: documents in memory, locks as production has them, every await an event. */
export function createStore({ memory, scheduler, onCommit, mirror }: Options): Store {
  const locks = new Locks();

  const read = (detail: string, paths: readonly string[], lock?: Transaction) =>
    scheduler.cross({ kind: 'read', detail: `${detail} ${paths.join()}` }, async () => {
      if (lock) locks.read(lock, paths);
      const found = paths.map((path) => memory.get(path));
      await mirror?.read(paths, found);
      return found;
    });

  function commit(transaction: Transaction, writes: readonly Write[]) {
    const fiber = scheduler.current()?.id ?? 0;
    const paths = writes.map(({ path }) => path);
    return scheduler.cross({ kind: 'commit', detail: shortly(writes) }, async () => {
      const wait = locks.claim(transaction, paths, scheduler.now());
      if (wait) return wait;
      const { changes, sums } = await memoryCommit(writes);
      locks.end(transaction);
      await mirror?.commit(writes, changes);
      onCommit(changes, fiber);
      return sums;
    });
  }

  async function memoryCommit(writes: readonly Write[]) {
    try {
      return memory.commit(writes, scheduler.now());
    } catch (error) {
      if (error instanceof WireError) await mirror?.refused(writes, error);
      throw error;
    }
  }

  /** Alone, as the youngest of all. */
  async function write(writes: readonly Write[]) {
    const transaction = begin();
    try {
      return await commit(transaction, writes);
    } finally {
      locks.end(transaction);
    }
  }

  function begin(): Transaction {
    const transaction = locks.begin();
    scheduler.current()?.onEnd.push(() => {
      if (!transaction.over) scheduler.in(IDLE_MS, () => locks.end(transaction));
    });
    return transaction;
  }

  async function search(query: Query<unknown>, instant?: number) {
    const { path } = query.collection;
    const place = await placeAfter(query);
    return scheduler.cross({ kind: 'read', detail: `query ${path}` }, async () => {
      const found = query.everyones
        ? answer(query, everyones(path, instant), place).map(([at, data]) => itemAt(at, data))
        : answer(query, ofOne(path, instant), place).map(([id, data]) => itemAt(`${path}/${id}`, data));
      if (instant === undefined) await mirror?.query(query, found);
      return found;
    });
  }

  const ofOne = (path: string, instant?: number) =>
    instant === undefined ? memory.all(path) : allAt(path, instant);

  const everyones = (path: string, instant?: number) =>
    memory
      .group(path.slice(path.lastIndexOf('/') + 1))
      .flatMap((one) =>
        [...ofOne(one, instant)].map(([id, data]) => [`${one}/${id}`, data] as [string, Plain]),
      );

  async function placeAfter({ after, orderBy = [], collection }: Query<unknown>) {
    if (after === undefined) return null;
    const { id, doc } =
      typeof after === 'string'
        ? { id: after, doc: (await read('cursor', [collection.doc(after).path]))[0] ?? null }
        : { id: after.id, doc: toStored(after.doc as object) };
    if (doc === null) throw new Refusal('not_found', { what: 'cursor' });
    const values = orderBy.map(([field]) => fieldOf(doc, field));
    // As the SDK has it: a document without the field has no place in that order.
    if (values.includes(undefined)) throw new Error(`${id} has no place in ${collection.path}`);
    return { id, values };
  }

  const allAt = (path: string, instant: number): [string, Plain][] =>
    memory.idsEver(path).flatMap((id) => {
      const data = memory.getAt(`${path}/${id}`, endOf(instant));
      return data === null ? [] : [[id, data] as [string, Plain]];
    });

  return {
    async attempt(operation, mayCommit) {
      const transaction = begin();
      try {
        const data = await operation.read({
          async get(wanted) {
            const names = Object.keys(wanted);
            const paths = Object.values(wanted).map(({ path }) => path);
            const found = await read('get', paths, transaction);
            return Object.fromEntries(names.map((name, i) => [name, ours(found[i] ?? null)])) as Found<
              typeof wanted
            >;
          },
        });
        const decision = operation.decide(data);
        await mayCommit();
        const writes: Write[] = [];
        operation.write(writerTo(writes), decision);
        await commit(transaction, writes);
        return decision;
      } finally {
        locks.end(transaction);
      }
    },
    load: async <T>(refs: readonly Ref<T>[]) =>
      (
        await read(
          'load',
          refs.map(({ path }) => path),
        )
      ).map(ours) as (T | null)[],
    async create(ref, doc) {
      try {
        await write([{ kind: 'create', path: ref.path, data: toStored(doc) }]);
        return true;
      } catch (error) {
        const ALREADY_EXISTS = 6;
        if ((error as { code?: unknown }).code === ALREADY_EXISTS) return false;
        throw error;
      }
    },
    async replace(copies) {
      await write(copies.map(({ ref, doc }) => ({ kind: 'set', path: ref.path, data: toStored(doc) })));
    },
    async takeFromList(ref, field, items) {
      await write([{ kind: 'remove', path: ref.path, field, items: items.map(toStored) }]);
    },
    add: (additions) =>
      write(
        additions.map(({ ref, add, set, drop }) => ({
          kind: 'add',
          path: ref.path,
          add,
          set: toStored(set),
          drop,
        })),
      ),
    find: async <T>(query: Query<T>, instant?: number) => (await search(query, instant)) as Placed<T>[],
    count: async (query) => (await search(query)).length,
    async total(query, field) {
      const numbers = (await search(query)).map(({ doc }) => (doc as Plain)[field]);
      return numbers.reduce<number>((all, one) => all + (typeof one === 'number' ? one : 0), 0);
    },
    page: (source, instant, after, limit) =>
      scheduler.cross({ kind: 'read', detail: `page ${JSON.stringify(source)}` }, () => {
        const from = 'group' in source ? memory.group(source.group) : [source.collection];
        const all = from.flatMap((path) =>
          allAt(path, instant).map(([id, data]) => ({ path: `${path}/${id}`, data })),
        );
        const rest = all.filter(({ path }) => byPath(path, after) > 0);
        rest.sort((one, other) => byPath(one.path, other.path));
        return rest.slice(0, limit).map(({ path, data }) => itemAt(path, data));
      }),
    loadAt: (paths, instant) =>
      scheduler.cross({ kind: 'read', detail: `at ${instant} ${paths.join()}` }, () =>
        paths.flatMap((path) => {
          const data = memory.getAt(path, endOf(instant));
          return data === null ? [] : [itemAt(path, data)];
        }),
      ),
    instant: () =>
      scheduler.cross({ kind: 'read', detail: 'instant' }, () => {
        const instant = scheduler.now();
        memory.close(instant);
        return instant;
      }),
    close: async () => mirror?.close(),
  };
}

const writerTo = (writes: Write[]): Writer => ({
  create: (ref, doc) => void writes.push({ kind: 'create', path: ref.path, data: toStored(doc) }),
  set: (ref, doc) => void writes.push({ kind: 'set', path: ref.path, data: toStored(doc) }),
  delete: (ref) => void writes.push({ kind: 'delete', path: ref.path }),
});

const shortly = (writes: readonly Write[]): string =>
  writes.map((write) => `${write.kind} ${write.path}`).join(', ') || 'nothing';
