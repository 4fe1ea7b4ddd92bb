import type { Currency, Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';

const DAY = 24 * 3600 * 1000;
/** A job that nobody funds is closed after this long: nothing waits for ever (I12). */
export const OPEN_DAYS = 90;

/**
 * `jobs/{id}`: work that somebody offers, and the one place where its price and parties are set. Whether
 * money is in escrow for it is said by the journal (`job:<id>:lock`), not here: a lock never writes the job.
 */
export type Job = Newsworthy & {
  readonly payer: string;
  readonly title: string;
  readonly price: { readonly amount: Minor; readonly currency: Currency };
  readonly requestHash: string;
  readonly createdAt: number;
  /** When the sweep looks at it next; null when nothing is left to do. */
  readonly dueAt: number | null;
  /** The card payment that is under way for it: until that has ended, the job stays as it is. */
  readonly funding: string | null;
  /** The document that leads it, where it is a part of something larger: every step is taken there. */
  readonly keeper?: string;
} & (
    | { readonly status: 'open' }
    | { readonly status: 'assigned'; readonly payee: string; readonly assignedAt: number }
    | {
        readonly status: 'cancelled';
        readonly payee: string | null;
        readonly closedAt: number;
        readonly by: string;
      }
  );

/** Whom the platform’s own things are bought from. Nobody signs in by this name, and it has no wallet. */
export const PLATFORM = 'platform';

export const lockCause = (job: string): string => `job:${job}:lock`;

export const postJob = (
  order: Pick<Job, 'payer' | 'title' | 'price' | 'requestHash'> & { readonly at: number },
): Job => ({
  payer: order.payer,
  title: order.title,
  price: order.price,
  requestHash: order.requestHash,
  createdAt: order.at,
  dueAt: order.at + OPEN_DAYS * DAY,
  funding: null,
  status: 'open',
  news: [],
});

/** A part of something larger: it is led from there, has its payee from the beginning, and no deadline of its own. */
export const keptJob = (
  order: Parameters<typeof postJob>[0] & { readonly payee: string; readonly keeper: string },
): Job => ({
  ...postJob(order),
  dueAt: null,
  keeper: order.keeper,
  status: 'assigned',
  payee: order.payee,
  assignedAt: order.at,
});

/** What leads it is over, and no money came for it: nobody can pay for it any more. @throws Refusal `payment_open`. */
export function closeKept(job: Job, at: number): Job {
  mustNotBeFunding(job);
  const payee = job.status === 'open' ? null : job.payee;
  const { payer, title, price, requestHash, createdAt, funding, news, dueAt, keeper } = job;
  const kept = { payer, title, price, requestHash, createdAt, funding, news, dueAt };
  return {
    ...kept,
    ...(keeper !== undefined && { keeper }),
    status: 'cancelled',
    payee,
    closedAt: at,
    by: 'system',
  };
}

/** What was read to decide about a job: the job itself, and whether its money is in escrow. */
export type JobState = { readonly id: string; readonly job: Job | null; readonly funded: boolean };

/** @throws Refusal `not_found` for a stranger too: who may not know of a job learns nothing of it. */
function ownedBy(uid: string, { id, job, funded }: JobState): Job {
  if (job?.payer !== uid) throw new Refusal('not_found', { what: 'job', id });
  mustNotBeKept(job);
  if (funded) throw new Refusal('job_funded', { job: id });
  mustNotBeFunding(job);
  return job;
}

/** @throws Refusal `kept_elsewhere`: nothing is done past whatever leads it. */
export function mustNotBeKept({ keeper }: { readonly keeper?: string }): void {
  if (keeper !== undefined) throw new Refusal('kept_elsewhere', { keeper });
}

/** @throws Refusal `payment_open`: whoever pays must get what they pay for. */
export function mustNotBeFunding({ funding }: Job): void {
  if (funding !== null) throw new Refusal('payment_open', { payment: funding });
}

/**
 * Names who does the job; may be changed until money is in escrow. Naming the same person again changes
 * nothing (null).
 * @throws Refusal `self_payment`, `wrong_status`, `job_funded`, `payment_open`, `not_found`.
 */
export function assignJob(
  state: JobState,
  order: { readonly by: string; readonly payee: string; readonly at: number },
): Job | null {
  if (state.job?.status === 'assigned' && state.job.payer === order.by && state.job.payee === order.payee)
    return null;
  const job = ownedBy(order.by, state);
  if (order.payee === order.by) throw new Refusal('self_payment');
  if (job.status === 'cancelled') throw new Refusal('wrong_status', { status: job.status });
  const event = { cause: `job:${state.id}:assign:${order.at}`, about: `jobs/${state.id}`, at: order.at };
  const news = tell(job, event, [
    {
      to: order.payee,
      kind: 'job-assigned',
      text: `You were chosen for “${job.title}”.`,
      facts: { job: state.id, title: job.title },
    },
  ]);
  return { ...job, ...news, status: 'assigned', payee: order.payee, assignedAt: order.at };
}

/**
 * Takes the job back before money is in escrow. Cancelling twice is cancelling once (null).
 * @throws Refusal `job_funded`, `payment_open`, `not_found`.
 */
export function cancelJob(state: JobState, order: { readonly by: string; readonly at: number }): Job | null {
  const job = ownedBy(order.by, state);
  return job.status === 'cancelled' ? null : close(state.id, job, order);
}

/**
 * Who was chosen is erased: the job is open again, and its payer told. Null where it is another's, something leads it,
 * or money is in it or on its way.
 */
export function unassignJob({ id, job, funded }: JobState, payee: string, at: number): Job | null {
  if (job?.status !== 'assigned' || job.payee !== payee || funded || job.funding !== null) return null;
  if (job.keeper !== undefined) return null;
  const event = { cause: `job:${id}:unassign:${at}`, about: `jobs/${id}`, at };
  const text = `Nobody is chosen for “${job.title}” any more: choose somebody else.`;
  const news = tell(job, event, [
    { to: job.payer, kind: 'job-unassigned', text, facts: { job: id, title: job.title } },
  ]);
  const { payer, title, price, requestHash, createdAt, funding, dueAt } = job;
  return { payer, title, price, requestHash, createdAt, funding, dueAt, ...news, status: 'open' };
}

/** What the sweep does with a job at its `dueAt`: closes it, or leaves a funded one to its escrow. */
export function expireJob({ id, job, funded }: JobState, at: number): Job | null {
  if (job?.dueAt == null || job.dueAt > at) return null;
  if (funded || job.status === 'cancelled') return { ...job, dueAt: null };
  if (job.funding !== null) return { ...job, dueAt: at + DAY };
  return close(id, job, { by: 'system', at });
}

function close(id: string, job: Job, order: { readonly by: string; readonly at: number }): Job {
  const payee = job.status === 'assigned' ? job.payee : null;
  const event = { cause: `job:${id}:cancel`, about: `jobs/${id}`, at: order.at };
  const told = [payee, order.by === 'system' ? job.payer : null].filter((uid) => uid !== null);
  const news = tell(
    job,
    event,
    told.map((to) => ({
      to,
      kind: 'job-cancelled' as const,
      text: `“${job.title}” was cancelled.`,
      facts: { job: id, title: job.title },
    })),
  );
  const { payer, title, price, requestHash, createdAt, funding } = job;
  const kept = { payer, title, price, requestHash, createdAt, funding };
  return { ...kept, ...news, payee, status: 'cancelled', closedAt: order.at, by: order.by, dueAt: null };
}
