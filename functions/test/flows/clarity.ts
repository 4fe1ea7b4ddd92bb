import type { Call } from '../../src/shared/call.ts';
import { allReasons, common, messageOf } from '../../src/shared/refusal.ts';
import type { Spoilt } from './mutations.ts';

/** Whether a call said no as an app can understand it. */

export type Answer = { readonly http: number; readonly size: number; readonly error: CallFault | null };
export type CallFault = {
  readonly status: string;
  readonly message: string;
  readonly details?: { readonly reason: string; readonly facts: Readonly<Record<string, unknown>> };
};

/** What is wrong with a refusal; null when it is clear. */
export function unclear({ error, size }: Answer): string | null {
  if (error === null) return 'was not refused';
  const { status, message, details } = error;
  if (status === 'INTERNAL' || status === 'UNKNOWN') return status;
  const reason = allReasons.find((known) => known === details?.reason);
  if (reason === undefined) return `gives no reason: ${JSON.stringify(error)}`;
  if (typeof details?.facts !== 'object') return 'has no facts';
  if (message !== messageOf(reason)) return `says ${message}`;
  return size > 2000 ? `answers ${size} characters` : null;
}

/** What every call may answer; all else is in its contract. */
export function undeclared({ refusals }: Call, { error }: Answer): string | null {
  const reason = error?.details?.reason ?? '';
  const declared: readonly string[] = [...common, ...refusals];
  return declared.includes(reason) ? null : `${reason} is not in the contract`;
}

/** The path has to lead to what is wrong, or as near as can be. */
export function unclearInput(answer: Answer, { path }: Spoilt): string | null {
  const problem = unclear(answer);
  if (problem !== null || answer.error?.details === undefined) return problem;
  const { reason, facts } = answer.error.details;
  if (reason !== 'invalid_input') return `refused as ${reason}`;
  const told = facts.path;
  if (typeof told !== 'string' || typeof facts.problem !== 'string') return 'has no path or no problem';
  return told.startsWith(path) || path.startsWith(told) ? null : `points at ${told}`;
}

/** Sends all, twenty at a time, and lists those that were not answered as they should be. */
export async function problems<T>(
  sent: readonly T[],
  ask: (one: T) => Promise<string | null>,
  show: (one: T) => string,
): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < sent.length; i += 20) {
    const batch = sent.slice(i, i + 20);
    const answers = await Promise.all(batch.map(ask));
    answers.forEach((problem, k) => {
      if (problem !== null) found.push(`${show(batch[k]!)}: ${problem}`);
    });
  }
  return found;
}

export const shown = (one: Spoilt): string => `${one.path || 'the input'} with ${one.with}`;
