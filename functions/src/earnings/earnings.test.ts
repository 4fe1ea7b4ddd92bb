import { leg, type EntryKind, type JournalEntry } from '../ledger/journal.ts';
import { newLifetime, newWallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { addEarned, changesOf, type Net } from './earnings.ts';

const entry = (kind: EntryKind, amount: number): JournalEntry => ({
  ...{ id: `${kind}:${amount}`, kind, at: 0, by: 'system', reference: 'x/1' },
  legs: [
    leg('wallet:ben:available', 'QAR', minor(amount), 'earned'),
    leg('wallet:cat:available', 'QAR', minor(7), 'earned'),
    leg('platform:fees', 'QAR', minor(-amount - 7)),
  ],
});
const netOf = (...entries: JournalEntry[]): Net =>
  entries.reduce<Net>((net, one) => addEarned(net, one, 'ben'), {});

test('D14 releases and splits count, less what was taken back; whatever else once counted does not', () => {
  const all = [entry('escrow-release', 900), entry('escrow-split', 50), entry('refund', -300)];
  expect(netOf(...all)).toEqual({ QAR: 650 });
  expect(netOf(...all, entry('adjustment', 1000), entry('purchase', 5), entry('escrow-refund', 80))).toEqual({
    QAR: 650,
  });
});

test('D14 a wallet that says another sum is named, with both; one that is right is not', () => {
  const wallet = { ...newWallet, lifetime: { QAR: { ...newLifetime, earned: minor(900) } } };
  expect(changesOf('ben', wallet, { QAR: minor(650) })).toEqual([
    { uid: 'ben', currency: 'QAR', from: 900, to: 650 },
  ]);
  expect(changesOf('ben', wallet, { QAR: minor(900) })).toEqual([]);
  expect(changesOf('ben', wallet, {})).toEqual([{ uid: 'ben', currency: 'QAR', from: 900, to: 0 }]);
});
