import { myStage } from '../../../local/jest/stage.ts';
import { planCrash, takeTallies } from '../../../local/wire.ts';
import { verifyReceipt } from '../../client/src/verify.ts';
import { auditAll } from '../../src/audit/audit.operations.ts';
import { contract } from '../../src/contract.ts';
import type { Payee } from '../../src/payees/payee.ts';
import { placeOf } from '../../src/payees/destination.ts';
import { newWallet, type Wallet } from '../../src/ledger/wallet.ts';
import { accountOf, auth } from '../../src/platform/accounts.ts';
import { sealingKey } from '../../src/platform/params.ts';
import { openFor, sealFor } from '../../src/platform/personkey.ts';
import { seal } from '../../src/platform/seal.ts';
import { ERASED } from '../../src/privacy/blanking.ts';
import { classOf } from '../../src/privacy/personal.ts';
import { receiptOf } from '../../src/receipts/receipts.operations.ts';
import type { Root } from '../../src/roots/root.ts';
import { buildRoots } from '../../src/roots/roots.operations.ts';
import type { Call } from '../../src/shared/call.ts';
import { fromStored } from '../../src/shared/stored.ts';
import type { Withdrawal } from '../../src/withdrawals/withdrawal.ts';
import { assignedJob, availableOf, noticesOf, orderOf, qar, submittedEscrow } from './acts.ts';
import { startBucket } from './bucket.ts';
import { basic, begunBooking, book, bookingOn, pairOf, withName } from './creators.ts';
import { violationsOn } from './books.ts';
import { everyDocument } from './privacy.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let stage: FlowStage;
let bucket: Awaited<ReturnType<typeof startBucket>>;
let finance: Actor;
let treasurer: Actor;
let support: Actor;
let chief: Actor;
beforeAll(async () => {
  bucket = await startBucket('papers');
  stage = await openStage({
    FIREBASE_CONFIG: JSON.stringify({ projectId: myStage().projectId, storageBucket: 'papers' }),
    STORAGE_API: bucket.api,
    KYC_KEEP_DAYS: '0',
    ISSUER_NAME: 'Coffer LLC',
  });
  finance = await stage.actor('finance');
  treasurer = await stage.actor('finance');
  support = await stage.actor('support');
  chief = await stage.actor('superadmin');
}, 180_000);
afterAll(async () => {
  await stage.stop();
  await bucket.stop();
});
beforeEach(async () => {
  process.env.KYC_KEEP_DAYS = '0';
  await stage.cloud.wipe();
  await stage.idle();
  bucket.files.clear();
});

const name = 'Noor Al-Example';
const iban = 'QA58DOHB00001234567890ABCDEFG';
const words = {
  title: 'Wedding photos of Noor and Sami',
  note: 'Noor uploaded all of it to her own drive.',
  statement: 'Noor says that the light was never agreed upon.',
  prompt: 'Noor and Sami under the almond tree, as an oil painting',
  image: 'https://cdn.example.com/noor-and-sami.jpg',
};
const reason = 'Looked at it.';
const papers = ['front', 'back', 'selfie', 'letter'];

const stored = async <T>(path: string) => fromStored((await stage.db.doc(path).get()).data() ?? {}) as T;

/** A year of somebody's: buys, pays by wallet and by card, works, fights, is verified and paid out; nothing is left. */
async function lived(): Promise<{ noor: Actor; sami: Actor; kinds: string[] }> {
  const [noor, sami] = [await stage.buyer(30_000), await stage.buyer(50_000)];
  const { api, uid } = noor;
  const post = async (amount: number) => {
    const { id: job } = await api.jobs.post({
      requestId: requestId(),
      title: words.title,
      price: qar(amount),
    });
    await api.jobs.assign({ job, payee: sami.uid });
    return job;
  };
  const { id: paid } = await api.escrow.lock({ job: await post(30_000) });
  await sami.api.escrow.submit({ escrow: paid, note: 'Here it is.' });
  await api.escrow.release({ escrow: paid });
  const card = await api.escrow.fund({ job: await post(7_000), save: true });
  const attempt = `card:${card.id.replace('~', ':')}:1`;
  const intents = Object.values(stage.stripe.vault().intents);
  await stage.stripe.play('confirm', intents.find(({ metadata }) => metadata.attempt === attempt)!.id);
  await stage.idle();
  const byCard = `${card.id}~${sami.uid}`;
  await sami.api.escrow.submit({ escrow: byCard, note: 'Here it is.' });
  await api.escrow.release({ escrow: byCard });

  const fought = (await sami.api.escrow.lock({ job: await assignedJob(sami, noor, 10_000) })).id;
  await api.escrow.submit({ escrow: fought, note: words.note });
  await api.escrow.dispute({ escrow: fought, reason: 'other', statement: words.statement });
  await support.api.escrow.resolve({ escrow: fought, resolution: { kind: 'refund' }, reason });
  await sami.api.escrow.release({ escrow: await submittedEscrow(sami, noor, 10_000) });

  const at = (file: string) => `kyc/${uid}/${file}.jpg`;
  for (const file of papers) bucket.files.add(at(file));
  const [id_front, id_back, selfie, proof_of_address] = papers.map(at) as [string, string, string, string];
  const documents = { id_front, id_back, selfie, proof_of_address };
  const kyc = await api.kyc.submit({ requestId: requestId(), name, country: 'QA', documents });
  const application = kyc.application ?? '';
  await finance.api.kyc.review({ uid, application, decision: 'verify', reason });
  const { id: destination } = await api.destinations.save({
    ...{ requestId: requestId(), kind: 'bank', holder: name, iban, currency: 'QAR' },
  });
  await finance.api.destinations.verify({ uid, destination, decision: 'verify', reason });
  expect((await finance.api.destinations.reveal({ uid, destination, reason })).kind).toBe('bank');
  await api.connect.start({ country: 'QA' });
  await worked(noor);
  const amount = qar(await availableOf(noor));
  const { id: withdrawal } = await api.withdrawals.request({ requestId: requestId(), amount, destination });
  await finance.api.withdrawals.approve({ withdrawal, reason });
  const proof = { method: 'bank_transfer', reference: requestId(), paidAt: stage.cloud.clock.now() } as const;
  await treasurer.api.withdrawals.pay({ withdrawal, amount, ...proof, reason });
  await stage.idle();
  await stage.cloud.runSchedule('invoices-sweep');
  await stage.idle();
  const journal = await stage.db.collection('journal').get();
  return { noor, sami, kinds: [...new Set(journal.docs.map((one) => String(one.get('kind'))))].sort() };
}

/** Credits as a present and by a subscription, and work that they paid for. */
async function worked({ api, uid }: Actor): Promise<void> {
  await api.rewards.welcome({ device: 'the-phone-of-noor' });
  await api.rewards.refer({ referrer: finance.uid, device: 'the-phone-of-noor' }).catch(() => undefined);
  await api.allowance.subscribe({ requestId: requestId(), tier: 'basic' });
  const own = Object.values(stage.stripe.vault().subscriptions).find(({ metadata }) => metadata.uid === uid)!;
  await stage.stripe.play('subscription-paid', own.id);
  const work = { kind: 'enhance', prompt: words.prompt, imageUrl: words.image } as const;
  await api.generations.start({ requestId: requestId(), ...work });
  await stage.advance('1s');
  await stage.atelier.finish('succeeded');
  await stage.idle();
}

/** Where any of this is written in clear, or within an id: by the path of the document. */
async function mentions(texts: readonly string[]): Promise<string[]> {
  const found = [...(await everyDocument(stage.db))].filter(([path, doc]) =>
    texts.some((text) => path.includes(text) || JSON.stringify(doc).includes(text)),
  );
  return found.map(([path]) => path);
}
const inClear = ({ email, uid }: Actor) => [name, iban, email, `kyc/${uid}`, ...Object.values(words), 'DEFG'];

/** In clear only where the table says that it is kept: with the other side of a contract, and in the record of power. */
async function keptOnly(noor: Actor, { uid: other }: Actor): Promise<void> {
  const { table } = await erasureOf(noor);
  const kept = table.filter(({ fate }) => fate === 'kept').map(({ collection }) => collection);
  expect(kept).toEqual(expect.arrayContaining(['inboxes of others', 'adminActions']));
  const wrong: string[] = [];
  for (const [path, doc] of await everyDocument(stage.db)) {
    // Of an account number no more than its last four digits.
    const allowed = path.startsWith(`inboxes/${other}/`)
      ? [words.title]
      : path.startsWith('adminActions/')
        ? ['DEFG']
        : [];
    const found = inClear(noor).filter((text) => `${path} ${JSON.stringify(doc)}`.includes(text));
    wrong.push(...found.filter((text) => !allowed.includes(text)).map((text) => `${path}: ${text}`));
  }
  expect(wrong).toEqual([]);
}

const erasureOf = ({ uid }: Actor) => support.api.privacy.kept({ uid });
const settle = async () => {
  stage.cloud.clock.move(71 * MINUTE);
  await stage.cloud.runSchedule('privacy-sweep');
  await stage.idle();
};
const hasNothing = async ({ uid }: Actor) => {
  expect(await accountOf(uid)).toBeNull();
  expect([...bucket.files]).toEqual([]);
  expect((await stage.db.doc(`personKeys/${uid}`).get()).data()).toMatchObject({
    wrapped: { destinations: null, identity: null },
  });
  expect((await stage.db.collection(`inboxes/${uid}/notices`).get()).size).toBe(0);
  for (const gone of ['buyers', 'roleDecisions', 'subscriptions', 'referrals'])
    expect((await stage.db.doc(`${gone}/${uid}`).get()).exists).toBe(false);
  expect(await stored<Payee>(`payees/${uid}`)).toMatchObject({
    ...{ kyc: { status: 'none' }, destinations: [], connected: null, recent: [] },
  });
  expect(await stored(`wallets/${uid}`)).toMatchObject({ frozen: true });
  expect(await stored<Wallet>(`wallets/${uid}`)).not.toMatchObject({ lots: { CREDIT: [{}] } });
  expect(stage.atelier.tasks().filter(({ attempt }) => attempt.includes(uid))).toEqual([]);
  const { accounts, customers, subscriptions } = stage.stripe.vault();
  const collecting = Object.values(subscriptions).filter(({ status }) => status !== 'canceled');
  expect(collecting.filter(({ metadata }) => metadata.uid === uid)).toEqual([]);
  const left = [...Object.values(accounts), ...Object.values(customers)];
  expect(left.filter(({ metadata }) => metadata?.uid === uid)).toEqual([]);
};

const paidTo = ({ uid }: { uid: string }) => ({ uid, use: 'destinations' }) as const;
const asPerson = ({ uid }: { uid: string }) => ({ uid, use: 'identity' }) as const;

/** The books, as they would be handed to somebody else: every leg, and what they add up to. */
async function journalNow() {
  const all = await stage.db.collection('journal').get();
  // Credits that were given end with the erasure: nobody paid for them.
  const docs = all.docs.filter((one) => one.get('kind') !== 'lot-expiry');
  const legs = docs.flatMap((one) => one.get('legs') as { account: string; amount: number }[]);
  return {
    text: JSON.stringify(docs.map((one) => one.data())),
    sum: legs.reduce((all, one) => all + one.amount, 0),
  };
}
const wholeStatement = async ({ api }: Actor) => {
  const month = new Date(stage.cloud.clock.now()).toISOString().slice(0, 7);
  const { file } = await api.wallet.statement({ month, currency: 'QAR', limit: 500, format: 'csv' });
  // A month that is not over closes at the time of asking.
  return Buffer.from(file, 'base64')
    .toString()
    .replaceAll(/^[^,]+(?=,,(Closing balance|Balance so far))/gm, 'now');
};

test('a whole life is erased, and the books still prove themselves', async () => {
  const { noor, sami, kinds } = await lived();
  expect(kinds).toEqual(expect.arrayContaining(['purchase', 'escrow-release', 'withdrawal-paid', 'grant']));
  const { uid } = noor;
  expect((await mentions(inClear(noor))).length).toBeGreaterThan(5);
  for (const [path, doc] of await everyDocument(stage.db)) expect(undecidedIn(path, doc)).toEqual([]);

  const payee = await stored<Payee>(`payees/${uid}`);
  const before = { journal: await journalNow(), sami: await wholeStatement(sami) };
  const [{ id: paidOut } = { id: '' }] = (await noor.api.withdrawals.list({})).withdrawals;
  const backup = (await stored<Withdrawal>(`withdrawals/${paidOut}`)).destination;

  expect(await noor.api.privacy.status({})).toMatchObject({ erasure: null, left: null });
  expect(await noor.api.privacy.erase({ confirm: 'erase' })).toMatchObject({ uid, phase: 'closing' });
  await stage.idle();
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'settling', remainders: [] } });
  await hasNothing(noor);
  await settle();
  const { erasure, left } = await erasureOf(noor);
  expect([erasure, left]).toMatchObject([{ phase: 'done', remainders: [], left: null }, null]);

  await keptOnly(noor, sami);
  // What was sealed opens nowhere, though somebody kept a copy.
  const boxes = [
    [backup.id, backup.sealed] as const,
    ...payee.destinations.map((one) => [one.id, one.sealed] as const),
  ];
  expect(boxes).toHaveLength(2);
  for (const [id, box] of boxes)
    await expect(openFor(paidTo(noor), box, placeOf(uid, id))).rejects.toMatchObject({ reason: 'not_found' });
  expect(await stored<Withdrawal>(`withdrawals/${paidOut}`)).toMatchObject({ destination: { mask: ERASED } });

  expect(await violationsOn(stage)).toEqual([]);
  expect(await journalNow()).toEqual({ ...before.journal, sum: 0 });
  expect(await wholeStatement(sami)).toEqual(before.sami);
  await buildRoots(stage.cloud.clock.now() + DAY);
  for (const person of [noor, sami]) {
    const receipt = await receiptOf({ uid: person.uid, entry: 1 }, 0);
    // The first entry may be of the day before, where the suite runs around midnight.
    const { root, day } = await stored<Root>(`roots/${receipt.root.day}`);
    expect([day, await verifyReceipt(JSON.parse(JSON.stringify(receipt)), root)]).toEqual([
      day,
      { valid: true },
    ]);
  }
});

const undecidedIn = (path: string, doc: unknown): string[] => {
  const steps = path.split('/');
  const collection = steps.length === 4 ? steps[2]! : steps[0]!;
  const leaves = (value: unknown, at: string): string[] => {
    if (typeof value === 'string') return [at];
    if (typeof value !== 'object' || value === null || 'toMillis' in value) return [];
    const into = (key: string) => (at === '' ? key : `${at}.${key}`);
    return Array.isArray(value)
      ? value.flatMap((item) => leaves(item, into('*')))
      : Object.entries(value).flatMap(([key, item]) => leaves(item, into(key)));
  };
  const choices =
    /(^|\.)(status|kind|currency|provider|phase|method|outcome|why|severity|closedBy|step|direction|role|counts|tier|v)$/;
  const fields = leaves(doc, '').filter((field) => !choices.test(field) && !field.startsWith('result'));
  return fields
    .filter((field) => classOf(collection, field) === null)
    .map((field) => `${collection}.${field}`);
};

type Runnable = { readonly run: (request: object) => Promise<unknown> };

/** As a real project sees a token that was made before: good by its signature. Answers why it was refused. */
async function withOldToken(name: string, data: unknown, { uid }: Actor): Promise<string | null> {
  const deployed: object = await import('../../src/index.ts');
  const one = name
    .split('-')
    .reduce<unknown>((all, step) => (all as Record<string, unknown>)[step], deployed);
  const auth = { uid, token: { uid, auth_time: Math.floor(Date.now() / 1000) + 60 } };
  try {
    await (one as Runnable).run({
      data,
      auth,
      rawRequest: { headers: {}, socket: {} },
      app: { appId: 'ours' },
    });
    return null;
  } catch (error) {
    return (error as { details?: { reason?: string } }).details?.reason ?? String(error);
  }
}

test('a token that is still good opens nothing that moves money, and the uid is never used again', async () => {
  const { noor, sami } = await lived();
  await noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  const calls = Object.entries(contract).flatMap(([feature, own]) =>
    Object.entries(own).map(([one, call]) => [`${feature}-${one}`, call as Call] as const),
  );
  const guarded = calls.filter(([, { guard, audience }]) => guard !== 'token' && audience === 'user');
  expect(guarded.length).toBeGreaterThan(15);
  for (const [one, { example }] of guarded)
    expect([one, await withOldToken(one, example.input, noor)]).toEqual([one, 'account_gone']);
  // The emulator looks at every token's account; where nobody does, what needs no more leaves nothing behind either.
  const post = { requestId: requestId(), title: words.title, price: qar(5000) };
  expect(await withOldToken('jobs-post', post, noor)).toBeNull();
  await expect(sealFor(paidTo(noor), 'x', 'y', 'z')).rejects.toMatchObject({ reason: 'account_gone' });
  const { id: job } = await sami.api.jobs.post({ requestId: requestId(), title: 'A logo', price: qar(5000) });
  expect(await refusal(sami.api.jobs.assign({ job, payee: noor.uid }))).toMatchObject({
    reason: 'not_found',
  });
  await settle();
  await keptOnly(noor, sami);
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'done', left: { what: 'job' } } });
});

test('a verified identity is kept, sealed, for as long as law says, and nothing else', async () => {
  process.env.KYC_KEEP_DAYS = '1826';
  const { noor, sami } = await lived();
  const { kyc, destinations } = await stored<Payee>(`payees/${noor.uid}`);
  const [{ id: place, sealed } = { id: '', sealed: null! }] = destinations;
  expect(await openFor(paidTo(noor), sealed, placeOf(noor.uid, place))).toContain(iban);
  await noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  await settle();
  const { erasure } = await erasureOf(noor);
  expect(erasure).toMatchObject({ phase: 'identity', keptUntilAt: erasure!.requestedAt + 1826 * DAY });
  expect(await accountOf(noor.uid)).toBeNull();
  expect(bucket.files.size).toBe(4);
  expect(await stored<Payee>(`payees/${noor.uid}`)).toMatchObject({ kyc, destinations: [], connected: null });
  expect(await finance.api.kyc.reveal({ uid: noor.uid, reason })).toMatchObject({ name });
  await keptOnly(noor, sami);
  // What they were paid to is nobody's any more, though somebody kept a copy; nor is anything sealed for them again.
  const copy = openFor(paidTo(noor), sealed, placeOf(noor.uid, place));
  await expect(copy).rejects.toMatchObject({ reason: 'not_found' });
  for (const use of [paidTo(noor), asPerson(noor)])
    await expect(sealFor(use, 'x', 'y', 'z')).rejects.toMatchObject({ reason: 'account_gone' });

  stage.cloud.clock.move(1825 * DAY - MINUTE);
  await stage.cloud.runSchedule('privacy-sweep');
  expect(bucket.files.size).toBe(4);
  stage.cloud.clock.move(DAY);
  bucket.faults.down = true;
  await stage.cloud.runSchedule('privacy-sweep');
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'identity' } });
  bucket.faults.down = false;
  await stage.cloud.runSchedule('privacy-sweep');
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'done', keptUntilAt: null } });
  await hasNothing(noor);
  expect(await violationsOn(stage)).toEqual([]);
});

test('while money is there or on its way, nobody is erased', async () => {
  const [noor, sami] = [await stage.buyer(20_000), await stage.actor()];
  const asked = () => refusal(noor.api.privacy.erase({ confirm: 'erase' }));
  const left = (what: string, id: string, amount: number) => ({
    reason: 'money_left',
    facts: { what, id, amount, currency: 'QAR' },
  });
  expect(await asked()).toEqual(left('available', noor.uid, 20_000));
  const job = await assignedJob(noor, sami, 20_000);
  const { id: escrow } = await noor.api.escrow.lock({ job });
  expect(await asked()).toEqual(left('escrow', escrow, 20_000));
  expect(await refusal(sami.api.privacy.erase({ confirm: 'erase' }))).toEqual(left('escrow', escrow, 20_000));
  await sami.api.escrow.submit({ escrow, note: 'Here.' });
  await noor.api.escrow.release({ escrow });
  await noor.api.rewards.welcome({});
  const work = { requestId: requestId(), kind: 'image', prompt: words.prompt } as const;
  const { id: generation } = await noor.api.generations.start(work);
  const held = { what: 'generation', id: generation, amount: 4, currency: 'CREDIT' };
  expect(await asked()).toEqual({ reason: 'money_left', facts: held });
  await noor.api.generations.cancel({ generation });
  const { id: purchase } = await orderOf(noor);
  expect(await asked()).toEqual(left('purchase', purchase, 11_000));
  await stage.advance('25h');
  const open = await assignedJob(noor, sami, 5000);
  expect(await asked()).toEqual(left('job', open, 5000));
  const { id: payment } = await noor.api.escrow.fund({ job: open });
  expect(await asked()).toEqual(left('payment', payment, 5000));
  await noor.api.payments.cancel({ payment });
  await stage.idle();
  await noor.api.jobs.cancel({ job: open });
  expect((await stage.db.collection('erasures').get()).size).toBe(0);
  expect(await noor.api.privacy.erase({ confirm: 'erase' })).toMatchObject({ phase: 'closing' });
});

test('money that comes while the account is being closed stops it, and the account is as it was', async () => {
  const noor = await stage.actor();
  stage.cloud.host.faults['privacy-changed'] = { drop: true };
  await noor.api.privacy.erase({ confirm: 'erase' });
  const { id } = await orderOf(await stage.actor(), 5000);
  await stage.db.doc(`purchases/${id}`).update({ uid: noor.uid });
  await stage.cloud.runSchedule('privacy-sweep');
  stage.cloud.host.faults['privacy-changed'] = undefined;
  expect(await erasureOf(noor)).toMatchObject({
    erasure: { phase: 'stopped', left: { what: 'purchase', id } },
  });
  expect((await accountOf(noor.uid))?.disabled).toBe(false);
  expect(await stored(`wallets/${noor.uid}`)).toMatchObject({ frozen: false });
  await stage.db.doc(`purchases/${id}`).delete();
  // Signed out everywhere; a superadmin does it for them.
  expect(await chief.api.privacy.fulfil({ uid: noor.uid, reason })).toMatchObject({ phase: 'closing' });
  await stage.idle();
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'settling' } });
  const { docs } = await stage.db.collection('adminActions').where('action', '==', 'privacy-fulfil').get();
  expect(docs.map((one) => one.data())).toMatchObject([
    { by: chief.uid, target: `accounts/${noor.uid}`, reason },
  ]);
});

/** Somebody who asked to be erased, and money that is on its way before the account is shut. */
async function stoppedBy(noor: Actor): Promise<string> {
  const { id } = await orderOf(await stage.actor(), 5000);
  await stage.cloud.host.unheard(async () => {
    await stage.db.doc(`purchases/${id}`).update({ uid: noor.uid });
  });
  await stage.cloud.runSchedule('privacy-sweep');
  stage.cloud.host.faults['privacy-changed'] = undefined;
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'stopped' } });
  return id;
}
const unheard = () => void (stage.cloud.host.faults['privacy-changed'] = { drop: true });

test('one that stops lifts no freeze and no ban that was there before', async () => {
  const noor = await stage.actor();
  await stage.db.doc(`wallets/${noor.uid}`).set({ ...newWallet, frozen: true });
  await auth().updateUser(noor.uid, { disabled: true });
  unheard();
  await chief.api.privacy.fulfil({ uid: noor.uid, reason });
  await stoppedBy(noor);
  expect((await accountOf(noor.uid))?.disabled).toBe(true);
  expect(await stored(`wallets/${noor.uid}`)).toMatchObject({ frozen: true });
});

test('who never had a wallet is credited all the same, stopped or erased', async () => {
  const [noor, sami] = [await stage.actor(), await stage.actor()];
  unheard();
  await noor.api.privacy.erase({ confirm: 'erase' });
  const { id } = await orderOf(noor, 5000);
  await stage.cloud.runSchedule('privacy-sweep');
  stage.cloud.host.faults['privacy-changed'] = undefined;
  expect(await erasureOf(noor)).toMatchObject({ erasure: { phase: 'stopped', left: { what: 'purchase' } } });
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  expect(await stored(`purchases/${id}`)).toMatchObject({ status: 'paid' });
  expect(await stored(`wallets/${noor.uid}`)).toMatchObject({ version: 1, frozen: false });

  await sami.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  await settle();
  const { entries } = await (await stage.buyer(10_000)).api.wallet.entries({});
  const late = { uid: sami.uid, amount: qar(100), corrects: entries[0]!.journal, reason };
  await finance.api.adjustments.request({ ...late, requestId: requestId(), direction: 'credit' });
  expect(await stored(`wallets/${sami.uid}`)).toMatchObject({ version: 1, frozen: true });
  expect(await violationsOn(stage)).toEqual([]);
});

test('anybody may be chosen for a job: that keeps nobody, and who is gone is chosen no more', async () => {
  const [noor, sami] = [await stage.actor(), await stage.buyer(10_000)];
  const job = await assignedJob(sami, noor, 5000);
  expect(await noor.api.privacy.status({})).toMatchObject({ left: null });
  await noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  expect(await stored(`jobs/${job}`)).toMatchObject({ status: 'open', payer: sami.uid });
  expect(await noticesOf(stage, sami, `jobs/${job}`)).toEqual(['job-unassigned']);
  expect(await refusal(sami.api.escrow.lock({ job }))).toMatchObject({ reason: 'job_not_assigned' });
  await settle();
  await sami.api.jobs.assign({ job, payee: (await stage.actor()).uid });
});

/** Paid by card and released, and spent by who got it: nothing is left. */
async function spent() {
  const [noor, sami] = [await stage.actor(), await stage.actor()];
  const job = await assignedJob(sami, noor, 7000);
  const { id } = await sami.api.escrow.fund({ job });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intents = Object.values(stage.stripe.vault().intents);
  const { id: intent } = intents.find(({ metadata }) => metadata.attempt === attempt)!;
  await stage.stripe.play('confirm', intent);
  await stage.idle();
  const escrow = `${id}~${noor.uid}`;
  await noor.api.escrow.submit({ escrow, note: 'Here.' });
  await sami.api.escrow.release({ escrow });
  const earned = await availableOf(noor);
  const back = async () => {
    await noor.api.escrow.release({ escrow: await submittedEscrow(noor, sami, earned) });
    await stage.idle();
  };
  return { noor, sami, intent, target: { kind: 'payment', id } as const, earned, back };
}

test('while a bank decides about money that they were paid, nobody is erased', async () => {
  const { noor, intent, earned } = await spent();
  await stage.stripe.play('dispute', intent);
  await stage.idle();
  expect(await availableOf(noor)).toBe(0);
  expect(earned).toBeGreaterThan(0);
  const claim = Object.values(stage.stripe.vault().disputes).find((one) => one.payment_intent === intent)!;
  const left = { what: 'chargeback', id: claim.id };
  expect((await refusal(noor.api.privacy.erase({ confirm: 'erase' }))).facts).toMatchObject(left);
  await stage.stripe.play('lost', claim.id);
  await stage.idle();
  expect((await noor.api.privacy.status({})).left).toBeNull();
});

test('nor while it goes back to a card; of money or debt that comes later finance hears, and no inbox fills', async () => {
  const first = await spent();
  const give = async ({ target }: typeof first) => {
    const { plan } = await finance.api.refunds.preview({ target });
    await finance.api.refunds.create({ requestId: requestId(), target, plan, reason });
    await stage.idle();
  };
  stage.stripe.faults.refunds = 'pending';
  await give(first);
  stage.stripe.heal();
  expect((await first.noor.api.privacy.status({})).left).toMatchObject({ what: 'refund' });

  const then = await spent();
  await then.back();
  await then.noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  await settle();
  await give(then);
  const { uid } = then.noor;
  const inbox = async () => (await stage.db.collection(`inboxes/${uid}/notices`).get()).size;
  expect(await inbox()).toBe(1);
  for (const day of [1, 2, 3]) {
    stage.cloud.clock.move(DAY);
    await stage.cloud.runSchedule('privacy-sweep');
    await stage.idle();
    expect([day, await inbox()]).toEqual([day, 0]);
  }
  const about = await stage.db.collection('alerts').where('kind', '==', 'erased_money').get();
  expect(about.docs.map((one) => one.data())).toMatchObject([
    { about: `wallets/${uid}`, facts: { what: 'debt', amount: then.earned }, people: [uid] },
  ]);
  expect(await erasureOf(then.noor)).toMatchObject({ erasure: { phase: 'done', left: { what: 'debt' } } });
  expect(await violationsOn(stage)).toEqual([]);
});

test('who holds a role has to give it back first, and no superadmin erases themselves so', async () => {
  expect(await refusal(support.api.privacy.erase({ confirm: 'erase' }))).toEqual({
    reason: 'wrong_status',
    facts: { status: 'has_role' },
  });
  expect(await refusal(chief.api.privacy.fulfil({ uid: chief.uid, reason }))).toMatchObject({
    reason: 'own_request',
  });
  expect(await refusal(chief.api.privacy.fulfil({ uid: 'nobody', reason }))).toMatchObject({
    reason: 'not_found',
  });
});

test('it may die at any message of any phase: a sweep brings it to the same end', async () => {
  const { noor, sami } = await lived();
  stage.cloud.host.faults['privacy-changed'] = { drop: true };
  await noor.api.privacy.erase({ confirm: 'erase' });
  const phases = new Set<string>();
  let deaths = 0;
  for (let step = 0; ; step += 1) {
    planCrash('privacy-sweep', { step, when: step % 2 === 0 ? 'before' : 'after' });
    takeTallies('privacy-sweep');
    await stage.cloud.runSchedule('privacy-sweep').catch(() => undefined);
    await stage.idle();
    const phase = String((await stage.db.doc(`erasures/${noor.uid}`).get()).get('phase'));
    const sent = takeTallies('privacy-sweep')[0]?.tally.steps.length ?? 0;
    phases.add(phase);
    if (phase === 'done') break;
    if (sent === step + 1) deaths += 1;
    else if (phase === 'settling') stage.cloud.clock.move(71 * MINUTE);
    // A phase that is through begins from its first message.
    if (sent <= step) step = -1;
  }
  stage.cloud.host.faults['privacy-changed'] = undefined;
  expect([...phases]).toEqual(['closing', 'erasing', 'settling', 'done']);
  expect(deaths).toBeGreaterThan(40);
  await hasNothing(noor);
  await keptOnly(noor, sami);
  expect(await violationsOn(stage)).toEqual([]);
});

const own = {
  bio: 'Noor paints what you dream of.',
  offer: 'A portrait by Noor herself',
  part: 'The sketch that Noor makes first',
  note: 'Noor hangs it up for you to see.',
  link: 'https://noor.example/portrait',
  text: 'Noor had written that it takes a month.',
  excuse: 'Noor is with her mother until March.',
  slip: 'noor-slip.pdf',
};
const wishes = { brief: 'Sami wants his mother painted.', wish: 'Sami would like it darker.' };

test('F63 F64 names, offers and words of a creator go, and a brand’s; what is asked of who is gone is answered', async () => {
  const pair = await pairOf(stage, 30_000);
  const [sami, noor] = [pair.brand, pair.creator];
  const { uid } = noor;
  await noor.api.profiles.save({ bio: own.bio, avatar: `avatars/${uid}/noor.png` });
  const milestones = [{ title: own.part, amount: 10_000, pieces: 1 }];
  await noor.api.terms.save({ packages: [{ ...basic, title: own.offer, milestones }] });
  bucket.files
    .add(`avatars/${uid}/noor.png`)
    .add(`proofs/${uid}/${own.slip}`)
    .add(`proofs/${sami.uid}/a.pdf`);
  const asked = async () => {
    const order = { requestId: requestId(), creator: pair.name, package: 'posts', brief: wishes.brief };
    return (await sami.api.bookings.request(order)).id;
  };
  const done = await asked();
  await sami.api.bookings.pay({ booking: done });
  await noor.api.bookings.accept({ booking: done });
  await noor.api.bookings.deliver({ booking: done, note: own.note, links: [own.link] });
  await sami.api.bookings.revise({ booking: done, wish: wishes.wish });
  await noor.api.bookings.deliver({ booking: done, note: own.note, links: [own.link] });
  await sami.api.bookings.dispute({ booking: done, reason: 'other', statement: words.statement });
  await noor.api.bookings.evidence({ booking: done, text: own.text, file: `proofs/${uid}/${own.slip}` });
  await support.api.bookings.resolve({ booking: done, resolution: { kind: 'refund' }, reason });
  await noor.api.bookings.reject({ booking: await asked(), reason: own.excuse });
  const waiting = await asked();
  const transfer = { amount: qar(5000), reference: requestId(), proof: `proofs/${uid}/${own.slip}` };
  const { id: deposit } = await noor.api.deposits.submit({ ...transfer, requestId: requestId() });
  expect(await noor.api.privacy.status({})).toMatchObject({ left: { what: 'deposit', id: deposit } });
  await finance.api.deposits.reject({ deposit, reason: 'Not there.' });
  expect(await sami.api.privacy.status({})).toMatchObject({ left: { what: 'available' } });

  await noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  expect(await bookingOn(stage, waiting)).toMatchObject({ status: 'rejected', closedBy: uid });
  const late = { requestId: requestId(), creator: pair.name, package: 'posts', brief: 'Again?' };
  expect(await refusal(sami.api.bookings.request(late))).toMatchObject({ reason: 'not_found' });
  await stage.idle();
  const left = await mentions(Object.values(own));
  // What the other side was told of it stays with them.
  expect(left.filter((path) => !path.startsWith(`inboxes/${sami.uid}/`))).toEqual([]);
  expect([...bucket.files]).toEqual([`proofs/${sami.uid}/a.pdf`]);
  const gone = await Promise.all(['profiles', 'terms'].map((kind) => stage.db.doc(`${kind}/${uid}`).get()));
  expect(gone.map(({ exists }) => exists)).toEqual([false, false]);
  // How much was sold to them stays, as the sales do, and nothing that holds.
  const membership = await stage.db.doc(`memberships/${uid}`).get();
  if (membership.exists) expect(membership.data()).toMatchObject({ plan: null, badges: [], news: [] });
  expect(await sami.api.bookings.get({ booking: done })).toMatchObject({
    creator: null,
    brief: wishes.brief,
  });
  // Nobody passes for who is gone; after a while the name is as if it had never been anybody's.
  const claim = () => sami.api.usernames.claim({ username: pair.name });
  expect(await refusal(claim())).toMatchObject({ reason: 'username_taken' });
  await settle();
  await stage.advance(`${31 * 24}h`);
  await stage.cloud.runSchedule('privacy-sweep');
  const names = await stage.db.collection('usernames').where('uid', '==', uid).get();
  expect(names.size).toBe(0);
  expect(await claim()).toEqual({ username: pair.name });

  const { creator: other } = await pairOf(stage, 5000);
  await other.api.terms.save({ packages: [{ ...basic, price: qar(30_000) }] });
  const spends = { brand: sami, creator: other, name: await withName(other) };
  const last = await begunBooking(spends);
  expect(await sami.api.privacy.status({})).toMatchObject({ left: { what: 'escrow' } });
  await other.api.bookings.deliver({ booking: last, note: 'Here.', links: ['https://files.example/1'] });
  await sami.api.bookings.approve({ booking: last });
  const open = await book(spends);
  expect(await sami.api.privacy.status({})).toMatchObject({ left: { what: 'booking', id: open } });
  await sami.api.bookings.withdraw({ booking: open, reason: 'No more.' });
  await sami.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  expect(await mentions(Object.values(wishes))).toEqual([]);
  expect((await bookingOn(stage, done)).brief).toBe(ERASED);
  expect(await violationsOn(stage)).toEqual([]);
  expect((await auditAll()).violations).toEqual([]);
});

test('what the platform’s key sealed before there were keys of people opens as before', async () => {
  const box = seal('QA58', 'payees/ann/d1', sealingKey.value());
  expect([box.v, await openFor(paidTo({ uid: 'ann' }), box, 'payees/ann/d1')]).toEqual([1, 'QA58']);
  const ben = paidTo({ uid: 'ben' });
  const [one, two] = await Promise.all([1, 2].map(() => sealFor(ben, 'QA58', 'payees/ben/d1', 'sent')));
  expect([one!.requestHash === two!.requestHash, one!.sealed.v]).toEqual([true, 2]);
  for (const { sealed } of [one!, two!]) expect(await openFor(ben, sealed, 'payees/ben/d1')).toBe('QA58');
  await expect(openFor(paidTo({ uid: 'ann' }), one!.sealed, 'payees/ben/d1')).rejects.toMatchObject({
    reason: 'not_found',
  });
});

test('the nightly audit finds the books of somebody who was erased whole', async () => {
  const { noor } = await lived();
  await noor.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  expect(await auditAll()).toMatchObject({ violations: [] });
});
