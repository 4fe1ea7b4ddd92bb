import fc from 'fast-check';
import { MOST_MODULES, MOST_TOPICS, newCourse, shownTopics, topicsOf, type Course } from './course.ts';
import {
  dropPart,
  mustBeRemovable,
  priceCourse,
  publishCourse,
  reorder,
  saveCourse,
  saveModule,
  saveTopic,
} from './outline.ts';
import { minor } from '../shared/money.ts';

const empty = newCourse('Selling', 'How to sell.', 1);
const topic = (id: string, more = {}) => ({ id, title: id, seconds: 60, published: true, ...more });
const twoByTwo = ['a', 'b'].reduce<Course>(
  (course, id) =>
    [1, 2].reduce(
      (one, n) => saveTopic(one, id, topic(`${id}${n}`)),
      saveModule(course, { id, title: id, published: true }),
    ),
  empty,
);
const rate = { taxBps: 1800, currency: 'INR' as const, base: minor(99_900) };
const ids = (course: Course) => course.modules.map(({ id, topics }) => [id, ...topics.map((one) => one.id)]);

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('topic' as const), module: fc.nat(3), id: fc.nat(9) }),
    fc.record({ do: fc.constant('module' as const), id: fc.nat(3) }),
    fc.record({
      do: fc.constant('drop' as const),
      kind: fc.constantFrom('module' as const, 'topic' as const),
      id: fc.nat(9),
    }),
    fc.record({ do: fc.constant('order' as const), module: fc.nat(4), seed: fc.nat() }),
  ),
  { maxLength: 30 },
);

test('F59 whatever is done to a course, each topic is in it once, and nothing is lost but what was dropped', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let course = empty;
      const expected = new Set<string>();
      for (const step of all) {
        const before = course;
        try {
          if (step.do === 'module')
            course = saveModule(course, { id: `m${step.id}`, title: 'M', published: true });
          if (step.do === 'topic') {
            course = saveTopic(course, `m${step.module}`, topic(`t${step.id}`));
            expected.add(`t${step.id}`);
          }
          if (step.do === 'drop') {
            const dropped = dropPart(course, { kind: step.kind, id: `${step.kind[0]!}${step.id}` });
            course = dropped.course;
            dropped.gone.forEach((id) => expected.delete(id));
          }
          if (step.do === 'order') {
            const module = course.modules[step.module]?.id ?? null;
            const parts: readonly { id: string }[] = course.modules[step.module]?.topics ?? course.modules;
            const order = parts.map(({ id }) => id);
            if (order.length > 0) order.unshift(...order.splice(step.seed % order.length));
            course = reorder(course, module, order);
            expect(topicsOf(course)).toHaveLength(topicsOf(before).length);
          }
        } catch {
          expect(course).toBe(before);
        }
        const found = topicsOf(course).map(({ id }) => id);
        expect(new Set(found).size).toBe(found.length);
        expect(new Set(found)).toEqual(expected);
      }
    }),
  );
});

test('F59 an order is all that there is, each once; two admins at once do not lose what the other added', () => {
  expect(ids(reorder(twoByTwo, null, ['b', 'a']))).toEqual([
    ['b', 'b1', 'b2'],
    ['a', 'a1', 'a2'],
  ]);
  expect(ids(reorder(twoByTwo, 'a', ['a2', 'a1']))[0]).toEqual(['a', 'a2', 'a1']);
  for (const order of [['a'], ['a', 'a'], ['a', 'b', 'c'], ['a', 'c'], []])
    expect(() => reorder(twoByTwo, null, order)).toThrow('plan_changed');
  expect(() => reorder(twoByTwo, 'c', [])).toThrow('not_found');
});

test('F59 what changes nothing is no change, and what moves to another module is there once', () => {
  expect(saveTopic(twoByTwo, 'a', topic('a1'))).toBe(twoByTwo);
  expect(saveModule(twoByTwo, { id: 'a', title: 'a', published: true })).toBe(twoByTwo);
  expect(reorder(twoByTwo, 'a', ['a1', 'a2'])).toBe(twoByTwo);
  expect(saveCourse(twoByTwo, { title: 'Selling', summary: 'How to sell.' }, 9)).toBe(twoByTwo);
  expect(ids(saveTopic(twoByTwo, 'b', topic('a1')))).toEqual([
    ['a', 'a2'],
    ['b', 'b1', 'b2', 'a1'],
  ]);
  expect(dropPart(twoByTwo, { kind: 'module', id: 'a' }).gone).toEqual(['a1', 'a2']);
});

test('F59 what is not published is not shown, at each level', () => {
  const shown = (course: Course) => shownTopics(course).map(({ id }) => id);
  expect(shown(twoByTwo)).toEqual([]);
  const open = publishCourse(twoByTwo, true, 5);
  expect(shown(open)).toEqual(['a1', 'a2', 'b1', 'b2']);
  expect(shown(saveModule(open, { id: 'a', title: 'a', published: false }))).toEqual(['b1', 'b2']);
  expect(shown(saveTopic(open, 'b', topic('b1', { published: false })))).toEqual(['a1', 'a2', 'b2']);
  const away = publishCourse(open, false, 9);
  expect([shown(away), away.publishedAt]).toEqual([[], 5]);
  expect(() => mustBeRemovable(away)).toThrow('wrong_status');
  expect(() => mustBeRemovable(twoByTwo)).not.toThrow();
  expect(() => publishCourse(empty, true, 5)).toThrow('wrong_status');
});

test('F59 a course is bounded, and its price is its own affair', () => {
  const many = Array.from({ length: MOST_MODULES }, (_, i) => `m${i}`).reduce(
    (course, id) => saveModule(course, { id, title: id, published: true }),
    empty,
  );
  expect(() => saveModule(many, { id: 'more', title: 'x', published: true })).toThrow('limit_reached');
  const fill = (course: Course, module: string) =>
    Array.from({ length: MOST_TOPICS }, (_, i) => `${module}-${i}`).reduce(
      (one, id) => saveTopic(one, module, topic(id)),
      course,
    );
  const full = ['m0', 'm1', 'm2'].reduce(fill, many);
  expect(() => saveTopic(full, 'm0', topic('more'))).toThrow('limit_reached');
  expect(() => saveTopic(full, 'm9', topic('more'))).toThrow('limit_reached');
  expect(saveTopic(full, 'm0', topic('m0-3', { title: 'New' })).version).toBe(full.version + 1);
  const price = { base: minor(99_900), taxBps: 1800, currency: 'INR' } as const;
  expect(priceCourse(empty, { price, fromRank: 2 })).toMatchObject({ price, fromRank: 2, modules: [] });
});

test('F59 the same again changes nothing, in whatever order the store gives the fields back', () => {
  const priced = priceCourse(twoByTwo, { price: rate, fromRank: 1 });
  const back = JSON.parse(JSON.stringify(priced), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  ) as Course;
  expect(saveTopic(back, 'a', topic('a1'))).toBe(back);
  expect(priceCourse(back, { price: rate, fromRank: 1 })).toBe(back);
});
