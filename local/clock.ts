/** A clock that can be moved: the time of day plus an offset that only grows by `move`. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly move: (ms: number) => void;
};

/** Starts at the real time and keeps going with it. */
export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    move: (ms) => void (offset += ms),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `72h`, `30m`, `15d`, `10s` or `250ms`. @throws Error for anything else. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const size = UNITS[unit];
  if (size === undefined)
    throw new Error(`A duration looks like 72h, 30m, 15d, 10s or 250ms, not like ${text}`);
  return Number(amount) * size;
}
