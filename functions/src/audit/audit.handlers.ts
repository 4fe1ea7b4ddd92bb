import { serveSchedule } from '../platform/serve.ts';
import { auditDaily, sweepAudits } from './nightly.operations.ts';

export const audit = {
  daily: serveSchedule('0 2 * * *', auditDaily),
  sweep: serveSchedule('*/10 * * * *', sweepAudits),
};
