import { serveSchedule } from '../platform/serve.ts';
import { buildRoots } from './roots.operations.ts';

export const roots = {
  daily: serveSchedule('30 0 * * *', (at) => buildRoots(at)),
  /** Goes on where a run died, and with days that none was run on. */
  sweep: serveSchedule('50 * * * *', (at) => buildRoots(at)),
};
