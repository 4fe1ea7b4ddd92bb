import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assertFails,
  assertSucceeds,
  initializeTestEnvironment,
  type RulesTestEnvironment,
} from '@firebase/rules-unit-testing';
import {
  collection,
  collectionGroup,
  deleteDoc,
  doc,
  getDocFromServer,
  getDocsFromServer,
  limit,
  orderBy,
  query,
  setDoc,
  setLogLevel,
  updateDoc,
  where,
  type Firestore,
  type FirestoreError,
  type Query as WebQuery,
} from 'firebase/firestore';
import { myStage } from '../../../local/jest/stage.ts';
import { closeStore, createOnce } from '../../src/platform/firestore.ts';
import type { Query } from '../../src/platform/store.ts';
import type { Actor } from './actors.ts';
import { wishes, type Answer, type Ask } from './probes.ts';
import { everything } from './samples.ts';

/** The emulator with the project's rules and the samples in it, as apps with the web SDK reach it. */
export type Reach = {
  /** This person's own app. */
  readonly as: (actor: Actor) => Firestore;
  readonly stop: () => Promise<void>;
};

const rulesFile = join(import.meta.dirname, '..', '..', '..', 'firestore.rules');
export const readRules = (): Promise<string> => readFile(rulesFile, 'utf8');

export async function openReach(): Promise<Reach> {
  // The SDK warns of every denial, and denials are what is tested.
  setLogLevel('silent');
  const { projectId, mine } = myStage();
  const [host = '', port = ''] = mine.firestoreHost.split(':');
  const environment = await initializeTestEnvironment({
    projectId,
    firestore: { host, port: Number(port), rules: await readRules() },
  });
  await environment.clearFirestore();
  process.env.FIRESTORE_EMULATOR_HOST = mine.firestoreHost;
  process.env.GCLOUD_PROJECT = projectId;
  process.env.METADATA_SERVER_DETECTION = 'none';
  await Promise.all(everything().map((sample) => createOnce(sample.ref, sample.doc)));
  const apps = new Map<Actor, Firestore>();
  return {
    as(actor) {
      const app = apps.get(actor) ?? appOf(environment, actor);
      apps.set(actor, app);
      return app;
    },
    async stop() {
      await environment.cleanup();
      await closeStore();
    },
  };
}

function appOf(environment: RulesTestEnvironment, { uid, claims }: Actor): Firestore {
  const context =
    uid === null ? environment.unauthenticatedContext() : environment.authenticatedContext(uid, claims);
  // The testing library hands out the compat type; the modular functions take what is behind it.
  return context.firestore() as unknown as Firestore;
}

/** A query of ours in the words of the web SDK; `everywhere` asks all collections of that name. */
export function asked(db: Firestore, wanted: Query<unknown>, everywhere = false): WebQuery {
  const { path } = wanted.collection;
  return query(
    everywhere ? collectionGroup(db, path.split('/').at(-1)!) : collection(db, path),
    ...(wanted.where ?? []).map(([field, is, value]) =>
      // Within a collection a document is named by its id.
      where(field, is, field === '__name__' ? String(value).split('/').at(-1) : value),
    ),
    ...(wanted.orderBy ?? []).map(([field, direction]) => orderBy(field, direction)),
    ...(wanted.limit === undefined ? [] : [limit(wanted.limit)]),
  );
}

/** The paths that a query finds; null when it is refused. Any other failure is one of the test. */
export async function pathsFound(allowed: boolean, wanted: WebQuery): Promise<string[] | null> {
  const asking = getDocsFromServer(wanted);
  if (!allowed) {
    await assertFails(asking);
    return null;
  }
  const { docs } = await assertSucceeds(asking);
  return docs.map((found) => found.ref.path).sort();
}

/** What an app is answered; any failure but a refusal is one of the test. */
export async function answerTo(db: Firestore, uid: string | null, ask: Ask): Promise<Answer> {
  try {
    return await made(db, uid, ask);
  } catch (error) {
    if ((error as FirestoreError).code === 'permission-denied') return 'denied';
    throw error;
  }
}

async function made(db: Firestore, uid: string | null, ask: Ask): Promise<string[]> {
  if (ask.verb === 'list') {
    const { docs } = await getDocsFromServer(asked(db, ask.query, ask.everywhere));
    return docs.map((found) => found.ref.path).sort();
  }
  const at = doc(db, ask.path);
  const mine = wishes(uid ?? 'nobody');
  if (ask.verb === 'get') return (await getDocFromServer(at)).exists() ? [ask.path] : [];
  if (ask.verb === 'create') await setDoc(at, mine);
  if (ask.verb === 'update') await updateDoc(at, mine);
  if (ask.verb === 'delete') await deleteDoc(at);
  return [ask.path];
}
