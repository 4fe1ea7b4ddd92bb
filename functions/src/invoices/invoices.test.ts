import fc from 'fast-check';
import type { ClosedEscrow } from '../escrow/escrow.ts';
import { divide, quote, taxIn } from '../escrow/fees.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import type { CardPayment } from '../payments/funding.ts';
import type { Purchase } from '../purchases/purchase.ts';
import { currencies, format, minor, negate, sum, zero } from '../shared/money.ts';
import { feeInvoices, feesOf, receiptOfCard, receiptOfCoins, type Draft } from './due.ts';
import { amountsOf, invoiceId, partOf, seriesOf, type Amounts, type Invoice } from './invoice.ts';
import { paperOf } from './invoice.texts.ts';
import { numberDrafts, type NumberingBooks } from './numbering.ts';
import { drawPdf } from './pdf.gateway.ts';

const at = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
const issuer = { name: 'Market', address: '', taxId: '' };
const entry: JournalEntry = {
  ...{
    id: 'purchase:p1~ann',
    kind: 'purchase',
    legs: [],
    at,
    by: 'psp:stripe',
    reference: 'purchases/p1~ann',
  },
};

const readds = ({ lines, net, tax, total }: Amounts): void => {
  expect(sum(lines.map(({ amount }) => amount))).toBe(net);
  expect(net + tax).toBe(total);
};
const amountsIn = (draft: Draft): Amounts => {
  if (draft.kind !== 'receipt' && draft.kind !== 'fee') throw new Error('it has no amounts of its own');
  return draft.amounts;
};

const currency = fc.constantFrom(...currencies);
const money = fc.integer({ min: 1, max: 1_000_000_000_000 }).map(minor);
const bps = fc.integer({ min: 0, max: 10_000 });

/** An escrow that ended by so many percent. */
const ended = (price: number, percent: number, rates: { payee: number; payer: number; tax: number }) => {
  const policy = {
    ...{ payeeFeeBps: rates.payee, payerFeeBps: rates.payer, feeTaxBps: rates.tax },
    ...{ releaseHours: 72, clearanceHours: 0 },
  };
  const held = { price: minor(price), ...quote(minor(price), policy), policy };
  const outcome = divide(held, percent);
  const people = { payer: 'ann', payee: 'ben', currency: 'QAR' };
  return { escrow: { ...held, ...people, outcome } as unknown as ClosedEscrow, percent };
};

test('F74 lines, tax and total re-add in every currency, for coins and for cards', () => {
  fc.assert(
    fc.property(currency, money, money, money, (of, value, fee, wallet) => {
      const price = minor(value + fee);
      const coins = { uid: 'ann', currency: of, value, price } as Purchase;
      const coinReceipt = amountsIn(receiptOfCoins(entry, coins));
      readds(coinReceipt);
      expect(coinReceipt.total).toBe(price);
      const fromWallet = minor(Math.min(wallet, price - 1));
      const card = { payer: 'ann', currency: of, price: value, payerFee: fee, fromWallet };
      const cardReceipt = amountsIn(receiptOfCard(entry, 'job~ann', card as CardPayment));
      readds(cardReceipt);
      expect(cardReceipt.total).toBe(price - fromWallet);
    }),
  );
});

test('F74 the fee invoices of an escrow are what the platform got, and their taxes what was booked as tax', () => {
  const rates = fc.record({ payee: bps, payer: bps, tax: bps });
  const price = fc.oneof(fc.integer({ min: 1, max: 300 }), money);
  fc.assert(
    fc.property(price, fc.integer({ min: 1, max: 100 }), rates, (of, percent, how) => {
      const { escrow } = ended(of, percent, how);
      const made = feeInvoices(entry, escrow);
      const all = made.map(amountsIn);
      all.forEach(readds);
      expect(sum(all.map(({ total }) => total))).toBe(escrow.outcome.toPlatform);
      expect(sum(all.map(({ tax }) => tax))).toBe(taxIn(escrow.outcome.toPlatform, escrow.policy));
      for (const { net, tax } of all) expect(Math.min(net, tax)).toBeGreaterThanOrEqual(0);
      // Nobody is billed for what the other side bore.
      const { payee, payer } = feesOf(escrow);
      expect(made.map(({ uid, source }) => [uid, source])).toEqual([
        ...(payee > 0 ? [['ben', entry.id]] : []),
        ...(payer > 0 ? [['ann', `${entry.id}:payer`]] : []),
      ]);
    }),
    { numRuns: 500 },
  );
});

test('F74 a payee is billed for what was taken from their part alone', () => {
  const { escrow } = ended(10_000, 100, { payee: 1000, payer: 500, tax: 500 });
  expect(
    feeInvoices(entry, escrow).map((one) => [one.uid, amountsIn(one).total, amountsIn(one).tax]),
  ).toEqual([
    ['ben', 1000, 47],
    ['ann', 500, 24],
  ]);
});

test('F74 however many parts go back: each re-adds, and together they are the receipt, line by line', () => {
  const whole = fc.tuple(money, money, money, bps).map(([one, two, less, rate]) =>
    amountsOf(
      [
        { text: 'One', amount: minor(one + less) },
        { text: 'Two', amount: two },
        { text: 'Less', amount: negate(less) },
      ],
      rate,
      taxIn(one, { feeTaxBps: rate }),
    ),
  );
  fc.assert(
    fc.property(whole, fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }), (invoice, shares) => {
      const gone: Record<string, number> = {};
      let credited = zero;
      let tax = 0;
      for (const share of [...shares, 100]) {
        const left = invoice.total - credited;
        const amount = minor(share === 100 ? left : Math.floor((left * share) / 100));
        if (amount === 0) continue;
        const part = partOf(invoice, credited, amount);
        readds(part);
        expect(part.total).toBe(amount);
        for (const line of part.lines) gone[line.text] = (gone[line.text] ?? 0) + line.amount;
        tax += part.tax;
        credited = minor(credited + amount);
      }
      expect(gone).toEqual(Object.fromEntries(invoice.lines.map(({ text, amount }) => [text, amount])));
      expect(tax).toBe(invoice.tax);
    }),
  );
});

const draft = (source: string): Draft => ({
  ...{ source, uid: 'ann', currency: 'QAR', occurredAt: at, reference: 'purchases/p1~ann', kind: 'receipt' },
  amounts: amountsOf([{ text: 'Coins', amount: minor(100) }], 0, zero),
});
const books = (last: number, invoiced: NumberingBooks['invoiced']): NumberingBooks => ({
  series: last ? { last, issuedAt: at + 5 } : null,
  invoiced,
  bases: {},
});
const how = { series: 'R2026', issuer, at };

test('W3-27 W4-30 numbers follow each other, none for what has one, and dates never run backwards', () => {
  const mark = { invoice: 'R2026-000007', at, credited: zero };
  const made = numberDrafts(['a', 'b', 'c', 'a'].map(draft), books(7, { b: mark }), how);
  expect(made?.invoices.map(invoiceId)).toEqual(['R2026-000008', 'R2026-000009']);
  expect(made?.series).toEqual({ last: 9, issuedAt: at + 5 });
  expect(Object.keys(made?.created ?? {})).toEqual(['a', 'c']);
  expect(numberDrafts([draft('b')], books(7, { b: mark }), how)).toBeNull();
});

test('F74 two refunds of one receipt in one batch share its roundings; one that did not go through counts back', () => {
  const receipt = numberDrafts([draft('p')], books(0, {}), how)!.invoices[0]!;
  const three = {
    ...receipt,
    lines: [
      { text: 'One', amount: minor(67) },
      { text: 'Two', amount: minor(33) },
    ],
  };
  const credit = (source: string, amount: number): Draft => ({
    ...{ source, uid: 'ann', currency: 'QAR', occurredAt: at, reference: `refunds/${source}` },
    ...{ kind: 'credit', of: 'p', amount: minor(amount) },
  });
  const p = { invoice: 'R2026-000001', at, credited: zero };
  const bases = { 'R2026-000001': three };
  const notes = numberDrafts(
    [credit('one', 50), credit('two', 50)],
    { series: null, invoiced: { p }, bases },
    { ...how, series: 'C2026' },
  )!;
  expect(notes.invoices.map(({ lines }) => lines.map(({ amount }) => amount))).toEqual([
    [34, 16],
    [33, 17],
  ]);
  expect(notes.changed).toEqual({ p: { ...p, credited: 100 } });
  expect(notes.invoices[0]).toMatchObject({ corrects: 'R2026-000001' });
  const back: Draft = {
    ...{ source: 'one:return', uid: 'ann', currency: 'QAR', occurredAt: at, reference: 'refunds/one' },
    ...{ kind: 'reinstatement', of: 'one', receipt: 'p' },
  };
  const invoiced = { p: notes.changed.p!, one: notes.created.one! };
  const again = numberDrafts(
    [back],
    { series: null, invoiced, bases: { 'C2026-000001': notes.invoices[0]! } },
    how,
  )!;
  expect(again.invoices[0]).toMatchObject({ total: 50, corrects: 'C2026-000001', series: 'R2026' });
  expect(again.changed.p?.credited).toBe(50);
});

test('a series is of the year of issue, by UTC', () => {
  expect([seriesOf('receipt', at), seriesOf('fee', at + 1), seriesOf('credit', at)]).toEqual([
    'R2026',
    'F2027',
    'C2026',
  ]);
});

const sample = (more: Partial<Invoice>): Invoice => ({
  ...numberDrafts([draft('p')], books(41, {}), how)!.invoices[0]!,
  ...more,
});

test('F74 the paper formats every currency, and names nobody', () => {
  const totals = currencies.map(
    (of) => paperOf(sample({ currency: of, total: minor(1_234_567) })).sums[2]![1],
  );
  expect(totals).toEqual(currencies.map((of) => format(1_234_567, of)));
  expect(totals).toEqual(expect.arrayContaining(['QAR 12,345.67', 'KWD 1,234.567', 'JPY 1,234,567']));
  const paper = paperOf(sample({ parties: ['Zk3u9aLongUid'], taxRate: 525 }));
  expect(paper.head).toContainEqual(['For', 'Customer ongUid']);
  expect(paper.sums[1]![0]).toBe('Tax 5.25%');
  expect(paper.title).toBe('Receipt R2026-000042');
});

test('F74 the same document is the same bytes, another one is not, and odd letters break nothing', async () => {
  const one = await drawPdf(sample({}));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(await drawPdf(sample({}))).toEqual(one);
  expect((await drawPdf(sample({ total: minor(101) }))).sha256).not.toBe(one.sha256);
  const odd = await drawPdf(sample({ issuer: { name: 'متجر 🙂 Café', address: 'a\nb', taxId: '1' } }));
  expect(Buffer.from(odd.pdf, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
});
