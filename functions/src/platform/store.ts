/**
 * The port to the store: what an operation may say, without a word of Firestore.
 * Documents are plain objects; times in them are milliseconds under names that end in `At` (or are `at`).
 */

declare const held: unique symbol;

/** The address of one document that holds a `T`. */
export type Ref<T> = { readonly path: string; readonly id: string; readonly [held]?: T };

export type Collection<T> = { readonly path: string; doc(id: string): Ref<T> };

/** Names a collection; a sub-collection is a collection whose path has its parent's id in it. */
export const collection = <T>(path: string): Collection<T> => ({
  path,
  doc: (id) => ({ path: `${path}/${id}`, id }),
});

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
