import { planCrash } from '../../../local/wire.ts';
import { nothingRead } from '../../src/audit/account.ts';
import { auditAll } from '../../src/audit/audit.operations.ts';
import { runAudit } from '../../src/audit/nightly.operations.ts';
import type { Audit } from '../../src/audit/audit.ts';
import type { Checkpoint } from '../../src/audit/checkpoint.ts';
import { collections } from '../../src/collections.ts';
import { load } from '../../src/platform/firestore.ts';
import { SETTLED } from '../../src/totals/totals.ts';
import { submittedEscrow } from './acts.ts';
import { openStage, type Actor, type FlowStage } from './stage.ts';

/** F69: night after night the audit reads what is new, and says as much as if it had read everything. */

jest.setTimeout(90_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage({}, { audited: false });
  [payer, payee] = await Promise.all([stage.buyer(90_000), stage.actor()]);
}, 180_000);
afterAll(() => stage.stop());

/** Each is a lock and a release: two entries, and each of one wallet. */
async function jobs(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await payer.api.escrow.release({ escrow: await submittedEscrow(payer, payee, 2_500) });
  await stage.idle();
}

const now = () => stage.cloud.clock.now();
const auditBy = async (id: string): Promise<Audit> => (await load(collections.audits.doc(id)))!;
const checkpoint = (): Promise<Checkpoint | null> => load(collections.auditCheckpoints.doc('last'));

let nights = 0;
/** What the schedule does, under a name of its own. @param size so small that there are many pages */
async function night(size = 3): Promise<Audit> {
  const id = `night-${(nights += 1)}`;
  await runAudit(id, now(), 500, size);
  return auditBy(id);
}

const historySince = async (since: number): Promise<number> => {
  const of = async (group: string) =>
    (await stage.db.collectionGroup(group).where('at', '>=', new Date(since)).count().get()).data().count;
  return (await of('journal')) + (await of('entries'));
};
const entries = async (): Promise<number> =>
  (await stage.db.collection('journal').count().get()).data().count;
/** Of what was added up, nothing is kept beside the checkpoint. */
const allIsWell = {
  settled: nothingRead(),
  rest: nothingRead(),
  found: { count: 0 },
  phase: 'done',
  dueAt: null,
};

/** Nobody hears of it, as nobody hears of a hand in the console. @returns what puts it back */
async function edit(path: string, change: (doc: Record<string, unknown>) => object) {
  const ref = stage.db.doc(path);
  const before = (await ref.get()).data()!;
  const put = (doc: object) =>
    stage.cloud.host.unheard(async () => {
      await ref.set(doc);
    });
  await put(change(before));
  return () => put(before);
}
const richer = ({ balances, ...wallet }: Record<string, unknown>) => {
  const { QAR } = balances as { QAR: { available: number } };
  return { ...wallet, balances: { QAR: { ...QAR, available: QAR.available + 100 } } };
};
const lastOf = async (uid: string): Promise<string> => {
  const { docs } = await stage.db.collection(`wallets/${uid}/entries`).orderBy('n', 'desc').limit(1).get();
  return docs[0]!.ref.path;
};

test('the third night reads what is new since the second, and nothing twice', async () => {
  await jobs(3);
  await stage.advance('1h');
  const first = await night();
  expect(first).toMatchObject({ ...allIsWell, sinceAt: null, counts: { entries: await entries() } });
  expect(first.counts.history).toBe(await historySince(0));

  await jobs(2);
  await stage.advance('24h');
  const second = await night();
  expect(second).toMatchObject({ ...allIsWell, sinceAt: first.untilAt, wholeAt: first.wholeAt });
  expect(second.counts.history).toBe(await historySince(first.untilAt));

  await jobs(1);
  const third = await night();
  expect(third).toMatchObject({
    ...allIsWell,
    sinceAt: second.untilAt,
    counts: { entries: await entries() },
  });
  expect(third.counts.history).toBe(4);
  expect(await checkpoint()).toMatchObject({ untilAt: third.untilAt, audit: 'night-3' });

  // What had not settled then is read again: it was in no checkpoint.
  await stage.advance('24h');
  const fourth = await night();
  expect(fourth).toMatchObject({ ...allIsWell, counts: { entries: await entries(), history: 4 } });
});

test('what is committed after an audit, with a time before it, is neither lost nor counted twice', async () => {
  await stage.advance('1h');
  // Calls that began before the audit and commit after it: to the audit it is a little later than to them.
  const at = now() + SETTLED - 60_000;
  await runAudit('early', at, 500);
  const { untilAt, counts } = await auditBy('early');
  expect(await checkpoint()).toMatchObject({ untilAt: at - SETTLED, audit: 'early' });
  await jobs(2);
  expect(now()).toBeLessThan(at);
  await stage.advance('24h');
  const next = await night();
  expect(next).toMatchObject({ ...allIsWell, sinceAt: untilAt, counts: { entries: counts.entries + 4 } });
  expect(next.counts.history).toBe(8);
});

test('one that dies between any two pages is gone on with, also from a checkpoint, and two at once do no harm', async () => {
  await jobs(2);
  for (const [id, since] of [
    ['whole', null],
    ['more', (await checkpoint())?.untilAt],
  ] as const) {
    if (since === null) await stage.db.doc('auditCheckpoints/last').delete();
    for (let run = 0; run < 200 && (await load(collections.audits.doc(id)))?.doneAt == null; run += 1)
      await Promise.all([runAudit(id, now(), 1, 4), run % 3 === 0 ? runAudit(id, now(), 1, 4) : null]);
    expect(await auditBy(id)).toMatchObject({ ...allIsWell, counts: { entries: await entries() } });
  }
  expect((await auditAll()).entries).toBe(await entries());
});

test.each([
  ['a wallet', () => `wallets/${payee.uid}`, richer, 'I2'],
  [
    'an entry of a wallet',
    () => lastOf(payee.uid),
    (doc: object) => ({ ...doc, hash: 'f'.repeat(64) }),
    'chain',
  ],
  [
    'an entry that no longer says what kind it is',
    () => lastOf(payee.uid),
    (doc: object) => ({ ...doc, kind: 'x' }),
    'chain',
  ],
])(
  'W2-18 edited since the checkpoint, it stops what leaves within one run: %s',
  async (_, path, change, invariant) => {
    const finance = await stage.actor('finance');
    const root = await stage.actor('superadmin');
    await jobs(1);
    await stage.advance('1h');
    expect(await night()).toMatchObject(allIsWell);
    await jobs(1);
    const document = await path();
    const putBack = await edit(document, change);
    const found = await night();
    expect(found).toMatchObject({ sinceAt: null, suspects: true, phase: 'done' });
    expect(found.found.named).toContainEqual(expect.objectContaining({ invariant, document }));
    expect(await finance.api.brake.show({})).toMatchObject({ status: 'on' });
    expect(await checkpoint()).toMatchObject({ part: null });
    await putBack();
    await root.api.brake.lift({ reason: 'A test had edited it; it was put back.' });
    // Nothing is gone on from until everything was looked at.
    expect(await night()).toMatchObject({ ...allIsWell, sinceAt: null, suspects: false });
    expect(await night()).toMatchObject({ ...allIsWell, sinceAt: expect.any(Number) as number });
  },
);

test('an old entry that is edited by hand is found on the seventh night, and every night until it is put right', async () => {
  await stage.advance('1h');
  const whole = await night();
  const document = `wallets/${payer.uid}/entries/000000000001`;
  const putBack = await edit(document, (doc) => ({
    ...doc,
    prev: 'x',
  }));
  for (let day = 1; day < 7; day += 1) {
    await stage.advance('24h');
    expect(await night()).toMatchObject({ ...allIsWell, wholeAt: whole.wholeAt });
  }
  await stage.advance('24h');
  for (const found of [await night(), await night()])
    expect(found).toMatchObject({ sinceAt: null, found: { named: [{ document }, { document }] } });
  await putBack();
  expect(await night()).toMatchObject(allIsWell);
  const root = await stage.actor('superadmin');
  await root.api.brake.lift({ reason: 'A test had edited it; it was put back.' });
});

test('a checkpoint that is wrong stops what leaves at once, says that it was that alone, and is not used again', async () => {
  const [finance, root] = [await stage.actor('finance'), await stage.actor('superadmin')];
  await edit('auditCheckpoints/last', (doc) => ({
    ...doc,
    part: { ...(doc.part as object), sums: { ...(doc.part as { sums: object }).sums, heads: 'AQ' } },
  }));
  const audit = await night();
  expect(audit).toMatchObject({ ...allIsWell, sinceAt: null, suspects: true });
  const { status, alert } = await finance.api.brake.show({});
  expect(status).toBe('on');
  const { alerts } = await finance.api.alerts.list({ status: 'open' });
  expect(alerts.find(({ id }) => id === alert)).toMatchObject({ kind: 'books_differ', facts: { count: 0 } });
  await root.api.brake.lift({ reason: 'All of the books agree.' });
  expect(await checkpoint()).toMatchObject({ untilAt: audit.untilAt, audit: `night-${nights}` });
  expect(await night()).toMatchObject({ ...allIsWell, sinceAt: audit.untilAt });
});

test('a checkpoint that puts the next look at everything off is not gone on from, nor one of another audit', async () => {
  for (const change of [
    (doc: object) => ({ ...doc, wholeAt: new Date(Date.UTC(3000, 0)) }),
    (doc: object) => ({ ...doc, wholeAt: new Date(now() - 1) }),
    (doc: object) => ({ ...doc, untilAt: new Date(Date.UTC(3000, 0)) }),
    (doc: object) => ({ ...doc, audit: 'nobody' }),
  ]) {
    expect(await night()).toMatchObject(allIsWell);
    await edit('auditCheckpoints/last', change);
    expect(await night()).toMatchObject({ ...allIsWell, sinceAt: null, suspects: false });
    expect(await checkpoint()).toMatchObject({
      audit: `night-${nights}`,
      part: expect.any(Object) as object,
    });
  }
});

test('wherever a run dies once it knows of a difference, the brake is on; and the sweep names it', async () => {
  const [finance, root] = [await stage.actor('finance'), await stage.actor('superadmin')];
  const document = `wallets/${payee.uid}`;
  const putBack = await edit(document, richer);
  const long = await edit(`wallets/${payer.uid}/entries/000000000001`, (doc) => ({
    ...doc,
    hash: 'f'.repeat(1_030_000),
  }));
  const day = `audits/${new Date(now()).toISOString().slice(0, 10)}`;
  let known = 0;
  for (let step = 1; known < 6; step += 1) {
    await stage.db.doc(day).delete();
    await stage.cloud.host.unheard(async () => {
      await stage.db.doc('brakes/payouts').delete();
    });
    planCrash('audit-daily', { step, when: 'before' });
    await stage.cloud.runSchedule('audit-daily').catch(() => undefined);
    const audit = await load(collections.audits.doc(day.slice('audits/'.length)));
    const { status } = await finance.api.brake.show({});
    if (audit?.naming || audit?.doneAt) expect(status).toBe('on');
    if (status === 'on') known += 1;
    if (audit?.doneAt) break;
    expect(step).toBeLessThan(120);
  }
  expect(known).toBeGreaterThan(3);
  await stage.advance('11m');
  await stage.cloud.runSchedule('audit-sweep');
  const done = (await load(collections.audits.doc(day.slice('audits/'.length))))!;
  expect(done.doneAt).not.toBeNull();
  expect(done.found.count).toBeGreaterThan(1);
  expect(Math.max(...done.found.named.map(({ found }) => found.length))).toBeLessThan(310);
  await Promise.all([putBack(), long()]);
  await root.api.brake.lift({ reason: 'A test had edited it; it was put back.' });
});
