import fc from 'fast-check';
import { newLifetime, newWallet, type Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import { arrive, crowds, farmed, type Arrival, type Origin } from './origin.ts';
import { LONGEST, looked, refer, rewards, type Referral } from './referral.ts';

const at = Date.UTC(2026, 0, 1);
const nobody = { before: null, wallet: null, above: [] };
const bought: Wallet = { ...newWallet, lifetime: { QAR: { ...newLifetime, purchased: minor(500) } } };

const come = (uids: readonly string[], by: Partial<Arrival> = {}) => {
  let origin: Origin | null = null;
  const refused = uids.filter((uid, i) => {
    const arrived = arrive(origin, { kind: 'device', uid, at: at + i, factor: 1, ...by });
    ({ origin } = arrived);
    return arrived.tooMany;
  });
  return { origin: origin!, refused };
};
const crowd = (n: number) => Array.from({ length: n }, (_, i) => `u${i}`);

test('F55 W4-20 of a hundred accounts on one device three get something, and it is flagged once', () => {
  const { origin, refused } = come(crowd(100));
  expect(refused).toHaveLength(97);
  expect(origin).toMatchObject({ flaggedAt: at + 3, people: [{ uid: 'u0' }, { uid: 'u1' }, { uid: 'u2' }] });
  expect(farmed('x', origin)).toMatchObject({ kind: 'reward_farm', people: ['u0', 'u1', 'u2'] });
});

test('W4-20 an address has room for more, and for as many as a limit is widened by', () => {
  expect(come(crowd(100), { kind: 'address' }).refused).toHaveLength(100 - crowds.address);
  expect(come(crowd(100), { kind: 'address', factor: 10 }).refused).toEqual([]);
});

test('W4-20 a card is one person’s, however wide the limits are', () => {
  const { origin, refused } = come(['ann', 'ben', 'ann'], { kind: 'card', factor: 10 });
  expect(refused).toEqual(['ben']);
  expect(farmed('x', origin)).toMatchObject({ people: ['ann'], facts: { kind: 'card' } });
});

test('in any order and however often, never more than the most, and who came in time stays in', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (who) => {
      const uids = who.map((n) => `u${n}`);
      const { origin, refused } = come(uids);
      const first = [...new Set(uids)].slice(0, crowds.device);
      expect((origin as Origin | null)?.people.map(({ uid }) => uid) ?? []).toEqual(first);
      expect(refused.some((uid) => first.includes(uid))).toBe(false);
      expect((origin as Origin | null)?.flaggedAt ?? null).toEqual(
        refused.length === 0 ? null : at + uids.findIndex((uid) => !first.includes(uid)),
      );
    }),
  );
});

test('after the window there is room again', () => {
  const { origin } = come(crowd(4));
  const later = { kind: 'device', uid: 'new', factor: 1 } as const;
  expect(arrive(origin, { ...later, at: at + crowds.windowMs - 1 }).tooMany).toBe(true);
  expect(arrive(origin, { ...later, at: at + crowds.windowMs + 2 }).tooMany).toBe(false);
});

const from = (uid: string, referrer: string) => ({ uid, referrer, link: null, notice: 'n', at });

test('W4-20 nobody brings themselves, in a circle of any length', () => {
  expect(() => refer(nobody, from('a', 'a'))).toThrow('not_found');
  for (const n of [1, 2, 3, 50, LONGEST - 1])
    expect(() => refer({ ...nobody, above: [...crowd(n - 1), 'a'] }, from('a', 'b'))).toThrow('not_found');
  expect(() => refer({ ...nobody, above: crowd(LONGEST) }, from('a', 'b'))).toThrow('not_found');
  expect(refer({ ...nobody, above: crowd(LONGEST - 1) }, from('a', 'b')).status).toBe('waiting');
});

test('F55 who has bought something already was brought by nobody', () => {
  expect(() => refer({ ...nobody, wallet: bought }, from('a', 'b'))).toThrow('wrong_status');
  const before = refer(nobody, from('a', 'b'));
  expect(refer({ ...nobody, before, wallet: bought }, from('a', 'b'))).toBe(before);
  expect(() => refer({ ...nobody, before }, from('a', 'c'))).toThrow('wrong_status');
});

test('F55 rewarded up to the most, within the window, and only who is still there', () => {
  const referral: Referral = refer(nobody, from('a', 'b'));
  const look = { earned: true, isThere: true, before: 0, at };
  expect(looked(referral, look).status).toBe('rewarded');
  expect(looked(referral, { ...look, before: rewards.most - 1 }).status).toBe('rewarded');
  expect(looked(referral, { ...look, before: rewards.most }).status).toBe('over');
  expect(looked(referral, { ...look, isThere: false }).status).toBe('over');
  const waits = looked(referral, { ...look, earned: false });
  expect(waits).toMatchObject({ status: 'waiting', dueAt: at + rewards.look });
  expect(looked(waits, { ...look, earned: false, at: referral.untilAt })).toMatchObject({
    ...{ status: 'over', dueAt: null },
  });
});
