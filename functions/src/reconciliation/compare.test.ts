import fc from 'fast-check';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { minor } from '../shared/money.ts';
import { compare, lineOf, moveOf, type Compared, type Line, type Move } from './compare.ts';
import { advance, begin, linesStep } from './reconciliation.ts';

/** I13: whatever the provider lists and whatever the books say, each of it is matched once or is one difference. */

const charge = (id: string, source: string, gross: number, more: Partial<Line> = {}): Line => ({
  ...{ id, type: 'charge', at: 1, currency: 'QAR', stated: `${gross} qar`, source },
  ...{ gross: minor(gross), fee: minor(0) },
  ...more,
});
const move = (id: string, source: string, gross: number, more: Partial<Move> = {}): Move => ({
  ...{ id, at: 1, currency: 'QAR', gross: minor(gross), fee: minor(0), source },
  ...more,
});
const kindsOf = ({ lines, moves }: Compared) => ({
  lines: Object.fromEntries([...lines].map(([id, { kind }]) => [id, kind])),
  moves: Object.fromEntries(moves),
});

test.each([
  ['agree', [charge('l', 'a', 5)], [move('m', 'a', 5)], ['matched'], ['matched']],
  ['another amount', [charge('l', 'a', 6)], [move('m', 'a', 5)], ['amount_differs'], ['differs']],
  [
    'another currency',
    [charge('l', 'a', 5, { currency: 'USD' })],
    [move('m', 'a', 5)],
    ['currency_differs'],
    ['differs'],
  ],
  [
    'one that nobody knows',
    [charge('l', 'a', 5, { currency: null })],
    [move('m', 'a', 5)],
    ['currency_differs'],
    ['differs'],
  ],
  ['unknown money', [charge('l', 'a', 5)], [], ['missing_in_books'], []],
  ['nothing at the provider', [], [move('m', 'a', 5)], [], ['missing_at_provider']],
  ['a refund by hand', [charge('l', 're', -5, { type: 'refund' })], [], ['refund_by_hand'], []],
  ['a dispute', [charge('l', 'du', -5, { type: 'adjustment' })], [], ['dispute_not_booked'], []],
  ['a transfer', [charge('l', 'tr', -5, { type: 'transfer' })], [], ['transfer_without_withdrawal'], []],
  ['its own payout', [charge('l', 'po', -5, { type: 'payout' })], [], ['balance_paid_out'], []],
  ['a fee', [charge('l', 'line:l', -5, { type: 'stripe_fee' })], [], ['fee'], []],
  [
    'the other direction is no match',
    [charge('l', 'a', -5, { type: 'refund' })],
    [move('m', 'a', 5)],
    ['refund_by_hand'],
    ['missing_at_provider'],
  ],
  [
    'refused and taken back: neither left',
    [],
    [move('m', 'a', -5), move('n', 'a', 5)],
    [],
    ['undone', 'undone'],
  ],
  [
    'taken back here alone',
    [charge('l', 'a', -5, { type: 'refund' })],
    [move('m', 'a', -5), move('n', 'a', 5)],
    ['matched'],
    ['matched', 'missing_at_provider'],
  ],
  [
    'a payout of ours that was taken back',
    [
      charge('l', 'payout:w', -5, { type: 'transfer' }),
      charge('k', 'payout:w', 5, { type: 'transfer_refund' }),
    ],
    [],
    ['undone', 'undone'],
    [],
  ],
  [
    'paid, and bounced',
    [
      charge('l', 'payout:w', -5, { type: 'transfer' }),
      charge('k', 'payout:w', 5, { type: 'transfer_refund' }),
    ],
    [move('m', 'payout:w', -5)],
    ['matched', 'transfer_without_withdrawal'],
    ['matched'],
  ],
  [
    'listed twice',
    [charge('l', 'a', 5), charge('k', 'a', 5, { at: 2 })],
    [move('m', 'a', 5)],
    ['matched', 'missing_in_books'],
    ['matched'],
  ],
] as const)('%s', (_, lines, moves, told, booked) => {
  const found = compare(lines, moves);
  expect(lines.map(({ id }) => found.lines.get(id)!.kind)).toEqual(told);
  expect(moves.map(({ id }) => found.moves.get(id)!)).toEqual(booked);
});

const currency = fc.constantFrom('QAR' as const, 'USD' as const);
const amount = fc.integer({ min: -3, max: 3 });
const source = fc.constantFrom('a', 'b', 'payout:c');
const type = fc.constantFrom('charge', 'refund', 'adjustment', 'transfer', 'payout', 'stripe_fee', 'other');
const someLines = fc
  .array(fc.record({ source, amount, type, at: fc.nat(3), currency: fc.option(currency) }), { maxLength: 12 })
  .map((all) => all.map(({ amount: gross, source: of, ...more }, i) => charge(`line${i}`, of, gross, more)));
const someMoves = fc
  .array(fc.record({ source, amount: amount.filter((one) => one !== 0), at: fc.nat(3), currency }), {
    maxLength: 12,
  })
  .map((all) => all.map(({ amount: gross, source: of, ...more }, i) => move(`move${i}`, of, gross, more)));
const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });

test('every line and every entry has one verdict; an entry belongs to one line at most', () => {
  fc.assert(
    fc.property(someLines, someMoves, (lines, moves) => {
      const found = compare(lines, moves);
      expect([...found.lines.keys()].toSorted()).toEqual(lines.map(({ id }) => id).toSorted());
      expect([...found.moves.keys()].toSorted()).toEqual(moves.map(({ id }) => id).toSorted());
      const pairs = [...found.lines].flatMap(([id, verdict]) =>
        'move' in verdict ? [{ kind: verdict.kind, line: lines.find((one) => one.id === id)!, verdict }] : [],
      );
      const taken = pairs.map(({ verdict }) => verdict.move.id);
      expect(new Set(taken).size).toBe(taken.length);
      for (const { kind, line, verdict } of pairs) {
        const { gross, currency: booked, id, source: of } = verdict.move;
        expect(line.source).toBe(of);
        expect(kind === 'matched').toBe(line.gross === gross && line.currency === booked);
        expect(found.moves.get(id)).toBe(kind === 'matched' ? 'matched' : 'differs');
      }
      const settled = moves.filter(({ id }) => ['matched', 'differs'].includes(found.moves.get(id)!));
      expect(settled.length).toBe(pairs.length);
      const back = lines.filter(({ id }) => found.lines.get(id)!.kind === 'undone');
      for (const own of Map.groupBy(back, (one) => `${one.source} ${one.currency ?? ''}`).values())
        expect(own.reduce((all, one) => all + one.gross, 0)).toBe(0);
      // What was undone is nothing in sum, and what is missing has no line left that could be it.
      const undone = moves.filter(({ id }) => found.moves.get(id) === 'undone');
      for (const [of, own] of Map.groupBy(undone, (one) => `${one.source} ${one.currency}`))
        expect([of, own.reduce((all, one) => all + one.gross, 0)]).toEqual([of, 0]);
      for (const one of moves.filter(({ id }) => found.moves.get(id) === 'missing_at_provider'))
        expect(
          lines.filter(
            ({ id, gross, source: of }) =>
              of === one.source &&
              gross > 0 === one.gross > 0 &&
              !['matched', 'amount_differs', 'currency_differs', 'fee', 'undone'].includes(
                found.lines.get(id)!.kind,
              ),
          ),
        ).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('in whatever order and pages they come, and source by source, it is the same', () => {
  fc.assert(
    fc.property(
      fc.tuple(someLines, someMoves).chain(([lines, moves]) =>
        fc.record({
          lines: fc.constant(lines),
          moves: fc.constant(moves),
          otherLines: shuffled(lines),
          otherMoves: shuffled(moves),
          size: fc.integer({ min: 1, max: 5 }),
        }),
      ),
      ({ lines, moves, otherLines, otherMoves, size }) => {
        const whole = compare(lines, moves);
        expect(kindsOf(compare(otherLines, otherMoves))).toEqual(kindsOf(whole));
        // As a run does it: page by page, with all that there is about what the page is about.
        const paged: Record<string, string> = {};
        for (let i = 0; i < otherLines.length; i += size) {
          const page = otherLines.slice(i, i + size);
          const about = page.map((one) => one.source);
          const part = compare(
            lines.filter((one) => about.includes(one.source)),
            moves.filter((one) => about.includes(one.source)),
          );
          for (const { id } of page) paged[id] = part.lines.get(id)!.kind;
        }
        expect(paged).toEqual(kindsOf(whole).lines);
      },
    ),
    { numRuns: 1000 },
  );
});

test('an entry says what the provider did by its clearing leg and its costs', () => {
  const entry = (clearing: number, costs: number): JournalEntry => ({
    ...{ id: 'purchase:p1', kind: 'purchase', at: 7, by: 'psp:stripe', reference: 'purchases/p1' },
    legs: [
      leg('psp:stripe:clearing', 'QAR', minor(clearing)),
      ...(costs === 0 ? [] : [leg('psp:stripe:costs', 'QAR', minor(costs))]),
      leg('wallet:ann:available', 'QAR', minor(0 - clearing - costs)),
    ],
    psp: { provider: 'stripe', source: 'pi_1' },
  });
  const paid = { id: 'purchase:p1', at: 7, currency: 'QAR', source: 'pi_1' };
  expect(moveOf(entry(-21_450, -550))).toEqual({ ...paid, gross: 22_000, fee: 550 });
  expect(moveOf(entry(22_000, 0))).toEqual({ ...paid, gross: -22_000, fee: 0 });
  const { psp, ...other } = entry(1, 0);
  expect(psp).toBeDefined();
  expect(moveOf(other)).toBeNull();
});

test('a line is known by our own name, by the provider’s, or by itself', () => {
  const line = { ...charge('txn_1', '', 1), gross: minor(1) };
  expect(lineOf({ ...line, source: 're_1', ours: 'refund:r1' }).source).toBe('refund:r1');
  expect(lineOf({ ...line, source: 're_1', ours: null }).source).toBe('re_1');
  expect(lineOf({ ...line, source: '', ours: null }).source).toBe('line:txn_1');
});

test('I13 a claim that the books say came and went, with its fee, and that no line knows, is missing', () => {
  const opened = move('chargeback:du_1', 'du_1', -10_000, { fee: minor(1_500) });
  const compared = compare([], [opened, move('chargeback-end:du_1', 'du_1', 10_000)]);
  expect([...compared.moves.values()]).toEqual(['missing_at_provider', 'missing_at_provider']);
});

test('I13 fees that were more on one line and less on another hide nothing from each other', () => {
  const at = Date.parse('2026-01-01T10:00:00Z');
  const lines = [
    charge('a', 'a', 10_000, { fee: minor(350) }),
    charge('b', 'b', 10_000, { fee: minor(150) }),
  ];
  const moves = ['a', 'b'].map((id) => move(`e${id}`, id, 10_000, { fee: minor(250) }));
  const run = begin(null, { provider: 'stripe', day: '2026-01-01', at: at + 86_400_000, anew: false });
  const after = advance(run, run, linesStep(lines, compare(lines, moves).lines, null), at);
  expect(after.feesOff).toEqual({ QAR: { more: 100, less: 100 } });
});
