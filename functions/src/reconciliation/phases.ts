/**
 * `fetch`: the provider's lines are copied. `lines` and `moves`: those of the day are compared. `summary`: what is
 * said once a day. Only where an entry still waits for its line, and once the next day is over too: `around` copies
 * the lines of both neighbouring days, and `late` says what the provider does not have. `done`.
 */
export const phases = ['fetch', 'lines', 'moves', 'summary', 'around', 'late', 'done'] as const;
export type Phase = (typeof phases)[number];
