import { escrowId, type Escrow } from '../escrow/escrow.ts';
import type { FeePolicy } from '../escrow/fees.ts';
import { newEscrow } from '../escrow/progress.ts';
import { endKept, lock, type Settled } from '../escrow/settlement.ts';
import { closeKept, keptJob, PLATFORM, type Job } from '../jobs/job.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format, minor, portion } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { extend, lengthOf, shorten, type Membership } from './membership.ts';
import type { Offer } from './offer.ts';

/**
 * `sales/{job}~{uid}`: one thing that somebody buys of the platform. It is paid as a job is, into an escrow, whose
 * whole content is the platform’s fee.
 */
export type Sale = Newsworthy & {
  readonly job: string;
  readonly uid: string;
  /** As it was offered then. */
  readonly offer: Offer;
  readonly policy: FeePolicy;
  readonly requestHash: string;
  readonly createdAt: number;
  readonly version: number;
  readonly dueAt: number | null;
} & (
    | { readonly status: 'open' }
    | {
        readonly status: 'done';
        readonly doneAt: number;
        /** How much of what it gave is to be taken again, in milliseconds, since its money went back. */
        readonly back: number;
        /** How much of that really was: what was over already cannot be taken, and is not given again. */
        readonly lost: number;
      }
    | { readonly status: 'lapsed'; readonly closedAt: number }
  );

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

export type SaleOrder = {
  readonly id: string;
  readonly job: string;
  readonly uid: string;
  readonly offer: Offer;
  readonly policy: FeePolicy;
  readonly requestHash: string;
  readonly at: number;
};

/** A sale that waits for its money, and the job by which that comes. */
export function openSale({ id, job, uid, offer, policy, requestHash, at }: SaleOrder): {
  sale: Sale;
  job: Job;
} {
  const { title, price } = offer;
  const made = keptJob({
    ...{ payer: uid, payee: PLATFORM, title, price, requestHash, at },
    keeper: `sales/${id}`,
  });
  const sale: Sale = {
    ...{ job, uid, offer, policy, requestHash, createdAt: at, version: 1, news: [] },
    dueAt: at + 2 * HOUR,
    status: 'open',
  };
  return { sale, job: made };
}

export type Sold = {
  readonly sale: Sale;
  readonly settled: Settled;
  readonly membership: Membership;
};

/** The wallet pays all of it, now. @throws Refusal `insufficient_funds`, `wallet_frozen`. */
export function payFromWallet(
  { sale, job }: { readonly sale: Sale; readonly job: Job },
  wallet: Wallet | null,
  membership: Membership | null,
  { id, at }: { readonly id: string; readonly at: number },
): Sold & { readonly locked: ReturnType<typeof lock> } {
  const escrow = newEscrow(job, {
    id: sale.job,
    by: sale.uid,
    at,
    policy: sale.policy,
    keeper: `sales/${id}`,
  });
  const locked = lock(escrow, wallet);
  return { ...finish(sale, locked.escrow, membership, { id, at }), locked };
}

/**
 * Its money is there: the platform takes it, and what was bought holds from now on.
 * @throws Refusal `wrong_status` when that was done, `chargeback_open`.
 */
export function finish(
  sale: Sale,
  escrow: Escrow,
  membership: Membership | null,
  { id, at }: { readonly id: string; readonly at: number },
): Sold {
  if (sale.status !== 'open') throw new Refusal('wrong_status', { status: sale.status });
  const settled = endKept({ escrow, payer: null, payee: null }, 100, 'timer', { uid: 'system', at });
  const { title, price } = sale.offer;
  const text = `“${title}” is yours, for ${format(price.amount, price.currency)}.`;
  const news = tell(sale, { cause: `sale.${id}.done`, about: `sales/${id}`, at }, [
    {
      to: sale.uid,
      kind: 'plans-bought',
      text,
      facts: { offer: sale.offer.name, title, escrow: escrowId(escrow) },
    },
  ]);
  return {
    sale: {
      ...{ ...sale, ...news, version: sale.version + 1, dueAt: at + DAY },
      ...{ status: 'done', doneAt: at, back: 0, lost: 0 },
    },
    settled,
    membership: extend(membership, sale.offer, at),
  };
}

/**
 * What finance or a bank took back of its money it gives no longer, in proportion; what was given back it gives again.
 * Looked at whenever its escrow changes, and by the sweep every day until it would have ended.
 * @returns null where nothing changed
 */
export function followMoney(
  sale: Sale & { readonly status: 'done' },
  escrow: Escrow,
  membership: Membership | null,
  { id, at }: { readonly id: string; readonly at: number },
): { readonly sale: Sale; readonly membership: Membership | null } | null {
  const whole = lengthOf(sale.offer);
  const { takenBack, held } = escrow;
  const taken = takenBack.toPayee + takenBack.toPlatform + takenBack.toPayer;
  const back = Math.floor((whole * taken) / held);
  const isDue = sale.dueAt !== null && sale.dueAt <= at;
  if (back === sale.back && !isDue) return null;
  const dueAt = at < sale.doneAt + whole ? at + DAY : null;
  if (back === sale.back) return { sale: { ...sale, dueAt }, membership: null };
  const version = sale.version + 1;
  const { title, name } = sale.offer;
  const text =
    back > sale.back
      ? `What was paid for “${title}” went back, and so it ends sooner.`
      : `What was paid for “${title}” is ours again, and so it goes on.`;
  const tidings = tell(sale, { cause: `sale.${id}.${version}.back`, about: `sales/${id}`, at }, [
    { to: sale.uid, kind: 'plans-changed', text, facts: { offer: name, title } },
  ]);
  // What comes again gives again its part of what was lost, and no more than that.
  const change = back - sale.back;
  const by = change > 0 ? change : 0 - portion(minor(sale.lost), -change, sale.back);
  const changed = shorten(membership, sale.offer, by, at);
  const lost = sale.lost + (changed?.moved ?? 0);
  const news = changed ? tidings : { news: sale.news };
  return {
    sale: { ...sale, ...news, version, dueAt, back, lost },
    membership: changed?.membership ?? null,
  };
}

/**
 * What the sweep does with one that nobody paid: it is over, and nobody can pay for it any more; or it is still asked
 * about while a card is.
 */
export function lapseSale(
  sale: Sale & { readonly status: 'open' },
  job: Job | null,
  at: number,
): { readonly sale: Sale; readonly job: Job | null } {
  if (job?.funding != null) return { sale: { ...sale, dueAt: at + HOUR }, job: null };
  const lapsed: Sale = { ...sale, version: sale.version + 1, dueAt: null, status: 'lapsed', closedAt: at };
  return { sale: lapsed, job: job && closeKept(job, at) };
}
