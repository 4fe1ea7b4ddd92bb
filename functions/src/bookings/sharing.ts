import { Refusal } from '../shared/refusal.ts';

/**
 * How much of what is held is the creator’s when a booking is cancelled, in percent, by how far the work is (F18): none
 * where nothing was approved, a quarter below the half, three quarters from there on.
 * @param progress approved of expected, 0 to 100
 * @throws Refusal `invalid_input` for anything else.
 */
export function shareOf(progress: number): 0 | 25 | 75 {
  if (!Number.isInteger(progress) || progress < 0 || progress > 100)
    throw new Refusal('invalid_input', { path: 'progress', problem: 'is not 0 to 100' });
  if (progress === 0) return 0;
  return progress < 50 ? 25 : 75;
}
