import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { hashEntry } from '../ledger/chain.ts';
import { entryKinds, leg, type JournalEntry } from '../ledger/journal.ts';
import { movedOn, post } from '../ledger/ledger.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import { currencies, minor, negate, type Currency } from '../shared/money.ts';
import {
  approve,
  reject,
  remind,
  request,
  type AdjustmentOrder,
  type Books,
  type Moved,
  type Step,
} from './adjust.ts';
import type { Adjustment, AdjustedBy, RecentAdjustment } from './adjustment.ts';
import { capsPolicy, forget, judge } from './caps.ts';
import { undo, undoneBy } from './undoing.ts';

const DAY = 24 * 3600 * 1000;
const admins = ['fin', 'eve', 'ann'] as const;
const people = ['ann', 'ben'] as const;
type Person = (typeof people)[number];

/** What is stored, in plain maps, and beside it a model that only adds up what was decided. */
class World {
  at = 1;
  brake: Books['brake'] = null;
  journal = new Map<string, JournalEntry>();
  wallets = new Map<string, Wallet>();
  adjustments = new Map<string, Adjustment>();
  lately = new Map<string, AdjustedBy>();
  /** What each person should have and owe together, and how much of our losses that is. */
  worth: Record<string, number> = { ann: 0, ben: 0 };
  losses = 0;

  constructor() {
    for (const uid of people) {
      const legs = [
        leg('psp:stripe:clearing', 'QAR', minor(-30_000)),
        leg(`wallet:${uid}:available`, 'QAR', minor(30_000)),
      ];
      const entry = { id: `purchase:${uid}`, kind: 'purchase' as const, legs, at: 1, by: uid };
      const { wallets } = post({ ...entry, reference: `purchases/${uid}` }, { wallets: { [uid]: null } });
      this.journal.set(entry.id, { ...entry, reference: `purchases/${uid}` });
      this.wallets.set(uid, wallets[uid]!.wallet);
      this.worth[uid] = 30_000;
    }
  }

  books(id: string, { uid, by, corrects }: Pick<Adjustment, 'uid' | 'by' | 'corrects'>): Books {
    return {
      id,
      adjustment: this.adjustments.get(id) ?? null,
      wallet: this.wallets.get(uid) ?? null,
      wrong: this.journal.get(corrects) ?? null,
      undone: this.journal.get(`reversal:${corrects}`) ?? null,
      toPerson: this.lately.get(`to ${uid}`) ?? null,
      byAdmin: this.lately.get(`by ${by}`) ?? null,
      brake: this.brake,
    };
  }

  keep(id: string, { adjustment, posting, recent }: Moved): Adjustment {
    this.adjustments.set(id, adjustment);
    const { uid, by, amount, direction } = adjustment;
    if (recent) {
      this.lately.set(`to ${uid}`, { recent: recent.toPerson });
      this.lately.set(`by ${by}`, { recent: recent.byAdmin });
    }
    if (!posting) return adjustment;
    // As `create` does: a cause that is there ends the commit.
    if (this.journal.has(posting.entry.id)) throw new Error(`twice: ${posting.entry.id}`);
    this.journal.set(posting.entry.id, posting.entry);
    for (const [owner, { wallet, entry }] of Object.entries(posting.wallets)) {
      const { hash, ...unsealed } = entry;
      expect([entry.prev, hash]).toEqual([this.wallets.get(owner)?.head, hashEntry(unsealed)]);
      this.wallets.set(owner, wallet);
    }
    const change = direction === 'credit' ? amount : 0 - amount;
    this.worth[uid] = this.worth[uid]! + change;
    this.losses -= change;
    return adjustment;
  }

  ask = (order: AdjustmentOrder): Adjustment =>
    this.keep(order.id, request(this.books(order.id, order), order));
  decide(id: string, act: (books: Books, step: Step & { readonly why: string }) => Moved, by: string) {
    const about = this.adjustments.get(id)!;
    return this.keep(id, act(this.books(id, about), { by, at: this.at, why: 'No.' }));
  }
}

const orderOf = (more: Partial<AdjustmentOrder> = {}): AdjustmentOrder => ({
  ...{ id: 'a1', kind: 'correction', uid: 'ann', currency: 'QAR', amount: minor(20_000) },
  ...{ direction: 'credit', corrects: 'purchase:ann', reason: 'Wrong.', by: 'fin', requestHash: 'h', at: 1 },
  ...more,
});
const reversalOf = (world: World, entry: string, more: Partial<AdjustmentOrder> = {}): AdjustmentOrder =>
  orderOf({ kind: 'reversal', corrects: entry, ...undo(world.journal.get(entry)!), ...more });

type Act = {
  readonly what: 'ask' | 'reverse' | 'approve' | 'reject' | 'again' | 'spend' | 'wait';
  readonly pick: number;
  readonly amount: number;
  readonly debit: boolean;
  readonly by: (typeof admins)[number];
  readonly uid: Person;
};
const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom('ask', 'ask', 'reverse', 'approve', 'approve', 'reject', 'again', 'spend', 'wait'),
  pick: fc.nat(3),
  amount: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constant(50_000)),
  debit: fc.boolean(),
  by: fc.constantFrom(...admins),
  uid: fc.constantFrom(...people),
});

function play(world: World, { what, pick, amount, debit, by, uid }: Act): void {
  const id = `a${world.adjustments.size}`;
  const known = [...world.adjustments.keys()].at(-1 - pick);
  const direction = debit ? ('debit' as const) : ('credit' as const);
  switch (what) {
    case 'wait':
      world.at += DAY;
      return;
    case 'ask':
      world.ask(
        orderOf({ id, uid, amount: minor(amount), direction, by, at: world.at, corrects: `purchase:${uid}` }),
      );
      return;
    case 'reverse': {
      const entries = [...world.journal.values()].filter(({ kind }) => kind === 'adjustment');
      const entry = entries.at(-1 - pick);
      if (entry) world.ask(reversalOf(world, entry.id, { id, by, at: world.at }));
      return;
    }
    case 'approve':
      if (known) world.decide(known, approve, by);
      return;
    case 'reject':
      if (known) world.decide(known, reject, by);
      return;
    case 'again': {
      const before = known && world.adjustments.get(known);
      if (before) expect(world.ask({ ...before, id: known, at: world.at })).toBe(before);
      return;
    }
    case 'spend': {
      const { available } = balanceOf(world.wallets.get(uid)!, 'QAR');
      const part = minor(Math.min(available, amount));
      if (part === 0) return;
      const legs = [leg(`wallet:${uid}:available`, 'QAR', negate(part)), leg('platform:fees', 'QAR', part)];
      const entry = { kind: 'escrow-lock' as const, legs, at: world.at, by: uid, reference: 'x/1' };
      const spent = post({ ...entry, id: `s${world.at}` }, { wallets: { [uid]: world.wallets.get(uid)! } });
      world.wallets.set(uid, spent.wallets[uid]!.wallet);
      world.worth[uid] = world.worth[uid]! - part;
    }
  }
}

/** What must hold whatever was tried. */
function check(world: World): void {
  for (const uid of people) {
    const { available, debt, pending, reserved } = balanceOf(world.wallets.get(uid)!, 'QAR');
    expect([available - debt, pending, reserved]).toEqual([world.worth[uid], 0, 0]);
    // Who owes has nothing to spend: what comes repays first, what goes takes what is there first.
    expect(Math.min(available, debt)).toBe(0);
  }
  const bore = [...world.journal.values()].reduce((sum, entry) => sum + movedOn(entry, 'platform:losses'), 0);
  expect(bore).toBe(world.losses);
  for (const one of world.adjustments.values()) {
    if (one.status === 'waiting') continue;
    expect(one.uid).not.toBe(one.by);
    expect(one.uid).not.toBe(one.closedBy);
    if (one.status === 'rejected') expect(one.closedBy).not.toBe(one.by);
  }
  // Without a second look nobody is given or taken more than the cap in any week, however many admins ask.
  const alone = [...world.adjustments.values()].filter(
    (one) => one.status === 'posted' && one.closedBy === one.by,
  );
  for (const last of alone) {
    const week = alone.filter(
      ({ uid, requestedAt }) =>
        uid === last.uid && requestedAt <= last.requestedAt && requestedAt > last.requestedAt - 7 * DAY,
    );
    expect(week.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(50_000);
  }
}

test('W2-47 however requests, decisions and reversals follow each other, wallets and losses are what was decided', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { minLength: 20, maxLength: 80, size: 'max' }), (acts) => {
      const world = new World();
      for (const one of acts) {
        const no = refused(() => {
          play(world, one);
        });
        if (no) seen.add(no.reason);
        world.at += 1;
        check(world);
      }
      for (const one of world.adjustments.values()) seen.add(`${one.kind} ${one.status}`);
    }),
    { numRuns: 40 },
  );
  expect([...seen].sort()).toEqual([
    'correction posted',
    'correction rejected',
    'correction waiting',
    'own_request',
    'reversal posted',
    'reversal rejected',
    'reversal waiting',
    'same_admin',
    'wrong_status',
  ]);
});

test('a debit takes what is there and the rest is owed; a credit repays that first; frozen or not', () => {
  const world = new World();
  world.wallets.set('ann', { ...world.wallets.get('ann')!, frozen: true });
  const taken = world.ask(orderOf({ amount: minor(35_000), direction: 'debit' }));
  expect(taken).toMatchObject({ status: 'posted', owed: 5_000, entry: 'adjustment:a1', dueAt: null });
  expect(balanceOf(world.wallets.get('ann')!, 'QAR')).toMatchObject({ available: 0, debt: 5_000 });
  expect(world.journal.get('adjustment:a1')).toMatchObject({
    ...{ kind: 'adjustment', corrects: 'purchase:ann', by: 'fin', reference: 'adjustments/a1' },
  });
  world.ask(orderOf({ id: 'a2', by: 'eve', amount: minor(10_000) }));
  expect(balanceOf(world.wallets.get('ann')!, 'QAR')).toMatchObject({ available: 5_000, debt: 0 });
});

test('a reversal takes back once what one entry did, whoever asks, even when it is spent', () => {
  const world = new World();
  world.ask(orderOf());
  const back = reversalOf(world, 'adjustment:a1', { id: 'a2' });
  expect(back).toMatchObject({ uid: 'ann', direction: 'debit', amount: 20_000 });
  expect(world.ask(back)).toMatchObject({ status: 'posted', entry: 'reversal:adjustment:a1' });
  expect(world.journal.get('reversal:adjustment:a1')).toMatchObject({
    ...{ kind: 'reversal', reverses: 'adjustment:a1', reference: 'adjustments/a2' },
  });
  expect(balanceOf(world.wallets.get('ann')!, 'QAR').available).toBe(30_000);
  // By another admin, by an id of their own; nor is it corrected once it was taken back.
  const again = { id: 'a3', by: 'eve' };
  expect(() => world.ask({ ...back, ...again })).toThrow('wrong_status {"status":"reversed"}');
  expect(() => world.ask(orderOf({ ...again, corrects: 'adjustment:a1' }))).toThrow('reversed');
});

test('two reversals of one entry that both wait: the second is refused when it is approved', () => {
  const world = new World();
  world.ask(orderOf({ amount: minor(60_000) }));
  world.decide('a1', approve, 'eve');
  for (const [id, by] of [
    ['a2', 'fin'],
    ['a3', 'eve'],
  ] as const)
    expect(world.ask(reversalOf(world, 'adjustment:a1', { id, by })).status).toBe('waiting');
  expect(world.decide('a2', approve, 'eve').status).toBe('posted');
  expect(() => world.decide('a3', approve, 'fin')).toThrow('reversed');
  expect(world.decide('a3', reject, 'fin').status).toBe('rejected');
});

test('a correction needs an entry and a wallet that are there, and moves nothing while the brake is on', () => {
  const world = new World();
  expect(refused(() => world.ask(orderOf({ corrects: 'purchase:nobody' })))?.reason).toBe('not_found');
  expect(refused(() => world.ask(orderOf({ uid: 'typo' })))?.reason).toBe('not_found');
  expect(refused(() => world.ask(orderOf({ by: 'ann' })))?.reason).toBe('own_request');
  world.brake = { status: 'on', since: 1, alert: 'audit.2026-01-01' };
  expect(refused(() => world.ask(orderOf()))?.reason).toBe('payouts_stopped');
  // One that waits moves nothing yet.
  world.ask(orderOf({ amount: minor(50_001) }));
  expect(refused(() => world.decide('a1', approve, 'eve'))?.reason).toBe('payouts_stopped');
  expect(world.adjustments.get('a1')?.status).toBe('waiting');
});

test('the same request again is the same; with other words it is refused', () => {
  const world = new World();
  const first = world.ask(orderOf());
  expect(world.ask(orderOf({ at: 9 }))).toBe(first);
  expect(refused(() => world.ask(orderOf({ requestHash: 'other' })))?.reason).toBe('request_id_reused');
});

test('what was rejected counts no longer', () => {
  const world = new World();
  world.ask(orderOf({ amount: minor(50_001) }));
  world.decide('a1', reject, 'eve');
  expect(world.ask(orderOf({ id: 'a2', amount: minor(50_000) })).status).toBe('posted');
});

test('finance is told once of one that waits for a day', () => {
  const world = new World();
  const adjustment = world.ask(orderOf({ amount: minor(50_001) }));
  expect(() => remind({ id: 'a1', adjustment }, DAY)).toThrow(`not_due {"dueAt":${DAY + 1}}`);
  const told = remind({ id: 'a1', adjustment }, DAY + 1);
  expect(told).toMatchObject({ status: 'waiting', dueAt: null, version: 2 });
  expect(() => remind({ id: 'a1', adjustment: told }, 9 * DAY)).toThrow('not_due');
});

test.each(currencies)('alone up to the cap in %s, in one or in parts, and no unit more', (currency) => {
  const cap = capsPolicy.caps[currency];
  const one = (amount: number, at = 1, own: Currency = currency): RecentAdjustment => ({
    ...{ adjustment: 'x', amount: minor(amount), currency: own, at },
  });
  // The same by however many admins to one person; and by one admin, to ten people, so much each.
  const judged = (before: readonly RecentAdjustment[], wanted: RecentAdjustment) =>
    judge({ toPerson: before, byAdmin: [] }, wanted).secondAdmin;
  const others = (amount: number) => Array.from({ length: 9 }, () => one(amount));
  expect(judge({ toPerson: [], byAdmin: others(cap) }, one(cap)).secondAdmin).toBe(false);
  expect(judge({ toPerson: [], byAdmin: [...others(cap), one(1)] }, one(cap)).secondAdmin).toBe(true);
  expect(judged([], one(cap))).toBe(false);
  expect(judged([], one(cap + 1))).toBe(true);
  expect(judged([one(1)], one(cap, 2))).toBe(true);
  // Half of the cap of one currency and half of another's are the whole.
  const other = currency === 'QAR' ? 'USD' : 'QAR';
  const half = one(capsPolicy.caps[other] / 2, 1, other);
  expect(judged([half], one(cap / 2))).toBe(false);
  expect(judged([half], one(cap / 2 + 1))).toBe(true);
  // A week later it counts no longer, nor once it was rejected.
  expect(judged([one(1)], one(cap, 1 + 7 * DAY))).toBe(false);
  expect(judged([one(1)], one(cap, 7 * DAY))).toBe(true);
  const none = { toPerson: [], byAdmin: [] };
  expect(forget({ toPerson: [one(1)], byAdmin: [one(1)] }, 'x')).toEqual(none);
});

test.each(['toPerson', 'byAdmin'] as const)('what is remembered %s stays small', (of) => {
  const many = Array.from({ length: capsPolicy.count[of] }, (_, i) => ({
    ...{ adjustment: `a${i}`, amount: minor(1), currency: 'QAR' as const, at: i + 1 },
  }));
  const next = (at: number) => judge({ toPerson: [], byAdmin: [], [of]: many }, { ...many[0]!, at });
  expect(() => next(1000)).toThrow(`"retryAt":${1 + 7 * DAY}`);
  expect(next(1 + 7 * DAY).recent[of]).toHaveLength(capsPolicy.count[of]);
});

test('only an adjustment is taken back plainly; every other kind names the call that undoes it', () => {
  const world = new World();
  for (const kind of entryKinds) {
    const entry = { ...world.journal.get('purchase:ann')!, kind };
    const use = undoneBy[kind];
    if (kind === 'adjustment') expect(undo(entry).direction).toBe('debit');
    else expect(() => undo(entry)).toThrow(`not_reversible {"kind":"${kind}","use":"${use}"}`);
  }
});
