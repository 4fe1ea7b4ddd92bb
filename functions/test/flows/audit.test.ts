import type { Verdict } from '../../src/audit/audit.ts';
import { auditAll } from '../../src/audit/audit.operations.ts';
import { runAudit } from '../../src/audit/audits.operations.ts';
import { lockedEscrow, qar, submittedEscrow } from './acts.ts';
import { openStage, refusal, requestId, type Actor, type FlowStage } from './stage.ts';
import { verified } from './strangers.ts';

/** F69 W2-18: the audit of the whole store, and every way to corrupt it. */

jest.setTimeout(60_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
let released: string;
let held: string;
let made: string;
beforeAll(async () => {
  stage = await openStage();
  [payer, payee] = await Promise.all([stage.buyer(50_000), stage.actor()]);
  released = await submittedEscrow(payer, payee, 10_000);
  await payer.api.escrow.release({ escrow: released });
  held = await lockedEscrow(payer, payee, 5_000);
  const back = await lockedEscrow(payer, payee, 2_500);
  await payer.api.escrow.refund({ escrow: back });
  const job = await payer.api.jobs.post({
    ...{ requestId: requestId(), title: 'By card', price: { amount: 7_000, currency: 'QAR' } },
  });
  await payer.api.jobs.assign({ job: job.id, payee: payee.uid });
  const { id } = await payer.api.escrow.fund({ job: job.id, fromWallet: 1_000 });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intent = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === attempt,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
  const finance = await stage.actor('finance');
  const target = { kind: 'payment', id } as const;
  const { plan } = await finance.api.refunds.preview({ target });
  await finance.api.refunds.create({ requestId: requestId(), target, plan, reason: 'Not wanted.' });
  const gift = { uid: payer.uid, credits: 20, reason: 'A present.' };
  await finance.api.lots.grant({ requestId: requestId(), ...gift });
  const make = () =>
    payer.api.generations.start({ requestId: requestId(), kind: 'image', prompt: 'A lighthouse' });
  made = (await make()).id;
  const cancelled = (await make()).id;
  await payer.api.generations.cancel({ generation: cancelled });
  await stage.idle();
}, 60_000);
afterAll(() => stage.stop());

test('F69 I1 I2 I3 I4 I5 I6 I7 of a store that nobody touched there is nothing to say', async () => {
  const verdict = await auditAll();
  expect(verdict).toMatchObject({ ok: true, violations: [], violationCount: 0 });
  const journal = await stage.db.collection('journal').count().get();
  expect(verdict.entries).toBe(journal.data().count);
  expect(verdict.documents).toBeGreaterThan(verdict.entries);
});

type Doc = Record<string, unknown>;
const firstEntry = () => `wallets/${payer.uid}/entries/000000000001`;
const lastEntry = async () => {
  const { docs } = await stage.db
    .collection(`wallets/${payer.uid}/entries`)
    .orderBy('n', 'desc')
    .limit(1)
    .get();
  return docs[0]!.ref.path;
};
const release = () => `journal/escrow:${released}:end`;
const legsOf = (doc: Doc) => doc.legs as { account: string; amount: number }[];

const corruptions: readonly [
  name: string,
  path: () => string | Promise<string>,
  spoil: (doc: Doc) => Doc | null,
  invariant: string,
  document: () => string,
][] = [
  [
    'an amount of a leg',
    release,
    (doc) => ({
      ...doc,
      legs: legsOf(doc).map((leg, i) => (i === 0 ? { ...leg, amount: leg.amount + 1 } : leg)),
    }),
    'I1',
    release,
  ],
  ['a leg that is missing', release, (doc) => ({ ...doc, legs: legsOf(doc).slice(1) }), 'I1', release],
  [
    'two amounts that hide each other',
    release,
    (doc) => ({
      ...doc,
      legs: legsOf(doc).map((leg) => {
        if (leg.account.startsWith('wallet')) return { ...leg, amount: leg.amount - 1 };
        return leg.account === 'platform:fees' ? { ...leg, amount: leg.amount + 1 } : leg;
      }),
    }),
    'I2',
    () => `wallets/${payee.uid}`,
  ],
  ['an entry that is gone', release, () => null, 'I7', release],
  [
    'the hash of a wallet’s entry',
    firstEntry,
    (doc) => ({ ...doc, hash: 'f'.repeat(64) }),
    'chain',
    firstEntry,
  ],
  [
    'a wallet’s entry that is gone',
    firstEntry,
    () => null,
    'chain',
    () => `wallets/${payer.uid}/entries/000000000002`,
  ],
  [
    'a wallet that was rewound',
    () => `wallets/${payer.uid}`,
    (doc) => ({ ...doc, version: Number(doc.version) - 1 }),
    'chain',
    () => `wallets/${payer.uid}`,
  ],
  [
    'a balance that was edited by hand',
    () => `wallets/${payee.uid}`,
    (doc) => {
      const { QAR, ...others } = doc.balances as { QAR: { available: number } };
      return { ...doc, balances: { ...others, QAR: { ...QAR, available: QAR.available + 100 } } };
    },
    'I2',
    () => `wallets/${payee.uid}`,
  ],
  [
    'a lot that another one hides',
    () => `wallets/${payer.uid}`,
    (doc) => {
      const [lot] = (doc.lots as { CREDIT: { id: string; amount: number }[] }).CREDIT;
      const other = { ...lot!, id: 'purchased', amount: 1 };
      return { ...doc, lots: { CREDIT: [{ ...lot!, amount: lot!.amount - 1 }, other] } };
    },
    'I2',
    () => `wallets/${payer.uid}`,
  ],
  [
    'a lot that is less than the balance',
    () => `wallets/${payer.uid}`,
    (doc) => ({ ...doc, lots: { CREDIT: [] } }),
    'I2',
    () => `wallets/${payer.uid}`,
  ],
  [
    'what a generation holds',
    () => `generations/${made}`,
    (doc) => ({ ...doc, balance: Number(doc.balance) - 1 }),
    'I5',
    () => `generations/${made}`,
  ],
  [
    'a reservation that is gone',
    () => `journal/generation:${made}:reserve`,
    () => null,
    'I7',
    () => `journal/generation:${made}:reserve`,
  ],
  [
    'an escrow’s balance',
    () => `escrows/${held}`,
    (doc) => ({ ...doc, balance: Number(doc.balance) + 1 }),
    'I2',
    () => `escrows/${held}`,
  ],
  [
    'an escrow’s outcome',
    () => `escrows/${released}`,
    (doc) => ({ ...doc, outcome: { toPayee: 9_000, toPlatform: 999, toPayer: 0 } }),
    'I5',
    () => `escrows/${released}`,
  ],
];

test.each(corruptions)('W2-18 found and named: %s', async (_, path, spoil, invariant, document) => {
  const ref = stage.db.doc(await path());
  const before = (await ref.get()).data()!;
  const after = spoil(before);
  const put = (doc: Doc | null) =>
    stage.cloud.host.unheard(async () => {
      await (doc ? ref.set(doc) : ref.delete());
    });
  await put(after);
  let verdict: Verdict;
  try {
    verdict = await auditAll();
  } finally {
    await put(before);
  }
  expect(verdict.ok).toBe(false);
  expect(verdict.violations).toContainEqual(expect.objectContaining({ invariant, document: document() }));
  expect((await auditAll()).violations).toEqual([]);
});

test('W2-18 found and named: an entry and a wallet’s entry that nobody caused', async () => {
  const last = await lastEntry();
  const n = Number(last.split('/').at(-1)) + 1;
  const entry = stage.db.doc(`wallets/${payer.uid}/entries/${String(n).padStart(12, '0')}`);
  const extra = stage.db.doc('journal/purchase:nobody~ann');
  await stage.cloud.host.unheard(async () => {
    await entry.set({ ...(await stage.db.doc(last).get()).data(), n });
    await extra.set((await stage.db.doc(release()).get()).data()!);
  });
  const { violations } = await auditAll();
  await stage.cloud.host.unheard(async () => {
    await Promise.all([entry.delete(), extra.delete()]);
  });
  expect(violations).toContainEqual(expect.objectContaining({ invariant: 'chain', document: entry.path }));
  expect(violations).toContainEqual(expect.objectContaining({ invariant: 'I6', document: extra.path }));
});

test('F69 W2-35 one unit that nobody can explain stops what leaves, until a superadmin has looked', async () => {
  const [finance, root] = [await stage.actor('finance'), await stage.actor('superadmin')];
  const daily = () => stage.cloud.runSchedule('audit-daily');
  await daily();
  expect(await finance.api.brake.show({})).toMatchObject({ status: 'off' });
  const ref = stage.db.doc(`wallets/${payee.uid}`);
  const before = (await ref.get()).data()!;
  const more = {
    ...before,
    balances: { QAR: { ...(before.balances as { QAR: object }).QAR, available: 99_999 } },
  };
  await stage.cloud.host.unheard(async () => {
    await ref.set(more);
  });
  await stage.advance('24h');
  await daily();
  await daily();
  const { status, alert } = await finance.api.brake.show({});
  expect(status).toBe('on');
  const { alerts } = await finance.api.alerts.list({ status: 'open' });
  expect(alerts.filter(({ kind }) => kind === 'books_differ')).toMatchObject([
    { id: alert, severity: 'critical', about: ref.path, facts: { invariant: 'I2' } },
  ]);
  const { destination } = await verified(finance, payer);
  const ask = () =>
    payer.api.withdrawals.request({ requestId: requestId(), amount: qar(5_000), destination });
  const { id } = await ask();
  const approve = () => finance.api.withdrawals.approve({ withdrawal: id, reason: 'Looked at it.' });
  expect(await refusal(approve())).toMatchObject({ reason: 'payouts_stopped', facts: { alert } });
  // What comes in, and what goes back to people, goes on.
  await stage.buyer(5_000);
  await payer.api.escrow.refund({ escrow: await lockedEscrow(payer, payee, 2_500) });
  await payer.api.withdrawals.cancel({ withdrawal: id });
  await stage.cloud.host.unheard(async () => {
    await ref.set(before);
  });
  const lift = (by: Actor) => by.api.brake.lift({ reason: 'A test had edited it; it was put back.' });
  expect(await refusal(lift(finance))).toMatchObject({ reason: 'role_missing' });
  expect(await lift(root)).toMatchObject({ status: 'off' });
  expect(await lift(root)).toMatchObject({ status: 'off' });
  const again = await ask();
  await finance.api.withdrawals.approve({ withdrawal: again.id, reason: 'Looked at it.' });
});

test('an audit that dies between any two pages is gone on with, and comes to the same', async () => {
  const id = 'by-hand';
  for (let run = 0; run < 40; run += 1) await runAudit(id, stage.cloud.clock.now(), 1);
  const audit = (await stage.db.doc(`audits/${id}`).get()).data()!;
  expect(audit).toMatchObject({ phase: 'done', found: { count: 0 } });
  expect((audit.counts as { entries: number }).entries).toBe((await auditAll()).entries);
});
