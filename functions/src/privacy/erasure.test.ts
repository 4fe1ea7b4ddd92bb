import { newWallet, nothing, type Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { beginErasure, isKept, recordStep, stepOn, WATCHED_FOR, type Erasure } from './erasure.ts';

const DAY = 24 * 3600 * 1000;
const NOW = 1_767_225_600_000;
const order = { uid: 'ann', at: NOW, actor: null };
const begun = (more: { wallet?: Wallet | null; wasDisabled?: boolean } = {}): Erasure =>
  beginErasure({ erasure: null, wallet: null, wasDisabled: false, ...more }, order).erasure;
const outcome = { left: null, remainders: [], keepDays: 0 };
const left = { what: 'purchase', id: 'p1', amount: 100, currency: 'QAR' } as const;
const full = { ...newWallet, version: 1, balances: { QAR: { ...nothing, available: minor(100) } } };

test('money that comes between the last look and the step is never erased: the step looks again', () => {
  const seen = begun();
  const found = { seen, erasure: seen, wallet: { ...full, frozen: true } };
  expect(recordStep('ann', found, outcome, NOW)).toEqual({ after: null, wallet: null, again: true });
  const empty = { ...found, wallet: { ...newWallet, frozen: true } };
  expect(recordStep('ann', empty, outcome, NOW)).toMatchObject({ after: { phase: 'erasing' }, again: false });
  const overtaken = { ...found, erasure: { ...seen, version: seen.version + 1 } };
  expect(recordStep('ann', overtaken, outcome, NOW)).toEqual({ after: null, wallet: null, again: false });
});

test.each([true, false])('one that stops leaves a wallet that was frozen (%s) so', (frozen) => {
  const seen = begun({ wallet: { ...newWallet, frozen }, wasDisabled: frozen });
  expect(seen).toMatchObject({ wasFrozen: frozen, wasDisabled: frozen });
  const found = { seen, erasure: seen, wallet: { ...newWallet, frozen: true } };
  const { after, wallet } = recordStep('ann', found, { ...outcome, left }, NOW);
  expect([after?.phase, wallet?.frozen]).toEqual(['stopped', frozen]);
});

test('who is gone is looked after every day for two years, and the identity goes on its day', () => {
  let erasure: Erasure = { ...begun(), phase: 'settling', keptUntilAt: NOW + 1826.5 * DAY };
  const days: [number, string][] = [];
  for (let at: number | null = NOW; at !== null; at = erasure.dueAt) {
    erasure = stepOn(erasure, outcome, at);
    days.push([(at - NOW) / DAY, erasure.phase]);
  }
  expect(days.slice(0, 3).map(([day]) => day)).toEqual([0, 1, 2]);
  expect(days.slice(-2)).toEqual([
    [WATCHED_FOR / DAY, 'identity'],
    [1826.5, 'done'],
  ]);
  expect(days).toHaveLength(WATCHED_FOR / DAY + 2);
  const short: Erasure = { ...begun(), phase: 'identity', keptUntilAt: NOW + 1.5 * DAY };
  expect(stepOn(short, outcome, NOW + DAY).dueAt).toBe(NOW + 1.5 * DAY);
  expect([isKept(short, NOW + DAY), isKept(short, NOW + 1.5 * DAY)]).toEqual([true, false]);
});
