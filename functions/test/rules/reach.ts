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
  getDocsFromServer,
  limit,
  orderBy,
  query,
  setLogLevel,
  where,
  type Firestore,
  type Query as WebQuery,
} from 'firebase/firestore';
import { myStage } from '../../../local/jest/stage.ts';
import { closeStore, createOnce } from '../../src/platform/firestore.ts';
import type { Query } from '../../src/platform/store.ts';
import type { Actor } from './actors.ts';
import { samples } from './samples.ts';

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
  await Promise.all(
    Object.values(samples)
      .flat()
      .map(({ ref, doc }) => createOnce(ref, doc)),
  );
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

/** A query of ours in the words of the web SDK. */
export function asked(db: Firestore, wanted: Query<unknown>): WebQuery {
  return query(
    collection(db, wanted.collection.path),
    ...(wanted.where ?? []).map(([field, operator, value]) => where(field, operator, value)),
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

/** The same name anywhere in the database. */
export const everywhere = (db: Firestore, path: string): WebQuery =>
  query(collectionGroup(db, path.split('/').at(-1)!));
