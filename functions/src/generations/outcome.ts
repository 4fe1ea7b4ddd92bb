import { generationOf, walletOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { shareOf } from '../ledger/lots.ts';
import type { Wallet } from '../ledger/wallet.ts';
import type { FailureCode, WorkReport } from '../providers/generator.ts';
import { minor, negate, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { isOpen, moveTo, type Generation, type OpenGeneration, type ReturnCode } from './generation.ts';
import { told } from './generation.texts.ts';
import { returned } from './returns.ts';

/** What becomes of a generation, whoever says so: callback, poll, sweep, user or admin. It ends once. */

const MINUTE = 60 * 1000;

export const times = {
  /** How soon a lost hand-over is taken up, and how long the provider may take to answer it. */
  again: 2 * MINUTE,
  /** How often a provider is asked about work that it has. */
  ask: 2 * MINUTE,
  /** How long after a try that came to nothing the next one begins. */
  pause: 15 * 1000,
} as const;

/** How many more tries there are after each kind of failure. */
const retries: Readonly<Record<FailureCode, number>> = {
  network_error: 2,
  provider_unavailable: 2,
  task_creation_failed: 1,
  callback_failure: 1,
  provider_payment: 0,
  provider_rejected: 0,
  invalid_response: 0,
  timeout: 0,
  crash: 0,
};
/** However they are mixed. */
const MOST_RETRIES = 2;
/** Asked so often without a word of what came of it: whoever asked died each time. */
const MOST_ASKED = 5;

export type Step = { readonly generation: Generation; readonly posting: Posting | null };

const still = (generation: Generation): Step => ({ generation, posting: null });

export type Found = { readonly generation: Generation; readonly wallet: Wallet | null };

/**
 * The provider is about to be asked: noted before, so that a lost answer is known to be one.
 * @returns null when there is nothing to hand over any more
 */
export function handOver(id: string, found: Found, at: number): (Step & { readonly ask: boolean }) | null {
  const { generation } = found;
  if (generation.status !== 'reserved') return null;
  if (generation.dueAt !== null && generation.dueAt > at)
    throw new Refusal('not_due', { dueAt: generation.dueAt });
  if (at >= generation.deadlineAt) return { ...expire(id, found, at), ask: false };
  if (generation.asked >= MOST_ASKED) return { ...giveBack(id, found, 'crash', at), ask: false };
  const { news } = generation;
  const more = { news, asked: generation.asked + 1, dueAt: at + times.again };
  return { ...still(moveTo(generation, { status: 'reserved' }, more)), ask: true };
}

/** The provider has taken it. One that is over already, or was handed over twice, only notes the task. */
export function taken(generation: Generation, task: string, at: number): Generation {
  if (generation.tasks.includes(task)) return generation;
  const tasks = [...generation.tasks, task];
  const { news } = generation;
  if (generation.status !== 'reserved') return { ...generation, tasks, version: generation.version + 1 };
  const state = { status: 'running', task, startedAt: at } as const;
  return moveTo(generation, state, { news, tasks, dueAt: Math.min(at + times.ask, generation.deadlineAt) });
}

/**
 * What a provider's word does. Only a task that was made for this generation says anything; after the end nothing
 * changes but that work which was done for nothing is the platform's loss, once (W1-08).
 */
export function settle(id: string, found: Found, report: WorkReport, at: number): Step {
  const { generation } = found;
  if (!generation.tasks.includes(report.task)) return still(generation);
  if (!isOpen(generation)) return afterwards(id, generation, report, at);
  switch (report.outcome) {
    case 'running':
      return still(generation);
    case 'succeeded':
      return capture(id, generation, report.task, report.resultUrl, at);
    case 'failed':
      // An earlier task that came to nothing says nothing about the one that is under way.
      return generation.status === 'running' && generation.task === report.task
        ? fail(id, found, report.code, at)
        : still(generation);
  }
}

/** Handing it over came to nothing, unless somebody else did it meanwhile. */
export const failOver = (
  id: string,
  found: Found,
  { code, attempt }: { readonly code: FailureCode; readonly attempt: number },
  at: number,
): Step =>
  found.generation.status === 'reserved' && found.generation.attempt === attempt
    ? fail(id, found, code, at)
    : still(found.generation);

/** A try came to nothing: another one, as long as there are any, else everything goes back. */
export function fail(id: string, found: Found, code: FailureCode, at: number): Step {
  const { generation } = found;
  if (!isOpen(generation)) return still(generation);
  const failures = [...generation.failures, code];
  const alike = failures.filter((one) => one === code).length;
  const dueAt = at + times.pause;
  if (alike > retries[code] || failures.length > MOST_RETRIES || dueAt >= generation.deadlineAt)
    return giveBack(id, { ...found, generation: { ...generation, failures } }, code, at);
  // Where nobody knows whether the provider took it, a repeat is the same work; else it is a new one.
  const attempt = code === 'network_error' ? generation.attempt : generation.attempt + 1;
  const { news } = generation;
  return still(moveTo(generation, { status: 'reserved' }, { news, failures, attempt, dueAt }));
}

/** Nobody said in time what became of it. */
export function expire(id: string, found: Found, at: number): Step {
  const { generation } = found;
  if (!isOpen(generation)) return still(generation);
  if (at < generation.deadlineAt) throw new Refusal('not_due', { dueAt: generation.deadlineAt });
  return end(
    id,
    found as OpenFound,
    { status: 'expired', code: 'timeout', back: generation.price, by: 'system' },
    at,
  );
}

/** Everything goes back. */
export function giveBack(id: string, found: Found, code: FailureCode, at: number): Step {
  if (!isOpen(found.generation)) return still(found.generation);
  const back = found.generation.price;
  return end(id, found as OpenFound, { status: 'refunded', code, back, by: 'system' }, at);
}

/**
 * Its owner wants it no longer: all comes back before a provider has it, after that what the policy says (D16). Once
 * it was cancelled, cancelling again changes nothing.
 * @throws Refusal `not_found`, `wrong_status`.
 */
export function cancel(id: string, found: Found, by: { readonly uid: string; readonly at: number }): Step {
  const { generation } = found;
  if (generation.uid !== by.uid) throw new Refusal('not_found', { what: 'generation', id });
  if (!isOpen(generation)) {
    if ('code' in generation && generation.code === 'cancelled') return still(generation);
    throw new Refusal('wrong_status', { status: generation.status });
  }
  // Who was only asked may not have taken it, and whoever asked may have died: that is nobody's to pay but ours.
  const bps = generation.status === 'running' ? generation.policy.cancelBps : 10_000;
  const { back } = returned(generation.price, bps);
  return end(id, found as OpenFound, { status: 'refunded', code: 'cancelled', back, by: by.uid }, by.at);
}

/** It waits for a provider that has it. */
export const waitOn = (generation: Generation, at: number): Generation =>
  isOpen(generation)
    ? { ...generation, dueAt: Math.min(at + times.ask, Math.max(generation.deadlineAt, at + times.pause)) }
    : generation;

type OpenFound = { readonly generation: OpenGeneration; readonly wallet: Wallet | null };
type Ending = {
  readonly status: 'refunded' | 'expired';
  readonly code: ReturnCode;
  readonly back: Minor;
  readonly by: string;
};

/** The one writer of a return: its entry has the name that the capture has, so there is one of both (W1-10). */
function end(
  id: string,
  { generation, wallet }: OpenFound,
  { status, code, back, by }: Ending,
  at: number,
): Step {
  const { uid, balance, news: before } = generation;
  const kept = minor(balance - back);
  const legs = [
    leg(generationOf(id), 'CREDIT', negate(balance)),
    ...backTo({ uid, wallet }, generation, back),
    leg('platform:fees', 'CREDIT', kept),
  ].filter(({ amount }) => amount !== 0);
  const entry = entryOf(id, 'end', { kind: 'generation-refund', legs, by, at });
  const posting = post(entry, { wallets: { [uid]: wallet }, generations: { [id]: balance } });
  const state = { status, code, refunded: true, back } as const;
  const { news } = told(id, { ...generation, news: before }, { event: status, code, back }, at);
  const more = { news, balance: posting.generations[id]!, closedAt: at, dueAt: null };
  return { generation: moveTo(generation, state, { ...more, failures: generation.failures }), posting };
}

/** To the lots that it came from; what its owner owes is repaid first. */
function backTo(person: { uid: string; wallet: Wallet | null }, { lots }: Generation, back: Minor): Leg[] {
  const available = walletOf(person.uid, 'available');
  return incoming(person, 'CREDIT', back, 'refunded').map((one) =>
    one.account === available ? { ...one, lots: shareOf(lots, one.amount) } : one,
  );
}

/** It is done: the platform has earned it. */
function capture(id: string, generation: OpenGeneration, task: string, resultUrl: string, at: number): Step {
  const { balance } = generation;
  const legs = [leg(generationOf(id), 'CREDIT', negate(balance)), leg('platform:fees', 'CREDIT', balance)];
  const entry = entryOf(id, 'end', {
    kind: 'generation-capture',
    legs,
    by: `provider:${generation.provider}`,
    at,
  });
  const posting = post(entry, { wallets: {}, generations: { [id]: balance } });
  const state = { status: 'completed', task, resultUrl } as const;
  const { news } = told(id, generation, { event: 'completed' }, at);
  const more = { news, balance: posting.generations[id]!, closedAt: at, dueAt: null };
  return { generation: moveTo(generation, state, more), posting };
}

/** Done after all, when its credits had come back; or done twice. */
function afterwards(id: string, generation: Generation, report: WorkReport, at: number): Step {
  const again = generation.status === 'completed' && generation.task === report.task;
  if (report.outcome !== 'succeeded' || again || generation.loss !== null) return still(generation);
  const credits = 'back' in generation ? generation.back : generation.price;
  const lost = { ...generation, loss: { task: report.task, credits, at }, version: generation.version + 1 };
  if (credits === 0) return still(lost);
  const legs = [leg('platform:losses', 'CREDIT', negate(credits)), leg('platform:fees', 'CREDIT', credits)];
  const entry = entryOf(id, 'loss', {
    kind: 'generation-loss',
    legs,
    by: `provider:${generation.provider}`,
    at,
  });
  return { generation: lost, posting: post(entry, { wallets: {} }) };
}

const entryOf = (
  id: string,
  what: 'end' | 'loss',
  entry: Pick<JournalEntry, 'kind' | 'legs' | 'by' | 'at'>,
): JournalEntry => ({ id: `generation:${id}:${what}`, reference: `generations/${id}`, ...entry });
