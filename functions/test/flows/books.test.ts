import { disputedEscrow, lockedEscrow } from './acts.ts';
import { booksOf, violationsOn } from './books.ts';
import { totals } from '../../../local/books.ts';
import { openStage, type FlowStage } from './stage.ts';

/** A check of the books that never finds anything proves nothing: here it is given something to find. */

let stage: FlowStage;
let paths: Record<'payer' | 'held' | 'ended' | 'lock' | 'end' | 'entry' | 'purchase' | 'paid', string>;
beforeAll(async () => {
  stage = await openStage();
  const [payer, payee, support] = [
    await stage.buyer(30_000),
    await stage.actor(),
    await stage.actor('support'),
  ];
  const held = await lockedEscrow(payer, payee);
  const ended = await disputedEscrow(payer, payee);
  const resolution = { kind: 'split', percent: 60 } as const;
  await support.api.escrow.resolve({ escrow: ended, resolution, reason: 'Most of it was delivered.' });
  await stage.idle();
  const [paid = ''] = (await stage.db.collection('purchases').get()).docs.map(({ id }) => id);
  paths = {
    payer: `wallets/${payer.uid}`,
    entry: `wallets/${payer.uid}/entries/000000000002`,
    held: `escrows/${held}`,
    ended: `escrows/${ended}`,
    lock: `journal/job:${held.split('~')[0]!}:lock`,
    end: `journal/escrow:${ended}:end`,
    purchase: `purchases/${paid}`,
    paid: `journal/purchase:${paid}`,
  };
}, 180_000);
afterAll(() => stage.stop());

test('F69 books that nobody tampered with are in order, and every currency sums to nothing', async () => {
  expect(await violationsOn(stage)).toEqual([]);
  expect(totals(await booksOf(stage))).toEqual({ QAR: 0 });
});

type Fields = FirebaseFirestore.DocumentData;
const firstLeg = (doc: Fields, by: number) => {
  const [first, ...legs] = doc.legs as { amount: number }[];
  return { ...doc, legs: [{ ...first, amount: first!.amount + by }, ...legs] };
};

const wrongs: [string, keyof typeof paths, (doc: Fields) => Fields | null, string[]][] = [
  ['a leg of one unit more', 'end', (doc) => firstLeg(doc, 1), ['I1', 'I2', 'I5']],
  ['a wallet of one unit more', 'payer', (doc) => more(doc, 'balances.QAR.available', 1), ['I2', 'I4']],
  ['a wallet of one unit less', 'payer', (doc) => more(doc, 'balances.QAR.available', -1), ['I2', 'I4']],
  ['an escrow of one unit more', 'held', (doc) => more(doc, 'balance', 1), ['I2', 'I4', 'I5']],
  ['a closed escrow that holds something', 'ended', (doc) => more(doc, 'balance', 1), ['I2', 'I4', 'I5']],
  ['an outcome of one unit more', 'ended', (doc) => more(doc, 'outcome.toPayee', 1), ['I5']],
  [
    'a fee moved within the outcome',
    'ended',
    (doc) => more(more(doc, 'outcome.toPayee', 1), 'outcome.toPlatform', -1),
    ['I5'],
  ],
  ['an escrow that waits for ever', 'held', (doc) => ({ ...doc, dueAt: null }), ['I12']],
  ['an order called unpaid', 'purchase', (doc) => ({ ...doc, status: 'failed' }), ['I6']],
  ['a payment that issued less than was bought', 'purchase', (doc) => more(doc, 'value', 1), ['I6']],
  ['a lock that is gone', 'lock', () => null, ['I2', 'I5', 'I6', 'chain']],
  ['a payment that is gone', 'paid', () => null, ['I2', 'I3', 'I4', 'I6', 'chain']],
  ['an escrow that is gone', 'held', () => null, ['I2', 'I4', 'I6']],
  ['a wallet entry that is gone', 'entry', () => null, ['chain']],
  ['a wallet entry that was touched up', 'entry', (doc) => more(doc, 'changes.QAR.available', 1), ['chain']],
  [
    'a wallet whose history has another head',
    'payer',
    (doc) => ({ ...doc, head: 'f'.repeat(64) }),
    ['chain'],
  ],
];

/** The document with a number at a path changed. */
function more(doc: Fields, path: string, by: number): Fields {
  const [name = '', ...rest] = path.split('.');
  const value = doc[name] as Fields | number;
  return { ...doc, [name]: typeof value === 'number' ? value + by : more(value, rest.join('.'), by) };
}

test.each(wrongs)('F69 %s is found', async (_, name, spoil, broken) => {
  const ref = stage.db.doc(paths[name]);
  const doc = (await ref.get()).data()!;
  const spoilt = spoil(doc);
  await stage.cloud.host.unheard(async () => {
    await (spoilt === null ? ref.delete() : ref.set(spoilt));
  });
  const found = await violationsOn(stage);
  await stage.cloud.host.unheard(async () => {
    await ref.set(doc);
  });
  expect([...new Set(found.map((problem) => problem.split(' ')[0]))].sort()).toEqual([...broken].sort());
  expect(await violationsOn(stage)).toEqual([]);
});
