const DAY = 24 * 3600 * 1000;

/** The week of a time, in UTC, by ISO 8601: it begins on Monday and is of the year that has its Thursday: `2026-W05`. */
export function weekOf(at: number): string {
  const day = Math.floor(at / DAY);
  // 1970 began on a Thursday: of the days since, counted from a Monday, each seventh is one.
  const thursday = day - ((day + 3) % 7) + 3;
  const year = new Date(thursday * DAY).getUTCFullYear();
  const first = Math.floor(Date.UTC(year, 0, 1) / DAY);
  return `${year}-W${String(1 + Math.floor((thursday - first) / 7)).padStart(2, '0')}`;
}
