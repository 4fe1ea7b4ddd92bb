import { serveSchedule } from '../platform/serve.ts';
import { sweepVelocity } from './velocity.operations.ts';

export const velocity = {
  sweep: serveSchedule('30 */6 * * *', sweepVelocity),
};
