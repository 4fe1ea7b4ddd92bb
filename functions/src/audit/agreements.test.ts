import type { FeePolicy } from '../escrow/fees.ts';
import { extend, type Membership } from '../plans/membership.ts';
import { defaultOf } from '../plans/offer.ts';
import type { Sale } from '../plans/sale.ts';
import { foldMembership, foldSale } from './agreements.ts';
import { violationOf } from './naming.ts';
import { everything, Search, Tally } from './tally.ts';

const DAY = 24 * 3600 * 1000;
const plus = defaultOf('plus')!;
const policy: FeePolicy = {
  ...{ payeeFeeBps: 10_000, payerFeeBps: 0, releaseHours: 72, clearanceHours: 0, feeTaxBps: 0 },
};
const sale = (lost: number): Sale => ({
  ...{ job: 'j', uid: 'ann', offer: plus, policy, requestHash: '', createdAt: 0, version: 2, dueAt: null },
  ...{ news: [], status: 'done', doneAt: 0, back: lost, lost },
});
const held = extend(extend(null, plus, 0), plus, DAY);

/** What is wrong with what somebody has, by two sales of it. */
function wrongWith(membership: Membership, lost = 0): string[] {
  const [tally, search] = [new Tally(), new Search(everything)];
  for (const sink of [tally, search]) {
    foldSale('j~ann', sale(lost), sink);
    foldSale('k~ann', sale(0), sink);
    foldMembership('ann', membership, sink);
  }
  const differing = search.differing().filter(({ name }) => name.startsWith('memberships/'));
  const all = [...tally.found.named, ...differing.map(violationOf)];
  return all.map(({ invariant, document, expected, found }) =>
    [invariant, document, `${expected}, not ${found}`].join(' '),
  );
}

test('F79 I5 what somebody has is what its sales gave, less what was lost of them', () => {
  expect(wrongWith(held)).toEqual([]);
  expect(wrongWith({ ...held, given: { plus: 50 * DAY } }, 10 * DAY)).toEqual([
    `I5 memberships/ann plus for ${50 * DAY}, not plus for ${60 * DAY}`,
  ]);
});

test('F79 I5 a day more is a difference, in whatever of it stands', () => {
  const plan = held.plan!;
  const untilAt = plan.untilAt + DAY;
  expect(wrongWith({ ...held, plan: { ...plan, untilAt } })).toEqual([
    `I5 memberships/ann plus until ${60 * DAY}, not plus until ${untilAt}`,
  ]);
  const more = { ...held, plan: { ...plan, untilAt, lasts: plan.lasts + DAY } };
  expect(wrongWith(more)).toHaveLength(1);
  expect(wrongWith({ ...more, given: { plus: 61 * DAY } })).toEqual([
    `I5 memberships/ann plus milliseconds: ${60 * DAY} milliseconds, not ${61 * DAY} milliseconds`,
  ]);
  expect(wrongWith({ ...held, given: {} })).toHaveLength(2);
});
