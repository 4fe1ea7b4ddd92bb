import { isDeepStrictEqual } from 'node:util';
import { FieldValue, Firestore, type WriteBatch } from '@google-cloud/firestore';
import { google } from '../../functions/src/platform/google.ts';
import type { Ref } from '../../functions/src/platform/store.ts';
import { fromStored, type Plain } from '../../functions/src/shared/stored.ts';
import { startFirestore, wipe } from '../firestore.ts';
import { freePorts } from '../ports.ts';
import type { Write } from './memory.ts';
import type { Mirror } from './store.ts';
import { nowhere, projectId } from './surroundings.ts';

/** The official emulator, for as many runs as are made of it. */
export type Emulator = {
  /** An empty one, which has to agree with the memory on everything. */
  readonly mirror: (complain: (what: string) => void) => Promise<Mirror>;
  readonly stop: () => Promise<void>;
};

/** Started, or the one that the environment names. @throws Error with one sentence that says what to install */
export async function startEmulator(): Promise<Emulator> {
  if (process.env.FIRESTORE_EMULATOR_HOST === nowhere)
    Reflect.deleteProperty(process.env, 'FIRESTORE_EMULATOR_HOST');
  const [port = 0, functionsPort = 0] = await freePorts(2);
  const { host, stop } = await startFirestore({ port, functionsPort, projectId });
  process.env.FIRESTORE_EMULATOR_HOST = host;
  const db = new Firestore({ projectId });
  return {
    async mirror(complain) {
      await wipe(host, projectId);
      return mirrorOn(db, complain);
    },
    async stop() {
      await db.terminate();
      await google.close();
      await stop();
    },
  };
}

/**
 * What is read from memory is read from the emulator as well, by the code that is deployed, and has to be the same; what
 * is committed is committed to both, and has to lie there the same. The memory says in which order: so a seed is one
 * play on either, and no lock of the emulator's keeps anybody waiting.
 */
function mirrorOn(db: Firestore, complain: (what: string) => void): Mirror {
  const refOf = (path: string): Ref<unknown> => ({ path, id: path.slice(path.lastIndexOf('/') + 1) });
  const differ = (what: string, memory: unknown, emulator: unknown): void => {
    if (isDeepStrictEqual(memory, emulator)) return;
    complain(
      `${what} is ${JSON.stringify(memory)} in memory and ${JSON.stringify(emulator)} in the emulator`,
    );
  };
  const ours = (data: Plain | null): unknown => (data === null ? null : fromStored(data));

  async function read(paths: readonly string[], found: readonly (Plain | null)[]): Promise<void> {
    const theirs = await google.load(paths.map(refOf));
    for (const [i, path] of paths.entries()) differ(path, ours(found[i] ?? null), theirs[i]);
  }

  function batchOf(writes: readonly Write[]): WriteBatch {
    const batch = db.batch();
    for (const write of writes) put(db, batch, write);
    return batch;
  }

  return {
    read,
    async commit(writes, changes) {
      if (writes.length === 0) return;
      await batchOf(writes)
        .commit()
        .catch((error: unknown) => complain(`the emulator did not take a commit: ${String(error)}`));
      await read(
        changes.map(({ path }) => path),
        changes.map(({ after }) => after),
      );
    },
    async refused(writes, error) {
      const code = await batchOf(writes)
        .commit()
        .then(
          () => 0,
          (theirs: unknown) => (theirs as { code?: unknown }).code,
        );
      differ(`the answer to ${writes.map(({ path }) => path).join()}`, error.code, code);
    },
    async query(query, found) {
      differ(`a query of ${query.collection.path}`, found, await google.find(query));
    },
    close: () => Promise.resolve(),
  };
}

function put(db: Firestore, batch: WriteBatch, write: Write): void {
  const ref = db.doc(write.path);
  switch (write.kind) {
    case 'create':
      batch.create(ref, write.data);
      return;
    case 'set':
      batch.set(ref, write.data);
      return;
    case 'delete':
      batch.delete(ref);
      return;
    case 'remove':
      batch.update(ref, { [write.field]: FieldValue.arrayRemove(...write.items) });
      return;
    case 'add': {
      const sums = Object.entries(write.add).map(([name, by]) => [name, FieldValue.increment(by)]);
      const gone = write.drop.map((name) => [name, FieldValue.delete()]);
      batch.set(
        ref,
        { ...write.set, ...(Object.fromEntries([...gone, ...sums]) as object) },
        { merge: true },
      );
    }
  }
}
