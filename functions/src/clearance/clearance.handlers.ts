import { serveSchedule } from '../platform/serve.ts';
import { sweepClearances } from './clearance.operations.ts';

export const clearance = {
  sweep: serveSchedule('*/10 * * * *', sweepClearances),
};
