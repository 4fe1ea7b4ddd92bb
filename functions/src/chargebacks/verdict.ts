import { isClosed, type Escrow } from '../escrow/escrow.ts';
import { thaw } from '../escrow/progress.ts';
import { chargebackOf } from '../ledger/chart.ts';
import { leg } from '../ledger/journal.ts';
import { booksOf, type Target } from '../refunds/plan.ts';
import { giveBackLegs, takeFromJob, type FundedBooks } from '../refunds/takeback.ts';
import { minor, negate, zero, type Minor } from '../shared/money.ts';
import type { Chargeback } from './chargeback.ts';
import { toldEnd } from './chargeback.texts.ts';
import {
  afterTaking,
  escrowIn,
  entryOf,
  lossLegs,
  nothing,
  postAbout,
  remainingOf,
  withoutNothing,
  type Contested,
} from './effects.ts';

/** What the banks' decision does. */

/**
 * The banks have decided. Lost: what an escrow had frozen is taken from it now; what was taken before stays taken.
 * Won: everybody has theirs again, and the escrow goes on. The fee stays paid either way.
 */
export function closeChargeback(
  id: string,
  chargeback: Chargeback,
  target: Target,
  status: 'won' | 'lost',
  at: number,
): Contested {
  if (chargeback.status !== 'open') return { chargeback, posting: null, after: nothing };
  const escrow = escrowIn(target);
  const isFrozen = escrow?.chargeback === id;
  const thawed = isFrozen ? thaw(escrow, at) : null;
  const done =
    status === 'won'
      ? giveAllBack(id, chargeback, target, thawed)
      : isFrozen
        ? takeFrozen(id, chargeback, { ...(target as FundedBooks & Target), escrow: thawed }, at)
        : { legs: [], after: nothing, taken: null };
  const kind = status === 'won' ? 'chargeback-won' : 'chargeback-lost';
  const entry = entryOf(id, kind, done.legs, 'stripe', at);
  const closed: Chargeback = {
    ...chargeback,
    ...(done.taken && { shares: done.taken.shares, platform: done.taken.platform }),
    ...('loss' in done && { loss: minor(chargeback.loss + done.loss) }),
    status,
    closedAt: at,
    dueAt: null,
    version: chargeback.version + 1,
  };
  const posting = entry.legs.length < 2 ? null : postAbout(target, entry);
  return { chargeback: { ...closed, ...toldEnd(id, closed, at) }, posting, after: done.after };
}

function giveAllBack(id: string, chargeback: Chargeback, target: Target, thawed: Escrow | null) {
  const { amount, currency, loss } = chargeback;
  const { wallets } = booksOf(target);
  const legs = [
    leg('psp:stripe:clearing', currency, negate(amount)),
    ...giveBackLegs(chargeback, wallets, currency),
    leg('platform:losses', currency, loss),
    leg(chargebackOf(id), currency, chargeback.frozen === null ? zero : amount),
  ];
  const given = minor(amount - loss);
  const after = thawed
    ? { ...nothing, escrow: thawed }
    : afterTaking(target, negate(given), { escrow: untake(target, given) });
  return { legs: withoutNothing(legs), after, taken: null };
}

/** An escrow that has ended gave so much less. */
function untake(target: Target, amount: Minor): Escrow | null {
  const escrow = escrowIn(target);
  return escrow && isClosed(escrow)
    ? { ...escrow, takenBack: minor(escrow.takenBack - amount), version: escrow.version + 1 }
    : null;
}

function takeFrozen(id: string, chargeback: Chargeback, target: Target & FundedBooks, at: number) {
  const { amount, currency } = chargeback;
  const asked = minor(Math.min(amount, remainingOf(target)));
  const taken = takeFromJob(target, asked, { at });
  const loss = minor(amount - asked);
  const legs = [...taken.legs, leg(chargebackOf(id), currency, asked), ...lossLegs(id, currency, loss)];
  return { legs: withoutNothing(legs), after: afterTaking(target, asked, taken), taken, loss };
}
