/**
 * The port to the store: what an operation may say, without a word of Firestore.
 * Documents are plain objects; times in them are milliseconds under names that end in `At` (or are `at`).
 */

declare const held: unique symbol;

/** The address of one document that holds a `T`. */
export type Ref<T> = {
  readonly path: string;
  readonly id: string;
  /** See `shared`. */
  readonly isShared?: true;
  readonly [held]?: T;
};

export type Collection<T> = { readonly path: string; doc(id: string): Ref<T> };

/** Names a collection; a sub-collection is a collection whose path has its parent's id in it. */
export const collection = <T>(path: string): Collection<T> => ({
  path,
  doc: (id) => ({ path: `${path}/${id}`, id }),
});

/**
 * A document that this transaction reads as everybody’s do, and never writes: a policy, a course, a package. Nobody queues for
 * it; Firestore’s locks keep others from changing it meanwhile, not from reading it.
 */
export const shared = <T>(ref: Ref<T>): Ref<T> => ({ ...ref, isShared: true });

export type Operator = '==' | '<' | '<=' | '>' | '>=' | 'in' | 'array-contains';

/** A query as data, so that each can be listed, indexed and answered by any store. */
export type Query<T> = {
  readonly collection: Collection<T>;
  /** Of all sub-collections with its name, whoever's they are. */
  readonly everyones?: true;
  readonly where?: readonly (readonly [field: string, operator: Operator, value: unknown])[];
  readonly orderBy?: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly limit?: number;
  readonly after?: After<T>;
};

/** The last of the page before: its id (of everyone’s, its path), or the document as found, if it may have changed. */
export type After<T> = string | { readonly id: string; readonly doc: T };

type Wanted = Readonly<Record<string, Ref<unknown>>>;

/** What was found under each name; null where there is no document. */
export type Found<W extends Wanted> = {
  readonly [K in keyof W]: (W[K] extends Ref<infer T> ? T : never) | null;
};

/** Reads within a transaction: all at once, in one round trip. */
export type Reader = {
  get<const W extends Wanted>(wanted: W): Promise<Found<W>>;
};

/** Writes within a transaction: collected, sent with the commit. None of them waits. */
export type Writer = {
  /** The document must not exist: the guard that makes a cause happen once. */
  create<T extends object>(ref: Ref<T>, doc: T): void;
  /** Replaces a document that this transaction has read. */
  set<T extends object>(ref: Ref<T>, doc: T): void;
  delete(ref: Ref<unknown>): void;
};

/** Anything but a promise, so that an async decision does not compile. */
export type Settled<D> = D extends PromiseLike<unknown> ? never : D;

/** One money operation: read everything, decide in a pure function, write everything. */
export type Operation<Data, Decision> = {
  /** May run more than once; one batched read where the ids allow it. */
  read: (reader: Reader) => Promise<Data>;
  /** Pure, synchronous, no clock. Throws a `Refusal` to say no. */
  decide: (data: Data) => Settled<Decision>;
  /** No reads, no awaits: returning `undefined` keeps an async function from compiling. */
  write: (writer: Writer, decision: Decision) => undefined;
};

/** Adds to integer fields, sets others, and drops others, whatever was there. */
export type Addition = {
  readonly ref: Ref<unknown>;
  readonly add: Readonly<Record<string, number>>;
  readonly set: object;
  readonly drop: readonly string[];
};

/** A document with where it lies. */
export type Placed<T> = { readonly path: string; readonly id: string; readonly doc: T };
/** One as a reader of the whole store finds it. */
export type Item = Placed<unknown>;

/** A collection, or all sub-collections of a name. */
export type Source = { readonly collection: string } | { readonly group: string };

/** What a store has to offer, so that it can be another than Google's. `firestore.ts` says what each means. */
export type Store = {
  /** One run of an operation in one transaction; `mayCommit` is waited for before anything is written. */
  attempt<Data, Decision>(
    operation: Operation<Data, Decision>,
    mayCommit: () => Promise<void>,
  ): Promise<Decision>;
  load<T>(refs: readonly Ref<T>[]): Promise<(T | null)[]>;
  create(ref: Ref<unknown>, doc: object): Promise<boolean>;
  replace(copies: readonly { readonly ref: Ref<unknown>; readonly doc: object }[]): Promise<void>;
  takeFromList(ref: Ref<unknown>, field: string, items: readonly object[]): Promise<void>;
  add(additions: readonly Addition[]): Promise<Record<string, number>[]>;
  /** @param instant the store as it was then; now without it */
  find<T>(query: Query<T>, instant?: number): Promise<Placed<T>[]>;
  count(query: Query<unknown>): Promise<number>;
  total(query: Query<unknown>, field: string): Promise<number>;
  /** The next documents by their paths, as of an instant. */
  page(source: Source, instant: number, after: string, limit: number): Promise<Item[]>;
  loadAt(paths: readonly string[], instant: number): Promise<Item[]>;
  /** An instant that every commit until now is in. */
  instant(): Promise<number>;
  close(): Promise<void>;
};
