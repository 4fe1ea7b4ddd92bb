import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import {
  collection,
  deleteDoc,
  doc,
  getDocFromServer,
  limit,
  query,
  setDoc,
  updateDoc,
  where,
  writeBatch,
  type Firestore,
} from 'firebase/firestore';
import { collections } from '../../src/collections.ts';
import { access, foreign, type Access } from './access.ts';
import { actors, owner, payee, type Actor } from './actors.ts';
import { everywhere, openReach, pathsFound, readRules, type Reach } from './reach.ts';
import { folderOf, samples, type Sample } from './samples.ts';

jest.setTimeout(30_000);

let reach: Reach;
beforeAll(async () => {
  reach = await openReach();
}, 60_000);
afterAll(() => reach.stop());

type Name = keyof typeof collections;
const names = Object.keys(collections) as Name[];
const valueIn = ({ doc }: Sample, field: string) => (doc as Record<string, unknown>)[field];

/** Somebody tries to write, in every way there is, at a place where something lies and where nothing does. */
async function assertNoWrites(db: Firestore, folder: string, existing: string, { uid }: Actor) {
  const mine = { uid, payer: uid, payee: uid, parties: [uid], role: 'superadmin', status: 'completed' };
  const change = { frozen: false, kycStatus: 'verified', status: 'released', balance: 0, readAt: 1 };
  const free = doc(collection(db, folder));
  await Promise.all([
    assertFails(setDoc(free, mine)),
    assertFails(setDoc(doc(db, folder, uid ?? 'nobody'), mine)),
    assertFails(setDoc(doc(db, existing), mine)),
    assertFails(setDoc(doc(db, existing), change, { merge: true })),
    assertFails(updateDoc(doc(db, existing), change)),
    assertFails(deleteDoc(doc(db, existing))),
    assertFails(writeBatch(db).set(free, mine).delete(doc(db, existing)).commit()),
  ]);
}

test('W2-05 every collection has a row, and every rule and row a collection', async () => {
  expect(Object.keys(access).sort()).toEqual([...names].sort());
  const ruled = [...(await readRules()).matchAll(/match \/(?:\w+\/\{\w+\}\/)*(?<name>\w+)\/\{\w+\}/g)];
  const inRules = ruled.map(({ groups }) => groups!.name).filter((name) => name !== 'databases');
  expect(inRules.sort()).toEqual([...names].sort());
  for (const name of names)
    for (const sample of samples[name]) expect(folderOf(sample).split('/').at(-1)).toBe(name);
});

describe.each(names)('%s', (name) => {
  const row: Access = access[name];
  const lying = samples[name];
  const folders = [...new Set(lying.map(folderOf))];

  const mayReadAll = (actor: Actor) => actor.role !== null && row.admins.includes(actor.role);

  test.each(actors)(`${row.attack} get: $name`, async (actor) => {
    const db = reach.as(actor);
    const tries = lying.map(async ({ ref, people }) => {
      const theirs = row.people !== 'nothing' && actor.uid !== null && people.includes(actor.uid);
      const getting = getDocFromServer(doc(db, ref.path));
      if (mayReadAll(actor) || theirs) expect((await assertSucceeds(getting)).exists()).toBe(true);
      else await assertFails(getting);
    });
    await Promise.all(tries);
  });

  test.each(actors)(`${row.attack} list everything: $name`, async (actor) => {
    const db = reach.as(actor);
    const tries = folders.map(async (folder) => {
      const inside = lying.filter((sample) => folderOf(sample) === folder);
      const own = row.people === 'folder' && inside.every(({ people }) => people.includes(actor.uid ?? ''));
      const allowed = mayReadAll(actor) || own;
      const all = await pathsFound(allowed, query(collection(db, folder)));
      if (allowed) expect(all).toEqual(inside.map(({ ref }) => ref.path).sort());
      await pathsFound(allowed, query(collection(db, folder), limit(1)));
    });
    // Rules speak of places, so a search over all places of one name finds no rule.
    await Promise.all([...tries, pathsFound(false, everywhere(db, name))]);
  });

  /** Lists what names a person in a field, and reads back each document that was found. */
  async function listNaming(actor: Actor, folder: string, field: string, uid: string) {
    const db = reach.as(actor);
    const filter = where(field, field === 'parties' ? 'array-contains' : '==', uid);
    const allowed = mayReadAll(actor) || (typeof row.people === 'object' && actor.uid === uid);
    await pathsFound(false, query(everywhere(db, name), filter));
    const found = await pathsFound(allowed, query(collection(db, folder), filter));
    if (found === null) return;
    const named = lying.filter((sample) => [valueIn(sample, field)].flat().includes(uid));
    expect(found).toEqual(named.map(({ ref }) => ref.path).sort());
    for (const sample of named) {
      const read = await assertSucceeds(getDocFromServer(doc(db, sample.ref.path)));
      expect(read.get(field)).toEqual(valueIn(sample, field));
    }
  }

  const fields = typeof row.people === 'object' ? row.people.by : ['uid', 'payer', 'payee', 'parties'];
  // Where the folder says whose it is, no field does.
  const tried = actors.filter(() => row.people !== 'folder');
  if (tried.length > 0)
    test.each(tried)('W0-40 list by whose it is: $name', async (actor) => {
      const tries = folders.flatMap((folder) =>
        fields.flatMap((field) => [owner, payee].map(({ uid }) => listNaming(actor, folder, field, uid!))),
      );
      await Promise.all(tries);
    });

  test.each(actors)(`${row.attack} create, update, delete: $name`, async (actor) => {
    const tries = folders.map((folder) => {
      const existing = lying.find((sample) => folderOf(sample) === folder)!.ref.path;
      return assertNoWrites(reach.as(actor), folder, existing, actor);
    });
    await Promise.all(tries);
  });
});

test.each(foreign)('$attack $path: nobody reads or writes there', async ({ path }) => {
  const tries = actors.map(async (actor) => {
    const db = reach.as(actor);
    const own = `${path}/${actor.uid ?? 'nobody'}`;
    await assertFails(getDocFromServer(doc(db, own)));
    await pathsFound(false, query(collection(db, path)));
    await assertNoWrites(db, path, own, actor);
  });
  await Promise.all(tries);
});
