import { z } from 'zod';
import { call } from '../shared/call.ts';
import { ReasonText, Time } from '../shared/schema.ts';

/** How the brake stands. */
const BrakeView = z.object({
  status: z.enum(['on', 'off']),
  /** Null when it was never on. */
  since: Time.nullable(),
  /** What put it on: an alert, or the record of the admin who did; null while it is off. */
  alert: z.string().nullable(),
});

const on = { status: 'on' as const, since: 1767240000000, alert: 'audit.1767236400000' };

export const brakeContract = {
  show: call({
    summary: 'Whether money may leave: withdrawals, payouts and adjustments.',
    audience: 'finance',
    input: z.strictObject({}),
    output: BrakeView,
    refusals: [],
    guard: 'account',
    limit: '60/min',
    example: { input: {}, output: on },
  }),
  engage: call({
    summary:
      'Stops what leaves, by hand: withdrawals, payouts and adjustments. One that is on stays as it is.',
    audience: 'finance',
    input: z.strictObject({ reason: ReasonText }),
    output: BrakeView,
    refusals: [],
    guard: 'account',
    limit: '10/min',
    bounds: 'recorded with its reason',
    example: {
      input: { reason: 'npm run audit found a balance that its entries do not make.' },
      output: { ...on, alert: 'brake.1767240000000.engage' },
    },
  }),
  lift: call({
    summary: 'Lets money leave again, after somebody has looked at what the audit found.',
    audience: 'superadmin',
    input: z.strictObject({ reason: ReasonText }),
    output: BrakeView,
    refusals: ['wrong_status'],
    guard: 'once',
    limit: '10/min',
    bounds: 'recorded with its reason',
    example: {
      input: { reason: 'A test had edited the balance; it was put back.' },
      output: { status: 'off', since: 1767243600000, alert: null },
    },
  }),
} as const;
