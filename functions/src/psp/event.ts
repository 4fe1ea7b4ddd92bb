import type { About, Provider } from './gateway.ts';

/** `pspEvents/{provider}_{id}`: created before anything else happens with an event; a repeat stops there. */
export type PspEvent = {
  readonly provider: Provider;
  readonly type: string;
  readonly about: About;
  readonly receivedAt: number;
  /** What came of it; null while it is not processed. */
  readonly result: EventResult | null;
  /** When the sweep takes it up; null once it is processed. */
  readonly dueAt: number | null;
};

/** `unknown` names nothing of ours; `review` and `double_payment` are for a person to look at. */
export type EventResult =
  'credited' | 'settled' | 'closed' | 'review' | 'nothing' | 'double_payment' | 'unknown';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

/** A second payment of one order comes up until it is on its way back: soon, then every day. */
export const dealtWith = (event: PspEvent, result: EventResult, at: number): PspEvent => ({
  ...event,
  result,
  dueAt: result === 'double_payment' ? at + (event.result === null ? 2 * MINUTE : DAY) : null,
});
