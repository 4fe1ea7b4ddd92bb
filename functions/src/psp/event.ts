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

const DAY = 24 * 3600 * 1000;

/** A second payment of one order is for a person: it comes up every day until it was given back. */
export const dealtWith = (event: PspEvent, result: EventResult, at: number): PspEvent => ({
  ...event,
  result,
  dueAt: result === 'double_payment' ? at + DAY : null,
});
