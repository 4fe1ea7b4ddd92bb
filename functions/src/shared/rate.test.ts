import fc from 'fast-check';
import { refusedUntil, slotOf, slotsAt, windowOf, type Window } from './rate.ts';

/** Calls at these times, one after another, against a store of slots. */
function play(window: Window, times: readonly number[]) {
  const slots = new Map<number, number>();
  const passed: number[] = [];
  const refused: { at: number; until: number }[] = [];
  for (const at of times) {
    const own = slotOf(window, at);
    slots.set(own, (slots.get(own) ?? 0) + 1);
    const until = refusedUntil(
      window,
      slotsAt(window, at).map((slot) => slots.get(slot) ?? 0),
      at,
    );
    if (until === null) passed.push(at);
    else {
      refused.push({ at, until });
      slots.set(own, slots.get(own)! - 1);
    }
  }
  return { passed, refused };
}

const MINUTE = 60_000;
const five = windowOf('5/min');
const timesOf = (gaps: readonly number[]) =>
  gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 1_767_225_600_123) + gap], []);
const times = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }).map(timesOf);
const dense = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 6, maxLength: 60 }).map(timesOf);

test('F81 in no span of a minute pass more than five', () => {
  fc.assert(
    fc.property(times, (at) => {
      const { passed } = play(five, at);
      for (const start of passed)
        expect(passed.filter((one) => one >= start && one < start + MINUTE).length).toBeLessThanOrEqual(5);
    }),
  );
});

test('F81 nor when calls are counted in another order than they came', () => {
  const late = fc.array(fc.integer({ min: 0, max: five.slotMs - 1 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(dense, late, (at, by) => {
      const counted = at
        .map((time, i) => ({ time, counted: time + by[i]! }))
        .toSorted((a, b) => a.counted - b.counted)
        .map(({ time }) => time);
      const { passed } = play(five, counted);
      for (const start of passed)
        expect(passed.filter((one) => one >= start && one < start + MINUTE).length).toBeLessThanOrEqual(5);
    }),
  );
});

test('F81 who comes back when told to, passes; nobody waits more than a minute and a slot', () => {
  fc.assert(
    fc.property(times, (at) => {
      for (const { at: when, until } of play(five, at).refused) {
        expect(until).toBeGreaterThan(when);
        expect(until - when).toBeLessThanOrEqual(MINUTE + five.slotMs);
        const before = at.slice(0, at.indexOf(when) + 1);
        expect(play(five, [...before, until]).passed.at(-1)).toBe(until);
      }
    }),
  );
});

test('F81 five at once pass, the sixth is told when', () => {
  const at = 1_767_225_600_000;
  expect(play(five, [at, at, at, at, at, at])).toEqual({
    passed: [at, at, at, at, at],
    refused: [{ at, until: at + MINUTE + 10_000 }],
  });
});

test('a rate says how many in what', () => {
  expect(windowOf('10/h')).toEqual({ most: 10, slotMs: 600_000 });
  expect(windowOf('1/day', 20)).toEqual({ most: 20, slotMs: 14_400_000 });
});
