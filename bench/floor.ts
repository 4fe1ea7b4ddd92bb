import type { DocumentData, Firestore } from '@google-cloud/firestore';
import { takeTallies, withinCall } from '../local/wire.ts';
import type { Work } from './people.ts';

/**
 * The least that can be done for an operation: a bare transaction that reads as many documents (and looks at them, since
 * the library decodes what is looked at) and writes as many, of the same contents, and decides nothing.
 */
export type Shape = {
  readonly reads: readonly { readonly path: string; readonly data: DocumentData | null }[];
  readonly writes: readonly { readonly path: string; readonly data: DocumentData; readonly isNew: boolean }[];
};

/** Does a piece of work, and looks at what it asked for and what it left. */
export async function shapeOf(db: Firestore, work: Work): Promise<Shape> {
  takeTallies();
  await withinCall('shape', work);
  const [done] = takeTallies('shape');
  const { asked = [], wrote = [] } = done?.tally ?? {};
  const look = async (paths: readonly string[]) => {
    const found = paths.length === 0 ? [] : await db.getAll(...paths.map((path) => db.doc(path)));
    return found.map((one, i) => {
      // Made by this very commit: before, there was nothing.
      const isNew = wrote.includes(paths[i]!) && one.createTime?.isEqual(one.updateTime!) === true;
      return { path: paths[i]!, data: one.data() ?? null, isNew };
    });
  };
  return {
    reads: (await look(asked)).map(({ path, data, isNew }) => ({ path, data: isNew ? null : data })),
    writes: (await look(wrote)).map(({ data, ...rest }) => ({ ...rest, data: data ?? {} })),
  };
}

let made = 0;

/** That many bare transactions of a shape, each on documents of its own. */
export async function bare(db: Firestore, shape: Shape, count: number): Promise<Work[]> {
  const works: Work[] = [];
  let batch = db.batch();
  let size = 0;
  for (let i = 0; i < count; i += 1) {
    made += 1;
    const own = (path: string) => db.doc(`bare-${path.split('/')[0]!}/${made}_${path.replaceAll('/', '_')}`);
    for (const { path, data } of shape.reads) {
      if (data === null) continue;
      // What is then written is another: to write what is there already may cost less.
      batch.set(own(path), { ...data, before: true });
      size += 1;
    }
    if (size >= 300) {
      await batch.commit();
      [batch, size] = [db.batch(), 0];
    }
    const reads = shape.reads.map(({ path }) => own(path));
    const writes = shape.writes.map(({ path, ...write }) => ({ ref: own(path), ...write }));
    works.push(() => transact(db, reads, writes));
  }
  if (size > 0) await batch.commit();
  return works;
}

type Ref = ReturnType<Firestore['doc']>;

async function transact(
  db: Firestore,
  reads: readonly Ref[],
  writes: readonly { readonly ref: Ref; readonly data: DocumentData; readonly isNew: boolean }[],
): Promise<void> {
  if (writes.length === 0) {
    for (const found of await db.getAll(...reads)) found.data();
    return;
  }
  await db.runTransaction(async (transaction) => {
    for (const found of await transaction.getAll(...reads)) found.data();
    for (const { ref, data, isNew } of writes)
      if (isNew) transaction.create(ref, data);
      else transaction.set(ref, data);
  });
}
