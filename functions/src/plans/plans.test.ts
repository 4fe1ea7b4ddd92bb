import { divide, quote, type FeePolicy } from '../escrow/fees.ts';
import { minor } from '../shared/money.ts';
import fc from 'fast-check';
import { nothingMoved } from '../escrow/fees.ts';
import type { Escrow } from '../escrow/escrow.ts';
import { emptied, extend, feesOf, lapse, shorten, type Membership } from './membership.ts';
import { followMoney, type Sale } from './sale.ts';
import { defaultOf, offersOf, ownPolicy, policyFor, type Offer } from './offer.ts';

const DAY = 24 * 3600 * 1000;
const base: FeePolicy = {
  ...{ payeeFeeBps: 1000, payerFeeBps: 0 },
  ...{ releaseHours: 72, clearanceHours: 24, feeTaxBps: 0 },
};
const fees = (payeeFeeBps: number, payerFeeBps: number) => ({ payeeFeeBps, payerFeeBps });

test.each([
  // price, payer pays, payee gets, platform gets
  [fees(1500, 1000), 5000, 5500, 4250, 1250],
  [fees(1000, 500), 100_000, 105_000, 90_000, 15_000],
  [fees(1000, 0), 10_000, 10_000, 9000, 1000],
] as const)('F16 a plan of %j on %i: %i is paid, %i and %i are got', (plan, price, held, payee, platform) => {
  const policy = policyFor(base, { payee: plan, payer: plan, free: null });
  const quoted = quote(minor(price), policy);
  expect(quoted.held).toBe(held);
  expect(divide({ price: minor(price), ...quoted, policy }, 100)).toEqual({
    ...{ toPayee: payee, toPlatform: platform, toPayer: 0 },
  });
});

test('F16 D1 each side’s fee is by its own plan; without one by what is free, and else by the parameters', () => {
  expect(policyFor(base, { payee: fees(1, 2), payer: fees(3, 4), free: fees(5, 6) })).toMatchObject(
    fees(1, 4),
  );
  expect(policyFor(base, { payee: null, payer: fees(3, 4), free: fees(5, 6) })).toMatchObject(fees(5, 4));
  expect(policyFor(base, { payee: null, payer: null, free: null })).toEqual(base);
});

test('F79 what the platform sells is all fee', () => {
  const policy = ownPolicy({ ...base, payerFeeBps: 500 });
  const price = minor(4999);
  expect(divide({ price, ...quote(price, policy), policy }, 100)).toEqual({
    toPayee: 0,
    toPlatform: 4999,
    toPayer: 0,
  });
});

test('F79 what is bought again adds up; another plan takes the place; what is over is gone, and said once', () => {
  const [plus, pro, featured] = ['plus', 'pro', 'featured'].map((name) => defaultOf(name)) as [
    Offer,
    Offer,
    Offer,
  ];
  const once = extend(null, plus, 0);
  expect(extend(once, plus, 10 * DAY).plan?.untilAt).toBe(60 * DAY);
  expect(extend(once, pro, 10 * DAY).plan).toMatchObject({ name: 'pro', untilAt: 40 * DAY });
  const both = extend(once, featured, 0);
  expect(both.dueAt).toBe(7 * DAY);
  expect(lapse('ann', both, 7 * DAY - 1)).toBeNull();
  const later = lapse('ann', both, 7 * DAY)!;
  expect(later).toMatchObject({ badges: [], plan: { name: 'plus' }, dueAt: 30 * DAY });
  expect(later.news.map(({ text }) => text)).toEqual(['“Featured” has ended.']);
  expect(feesOf(later, 30 * DAY - 1)).toMatchObject(fees(800, 0));
  expect(feesOf(later, 30 * DAY)).toBeNull();
});

test('an offer is as it was defined, else as it comes', () => {
  const defined = { ...defaultOf('plus')!, title: 'Plus 2', version: 1 };
  const offers = offersOf([defined]);
  expect(offers.filter(({ name }) => name === 'plus')).toEqual([defined]);
  expect(offers).toHaveLength(4);
});

test('F79 what goes back of its money a plan gives no longer, and gives again what comes again: in any parts it re-adds', () => {
  const [plus, pro, badge] = ['plus', 'pro', 'featured'].map((name) => defaultOf(name)) as [
    Offer,
    Offer,
    Offer,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(plus, badge),
      fc.array(fc.integer({ min: 0, max: 4999 }), { minLength: 1, maxLength: 6 }),
      (offer, taken) => {
        const whole = offer.days * DAY;
        let membership: Membership | null = extend(extend(null, offer, 0), offer, 0);
        const bought = {
          job: 'j',
          uid: 'ann',
          offer,
          doneAt: 0,
          back: 0,
          lost: 0,
          dueAt: DAY,
          version: 1,
          news: [],
        };
        let sale = { ...bought, status: 'done', createdAt: 0 } as unknown as Sale & { status: 'done' };
        for (const toPlatform of [...taken, 0]) {
          const escrow = { held: 4999, takenBack: { ...nothingMoved, toPlatform } } as unknown as Escrow;
          const done = followMoney(sale, escrow, membership, { id: 's', at: 1 });
          sale = (done?.sale as typeof sale | undefined) ?? sale;
          membership = done?.membership ?? membership;
          const until = membership.plan?.untilAt ?? membership.badges[0]?.untilAt ?? 0;
          expect(until).toBe(2 * whole - sale.back);
          expect(sale.back).toBe(Math.floor((whole * toPlatform) / 4999));
        }
      },
    ),
    { numRuns: 50 },
  );
  const one = extend(null, plus, 0);
  expect(shorten(one, plus, 30 * DAY, DAY)).toMatchObject({
    membership: { plan: null, dueAt: null },
    moved: 29 * DAY,
  });
  // Another took its place: that was paid for, too.
  expect(shorten(extend(one, pro, 0), plus, 30 * DAY, DAY)).toBeNull();
  expect(shorten(null, plus, 30 * DAY, DAY)).toBeNull();
});

test('F79 whatever is bought, taken and given again, in any order: what holds is what was paid for, from when it began', () => {
  const offers = ['plus', 'pro', 'featured', 'verification'].map((name) => defaultOf(name)!);
  const act = fc.record({
    offer: fc.constantFrom(...offers),
    what: fc.constantFrom('buy', 'take', 'give', 'sweep'),
    part: fc.integer({ min: 1, max: 100 }),
    days: fc.integer({ min: 0, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      let membership: Membership | null = null;
      const sold = new Map<string, number>();
      let at = 0;
      for (const { offer, what, part, days } of acts) {
        at += days * DAY;
        const by = Math.floor((offer.days * DAY * part) / 100);
        const add = what === 'buy' ? offer.days * DAY : what === 'give' ? by : -by;
        if (what === 'buy') membership = extend(membership, offer, at);
        else if (what === 'sweep') membership = lapse('ann', membership, at) ?? membership;
        const changed: ReturnType<typeof shorten> =
          what === 'take' || what === 'give' ? shorten(membership, offer, -add, at) : null;
        membership = changed?.membership ?? membership;
        const given = what === 'buy' ? add : 0 - (changed?.moved ?? 0);
        if (given !== 0) sold.set(offer.name, (sold.get(offer.name) ?? 0) + given);
        const runs = [membership?.plan, ...(membership?.badges ?? [])].flatMap((one) => (one ? [one] : []));
        for (const { fromAt, lasts, untilAt } of runs) expect(untilAt).toBe(fromAt + lasts);
        expect(membership?.given ?? {}).toEqual(Object.fromEntries(sold));
      }
    }),
    { numRuns: 100 },
  );
  expect(emptied(extend(null, offers[0]!, 0))).toMatchObject({
    ...{ plan: null, badges: [], dueAt: null, given: { plus: 30 * DAY } },
  });
});

test('F79 W4-18 a claim on a plan that is over gives nothing when it is won: only what was lost is given again', () => {
  const plus = defaultOf('plus')!;
  const follow = (sale: Sale, membership: Membership | null, toPlatform: number, at: number) => {
    const escrow = { held: 4900, takenBack: { ...nothingMoved, toPlatform } } as unknown as Escrow;
    const done = followMoney(sale as Sale & { status: 'done' }, escrow, membership, { id: 's', at });
    return { sale: done?.sale ?? sale, membership: done?.membership ?? membership };
  };
  const bought = {
    ...{ job: 'j', uid: 'ann', offer: plus, doneAt: 0, back: 0, lost: 0, dueAt: DAY, version: 1, news: [] },
    ...{ status: 'done', createdAt: 0 },
  } as unknown as Sale;
  for (const [claimed, wonAt, until] of [
    // Used to its end, then claimed.
    [40, 50, null],
    // With ten days left: ten days are given again.
    [20, 50, 60],
    // At once: all of it is.
    [0, 50, 80],
  ] as const) {
    const before = extend(null, plus, 0);
    const holds = lapse('ann', before, claimed * DAY) ?? before;
    const open = follow(bought, holds, 4900, claimed * DAY);
    expect(open.membership?.plan).toBeNull();
    const won = follow(open.sale, open.membership, 0, wonAt * DAY);
    expect(won.membership?.plan?.untilAt ?? null).toBe(until === null ? null : until * DAY);
    expect(won.sale).toMatchObject({ back: 0, lost: 0 });
  }
});
