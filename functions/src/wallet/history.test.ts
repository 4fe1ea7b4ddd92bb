import fc from 'fast-check';
import { hashEntry } from '../ledger/chain.ts';
import { buckets } from '../ledger/chart.ts';
import { entryKinds } from '../ledger/journal.ts';
import { nothing, type Balance, type WalletEntry } from '../ledger/wallet.ts';
import { exponents, format, minor, type Currency } from '../shared/money.ts';
import { actorOf } from './actor.ts';
import { causes } from './explain.ts';
import { addsUp, lastOf, spanOf } from './history.ts';
import { columns, decimal, fits, paperOfPage, rowsOf, type StatementPage } from './statement.ts';
import { writeCsv } from './statement.gateway.ts';

const money = fc.nat(1_000_000).map(minor);
const held: fc.Arbitrary<Balance> = fc.record({
  available: money,
  pending: money,
  reserved: money,
  debt: money,
});

/** A chain by the balances that it goes through. */
function chainOf(balances: readonly Balance[], reference = 'purchases/p~ann'): WalletEntry[] {
  const chain: WalletEntry[] = [];
  for (const [i, after] of balances.entries()) {
    const last = chain.at(-1);
    const before = last?.after.QAR ?? nothing;
    const changes = Object.fromEntries(
      buckets
        .filter((one) => after[one] !== before[one])
        .map((one) => [one, minor(after[one] - before[one])]),
    );
    const sealed = {
      ...({ n: i + 1, journal: `e${i}`, kind: 'adjustment', at: i * 1000, reference } as const),
      ...{
        changes: { QAR: changes },
        before: { QAR: before },
        after: { QAR: after },
        prev: last?.hash ?? '',
      },
    };
    chain.push({ ...sealed, hash: hashEntry(sealed) });
  }
  return chain;
}

const pageOf = (entries: readonly WalletEntry[], part: Partial<StatementPage> = {}): StatementPage => ({
  ...{ uid: 'ann', month: '2026-01', until: spanOf('2026-01').to - 1, currency: 'QAR', entries },
  opening: entries[0]?.before.QAR ?? nothing,
  closing: entries.at(-1)?.after.QAR ?? nothing,
  ...{ first: true, last: true },
  ...part,
});

test('the last entry until a time is the last of the chain that is not later, however their times lie', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 12 }), fc.nat(20), (times, at) => {
      const chain = chainOf(times.map((_, i) => ({ ...nothing, available: minor(i + 1) }))).map((one, i) => ({
        ...one,
        at: times[i]!,
      }));
      const shuffled = chain.toSorted((a, b) => b.at - a.at);
      expect(lastOf(shuffled, at)?.n ?? 0).toBe(times.findLastIndex((time) => time <= at) + 1);
    }),
  );
});

test('a chain adds up, and no longer when one amount of it is another', () => {
  const some = fc.array(held, { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(some, fc.nat(), fc.constantFrom(...buckets), (balances, which, bucket) => {
      const chain = chainOf(balances);
      const closing = balances.at(-1)!;
      expect(addsUp(nothing, chain, closing, 'QAR')).toBe(true);
      const i = which % chain.length;
      for (const side of ['before', 'after'] as const) {
        const one = chain[i]!;
        const bent = { ...one[side].QAR!, [bucket]: minor(one[side].QAR![bucket] + 1) };
        expect(addsUp(nothing, chain.with(i, { ...one, [side]: { QAR: bent } }), closing, 'QAR')).toBe(false);
      }
      const moved = { QAR: { ...chain[i]!.changes.QAR, [bucket]: minor(1e9) } };
      expect(addsUp(nothing, chain.with(i, { ...chain[i]!, changes: moved }), closing, 'QAR')).toBe(false);
      // Without one of them it does not, unless that one changed nothing.
      const idle = same(balances[i]!, balances[i - 1] ?? nothing);
      expect(addsUp(nothing, chain.toSpliced(i, 1), closing, 'QAR')).toBe(idle);
    }),
  );
});
const same = (one: Balance, other: Balance) => buckets.every((bucket) => one[bucket] === other[bucket]);

test('a month begins where the one before it ends', () => {
  expect(spanOf('2026-12')).toEqual({ from: Date.UTC(2026, 11), to: Date.UTC(2027, 0) });
  expect(spanOf('2028-02').to - spanOf('2028-02').from).toBe(29 * 86_400_000);
});

test('decimals say what people read', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom<Currency>(...(Object.keys(exponents) as Currency[])),
      (amount, currency) => {
        expect(`${currency} ${decimal(amount, currency)}`).toBe(format(amount, currency).replaceAll(',', ''));
      },
    ),
  );
});

/** RFC 4180, read as simply as may be: fields in quotes may hold anything. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}
const csvOf = async (page: StatementPage) =>
  Buffer.from((await writeCsv(page)).file, 'base64').toString('utf8');
const units = (text = '') => Math.round(Number(text || '0') * 100);

test('the CSV of a month adds up by its own figures, page by page or in one', async () => {
  const chain = fc.array(held, { minLength: 1, maxLength: 9 }).map((balances) => chainOf(balances));
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(), async (entries, cut) => {
      const whole = await csvOf(pageOf(entries));
      const at = cut % entries.length;
      const first = pageOf(entries.slice(0, at), { last: false, opening: nothing });
      const second = pageOf(entries.slice(at), { first: false });
      if (at > 0) expect((await csvOf(first)) + (await csvOf(second))).toBe(whole);
      const [names, ...rows] = parsed(whole);
      expect(names).toEqual([...columns]);
      for (const bucket of buckets) {
        const own = rows.filter((row) => row[3] === bucket);
        const moved = own.reduce((sum, row) => sum + units(row[5]) - units(row[6]), 0);
        expect(own[0]![2]).toBe('Opening balance');
        expect(own.at(-1)![2]).toBe('Closing balance');
        expect(units(own[0]![7]) + moved).toBe(units(own.at(-1)![7]));
        expect(units(own.at(-1)![7])).toBe(entries.at(-1)!.after.QAR![bucket]);
      }
    }),
    { numRuns: 50 },
  );
});

test('no cell of a CSV begins a formula, whatever ids there are, and every amount is a number', async () => {
  const bad = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '"', '\n', ',', 'x');
  const reference = fc.tuple(bad, fc.string()).map(([sign, rest]) => `${sign}${rest}`);
  await fc.assert(
    fc.asyncProperty(held, reference, async (balance, text) => {
      const [one] = chainOf([{ ...balance, available: minor(1) }], text);
      const page = pageOf([{ ...one!, journal: text }]);
      const rows = parsed(await csvOf(page));
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/u);
      for (const row of rows.slice(1)) for (const i of [5, 6, 7]) expect(row[i]).toMatch(/^(\d+\.\d\d)?$/);
    }),
  );
});

test('a line that is broken within a cell stays in its cell', async () => {
  const [one] = chainOf([{ ...nothing, available: minor(1) }]);
  for (const journal of ['a\n=1', 'a\r=1', 'a\r\n=1', '\n=1'])
    expect(parsed(await csvOf(pageOf([{ ...one!, journal }])))).toHaveLength(1 + 4 + 1 + 4);
  expect(await csvOf(pageOf([{ ...one!, journal: '\n=1' }]))).toContain('"\n=1"');
});

test('a page says whether it adds up, and the paper of it says the same figures', () => {
  const chain = chainOf([
    { ...nothing, available: minor(30_000) },
    { ...nothing, available: minor(29_950), reserved: minor(50) },
  ]);
  expect(fits(pageOf(chain))).toBe(true);
  expect(fits(pageOf(chain, { closing: nothing }))).toBe(false);
  expect(fits(pageOf(chain.slice(1), { opening: nothing }))).toBe(false);
  const paper = paperOfPage(pageOf(chain), ['Market', '']);
  expect(paper).toMatchObject({ title: 'Statement 2026-01', issuer: ['Market'] });
  expect(paper.lines.map(([, amount]) => amount)).toEqual([
    '+ QAR 300.00\nAvailable QAR 300.00',
    'QAR -0.50\nAvailable QAR 299.50',
    '+ QAR 0.50\nSet aside QAR 0.50',
  ]);
  expect(paper.sums[0]![1]).toBe(
    'Available QAR 299.50\nClearing QAR 0.00\nSet aside QAR 0.50\nOwed QAR 0.00',
  );
  expect(rowsOf(pageOf([], { opening: nothing, closing: nothing }))).toHaveLength(1 + 2 * buckets.length);
});

test('a month closes with its last millisecond; before, it is told of until now, in its name too', async () => {
  const { from, to } = spanOf('2026-01');
  const [whole, open] = [to - 1, from + 1].map((until) => pageOf(chainOf([nothing]), { until }));
  const lastOfRows = (page: StatementPage) => rowsOf(page).at(-1)!.slice(0, 3);
  expect(lastOfRows(whole!)).toEqual(['2026-01-31T23:59:59.999Z', '', 'Closing balance']);
  expect(lastOfRows(open!)).toEqual(['2026-01-01T00:00:00.001Z', '', 'Balance so far']);
  expect([whole!, open!].map((page) => paperOfPage(page, []).sums[0]![0])).toEqual([
    'Closing balance',
    'Balance so far',
  ]);
  expect((await writeCsv(whole!)).filename).toBe('statement-2026-01-QAR.csv');
  expect((await writeCsv(open!)).filename).toBe('statement-2026-01-QAR-until-2026-01-01.csv');
});

test('who did it is told without telling which admin it was', () => {
  const by = (uid: string, reference: string) => actorOf({ by: uid, reference }, 'ann');
  expect(by('ann', 'purchases/r~ann')).toBe('you');
  expect(by('system', 'wallets/ann')).toBe('system');
  expect(by('psp:stripe', 'purchases/r~ann')).toBe('provider');
  expect(by('ben', 'escrows/job~ann~ben')).toBe('counterparty');
  expect(by('job', 'escrows/job~ann~ben')).toBe('staff');
  expect(by('fin', 'withdrawals/r~ann')).toBe('staff');
  expect(by('fin', 'refunds/0a1b2c')).toBe('staff');
});

test('every kind has words, each its own', () => {
  expect(Object.keys(causes).sort()).toEqual([...entryKinds].sort());
  expect(new Set(Object.values(causes)).size).toBe(entryKinds.length);
});
