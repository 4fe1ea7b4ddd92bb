import type { Rate } from './call.ts';

/**
 * A sliding window, counted in slots: one call is counted in the slot of its time, and the slots that touch the
 * window are added up. The oldest counts whole though it reaches a little out of the window, so no more than
 * `most` calls ever pass in any window; who was refused waits at most one slot longer than he would have to.
 */
export type Window = { readonly most: number; readonly slotMs: number };

const SLOTS = 6;
const units: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, day: 86_400_000 };

/** `5/min`, widened by a factor. */
export function windowOf(rate: Rate, factor = 1): Window {
  const [most = '', unit = ''] = rate.split('/');
  return { most: Number(most) * factor, slotMs: units[unit]! / SLOTS };
}

/**
 * The numbers of the slots that count at a time, oldest first. The last one is that after its own: of two calls at once
 * the later one may be counted first, and the earlier one has to see it.
 */
export function slotsAt(window: Window, at: number): number[] {
  const own = slotOf(window, at);
  return Array.from({ length: SLOTS + 2 }, (_, i) => own - SLOTS + i);
}

/** The number of the slot that a call is counted in. */
export const slotOf = ({ slotMs }: Window, at: number): number => Math.floor(at / slotMs);

/** When nothing that is counted at a time counts any more. */
export const forgottenAt = ({ slotMs }: Window, at: number): number => at + (SLOTS + 1) * slotMs;

/**
 * Whether a call may pass.
 * @param counts what each slot of `slotsAt` holds, this call among them
 * @returns null when it may, else when the next one may if none is made until then
 */
export function refusedUntil(window: Window, counts: readonly number[], at: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all <= window.most) return null;
  const oldest = slotsAt(window, at)[0]!;
  // What goes beyond the most is refused and taken back, this call too; the newest are the ones that do.
  let passed = 0;
  const kept = counts.map((count) => {
    const room = Math.min(count, window.most - passed);
    passed += room;
    return room;
  });
  // One more may come when one that counts is gone.
  const first = kept.findIndex((count) => count > 0);
  return (oldest + first + SLOTS + 1) * window.slotMs;
}
