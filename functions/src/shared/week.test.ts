import fc from 'fast-check';
import { weekOf } from './week.ts';

const at = (text: string): number => Date.parse(text);
const DAY = 24 * 3600 * 1000;

test.each([
  ['2026-01-01', '2026-W01'],
  ['2025-12-29', '2026-W01'],
  ['2025-12-28', '2025-W52'],
  ['2026-12-31', '2026-W53'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
  ['2024-12-30', '2025-W01'],
  ['2021-01-03', '2020-W53'],
  ['1970-01-01', '1970-W01'],
])('the ISO week of %s is %s', (day, week) => {
  expect(weekOf(at(`${day}T00:00:00.000Z`))).toBe(week);
  expect(weekOf(at(`${day}T23:59:59.999Z`))).toBe(week);
});

test('a week has seven days from Monday on, and its name is that of no other', () => {
  const times = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });
  fc.assert(
    fc.property(times, (time) => {
      const monday = time - (time % DAY) - ((new Date(time).getUTCDay() + 6) % 7) * DAY;
      if (monday < 0) return;
      expect(weekOf(monday)).toBe(weekOf(time));
      expect(weekOf(monday + 7 * DAY - 1)).toBe(weekOf(time));
      expect(weekOf(monday + 7 * DAY) > weekOf(time)).toBe(true);
      expect(weekOf(monday - 1)).not.toBe(weekOf(time));
    }),
  );
});
