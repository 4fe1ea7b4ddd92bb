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

/**
 * `unknown` names nothing of ours, `early` nothing that is in the books yet; `review` and `double_payment` are for a
 * person to look at.
 */
export type EventResult =
  'early' | 'credited' | 'settled' | 'closed' | 'review' | 'nothing' | 'double_payment' | 'unknown';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

/** How long it may take until a payment is in the books that was disputed before. */
const EARLY = 30 * DAY;

/**
 * A second payment of one order comes up until it is on its way back, and a dispute that came before its payment until
 * that is there: soon, then every day.
 */
export function dealtWith(event: PspEvent, result: EventResult, at: number): PspEvent {
  const again =
    result === 'double_payment' || (result === 'early' && at < event.receivedAt + EARLY)
      ? at + (event.result === null ? 2 * MINUTE : DAY)
      : null;
  return { ...event, result, dueAt: again };
}
