import { enrol, follow } from '../orders/enrolling.ts';
import type { Enrolment } from '../orders/enrolment.ts';
import { hold } from '../orders/holding.ts';
import type { Member } from '../orders/member.ts';
import type { Order } from '../orders/ordered.ts';
import { packageDefaults } from '../packages/package.ts';
import { minor } from '../shared/money.ts';
import { violationOf } from './naming.ts';
import { foldEnrolment, foldMember, foldOrder } from './sold.ts';
import { everything, Search, Tally } from './tally.ts';

const starter = packageDefaults[0]!;
const taxed = { tax: starter.price.tax, of: starter.price.total };
const policy = {
  ...{ payeeFeeBps: 10_000, payerFeeBps: 0, releaseHours: 72, clearanceHours: 0, feeTaxBps: 1800, taxed },
};
const common = {
  ...{ uid: 'ann', title: 'One', price: starter.price, policy, requestHash: '', createdAt: 0, version: 2 },
  ...{ dueAt: null, news: [], status: 'done' as const, doneAt: 0, back: minor(0), returns: [] },
};
const bought: Order = {
  ...{ ...common, job: 'j', item: 'starter', kind: 'package', rank: 1, days: 365 },
  ...{ full: starter.price, upgradeOf: null },
};
const course: Order = { ...common, job: 'k', item: 'c', kind: 'course', upgradeOf: null };
const held = hold('ann', null, { ...starter, full: starter.price, order: 'j~ann', upgradeOf: null }, 0);
const enrolled = enrol(null, { course: 'c', uid: 'ann', title: 'One', order: 'k~ann' }, 0);

type Stored = { readonly order: Order; readonly member: Member; readonly enrolment: Enrolment };

/** What is wrong with what somebody has, by an order of a package and one of a course. */
function wrongWith(changed: Partial<Stored>): string[] {
  const { order, member, enrolment } = { order: bought, member: held, enrolment: enrolled, ...changed };
  const [tally, search] = [new Tally(), new Search(everything)];
  for (const sink of [tally, search]) {
    foldOrder('j~ann', order, sink);
    foldOrder('k~ann', course, sink);
    foldMember('ann', member, sink);
    foldEnrolment('c~ann', enrolment, sink);
  }
  const differing = search.differing().filter(({ name }) => /^(members|enrolments)\//.test(name));
  return [...tally.found.named, ...differing.map(violationOf)].map(({ document }) => document);
}

test('F50 F51 I5 what somebody has follows from their orders, and every difference is told', () => {
  expect(wrongWith({})).toEqual([]);
  const [member, order, enrolment] = ['members/ann', 'orders/j~ann', 'enrolments/c~ann'];
  expect(wrongWith({ member: { ...held, bought: 2 } })).toEqual([member]);
  expect(wrongWith({ member: { ...held, standing: 0 } })).toEqual([member]);
  expect(wrongWith({ member: { ...held, package: null } })).toEqual([member]);
  expect(wrongWith({ order: { ...bought, back: starter.price.total } as Order })).toEqual([member]);
  expect(wrongWith({ order: { ...bought, status: 'open' } as Order })).toEqual([member, member]);
  expect(wrongWith({ order: { ...bought, uid: 'bob' } })).toContain(order);
  expect(wrongWith({ order: { ...bought, price: { ...starter.price, tax: minor(1) } } })).toContain(order);
  expect(wrongWith({ enrolment: { ...enrolled, status: 'ended' } })).toEqual([enrolment]);
  expect(wrongWith({ enrolment: follow(enrolled, 'k~ann', false) })).toEqual([enrolment]);
  expect(wrongWith({ enrolment: { ...enrolled, orders: [] } }).sort()).toContain(enrolment);
});
