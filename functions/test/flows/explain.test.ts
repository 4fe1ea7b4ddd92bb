import { createHash } from 'node:crypto';
import { takeTallies } from '../../../local/wire.ts';
import { collections } from '../../src/collections.ts';
import { buckets, walletOf } from '../../src/ledger/chart.ts';
import { leg, type JournalEntry } from '../../src/ledger/journal.ts';
import { post, type Posting } from '../../src/ledger/ledger.ts';
import { entryId, nothing, type Balance, type Wallet, type WalletEntry } from '../../src/ledger/wallet.ts';
import { toStored } from '../../src/platform/convert.ts';
import { minor, type Currency } from '../../src/shared/money.ts';
import { balanceAt } from '../../src/wallet/history.operations.ts';
import { disputedEscrow, lockedEscrow } from './acts.ts';
import { openStage, refusal, type Actor, type FlowStage } from './stage.ts';

/** A wallet's past: why its balance is what it is, what it was at any time, and a month of it on paper. */

jest.setTimeout(120_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage({}, { audited: false });
}, 180_000);
afterAll(() => stage.stop());

type Chain = { readonly wallet: Wallet; readonly journal: JournalEntry[]; readonly entries: WalletEntry[] };
type Step = { readonly at: number; readonly amount: number; readonly currency: Currency };

/** What so many entries leave, each coming or going at its own time. */
function chainOf(uid: string, steps: readonly Step[]): Chain {
  let wallet: Wallet | null = null;
  const [journal, entries]: [JournalEntry[], WalletEntry[]] = [[], []];
  for (const [i, { at, amount, currency }] of steps.entries()) {
    const to = i % 3 === 0 ? 'pending' : 'available';
    const legs = [
      leg(walletOf(uid, amount > 0 ? to : 'available'), currency, minor(amount)),
      leg('psp:stripe:clearing', currency, minor(-amount)),
    ];
    const cause = { id: `made:${uid}:${i}`, kind: 'purchase', legs, at, by: 'psp:stripe' } as const;
    const psp = { provider: 'stripe', source: `pi_${i}` };
    const entry: JournalEntry = { ...cause, reference: `purchases/${i}~${uid}`, psp };
    const posted: Posting['wallets'][string] = post(entry, { wallets: { [uid]: wallet } }).wallets[uid]!;
    wallet = posted.wallet;
    journal.push(entry);
    entries.push(posted.entry);
  }
  return { wallet: wallet!, journal, entries };
}

/** Puts a chain into the store as it would lie there; nobody is told, and nothing is invoiced. */
async function stored(uid: string, { wallet, journal, entries }: Chain): Promise<void> {
  const docs = [
    ...entries.map((one) => [collections.entries(uid).doc(entryId(one.n)).path, one] as const),
    ...journal.map((one) => [collections.journal.doc(one.id).path, one] as const),
    [collections.wallets.doc(uid).path, wallet] as const,
  ];
  await stage.cloud.host.unheard(async () => {
    for (let from = 0; from < docs.length; from += 400) {
      const batch = stage.db.batch();
      for (const [path, doc] of docs.slice(from, from + 400)) batch.set(stage.db.doc(path), toStored(doc));
      await batch.commit();
    }
  });
}

/** As many as there are, the same each time. */
const january = Date.UTC(2026, 0, 20);
const hour = 3_600_000;
/** Two currencies, and times that fall behind what was before them in the chain, across the ends of months. */
const steps: readonly Step[] = Array.from({ length: 60 }, (_, i) => ({
  at: january + i * 24 * hour - (i % 4 === 0 ? 60 * hour : 0),
  amount: i % 5 === 4 ? -70 : 1000 + i,
  currency: i % 7 === 3 ? 'USD' : 'QAR',
}));

/** The chain from its beginning, entry by entry, to the last that was before. */
function replayed(entries: readonly WalletEntry[], currency: Currency, at: number) {
  const end = entries.findLastIndex((one) => one.at < at) + 1;
  const held = { ...nothing } as Record<keyof Balance, number>;
  for (const { changes } of entries.slice(0, end))
    for (const bucket of buckets) held[bucket] += changes[currency]?.[bucket] ?? 0;
  return { currency, balance: held, n: end };
}

test('a wallet at every instant is what a replay of its entries gives, in each currency', async () => {
  const person = await stage.actor();
  const chain = chainOf(person.uid, steps);
  await stored(person.uid, chain);
  const edges = [...new Set(chain.entries.flatMap(({ at }) => [at, at + 1]))];
  const asked = [0, ...edges, january + 1000 * 24 * hour].flatMap((at) =>
    (['QAR', 'USD', 'KWD'] as const).map((currency) => ({ at, currency })),
  );
  // Past the door, which lets one person ask sixty times a minute and is not what this is about.
  const told = asked.map(async ({ at, currency }) => ({
    ...{ at, currency },
    ...(await balanceAt({ uid: person.uid, currency }, at)),
  }));
  const expected = asked.map(({ at, currency }) => ({ at, ...replayed(chain.entries, currency, at) }));
  expect(await Promise.all(told)).toEqual(expected);
  const other = await stage.actor();
  expect(await other.api.wallet.at({ at: january * 2 })).toEqual({ currency: 'QAR', balance: nothing, n: 0 });
});

test('of fifty entries that began together and came in the other order, none is missed', async () => {
  const person = await stage.actor();
  const many = Array.from(
    { length: 50 },
    (_, i) => ({ at: january - i, amount: 100, currency: 'QAR' }) as const,
  );
  const chain = chainOf(person.uid, many);
  await stored(person.uid, chain);
  const { balances } = await person.api.wallet.get({});
  expect(await person.api.wallet.at({ at: january + 1 })).toMatchObject({
    n: 50,
    balance: { available: balances[0]!.available, pending: balances[0]!.pending },
  });
});

async function statementOf({ api }: Actor, month: string, currency: Currency, limit: number) {
  type Page = Awaited<ReturnType<typeof api.wallet.statement>>;
  const pages: Page[] = [];
  for (let after: number | undefined; ;) {
    const wish = { month, currency, limit, format: 'csv' as const };
    const page: Page = await api.wallet.statement(after === undefined ? wish : { ...wish, after });
    pages.push(page);
    if (page.next === null) break;
    after = page.next;
  }
  const csv = pages.map(({ file }) => Buffer.from(file, 'base64').toString('utf8')).join('');
  return {
    pages,
    rows: csv
      .split('\r\n')
      .filter(Boolean)
      .map((row) => row.split(',')),
  };
}

test('statements: every entry is in one month, and each page, month and bucket begins where the last ended', async () => {
  const person = await stage.actor();
  const chain = chainOf(person.uid, steps);
  await stored(person.uid, chain);
  for (const currency of ['QAR', 'USD'] as const) {
    let held: Record<keyof Balance, number> = nothing;
    const seen: number[] = [];
    for (const month of ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04']) {
      const { pages, rows } = await statementOf(person, month, currency, 7);
      for (const page of pages) {
        expect(page).toMatchObject({ opening: held, addsUp: true });
        held = page.closing;
        expect(createHash('sha256').update(Buffer.from(page.file, 'base64')).digest('hex')).toBe(page.sha256);
      }
      expect(rows.filter(([name]) => name === 'time')).toHaveLength(1);
      for (const edge of ['Opening balance', 'Closing balance'])
        expect(rows.filter((row) => row.includes(edge))).toHaveLength(buckets.length);
      seen.push(...rows.filter((row) => /^\d+$/.test(row[1]!)).map((row) => Number(row[1])));
      const all = await statementOf(person, month, currency, 500);
      expect(all.rows).toEqual(rows);
      const [year, number] = month.split('-').map(Number);
      const after = await balanceAt({ uid: person.uid, currency }, Date.UTC(year!, number));
      expect([month, after.balance]).toEqual([month, held]);
    }
    expect(held).toEqual(chain.wallet.balances[currency]);
    expect(seen).toEqual(chain.entries.filter((one) => one.changes[currency]).map(({ n }) => n));
  }
});

test('a month of any length is told page by page, as CSV and on paper', async () => {
  const person = await stage.actor();
  const many = Array.from(
    { length: 1100 },
    (_, i) => ({ at: january + i, amount: 100, currency: 'QAR' }) as const,
  );
  await stored(person.uid, chainOf(person.uid, many));
  const { pages, rows } = await statementOf(person, '2026-01', 'QAR', 500);
  expect(pages.map(({ entries }) => entries)).toEqual([500, 500, 100]);
  expect(rows).toHaveLength(1 + 4 + 1100 + 4);
  const wish = { month: '2026-01', format: 'pdf', currency: 'QAR', after: pages[1]!.next! } as const;
  const last = await person.api.wallet.statement(wish);
  const bytes = Buffer.from(last.file, 'base64');
  expect(last).toMatchObject({ entries: 100, next: null, filename: 'statement-2026-01-QAR-from-1001.pdf' });
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect([...bytes.toString('latin1').matchAll(/\/Type \/Page\n/g)].length).toBeGreaterThan(2);
  expect(await person.api.wallet.statement(wish)).toEqual(last);
  // Nobody reads a month in one call.
  expect(await refusal(person.api.wallet.statement({ ...wish, limit: 501 }))).toMatchObject({
    reason: 'invalid_input',
    facts: { path: 'limit' },
  });
});

type Bucket = (typeof buckets)[number];
async function explained({ api }: Actor, bucket: Bucket, limit: number) {
  type Page = Awaited<ReturnType<typeof api.wallet.explain>>;
  const pages: Page[] = [];
  for (let after: number | undefined; ;) {
    const page: Page = await api.wallet.explain({ bucket, limit, ...(after !== undefined && { after }) });
    pages.push(page);
    if (page.next === null) return pages;
    after = page.next;
  }
}

test('every bucket is explained by its entries to the last unit, and a page says when the books do not fit', async () => {
  const person = await stage.actor();
  const chain = chainOf(person.uid, steps);
  await stored(person.uid, chain);
  for (const bucket of buckets) {
    const pages = await explained(person, bucket, 7);
    expect(pages.every(({ addsUp }) => addsUp)).toBe(true);
    const total = pages.reduce((sum, { moved }) => sum + moved, 0);
    expect([total, pages[0]!.closing, pages.at(-1)!.opening]).toEqual([
      chain.wallet.balances.QAR![bucket],
      chain.wallet.balances.QAR![bucket],
      0,
    ]);
    const numbers = pages.flatMap(({ entries }) => entries.map(({ n }) => n));
    expect(numbers).toEqual(
      chain.entries
        .filter(({ changes }) => (changes.QAR?.[bucket] ?? 0) !== 0)
        .map(({ n }) => n)
        .reverse(),
    );
  }
  const fits = async () => (await person.api.wallet.explain({ limit: 20 })).addsUp;
  const spoiled = async (path: string, change: object) => {
    const before = (await stage.db.doc(path).get()).data()!;
    await stage.db.doc(path).update(change);
    const answer = await fits();
    await stage.db.doc(path).set(before);
    return answer;
  };
  const at = (n: number) => `wallets/${person.uid}/entries/${entryId(n)}`;
  expect(await spoiled(at(59), { 'changes.QAR.available': 1 })).toBe(false);
  expect(await spoiled(at(59), { 'after.QAR.available': 1 })).toBe(false);
  expect(await spoiled(`wallets/${person.uid}`, { 'balances.QAR.available': 1 })).toBe(false);
  const { legs } = chain.journal[58]!;
  const bent = legs.map((one) => ({ ...one, amount: one.amount * 2 }));
  expect(await spoiled(`journal/${chain.journal[58]!.id}`, { legs: bent })).toBe(false);
  expect(await fits()).toBe(true);
  await stage.db.doc(at(1)).delete();
  expect((await person.api.wallet.explain({ limit: 100 })).addsUp).toBe(false);
});

test('where the books break between two pages, one of them says so, wherever that is', async () => {
  const person = await stage.actor();
  const many = Array.from(
    { length: 12 },
    (_, i) => ({ at: january + i, amount: 100, currency: 'QAR' }) as const,
  );
  const chain = chainOf(person.uid, many);
  await stored(person.uid, chain);
  const ref = (n: number) => stage.db.doc(`wallets/${person.uid}/entries/${entryId(n)}`);
  const told = async () => [
    (await explained(person, 'available', 3)).every(({ addsUp }) => addsUp),
    (await statementOf(person, '2026-01', 'QAR', 3)).pages.every(({ addsUp }) => addsUp),
  ];
  expect(await told()).toEqual([true, true]);
  for (let n = 1; n < many.length; n += 1) {
    const before = (await ref(n).get()).data()!;
    await ref(n).delete();
    expect([n, ...(await told())]).toEqual([n, false, false]);
    await ref(n).set(before);
  }
  // And between two months.
  const [last] = chain.entries.slice(-1);
  await ref(12).update({ at: new Date(last!.at + 20 * 24 * hour) });
  const february = async () =>
    (await statementOf(person, '2026-02', 'QAR', 3)).pages.map(({ addsUp }) => addsUp);
  expect(await february()).toEqual([true]);
  await ref(12).update({ 'before.QAR.available': 1, 'after.QAR.available': 101 });
  expect(await february()).toEqual([false]);
});

test('a month that is not over says so, and one that is to come has no statement', async () => {
  const person = await stage.buyer(5_000);
  const now = new Date(stage.cloud.clock.now());
  const [month, day] = [now.toISOString().slice(0, 7), now.toISOString().slice(0, 10)];
  const page = await person.api.wallet.statement({ month, format: 'csv' });
  expect(page).toMatchObject({ entries: 1, filename: `statement-${month}-QAR-until-${day}.csv` });
  const text = Buffer.from(page.file, 'base64').toString('utf8');
  expect([text.includes('Balance so far'), text.includes('Closing balance')]).toEqual([true, false]);
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  const early = person.api.wallet.statement({
    month: new Date(next).toISOString().slice(0, 7),
    format: 'csv',
  });
  expect(await refusal(early)).toEqual({ reason: 'not_due', facts: { dueAt: next } });
});

test('staff who ask about nobody hear that there is nobody; of somebody without a wallet, zeros', async () => {
  const [support, newcomer] = [await stage.actor('support'), await stage.actor()];
  const { wallet, privacy } = support.api;
  const ask = (uid: string) => [
    () => wallet.explain({ uid }),
    () => wallet.at({ uid, at: january }),
    () => wallet.statement({ uid, month: '2026-01', format: 'csv' }),
    () => privacy.kept({ uid }),
  ];
  for (const call of ask('nobody'))
    expect(await refusal(call())).toEqual({ reason: 'not_found', facts: { what: 'user', uid: 'nobody' } });
  for (const call of ask(newcomer.uid)) await call();
  expect(await wallet.at({ uid: newcomer.uid, at: january })).toMatchObject({ balance: nothing, n: 0 });
});

test('W4-27 a true story in plain words: what happened, who did it, and by which document', async () => {
  const [payer, payee] = [await stage.buyer(50_000), await stage.actor()];
  const support = await stage.actor('support');
  const escrow = await lockedEscrow(payer, payee);
  await payer.api.escrow.release({ escrow });
  const refunded = await lockedEscrow(payer, payee);
  await payee.api.escrow.refund({ escrow: refunded });
  const fought = await disputedEscrow(payer, payee);
  const half = { kind: 'split', percent: 50 } as const;
  await support.api.escrow.resolve({ escrow: fought, resolution: half, reason: 'Half of it was done.' });
  await stage.idle();

  takeTallies();
  const told = await payer.api.wallet.explain({});
  const [cost] = takeTallies('wallet-explain');
  // The wallet, the page, and one batch of what caused it.
  expect(cost?.tally).toMatchObject({ reads: 1 + 6 + 6, writes: 0, roundTrips: 3 });
  expect(told).toMatchObject({ opening: 0, closing: 35_000, moved: 35_000, addsUp: true, next: null });
  expect(told.entries.map(({ kind, actor, reference }) => [kind, actor, reference])).toEqual([
    ['escrow-split', 'staff', `escrows/${fought}`],
    ['escrow-lock', 'you', `escrows/${fought}`],
    ['escrow-refund', 'counterparty', `escrows/${refunded}`],
    ['escrow-lock', 'you', `escrows/${refunded}`],
    ['escrow-lock', 'you', `escrows/${escrow}`],
    ['purchase', 'provider', expect.stringMatching(/^purchases\/.+~/)],
  ]);
  expect(told.entries.at(-1)).toMatchObject({
    why: 'You bought coins or credits, and they were paid. What you can spend rose by QAR 500.00.',
    psp: { provider: 'stripe', source: expect.stringMatching(/^pi_/) as string },
  });
  expect(JSON.stringify(told)).not.toContain(support.uid);

  const { entries } = await payee.api.wallet.explain({});
  expect(entries.map(({ kind, actor, amount }) => [kind, actor, amount])).toEqual([
    ['escrow-split', 'staff', expect.any(Number)],
    ['escrow-release', 'counterparty', 9000],
  ]);
  expect(entries[1]!.why).toBe('A job was released to you. What you can spend rose by QAR 90.00.');
  const empty = await payee.api.wallet.explain({ bucket: 'debt' });
  expect(empty).toMatchObject({ opening: 0, closing: 0, moved: 0, addsUp: true, entries: [] });

  takeTallies();
  await payer.api.wallet.at({ at: stage.cloud.clock.now() });
  // The newest of its entries by time, and that none comes after it.
  expect(takeTallies('wallet-at')[0]?.tally).toMatchObject({ roundTrips: 2, writes: 0 });
});

test('support and finance see anybody’s past as its owner does; nobody else sees another’s', async () => {
  const [owner, other] = [await stage.buyer(5_000), await stage.actor()];
  const asked = { currency: 'QAR', uid: owner.uid } as const;
  const month = new Date(stage.cloud.clock.now()).toISOString().slice(0, 7);
  const at = stage.cloud.clock.now() + 1;
  for (const role of ['support', 'finance', 'superadmin'] as const) {
    const { wallet } = (await stage.actor(role)).api;
    expect(await wallet.explain(asked)).toEqual(await owner.api.wallet.explain({}));
    expect(await wallet.at({ ...asked, at })).toEqual(await owner.api.wallet.at({ at }));
    expect(await wallet.statement({ ...asked, month, format: 'csv' })).toMatchObject({ entries: 1 });
  }
  const moderator = await stage.actor('moderator');
  for (const { wallet } of [other.api, moderator.api])
    for (const ask of [
      wallet.explain(asked),
      wallet.at({ ...asked, at }),
      wallet.statement({ ...asked, month, format: 'csv' }),
    ])
      expect(await refusal(ask)).toEqual({ reason: 'role_missing', facts: { role: 'support' } });
  expect(await owner.api.wallet.at({ ...asked, at })).toMatchObject({ balance: { available: 5_000 } });
});
