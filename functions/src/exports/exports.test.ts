import fc from 'fast-check';
import { chargebackOf, escrowOf, generationOf, paymentOf, walletOf, type Account } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { exponents, minor, negate, type Currency } from '../shared/money.ts';
import { classOf, fold, SETTLED, type Sums } from '../totals/totals.ts';
import { textOf } from './exports.gateway.ts';
import { columns, isZero, movementsBetween, mustBeSettled, unexplained } from './rows.ts';

/** RFC 4180, written out once more. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < text.length; i += 1) {
    const [one, two] = [text[i]!, text.slice(i, i + 2)];
    if (quoted && two === '""') [cell, i] = [`${cell}"`, i + 1];
    else if (one === '"') quoted = !quoted;
    else if (quoted) cell += one;
    else if (one === ',') [row, cell] = [[...row, cell], ''];
    else if (two === '\r\n') {
      rows.push([...row, cell]);
      [row, cell, i] = [[], '', i + 1];
    } else cell += one;
  }
  expect([row, cell, quoted]).toEqual([[], '', false]);
  return rows;
}

type Row = Record<(typeof columns)[number], string>;
function rowsIn(csv: string): Row[] {
  const [names, ...rows] = parsed(csv);
  expect(names).toEqual([...columns]);
  return rows.map((row) => {
    expect(row).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((name, i) => [name, row[i]!])) as Row;
  });
}

type Line = {
  readonly time: string;
  readonly entry: string;
  readonly legs: readonly { account: string; class: string; currency: Currency; amount: number }[];
};
const linesIn = (jsonl: string): Line[] =>
  jsonl
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

const accounts = fc.constantFrom<Account>(
  walletOf('ann', 'available'),
  walletOf('ann', 'pending'),
  walletOf('ben', 'available'),
  walletOf('a:b', 'debt'),
  escrowOf('j~ann~ben'),
  escrowOf('k~ann~ben'),
  paymentOf('j~ann'),
  generationOf('g~ann'),
  'platform:credits',
  chargebackOf('dp_1'),
  chargebackOf('dp_2'),
  'platform:fees',
  'psp:stripe:clearing',
  'psp:stripe:costs',
  'bank:payouts',
  'tax:fees',
);
const bad = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '"', '\n', ',', "'", 'x');
const word = fc.tuple(bad, fc.string({ unit: 'binary', maxLength: 6 })).map((parts) => parts.join(''));
const move = fc.record({
  at: fc.nat(60),
  from: accounts,
  to: accounts,
  amount: fc.integer({ min: 1, max: 9_000_000_000_000 }),
  currency: fc.constantFrom<Currency>('QAR', 'KWD', 'JPY', 'CREDIT'),
  by: word,
  reference: word,
});
const journals = fc.array(move, { maxLength: 40 }).map((moves) =>
  moves
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, from, to, amount, currency, by, reference }, i): JournalEntry => ({
      ...({ id: `e${i}`, kind: 'purchase', at, by, reference } as const),
      legs: [leg(from, currency, negate(minor(amount))), leg(to, currency, minor(amount))],
    })),
);
const spans = fc
  .tuple(fc.nat(60), fc.integer({ min: 1, max: 60 }))
  .map(([from, more]) => ({ from, to: from + more }));

/** The page-wise text of a span, cut anywhere. */
async function exported(
  entries: readonly JournalEntry[],
  format: 'csv' | 'jsonl',
  size: number,
): Promise<string> {
  const pages: string[] = [];
  for (let i = 0; i === 0 || i < entries.length; i += size)
    pages.push(await textOf(entries.slice(i, i + size), format, i === 0));
  return pages.join('');
}

/** By the rows of the file alone: `12.345` in thousandths, from its text. */
function unitsOf(text: string, currency: Currency): number {
  if (text === '') return 0;
  const digits = exponents[currency];
  expect(text).toMatch(digits === 0 ? /^\d+$/ : new RegExp(`^\\d+\\.\\d{${digits}}$`));
  return Number(text.replace('.', ''));
}

test('opening and the legs of the export are the closing, by account, whichever span; each currency is zero in all', async () => {
  await fc.assert(
    fc.asyncProperty(journals, spans, async (journal, { from, to }) => {
      const before = (time: number): Sums =>
        fold(
          {},
          journal.filter(({ at }) => at < time),
        );
      const movements = movementsBetween(before(from), before(to));
      const own = journal.filter(({ at }) => at >= from && at < to);
      const [byLine, byRow, byMinor] = [
        new Map<string, number>(),
        new Map<string, number>(),
        new Map<string, number>(),
      ] as const;
      const add = (sums: Map<string, number>, name: string, amount: number) =>
        sums.set(name, (sums.get(name) ?? 0) + amount);
      for (const { legs } of linesIn(await exported(own, 'jsonl', 7)))
        for (const one of legs) add(byLine, `${one.class} ${one.currency}`, one.amount);
      for (const row of rowsIn(await exported(own, 'csv', 7))) {
        const currency = row.currency as Currency;
        const name = `${row.class} ${currency}`;
        add(byRow, name, unitsOf(row.credit, currency) - unitsOf(row.debit, currency));
        add(byMinor, name, Number(row.credit_minor) - Number(row.debit_minor));
      }
      for (const { account, currency, opening, movement, closing } of movements) {
        const name = `${account} ${currency}`;
        expect(opening + movement).toBe(closing);
        for (const sums of [byLine, byRow, byMinor]) expect(opening + (sums.get(name) ?? 0)).toBe(closing);
      }
      expect(unexplained(movements, Object.fromEntries(byRow) as Sums)).toEqual([]);
      expect(isZero(movements)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('one entry more, or one unit, is not explained', () => {
  fc.assert(
    fc.property(journals, accounts, (journal, account) => {
      const sums = fold({}, journal);
      const movements = movementsBetween({}, sums);
      const name = `${classOf(account)} QAR`;
      expect(unexplained(movements, sums)).toEqual([]);
      expect(unexplained(movements, { ...sums, [name]: minor((sums[name] ?? 0) + 1) })).toEqual([name]);
      expect(isZero(movementsBetween({}, { ...sums, [name]: minor((sums[name] ?? 0) + 1) }))).toBe(false);
      expect(isZero(movementsBetween({ [name]: minor(1) }, {}))).toBe(false);
    }),
  );
});

test('pages put together are the whole, whatever their size; the rows are the lines', async () => {
  await fc.assert(
    fc.asyncProperty(journals, fc.integer({ min: 1, max: 50 }), async (journal, size) => {
      const [csv, jsonl] = [await textOf(journal, 'csv', true), await textOf(journal, 'jsonl', true)];
      expect(await exported(journal, 'csv', size)).toBe(csv);
      expect(await exported(journal, 'jsonl', size)).toBe(jsonl);
      const legs = linesIn(jsonl).flatMap(({ time, entry, legs }) =>
        legs.map((one) => ({ time, entry, ...one })),
      );
      const rows = rowsIn(csv).map(({ time, entry, account, class: of, currency, ...row }) => ({
        ...{ time, entry, account, class: of, currency },
        amount: Number(row.credit_minor) - Number(row.debit_minor),
      }));
      expect(rows).toEqual(legs);
    }),
    { numRuns: 200 },
  );
});

test('W0-44 no cell begins a formula, every amount is an exact number, and what people chose stays in its cell', async () => {
  await fc.assert(
    fc.asyncProperty(journals, async (journal) => {
      const rows = rowsIn(await textOf(journal, 'csv', true));
      for (const row of rows)
        for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/u);
      const legs = journal.flatMap(({ by, reference, legs: own }) =>
        own.map((one) => ({ by, reference, one })),
      );
      for (const [i, { by, reference, one }] of legs.entries()) {
        const row = rows[i]!;
        expect(row.actor.replace(/^'(?=[=+\-@\t\r＝＋－＠])/u, '')).toBe(
          by.replace(/^'(?=[=+\-@\t\r＝＋－＠])/u, ''),
        );
        expect([reference, `'${reference}`]).toContain(row.reference);
        const [side, other] =
          one.amount < 0 ? (['debit', 'credit'] as const) : (['credit', 'debit'] as const);
        expect(unitsOf(row[side], one.currency)).toBe(Math.abs(one.amount));
        expect([row[`${side}_minor`], row[other], row[`${other}_minor`]]).toEqual([
          String(Math.abs(one.amount)),
          '',
          '',
        ]);
      }
    }),
    { numRuns: 200 },
  );
});

test('what may still change is not exported', () => {
  const span = { from: 0, to: 1000 };
  expect(() => mustBeSettled(span, 1000 + SETTLED)).not.toThrow();
  expect(() => mustBeSettled(span, 999 + SETTLED)).toThrow(`not_due {"dueAt":${1000 + SETTLED}}`);
});
