import { mustBeOff, type Brake } from '../brake/brake.ts';
import { find, incoming, outgoing } from '../ledger/debt.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, reverse, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import { negate, zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { moveTo, type AdjustedBy, type Adjustment } from './adjustment.ts';
import { told } from './adjustment.texts.ts';
import { capsPolicy, forget, judge, type Recent } from './caps.ts';

/** What one adjustment reads, all in one batch; which wallet it is about is known before. */
export type Books = {
  readonly id: string;
  readonly adjustment: Adjustment | null;
  readonly wallet: Wallet | null;
  /** The entry that was wrong. */
  readonly wrong: JournalEntry | null;
  /** The entry that took that one back already, if there is one. */
  readonly undone: JournalEntry | null;
  /** What was done to this person lately; what the admin who asks, or asked, did to anybody. */
  readonly toPerson: AdjustedBy | null;
  readonly byAdmin: AdjustedBy | null;
  readonly brake: Brake | null;
};

export type AdjustmentOrder = Pick<
  Adjustment,
  'kind' | 'uid' | 'currency' | 'amount' | 'direction' | 'corrects' | 'reason' | 'by' | 'requestHash'
> & { readonly id: string; readonly at: number };

/** What a step comes to; null is left as it is. */
export type Moved = {
  readonly adjustment: Adjustment;
  readonly posting: Posting | null;
  readonly recent: Recent | null;
};

export type Step = { readonly by: string; readonly at: number };

const recentOf = ({ toPerson, byAdmin }: Books): Recent => ({
  toPerson: toPerson?.recent ?? [],
  byAdmin: byAdmin?.recent ?? [],
});

const unmoved = (adjustment: Adjustment): Moved => ({ adjustment, posting: null, recent: null });

/**
 * Up to the cap it is posted at once; above it, it waits for another admin. The same request again answers what became
 * of it.
 * @throws Refusal `own_request`, `request_id_reused`, `not_found` when there is no such entry or no such wallet,
 *   `wrong_status` when the entry was taken back already, `limit_reached`, `payouts_stopped` while the brake is on.
 */
export function request(books: Books, order: AdjustmentOrder): Moved {
  const { adjustment: before } = books;
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return unmoved(before);
  const { id, by, requestHash, at, ...wanted } = order;
  if (wanted.uid === by) throw new Refusal('own_request');
  // A correction puts right what was booked, so somebody's wallet is there; a uid with a typo has none.
  if (!books.wallet) throw new Refusal('not_found', { what: 'wallet', uid: wanted.uid });
  mustBeThere(books, wanted);
  const { amount, currency } = wanted;
  const { recent, secondAdmin } = judge(recentOf(books), { adjustment: id, amount, currency, at });
  const waiting: Adjustment = {
    ...wanted,
    ...quiet,
    ...{ by, requestHash, requestedAt: at, policyVersion: capsPolicy.version, version: 1 },
    ...{ dueAt: at + capsPolicy.waits, status: 'waiting' },
  };
  return { ...(secondAdmin ? unmoved(waiting) : posted(books, waiting, { by, at })), recent };
}

/**
 * Another admin lets it pass: it is posted against the wallet as it is now.
 * @throws Refusal `not_found`, `own_request` for one's own wallet, `same_admin` for one's own request, `wrong_status`
 *   when it was decided, or the entry was taken back meanwhile, `payouts_stopped` while the brake is on.
 */
export function approve(books: Books, { by, at }: Step): Moved {
  const adjustment = othersOf(books, by);
  if (adjustment.status === 'posted' && adjustment.closedBy === by) return unmoved(adjustment);
  mustWait(adjustment);
  mustBeThere(books, adjustment);
  return posted(books, adjustment, { by, at });
}

/**
 * Another admin says no, and nothing moves; it counts against no cap any more.
 * @throws Refusal `not_found`, `own_request`, `same_admin`, `wrong_status`.
 */
export function reject(books: Books, { by, at, why }: Step & { readonly why: string }): Moved {
  const adjustment = othersOf(books, by);
  if (adjustment.status === 'rejected' && adjustment.closedBy === by) return unmoved(adjustment);
  mustWait(adjustment);
  const rejected = moveTo(adjustment, { status: 'rejected', why, closedAt: at, closedBy: by }, null);
  return { adjustment: rejected, posting: null, recent: forget(recentOf(books), books.id) };
}

/** Finance was told that it waits. @throws Refusal `not_found`, `wrong_status`, `not_due`. */
export function remind({ id, adjustment }: Pick<Books, 'id' | 'adjustment'>, at: number): Adjustment {
  if (!adjustment) throw new Refusal('not_found', { what: 'adjustment', id });
  mustWait(adjustment);
  const { dueAt } = adjustment;
  if (dueAt === null || at < dueAt) throw new Refusal('not_due', { dueAt });
  return moveTo(adjustment, { status: 'waiting' }, null);
}

function othersOf({ id, adjustment }: Books, by: string): Adjustment {
  if (!adjustment) throw new Refusal('not_found', { what: 'adjustment', id });
  if (adjustment.uid === by) throw new Refusal('own_request');
  if (adjustment.by === by) throw new Refusal('same_admin');
  return adjustment;
}

function mustWait({ status }: Adjustment): void {
  if (status !== 'waiting') throw new Refusal('wrong_status', { status });
}

/** What it puts right is in the journal, and was not taken back whole. */
function mustBeThere({ wrong, undone }: Books, { corrects }: Pick<Adjustment, 'corrects'>): void {
  if (!wrong) throw new Refusal('not_found', { what: 'entry', id: corrects });
  if (undone) throw new Refusal('wrong_status', { status: 'reversed' });
}

/** The id of the entry names its cause: an entry is taken back once, whoever asks for it and however often. */
export const entryOf = (id: string, { kind, corrects }: Pick<Adjustment, 'kind' | 'corrects'>): string =>
  kind === 'reversal' ? `reversal:${corrects}` : `adjustment:${id}`;

function posted(books: Books, adjustment: Adjustment, { by, at }: Step): Moved {
  const { id, wallet, wrong } = books;
  mustBeOff(books.brake);
  const { uid, currency, amount, direction, kind, corrects } = adjustment;
  const found = find(wallet, currency, amount, zero);
  const given = direction === 'credit';
  const theirs = given ? incoming({ uid, wallet }, currency, amount) : outgoing(uid, currency, found);
  // A mistake of ours is made good, or its gain taken back, at our cost: promotions are what we chose to give.
  const legs = [...theirs, leg('platform:losses', currency, given ? negate(amount) : amount)];
  const about = { reference: `adjustments/${id}`, at, by };
  const entry: JournalEntry =
    kind === 'reversal' && wrong
      ? { ...reverse(wrong, { at, by }), ...about, legs }
      : { id: entryOf(id, adjustment), kind: 'adjustment', legs, corrects, ...about };
  const owed = given ? zero : found.owed;
  const state = { status: 'posted', entry: entry.id, owed, closedAt: at, closedBy: by } as const;
  const moved = moveTo(adjustment, state, null);
  return {
    adjustment: { ...moved, ...told(id, moved, owed, at) },
    posting: post(entry, { wallets: { [uid]: wallet } }),
    recent: null,
  };
}
