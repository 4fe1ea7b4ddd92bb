import fc from 'fast-check';
import { come, foldClicks, folded, quietUntil, window, type Click } from './click.ts';
import { emptyDay, rateBps, statsOf, withMore } from './clickday.ts';

const at = Date.UTC(2026, 0, 15, 23);
const whose = { link: 'l1', channel: 'x', uid: 'ann' } as const;

const visits = fc.array(fc.integer({ min: 0, max: 26 * 3_600_000 }), { maxLength: 60 });

/** What is left of visits at some times after the first, in order. */
function after(times: readonly number[]): { readonly last: Click | null; readonly opened: number } {
  let last: Click | null = null;
  let opened = 0;
  for (const time of times.toSorted((a, b) => a - b)) {
    const next = come(last, { ...whose, at: at + time });
    if (next?.firstAt === at + time) opened += 1;
    last = next ?? last;
  }
  return { last, opened };
}

test('W4-35 of two hundred clicks at once one counts', () => {
  const { last, opened } = after(Array.from({ length: 200 }, (_, i) => i));
  expect([last?.clicks, opened]).toEqual([1, 1]);
});

test('however often somebody comes, they are one in a day, and their clicks are bounded', () => {
  fc.assert(
    fc.property(visits, (times) => {
      const { last, opened } = after(times);
      expect(opened).toBeLessThanOrEqual(2);
      expect(last?.clicks ?? 0).toBeLessThanOrEqual(window.most);
      expect(last === null).toBe(times.length === 0);
    }),
  );
});

test('who comes again a day later is another one; a minute later the same, once more', () => {
  const first = come(null, { ...whose, at })!;
  expect(come(first, { ...whose, at: at + window.pauseMs - 1 })).toBeNull();
  expect(come(first, { ...whose, at: at + window.pauseMs })).toMatchObject({ clicks: 2, firstAt: at });
  expect(come(first, { ...whose, at: at + window.lengthMs })).toMatchObject({ clicks: 1, folded: 0 });
  expect(quietUntil({ ...first, clicks: window.most })).toBe(at + window.lengthMs);
});

test('clicks are folded once, whenever they are folded', () => {
  fc.assert(
    fc.property(visits, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (times, when) => {
      let click: Click | null = null;
      let day = emptyDay('ann', '2026-01-15');
      const put = () => {
        if (click?.dueAt == null) return;
        day = foldClicks(day, [click]);
        click = folded(click);
      };
      const within = times.filter((time) => time < window.lengthMs).toSorted((a, b) => a - b);
      for (const [i, time] of within.entries()) {
        click = come(click, { ...whose, at: at + time }) ?? click;
        if (within.length > 0 && click && click.firstAt !== at + within[0]!) return;
        if (when[i]) put();
      }
      put();
      const counted = day.links.l1 ?? { clicks: 0, unique: 0 };
      expect(counted.clicks).toBe(click?.clicks ?? 0);
      expect(counted.unique).toBe(within.length > 0 ? 1 : 0);
    }),
  );
});

test('F56 the rate is conversions by those who came, and nothing where nobody did', () => {
  const none = { clicks: 0, unique: 0, conversions: 3, sales: 0 };
  expect(rateBps(none)).toBeNull();
  expect(rateBps({ ...none, unique: 8 })).toBe(3750);
  expect(rateBps({ ...none, unique: 3, conversions: 1 })).toBe(3333);
});

test('F56 the best channels are first, and parts re-add to the whole', () => {
  const first = [
    [{ link: 'a', channel: 'x' } as const, { clicks: 5, unique: 4 }],
    [{ link: 'b', channel: 'whatsapp' } as const, { clicks: 1, unique: 1, conversions: 1 }],
    [{ link: 'c', channel: 'x' } as const, { clicks: 2, unique: 2 }],
  ] as const;
  const day = first.reduce((all, [which, more]) => withMore(all, which, more), emptyDay('ann', '2026-01-01'));
  const next = withMore(emptyDay('ann', '2026-01-02'), { link: 'a', channel: 'x' }, { sales: 1 });
  const { total, days, channels, links } = statsOf([day, next]);
  expect(total).toEqual({ clicks: 8, unique: 7, conversions: 1, sales: 1 });
  expect(channels.map(({ channel, unique }) => [channel, unique])).toEqual([
    ['x', 6],
    ['whatsapp', 1],
  ]);
  expect(links.map(({ link }) => link)).toEqual(['a', 'b', 'c']);
  expect(days.map(({ day, clicks }) => [day, clicks])).toEqual([
    ['2026-01-01', 8],
    ['2026-01-02', 0],
  ]);
  expect(statsOf([])).toMatchObject({ total: { clicks: 0 }, channels: [], links: [] });
});
