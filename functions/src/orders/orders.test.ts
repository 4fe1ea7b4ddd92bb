import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { newCourse, type Course } from '../courses/course.ts';
import { nothingMoved } from '../escrow/fees.ts';
import type { ClosedEscrow, Escrow } from '../escrow/escrow.ts';
import { newEscrow } from '../escrow/progress.ts';
import { packageDefaults, type Package } from '../packages/package.ts';
import { minor } from '../shared/money.ts';
import { mayLearn, packageAt } from './access.ts';
import { enrol, follow } from './enrolling.ts';
import { emptiedMember, hold, passTime, standOrFall, WARNING } from './holding.ts';
import type { Member } from './member.ts';
import { stands, type DoneOrder, type Order } from './ordered.ts';
import { openOrder, stillFits, type OrderBooks, type Wish } from './ordering.ts';
import { followMoney, lapseOrder, settle } from './settling.ts';

const DAY = 24 * 3600 * 1000;
const [starter, pro, elite] = packageDefaults as readonly [Package, Package, Package];
const policy = { payeeFeeBps: 1000, payerFeeBps: 500, releaseHours: 72, clearanceHours: 24, feeTaxBps: 500 };
const none: OrderBooks = {
  ...{ order: null, job: null, escrow: null, wallet: null, member: null },
  ...{ pack: null, course: null, enrolment: null },
};
const wish = (item: string, at = 0, job = 'j1'): Wish => ({
  ...{ id: `${job}~ann`, job, uid: 'ann', kind: 'package', item, requestHash: 'h', policy, at },
});
const asHeld = (pack: Package, order: string, upgradeOf: string | null = null) => ({
  ...{ name: pack.name, title: pack.title, rank: pack.rank, full: pack.price },
  ...{ order, upgradeOf, days: pack.days },
});
const holding = (pack: Package, at = 0): Member => hold('ann', null, asHeld(pack, 'o1'), at);

type Opened = { order: Order & { status: 'open' }; books: OrderBooks };
/** An order whose money has come by card. */
function paid(pack: Package, member: Member | null, at = 0, job = 'j1'): Opened {
  const { order, job: made } = openOrder(wish(pack.name, at, job), { ...none, pack, member });
  const escrow = newEscrow(made, {
    ...{ id: job, by: 'ann', at, policy: order.policy, keeper: `orders/${job}~ann` },
  });
  const full: Escrow = { ...escrow, balance: escrow.held };
  return { order: order as Opened['order'], books: { ...none, order, job: made, escrow: full, member } };
}

test('F50 an order’s base is the platform’s fee and its tax is its tax, to the unit, whatever it is an upgrade of', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 0, max: 10_000 }),
      (low, more, taxBps) => {
        const tier = (pack: Package, base: number) => {
          const tax = Math.floor((base * taxBps) / 10_000);
          const price = {
            base: minor(base),
            tax: minor(tax),
            total: minor(base + tax),
            currency: 'INR' as const,
          };
          return { ...pack, price, taxBps };
        };
        const [one, two] = [tier(starter, low), tier(pro, low + more)];
        const { order, books } = paid(two, holding(one));
        expect(order.price.total).toBe(two.price.total - one.price.total);
        const done = settle(order, books, { id: 'j1~ann', at: 1 })!;
        const legs = done.settled!.posting!.entry.legs.filter(({ account }) => !account.startsWith('escrow'));
        const on = (account: string) => legs.find((leg) => leg.account === account)?.amount ?? 0;
        expect([on('platform:fees'), on('tax:fees')]).toEqual([order.price.base, order.price.tax]);
      },
    ),
  );
});

test('W4-15 who holds one pays the difference for a higher, and is refused the same or a lower, until it ends', () => {
  const offer = (pack: Package, member: Member | null, at: number) => () =>
    openOrder(wish(pack.name, at), { ...none, pack, member }).order;
  const member = holding(pro);
  const until = 365 * DAY;
  expect(refused(offer(starter, member, 1))).toEqual({
    ...{ reason: 'already_held', item: 'pro', order: 'o1', untilAt: until },
  });
  expect(refused(offer(pro, member, until - 1))).toMatchObject({ reason: 'already_held' });
  expect(offer(elite, member, until - 1)()).toMatchObject({
    ...{ upgradeOf: 'o1', price: { base: 300_000, tax: 54_000, total: 354_000 } },
  });
  expect(offer(pro, member, until)()).toMatchObject({ upgradeOf: null, price: pro.price });
  const dollars = { ...elite, price: { ...elite.price, currency: 'USD' as const } };
  expect(refused(offer(dollars, member, 1))).toMatchObject({ reason: 'currency_mismatch' });
  const cheap = { ...elite, price: pro.price };
  expect(refused(offer(cheap, member, 1))).toMatchObject({ reason: 'below_minimum' });
  expect(refused(offer({ ...pro, sold: false }, null, 1))).toMatchObject({ reason: 'not_found' });
  const full = { ...member, package: null, holdings: Array.from({ length: 20 }, () => member.holdings[0]!) };
  expect(refused(offer(pro, full, 1))).toMatchObject({ reason: 'limit_reached' });
});

test('W4-15 where a server’s clock runs behind, nothing that ended holds again, and no order is before the last', () => {
  const member = holding(starter);
  const over = passTime('ann', member, 365 * DAY)!;
  expect(over).toMatchObject({ package: null, asOfAt: 365 * DAY, dueAt: null });
  // What is earned by it may be counted late: it is known for a while, and gone with the next change after that.
  expect(over.holdings.map(({ untilAt }) => untilAt)).toEqual([365 * DAY]);
  expect(hold('ann', over, asHeld(pro, 'o2'), 395 * DAY).holdings.map(({ order: by }) => by)).toEqual(['o2']);
  expect(over.news.map(({ kind }) => kind)).toEqual(['packages-expired']);
  expect(packageAt(over, 364 * DAY)).toBeNull();
  const { order } = openOrder(wish('pro', 10 * DAY), { ...none, pack: pro, member: over });
  expect(order).toMatchObject({ upgradeOf: null, createdAt: 365 * DAY, price: pro.price });
  const { order: late, books } = paid(pro, over, 400 * DAY);
  const done = settle(late, { ...books, member: { ...over, asOfAt: 500 * DAY } }, { id: 'j1~ann', at: 1 })!;
  expect(done.order).toMatchObject({ doneAt: 500 * DAY });
  expect(done.member?.package).toMatchObject({ sinceAt: 500 * DAY, untilAt: 865 * DAY });
});

test('F50 W4-32 a package is warned of once, a week before, and ends', () => {
  const member = holding(starter);
  const until = 365 * DAY;
  expect(member.dueAt).toBe(until - WARNING);
  expect(passTime('ann', member, until - WARNING - 1)).toBeNull();
  const warned = passTime('ann', member, until - WARNING)!;
  expect(warned).toMatchObject({ warned: true, dueAt: until });
  expect(warned.news.map(({ kind }) => kind)).toEqual(['packages-ending']);
  expect(passTime('ann', warned, until - 1)).toBeNull();
  // An upgrade ends when it did, and is not warned of again.
  const higher = hold('ann', warned, asHeld(pro, 'o2', 'o1'), until - DAY);
  expect(higher).toMatchObject({ warned: true, dueAt: until, package: { name: 'pro', untilAt: until } });
  // Slept through both: it ends, and nobody is warned of it.
  const slept = passTime('ann', member, until)!;
  expect(slept.news.map(({ kind }) => kind)).toEqual(['packages-expired']);
});

test('W4-18 money that goes and comes, in any order: what holds is the highest whose whole chain stands', () => {
  const act = fc.record({
    what: fc.constantFrom('buy', 'fall', 'stand', 'wait'),
    pick: fc.nat(5),
    days: fc.integer({ min: 0, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      let member: Member | null = null;
      let at = 0;
      type One = { rank: number; of: string | null; untilAt: number; stands: boolean };
      const model = new Map<string, One>();
      const isWhole = (order: string): boolean => {
        const one = model.get(order)!;
        return one.stands && one.untilAt > at && (one.of === null || isWhole(one.of));
      };
      const best = () =>
        Math.max(0, ...[...model].flatMap(([order, { rank }]) => (isWhole(order) ? [rank] : [])));
      for (const { what, pick, days } of acts) {
        at += days * DAY;
        const now = packageAt(member, at);
        expect(now?.rank ?? 0).toBe(best());
        const next = packageDefaults.find(({ rank }) => rank > (now?.rank ?? 0) && rank > pick % 3);
        const chosen = [...model.keys()][pick];
        if (what === 'buy' && next) {
          const order = `o${model.size}`;
          const of = now?.order ?? null;
          member = hold('ann', member, asHeld(next, order, of), at);
          const untilAt = of === null ? at + 365 * DAY : model.get(of)!.untilAt;
          model.set(order, { rank: next.rank, of, untilAt, stands: true });
        } else if (what === 'wait') member = passTime('ann', member, at) ?? member;
        else if (what !== 'buy' && chosen && member && model.get(chosen)!.stands === (what === 'fall')) {
          model.get(chosen)!.stands = what === 'stand';
          member = standOrFall(member, chosen, what === 'stand', at);
        }
        expect(packageAt(member, at)?.rank ?? 0).toBe(best());
        expect(member?.bought ?? 0).toBe(model.size);
        expect(member?.standing ?? 0).toBe([...model.values()].filter((one) => one.stands).length);
        if (member?.package) expect(member.dueAt).not.toBeNull();
      }
    }),
    { numRuns: 300 },
  );
});

test('W4-13 W4-15 money that comes for what does not fit any more goes back, all of it, and gives nothing', () => {
  const member = holding(starter);
  const { order, books } = paid(elite, member);
  const others: readonly Member[] = [
    hold('ann', member, asHeld(pro, 'o2', 'o1'), 1),
    standOrFall(member, 'o1', false, 1),
    passTime('ann', member, 365 * DAY)!,
  ];
  for (const other of others) {
    expect(stillFits(order, { ...books, member: other }, 2)).toBe(false);
    const back = settle(order, { ...books, member: other }, { id: 'j1~ann', at: 2 })!;
    expect(back.order).toMatchObject({ status: 'lapsed', why: 'unfit', dueAt: null });
    expect(back).toMatchObject({ member: null, enrolment: null });
    expect(back.settled?.escrow).toMatchObject({ outcome: { toPayer: 590_000, toPlatform: 0, toPayee: 0 } });
    expect(back.order.news.map(({ kind }) => kind)).toEqual(['orders-returned']);
  }
  const fits = settle(order, books, { id: 'j1~ann', at: 2 })!;
  expect(fits.order).toMatchObject({ status: 'done', back: 0, returns: [] });
  expect(fits.member?.package).toMatchObject({ name: 'elite', untilAt: member.package?.untilAt });
});

test('W4-11 what another paid, for another thing, or in another currency gives nothing; what a bank claims waits', () => {
  const { order, books } = paid(starter, null);
  const escrow = books.escrow!;
  const wrong: readonly Partial<Escrow>[] = [
    { payer: 'bob' },
    { price: minor(1) },
    { currency: 'USD' },
    { job: 'j2' },
    { keeper: 'orders/j2~ann' },
  ];
  for (const one of wrong) {
    const answer = settle(
      order,
      { ...books, escrow: { ...escrow, ...one } as Escrow },
      { id: 'j1~ann', at: 1 },
    );
    expect(answer?.order.status).toBe('lapsed');
  }
  const claimed = { ...escrow, contested: ['dp_1'] };
  expect(settle(order, { ...books, escrow: claimed }, { id: 'j1~ann', at: 1 })).toBeNull();
  // Nothing is given, nor over, until the bank has decided; and it is asked about again, and not at once.
  expect(lapseOrder(order, { job: books.job, escrow: claimed }, { id: 'j1~ann', at: 5 * DAY })).toMatchObject(
    {
      ...{ order: { status: 'open', dueAt: 5 * DAY + 3_600_000 }, job: null },
    },
  );
  expect(settle(order, { ...books, escrow: null }, { id: 'j1~ann', at: 1 })).toBeNull();
});

/** An order that is done, with its escrow. */
function finished() {
  const { order, books } = paid(starter, null);
  const done = settle(order, books, { id: 'j1~ann', at: 0 })!;
  const escrow = done.settled!.escrow as ClosedEscrow;
  return { order: done.order as DoneOrder, escrow, books: { ...books, member: done.member } };
}

test('W4-18 of its money a part may go and come; once all of it is gone it ends, and when some comes it holds again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 295_000 }), { maxLength: 6 }), (steps) => {
      const first = finished();
      let { order, books } = first as { order: DoneOrder; books: OrderBooks };
      for (const taken of [...steps, 295_000, 0]) {
        const takenBack = { ...nothingMoved, toPlatform: minor(taken) };
        const escrow = { ...first.escrow, takenBack };
        const after = followMoney(order, escrow, books, { id: 'j1~ann', at: 1 });
        if (taken === order.back) expect(after).toBeNull();
        order = (after?.order as DoneOrder | undefined) ?? order;
        books = { ...books, member: after?.member ?? books.member };
        expect(order.back).toBe(taken);
        expect(stands(order)).toBe(taken < 295_000);
        expect(packageAt(books.member, 1) !== null).toBe(taken < 295_000);
      }
    }),
  );
});

test('what is done is looked at ever more seldom, and in the end no more; what nobody pays is over', () => {
  const { order, escrow, books } = finished();
  const looks: number[] = [];
  let one: Order = order;
  while (one.dueAt !== null) {
    looks.push(one.dueAt);
    one = followMoney(one as DoneOrder, escrow, books, { id: 'j1~ann', at: one.dueAt })!.order;
  }
  expect(looks[0]).toBe(DAY);
  expect(looks.at(-1)).toBeGreaterThan(400 * DAY);
  expect(looks.length).toBeLessThan(70);
  const open = paid(starter, null);
  const job = open.books.job!;
  const asked = lapseOrder(
    open.order,
    { job: { ...job, funding: 'j1~ann' }, escrow: null },
    { id: 'j1~ann', at: 5 },
  );
  expect(asked).toMatchObject({ job: null, order: { status: 'open' } });
  const over = lapseOrder(open.order, { job, escrow: null }, { id: 'j1~ann', at: 5 });
  expect(over).toMatchObject({
    job: { status: 'cancelled' },
    order: { status: 'lapsed', why: 'unpaid', dueAt: null },
  });
});

test('F51 whoever buys a course after their package has ended, and before the sweep says so, has none from then on', () => {
  const until = 365 * DAY;
  const price = { base: minor(99_900), taxBps: 1800, currency: 'INR' as const };
  const course: Course = { ...newCourse('Knots', '', 0), published: true, price, fromRank: 1 };
  const member = holding(starter);
  const at = until + 60_000;
  const order = { ...wish('c1', at), kind: 'course' as const };
  const opened = openOrder(order, { ...none, course, member });
  const escrow = newEscrow(opened.job, {
    ...{ id: 'j1', by: 'ann', at, policy: opened.order.policy, keeper: 'orders/j1~ann' },
  });
  const books = { ...none, ...opened, course, member, escrow: { ...escrow, balance: escrow.held } };
  const done = settle(opened.order as Opened['order'], books, { id: 'j1~ann', at })!;
  expect(done.enrolment?.status).toBe('active');
  expect(done.member).toMatchObject({ package: null, asOfAt: at, dueAt: null });
  expect(done.member?.news.map(({ kind }) => kind)).toEqual(['packages-expired']);
});

test('F51 a course is had by its own order, or by a package that includes it, and by nothing else', () => {
  const course = { fromRank: 2 };
  const enrolment = enrol(null, { course: 'c1', uid: 'ann', title: 'Knots', order: 'o1' }, 0);
  const may = (rest: Partial<Parameters<typeof mayLearn>[0]>, at = 1) =>
    mayLearn({ course, member: null, enrolment: null, ...rest }, at);
  expect(may({})).toBe(false);
  expect(may({ member: holding(starter) })).toBe(false);
  expect(may({ member: holding(pro) })).toBe(true);
  expect(may({ member: holding(pro), course: { fromRank: null } })).toBe(false);
  expect(may({ member: holding(pro) }, 365 * DAY)).toBe(false);
  expect(may({ enrolment })).toBe(true);
  const ended = follow(enrolment, 'o1', false);
  expect(may({ enrolment: ended })).toBe(false);
  const again = enrol(ended, { course: 'c1', uid: 'ann', title: 'Knots', order: 'o2' }, 9);
  expect(again).toMatchObject({ status: 'active', order: 'o2', sinceAt: 9 });
  // The first is won back, and the second goes: it holds by the first.
  const both = follow(again, 'o1', true);
  expect(follow(both, 'o2', false)).toMatchObject({ status: 'active', order: 'o1' });
});

test('who is gone has nothing left, and how much was sold to them', () => {
  const member = hold('ann', holding(starter), asHeld(pro, 'o2', 'o1'), 1);
  const left = emptiedMember(member);
  expect(left).toMatchObject({ package: null, holdings: [], news: [], bought: 2, standing: 2, dueAt: null });
  expect(standOrFall(left, 'o2', false, 2)).toMatchObject({ bought: 2, standing: 1, package: null });
});
