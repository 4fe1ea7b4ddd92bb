import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword } from 'firebase/auth';
import {
  collection,
  connectFirestoreEmulator,
  doc,
  getFirestore,
  limit,
  onSnapshot,
  orderBy,
  query,
  setLogLevel,
  terminate,
  where,
} from 'firebase/firestore';
import { connectFunctionsEmulator, getFunctions, httpsCallable } from 'firebase/functions';
import { createClient } from '../../client/src/index.ts';
import { openStage, sessionOf, type FlowStage } from './stage.ts';

/** Two people with their screens: Firebase's own client SDK, signed in, listening under the rules. */
let stage: FlowStage;
const apps: FirebaseApp[] = [];
beforeAll(async () => {
  // The SDK warns of every denial, and a denial is part of what is tested.
  setLogLevel('silent');
  stage = await openStage();
}, 180_000);
afterAll(async () => {
  await Promise.all(apps.map((app) => terminate(getFirestore(app))));
  await Promise.all(apps.map(deleteApp));
  await stage.stop();
});

const password = 'coffer-local';

/** What a screen shows, as it comes. */
type Screen<T> = { readonly shown: T[]; readonly until: (wanted: (now: T) => boolean) => Promise<number> };

/** Remembers what is shown, and says when something was: milliseconds of this machine's clock. */
function screen<T>(listen: (show: (now: T) => void) => void): Screen<T> {
  const shown: T[] = [];
  const waiting = new Set<() => void>();
  listen((now) => {
    shown.push(now);
    for (const look of waiting) look();
  });
  return {
    shown,
    until: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          const last = shown.at(-1);
          if (last === undefined || !wanted(last)) return;
          waiting.delete(look);
          resolve(performance.now());
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Somebody’s phone: signs in with the password, and has the typed client. */
async function phone(name: string) {
  const { email, uid } = await stage.cloud.person({ password });
  const { projectId } = stage.cloud;
  const app = initializeApp({ projectId, apiKey: projectId }, name);
  apps.push(app);
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${stage.cloud.urls.auth}`, { disableWarnings: true });
  await signInWithEmailAndPassword(auth, email, password);
  const db = getFirestore(app);
  const [host = '', port = ''] = stage.cloud.urls.firestore.split(':');
  connectFirestoreEmulator(db, host, Number(port));
  const functions = getFunctions(app, 'europe-west1');
  const { hostname, port: functionsPort } = new URL(stage.cloud.urls.functions);
  connectFunctionsEmulator(functions, hostname, Number(functionsPort));
  const coffer = createClient({
    callable: (name, options) => httpsCallable(functions, name, options),
    who: () => auth.currentUser?.uid ?? null,
    firestore: { db, doc, collection, query, where, orderBy, limit, onSnapshot },
  });
  return { uid, coffer };
}

const QAR = 'QAR' as const;

test('F67 W3-24 a purchase, a lock and a release move both screens, and each sees only their own', async () => {
  const [ann, ben] = await Promise.all([phone('ann'), phone('ben')]);
  const annHas = screen<number>((show) =>
    ann.coffer.watch.wallet(ann.uid, ({ balances }) => show(balances.QAR?.available ?? 0)),
  );
  const benHas = screen<number>((show) =>
    ben.coffer.watch.wallet(ben.uid, ({ balances }) => show(balances.QAR?.available ?? 0)),
  );
  const annEscrows = screen<string[]>((show) =>
    ann.coffer.watch.escrows(ann.uid, (escrows) => show(escrows.map(({ status }) => status))),
  );
  const benEntries = screen<string[]>((show) =>
    ben.coffer.watch.entries(ben.uid, (entries) => show(entries.map(({ kind }) => kind))),
  );
  // Ben tries to look at what Ann has.
  const spied = screen<string>((show) =>
    ben.coffer.watch.wallet(ann.uid, () => show('Ann’s wallet'), {
      onError: (error) => show((error as { code?: string }).code ?? 'error'),
    }),
  );
  await Promise.all([annHas.until((has) => has === 0), benHas.until((has) => has === 0)]);

  const lag: Record<string, number> = {};
  const timed = async (what: string, call: Promise<unknown>, ...seen: Promise<number>[]) => {
    const answered = call.then(() => performance.now());
    lag[what] = Math.round(Math.max(...(await Promise.all(seen))) - (await answered));
  };

  const item = { kind: 'amount', amount: 30_000 } as const;
  const order = await ann.coffer.purchases.create({ provider: 'stripe', item });
  await timed(
    'purchase',
    stage.stripe.pay(sessionOf(stage, order.id)),
    annHas.until((has) => has === 30_000),
  );
  const price = { amount: 20_000, currency: QAR };
  const { id: job } = await ann.coffer.jobs.post({ title: 'Work', price });
  await ann.coffer.jobs.assign({ job, payee: ben.uid });
  await timed(
    'lock',
    ann.coffer.escrow.lock({ job }),
    annHas.until((has) => has === 10_000),
    annEscrows.until((all) => all.join() === 'held'),
  );
  const escrow = `${job}~${ann.uid}~${ben.uid}`;
  await timed(
    'release',
    ann.coffer.escrow.release({ escrow }),
    benHas.until((has) => has === 18_000),
    annEscrows.until((all) => all.join() === 'released'),
    benEntries.until((all) => all.join() === 'escrow-release'),
  );
  process.stdout.write(`from the answer to the screen, ms: ${JSON.stringify(lag)}\n`);

  expect(annHas.shown).toEqual([0, 30_000, 10_000]);
  expect(benHas.shown).toEqual([0, 18_000]);
  await spied.until(() => true);
  expect(spied.shown).toEqual(['permission-denied']);
}, 180_000);
