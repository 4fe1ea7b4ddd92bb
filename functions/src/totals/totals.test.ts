import fc from 'fast-check';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { minor, negate } from '../shared/money.ts';
import { fold, nextTotals, none, platformIn, type Totals } from './totals.ts';

const entries = fc
  .array(fc.record({ at: fc.nat(40), amount: fc.integer({ min: 1, max: 1000 }) }), { maxLength: 80 })
  .map((all) =>
    all
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, amount }, i): JournalEntry => ({
        ...({ id: `e${i}`, kind: 'purchase', at, by: 'system', reference: 'x/1' } as const),
        legs: [
          leg('platform:fees', 'QAR', minor(amount)),
          leg('psp:stripe:clearing', 'QAR', negate(minor(amount))),
        ],
      })),
  );

test('I9 F69 however the journal is cut into checkpoints, nothing is left out and nothing counts twice', () => {
  fc.assert(
    fc.property(
      entries,
      fc.array(fc.nat(45), { maxLength: 6 }),
      fc.integer({ min: 1, max: 30 }),
      (all, cuts, most) => {
        let totals: Totals = none;
        for (const until of [...cuts, 100].toSorted((a, b) => a - b))
          for (;;) {
            const due = all.filter(({ at }) => at >= totals.until && at < until);
            const next = nextTotals(totals, due.slice(0, most), until, due.length < most);
            // So many at one moment that a run never gets past it: it takes more at once then.
            if (!next && due.length >= most) {
              totals = nextTotals(totals, due, until, true) ?? totals;
              break;
            }
            if (!next) break;
            totals = next;
            if (due.length < most) break;
          }
        expect(totals.sums).toEqual(fold({}, all));
        expect(totals.entries).toBe(all.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('F68 what people hold, in wallets and under way, is no account of the platform; what credits brought it is', () => {
  const legs = [
    leg('wallet:ann:available', 'CREDIT', minor(-4)),
    leg('generation:g1~ann', 'CREDIT', minor(1)),
    leg('platform:credits', 'CREDIT', minor(1)),
    leg('platform:breakage', 'CREDIT', minor(1)),
    leg('platform:promotions', 'CREDIT', minor(1)),
  ];
  const entry = { id: 'e', kind: 'grant', at: 1, by: 'system', reference: 'x/1', legs } as const;
  expect(platformIn(fold({}, [entry])).map(({ account }) => account)).toEqual([
    ...['platform:breakage', 'platform:credits', 'platform:promotions'],
  ]);
});
