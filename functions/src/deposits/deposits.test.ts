import fc from 'fast-check';
import { nothing, newWallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Deposit } from './deposit.ts';
import { assign, reject, submit, verify } from './depositing.ts';

const sent = (amount: number): Deposit =>
  submit(null, {
    ...{ uid: 'ann', amount: minor(amount), currency: 'QAR', reference: 'QNB 12-3' },
    ...{ proof: 'proofs/ann/slip.pdf', requestHash: 'h', at: 0 },
  });
const looked = { id: 'd~ann', by: 'fay', why: 'On the statement.', at: 1 };

test('F72 W0-42 only the amount that was said, in its currency, under its reference, and once, is let in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.constantFrom(0, 0, 1, -1),
      fc.constantFrom('QAR', 'QAR', 'USD' as const),
      fc.constantFrom('qnb123', 'QNB-12-3', 'QNB-12-4'),
      fc.boolean(),
      fc.constantFrom('fay', 'ann'),
      (amount, off, currency, reference, used, by) => {
        const deposit = sent(amount);
        const owing = {
          ...newWallet,
          balances: { QAR: { ...nothing, debt: minor(5) } },
          version: 1,
          head: 'h',
        };
        const books = { deposit, wallet: owing, reference: used ? { deposit: 'x', at: 0 } : null };
        const found = { amount: minor(amount + off), currency, reference } as const;
        const fits = off === 0 && currency === 'QAR' && reference !== 'QNB-12-4' && !used && by !== 'ann';
        const act = () => verify(books, { ...looked, by, found });
        if (!fits) {
          expect(act).toThrow(Refusal);
          return;
        }
        const { deposit: after, posting } = act();
        expect(after).toMatchObject({ status: 'verified', dueAt: null });
        const { balances } = posting!.wallets.ann!.wallet;
        expect((balances.QAR?.available ?? 0) - (balances.QAR?.debt ?? 0)).toBe(amount - 5);
        expect(verify({ ...books, deposit: after }, { ...looked, found })).toEqual({
          deposit: after,
          posting: null,
        });
      },
    ),
  );
});

test('F72 what was decided stays, and nobody looks for their own', () => {
  const rejected = reject({ deposit: sent(100) }, looked);
  expect(reject({ deposit: rejected }, looked)).toBe(rejected);
  const found = { amount: minor(100), currency: 'QAR', reference: 'QNB 12-3' } as const;
  const books = { deposit: rejected, wallet: null, reference: null };
  expect(() => verify(books, { ...looked, found })).toThrow('wrong_status');
  expect(() => assign({ deposit: rejected }, { ...looked, to: 'fay' })).toThrow('wrong_status');
  expect(() => assign({ deposit: sent(1) }, { ...looked, to: 'ann' })).toThrow('own_request');
  expect(() => reject({ deposit: sent(1) }, { ...looked, by: 'ann' })).toThrow('own_request');
});
