import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { balanceOf, type Wallet } from '../ledger/wallet.ts';
import type { Actor, AdminAction } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { Currency } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { approve, reject, remind, request, type AdjustmentOrder, type Books, type Moved } from './adjust.ts';
import type { Adjustment } from './adjustment.ts';
import { waitsFor } from './adjustment.texts.ts';
import {
  dueAdjustments,
  readAdjustment,
  writeAdjustment,
  writeReminder,
  type About,
} from './adjustments.store.ts';
import { undo } from './undoing.ts';

export type ByAdmin = { readonly actor: Actor; readonly at: number };
type Wish = Omit<AdjustmentOrder, 'kind' | 'by' | 'at' | 'reason'>;

/** Puts one wallet right, or asks another admin to; see `request` for what it may refuse. */
export const makeAdjustment = (wish: Wish, admin: ByAdmin): Promise<Adjustment> =>
  ask({ ...wish, kind: 'correction' }, admin, 'request');

/**
 * Takes an earlier entry back, by the same rules. The journal is never changed, so the entry may be read before.
 * @throws Refusal `not_found`, `not_reversible`, and what `request` does.
 */
export async function reverseEntry(
  { id, entry, requestHash }: { readonly id: string; readonly entry: string; readonly requestHash: string },
  admin: ByAdmin,
): Promise<Adjustment> {
  const wrong = await load(collections.journal.doc(entry));
  if (!wrong) throw new Refusal('not_found', { what: 'entry', id: entry });
  return ask({ id, requestHash, corrects: entry, kind: 'reversal', ...undo(wrong) }, admin, 'reverse');
}

function ask(
  wish: Omit<AdjustmentOrder, 'by' | 'at' | 'reason'>,
  { actor, at }: ByAdmin,
  name: string,
): Promise<Adjustment> {
  const order = { ...wish, reason: actor.reason, by: actor.uid, at };
  return step(wish.id, order, (books) => request(books, order), { actor, at, name });
}

/** Another admin lets it pass; see `approve`. */
export const approveAdjustment = async (id: string, { actor, at }: ByAdmin): Promise<Adjustment> =>
  step(id, await aboutOf(id), (books) => approve(books, { by: actor.uid, at }), {
    ...{ actor, at, name: 'approve' },
  });

/** Another admin says no; see `reject`. */
export const rejectAdjustment = async (id: string, { actor, at }: ByAdmin): Promise<Adjustment> =>
  step(id, await aboutOf(id), (books) => reject(books, { by: actor.uid, at, why: actor.reason }), {
    ...{ actor, at, name: 'reject' },
  });

/** Which documents it needs; that never changes. */
async function aboutOf(id: string): Promise<About> {
  const adjustment = await load(collections.adjustments.doc(id));
  if (!adjustment) throw new Refusal('not_found', { what: 'adjustment', id });
  return adjustment;
}

/** One step of one adjustment, with its record; what changes nothing writes nothing. */
async function step(
  id: string,
  about: About,
  decide: (books: Books) => Moved,
  admin: ByAdmin & { readonly name: string },
): Promise<Adjustment> {
  const { adjustment } = await atomically({
    read: (reader) => readAdjustment(reader, id, about),
    decide: (books) => {
      const moved = decide(books);
      const isNew = moved.adjustment !== books.adjustment;
      return { ...moved, before: books, action: recordOf(id, books, moved, admin), isNew };
    },
    write: (writer, written) => {
      if (written.isNew) writeAdjustment(writer, id, written);
    },
  });
  return adjustment;
}

function recordOf(
  id: string,
  books: Books,
  { adjustment, posting }: Moved,
  { actor, at, name }: ByAdmin & { readonly name: string },
): AdminAction {
  const { uid, currency, amount, direction, corrects, status } = adjustment;
  const wallet = posting?.wallets[uid]?.wallet ?? books.wallet;
  return {
    id: `adjustment.${id}.${adjustment.version}`,
    action: `adjustments-${name}`,
    target: `adjustments/${id}`,
    ...{ by: actor.uid, role: actor.role, ip: actor.ip, at, reason: actor.reason },
    before: { status: books.adjustment?.status ?? null, ...shown(books.wallet, currency) },
    after: {
      ...{ status, uid, direction, amount, currency, corrects },
      entry: posting?.entry.id ?? null,
      ...shown(wallet, currency),
    },
  };
}

/** The two buckets that an adjustment may change. */
function shown(wallet: Wallet | null, currency: Currency) {
  const { available, debt } = balanceOf(wallet, currency);
  return { available, debt };
}

/** Tells finance, once, of each that waits too long. */
export const sweepAdjustments = (at: number): Promise<Swept> =>
  sweep(dueAdjustments(at), async (id) => {
    const ref = collections.adjustments.doc(id);
    const found = await load(ref);
    if (found?.status !== 'waiting') return;
    // Before it is noted: dying between the two tells of it again, under the same name.
    await raise(`adjustment.${id}.waits`, waitsFor(id, found), at);
    await atomically({
      read: (reader) => reader.get({ adjustment: ref }),
      decide: ({ adjustment }) => remind({ id, adjustment }, at),
      write: (writer, reminded) => {
        writeReminder(writer, id, reminded);
      },
    });
  });
