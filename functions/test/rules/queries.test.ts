import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { Firestore as Server } from '@google-cloud/firestore';
import {
  collection,
  doc,
  getCountFromServer,
  getDocFromServer,
  onSnapshot,
  query,
  where,
  type DocumentReference,
  type FirestoreError,
  type Query as WebQuery,
} from 'firebase/firestore';
import { myStage } from '../../../local/jest/stage.ts';
import { watchOver } from '../../client/src/watch.ts';
import { collections } from '../../src/collections.ts';
import { find, total } from '../../src/platform/firestore.ts';
import type { Query } from '../../src/platform/store.ts';
import { appQueries } from '../queries/app.ts';
import { codeQueries } from '../queries/code.ts';
import { access } from './access.ts';
import { actors, owner, payee, signedOut, stranger, type Actor } from './actors.ts';
import { asked, openReach, pathsFound, type Reach } from './reach.ts';
import { samples } from './samples.ts';

let reach: Reach;
let server: Server;
beforeAll(async () => {
  reach = await openReach();
  server = new Server({ projectId: myStage().projectId });
}, 180_000);
afterAll(async () => {
  await server.terminate();
  await reach.stop();
});

const groupOf = ({ collection: { path } }: Query<unknown>) => path.split('/').at(-1) as keyof typeof access;
const peopleOf = new Map(
  Object.values(samples)
    .flat()
    .map(({ ref, people }) => [ref.path, people]),
);

test.each(appQueries)('W2-50 an app may ask: $about ($who)', async ({ who, query: make }) => {
  let answered = 0;
  for (const subject of [owner.uid!, payee.uid!]) {
    const wanted = make(subject);
    const { list } = access[groupOf(wanted)];
    for (const actor of actors) {
      const themselves = who === 'person' && actor.uid === subject;
      const allowed = themselves || (actor.role !== null && list.includes(actor.role));
      const found = await pathsFound(allowed, asked(reach.as(actor), wanted));
      if (themselves) for (const path of found ?? []) expect(peopleOf.get(path)).toContain(subject);
      if (themselves || actor.role === who) answered += found?.length ?? 0;
    }
  }
  // A query that finds nothing here would prove nothing.
  expect(answered).toBeGreaterThan(0);
});

const filtered = appQueries.filter(
  ({ who, query: make }) => who === 'person' && access[groupOf(make('ann'))].by !== 'folder',
);
test.each(filtered)('W0-40 without naming oneself it is refused: $about', async ({ query: make }) => {
  const { where: filters = [], ...rest } = make('ann');
  const others = filters.filter(([, , value]) => value !== 'ann');
  expect(others.length).toBeLessThan(filters.length);
  await pathsFound(false, asked(reach.as(owner), { ...rest, where: others }));
  await pathsFound(false, asked(reach.as(owner), { collection: rest.collection, limit: 1 }));
});

test('W2-50 what the typed client watches is on the list', () => {
  const watched: object[] = [];
  const watch = watchOver({
    db: {},
    doc: (_, path) => path,
    collection: (_, path) => ({ path }),
    query: (...parts: object[]): object => Object.assign({ where: [] }, ...parts) as object,
    where: (...where) => ({ where: [where] }),
    orderBy: (...by) => ({ orderBy: [by] }),
    limit: (limit) => ({ limit }),
    onSnapshot(what) {
      watched.push(what);
      return () => undefined;
    },
  });
  const show = () => undefined;
  for (const list of [
    'entries',
    'escrows',
    'bookings',
    'purchases',
    'payments',
    'generations',
    'sales',
    'orders',
    'enrolments',
    'progress',
    'certificates',
    'withdrawals',
    'notices',
  ] as const)
    watch[list]('ann', show);
  watch.notices('ann', show, { unread: true });
  // A list that the client gets later belongs above; the wallet, the root, and what somebody has of plans and packages are
  // one document each.
  expect(Object.keys(watch)).toHaveLength(17);
  expect(watched).toHaveLength(14);
  const listed = appQueries.map(({ query: make }) => {
    const { collection: from, where: filters = [], ...rest } = make('ann');
    return { ...rest, where: filters, path: from.path };
  });
  for (const one of watched) expect(listed).toContainEqual(one);
});

test.each(Object.entries(codeQueries))('W2-50 the functions ask: %s', async (_, queries) => {
  for (const { sum, ...wanted } of queries)
    if (sum === undefined) expect(await find(wanted)).toEqual(expect.any(Array));
    else expect(await total(wanted, sum)).toEqual(expect.any(Number));
});

test('W0-40 counting tells a stranger nothing', async () => {
  const unread = (actor: Actor) =>
    query(collection(reach.as(actor), collections.notices('ann').path), where('readAt', '==', null));
  const counted = await assertSucceeds(getCountFromServer(unread(owner)));
  expect(counted.data()).toEqual({ count: 1 });
  await assertFails(getCountFromServer(unread(stranger)));
});

test('W0-40 what is not there and what is not theirs look the same', async () => {
  for (const name of ['purchases', 'escrows', 'jobs', 'withdrawals'] as const)
    for (const actor of [signedOut, stranger, owner])
      await assertFails(getDocFromServer(doc(reach.as(actor), name, 'never-made')));
  // One's own wallet may be watched before it exists.
  const mine = await assertSucceeds(getDocFromServer(doc(reach.as(stranger), 'wallets', stranger.uid!)));
  expect(mine.exists()).toBe(false);
});

test('W2-05 no document makes an admin', async () => {
  const claim = { role: 'superadmin', isAdmin: true, claims: { role: 'superadmin' } };
  for (const path of ['users', 'admins', 'roles', 'wallets'])
    await server.doc(`${path}/${stranger.uid!}`).set(claim);
  await pathsFound(false, query(collection(reach.as(stranger), 'wallets')));
  await assertFails(getDocFromServer(doc(reach.as(stranger), 'wallets', owner.uid!)));
});

/** What a listener hears, as it comes: values, and in the end an error. */
function listen(what: DocumentReference | WebQuery) {
  const heard: unknown[] = [];
  const waiting: (() => void)[] = [];
  const hear = (said: unknown) => {
    heard.push(said);
    for (const wake of waiting.splice(0)) wake();
  };
  const failed = (error: FirestoreError) => {
    hear(error.code);
  };
  const stop =
    'firestore' in what && what.type === 'document'
      ? onSnapshot(what, (now) => hear(now.data()), failed)
      : onSnapshot(what, (now) => hear(now.docs.map(({ id }) => id)), failed);
  const next = async (count: number) => {
    while (heard.length < count) await new Promise<void>((wake) => waiting.push(wake));
    return heard;
  };
  return { next, stop };
}

test('W3-24 W0-40 the owner hears of a change within two seconds, a stranger of nothing', async () => {
  const path = collections.wallets.doc(owner.uid!).path;
  const mine = listen(doc(reach.as(owner), path));
  const notices = listen(collection(reach.as(owner), collections.notices(owner.uid!).path));
  const refused = [
    listen(doc(reach.as(stranger), path)),
    listen(doc(reach.as(signedOut), path)),
    listen(collection(reach.as(stranger), 'wallets')),
    listen(collection(reach.as(stranger), collections.notices(owner.uid!).path)),
    listen(query(collection(reach.as(stranger), 'escrows'), where('parties', 'array-contains', owner.uid))),
  ];
  expect(await mine.next(1)).toMatchObject([{ version: 0 }]);
  expect(await notices.next(1)).toEqual([['n1']]);
  for (const listener of refused) expect(await listener.next(1)).toEqual(['permission-denied']);

  const started = Date.now();
  await server.doc(path).update({ version: 1 });
  expect(await mine.next(2)).toMatchObject([{ version: 0 }, { version: 1 }]);
  expect(Date.now() - started).toBeLessThan(2000);
  for (const listener of refused) expect(await listener.next(1)).toEqual(['permission-denied']);
  mine.stop();
  notices.stop();
});

test('W2-06 who is no longer chosen for a job reads it no more', async () => {
  const job = samples.jobs.find(({ ref }) => ref.id === 'assigned')!.ref.path;
  const watching = listen(doc(reach.as(payee), job));
  expect(await watching.next(1)).toMatchObject([{ payee: payee.uid }]);
  await server.doc(job).update({ payee: 'dan' });
  expect((await watching.next(2)).at(-1)).toBe('permission-denied');
  await assertFails(getDocFromServer(doc(reach.as(payee), job)));
});
