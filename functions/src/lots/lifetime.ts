import { incoming } from '../ledger/debt.ts';
import { walletOf, type Account } from '../ledger/chart.ts';
import { leg, type JournalEntry, type Leg } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Lot } from '../ledger/lots.ts';
import { lotsOf, type Wallet } from '../ledger/wallet.ts';
import { quiet, tell, type Newsworthy } from '../notifications/notice.ts';
import { joinId } from '../shared/ids.ts';
import { minor, negate, type Currency, type Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * `lots/{lot}~{uid}`: credits that were given and can expire (F46, F48). What is left of them lies in the wallet; this is
 * when to warn of their end, and to take what is left. What was bought has none: it never expires.
 */
export type GivenLot = Newsworthy & {
  readonly uid: string;
  /** The name that the lot has in the wallet and on legs. */
  readonly lot: string;
  readonly kind: 'allowance' | 'bonus';
  readonly given: Minor;
  /** What was paid for it, where something was. */
  readonly paid: Paid | null;
  readonly givenAt: number;
  /** As it was when it was last looked at: using credits moves the end of a bonus. */
  readonly expiresAt: number;
  /** Of the three warnings the last that was given, in days before the end; null before the first. */
  readonly warned: number | null;
  /** How much of it has expired, and how often: what came back after its end expires once more. */
  readonly expired: Minor;
  readonly expiries: number;
  readonly version: number;
  /** When it is looked at; null when nothing is left to look at. */
  readonly dueAt: number | null;
};

/** What a provider collected for credits that are given every month. */
export type Paid = {
  readonly amount: Minor;
  readonly currency: Currency;
  /** The provider's id of the payment. */
  readonly payment: string;
};

export const lotId = (lot: string, uid: string): string => joinId(lot, uid);

const DAY = 24 * 3600 * 1000;

/** Given credits that nobody uses for so long are gone (24 months). */
export const IDLE_MS = 730 * DAY;

/** How many days before their end somebody is warned. */
export const warnings = [30, 7, 1] as const;

/** Credits that come back after their end can be used for so long. */
export const GRACE_MS = 7 * DAY;

export type Gift = {
  readonly uid: string;
  readonly lot: string;
  readonly kind: 'allowance' | 'bonus';
  readonly amount: Minor;
  readonly expiresAt: number;
  /** For what expires by not being used. */
  readonly idleMs: number | null;
  readonly paid?: Paid | null;
  readonly at: number;
};

/** When it is next to be looked at, if its end is then. */
function nextLook(expiresAt: number, warned: number | null): number {
  const next = warnings.find((days) => warned === null || days < warned);
  return next === undefined ? expiresAt : expiresAt - next * DAY;
}

/** A lot that begins. A warning whose time has passed already is not given: it would be no news. */
export function newLot({ uid, lot, kind, amount, expiresAt, paid = null, at }: Gift): GivenLot {
  const past = warnings.filter((days) => expiresAt - days * DAY <= at);
  const warned = past.at(-1) ?? null;
  return {
    ...{ uid, lot, kind, given: amount, paid, givenAt: at, expiresAt, warned },
    ...{ expired: minor(0), expiries: 0, version: 1, dueAt: nextLook(expiresAt, warned), ...quiet },
  };
}

/** What was paid for was sold, the rest is a present. */
const giverOf = ({ paid }: Gift): Account => (paid ? 'platform:credits' : 'platform:promotions');

/** The legs by which credits are given: what is owed of them is repaid first, the rest is the lot. */
export function givingLegs(gift: Gift, wallet: Wallet | null): Leg[] {
  const { uid, lot: id, kind, amount, expiresAt, idleMs } = gift;
  const available = walletOf(uid, 'available');
  const own = (part: Minor): Lot => ({ id, kind, amount: part, expiresAt, idleMs });
  return [
    leg(giverOf(gift), 'CREDIT', negate(amount)),
    ...incoming({ uid, wallet }, 'CREDIT', amount).map((one) =>
      one.account === available ? { ...one, lots: [own(one.amount)] } : one,
    ),
  ];
}

export type Looked = { readonly lot: GivenLot; readonly posting: Posting | null };

/**
 * What a look at a lot does: warns of its end, takes what is left at its end, or only waits on. Safe to repeat.
 * @throws Refusal `not_due`
 */
export function lookAt(id: string, lot: GivenLot, wallet: Wallet | null, at: number): Looked {
  if (lot.dueAt === null || lot.dueAt > at) throw new Refusal('not_due', { dueAt: lot.dueAt });
  const held = lotsOf(wallet, 'CREDIT').find((one) => one.id === lot.lot);
  const expiresAt = Math.max(lot.expiresAt, held?.expiresAt ?? 0);
  // Used meanwhile: it begins anew, and its warnings with it.
  const warned = expiresAt > lot.expiresAt ? null : lot.warned;
  const now = { ...lot, expiresAt, warned, version: lot.version + 1 };
  if (at < expiresAt) return { lot: warnOf(id, now, held?.amount ?? minor(0), at), posting: null };
  const last = at >= expiresAt + GRACE_MS;
  const after = { ...now, dueAt: last ? null : expiresAt + GRACE_MS };
  // What came back just now is somebody's for a while.
  if (!held || (lot.expiries > 0 && !last)) return { lot: after, posting: null };
  return expire(id, after, held, wallet, at);
}

function warnOf(id: string, lot: GivenLot, left: Minor, at: number): GivenLot {
  const passed = warnings.filter((days) => lot.expiresAt - days * DAY <= at).at(-1) ?? null;
  const isNew = passed !== null && (lot.warned === null || passed < lot.warned);
  const warned = isNew ? passed : lot.warned;
  const after = { ...lot, warned, dueAt: nextLook(lot.expiresAt, warned) };
  if (!isNew || left === 0) return after;
  const text = `${left} of your credits expire in ${passed} day${passed === 1 ? '' : 's'}.`;
  const facts = { amount: left, expiresAt: lot.expiresAt, days: passed };
  const cause = `lot.${id}.${lot.version}.${passed}`;
  return {
    ...after,
    ...tell(lot, { cause, about: `lots/${id}`, at }, [{ to: lot.uid, kind: 'lot-expires', text, facts }]),
  };
}

/**
 * Its owner gives up what is left of it: they are gone, and are not told. What was set aside for work may come back yet:
 * that ends when the lot would have.
 */
export function giveUp(id: string, lot: GivenLot, wallet: Wallet | null, at: number): Looked {
  const held = lotsOf(wallet, 'CREDIT').find((one) => one.id === lot.lot);
  if (!held) return { lot, posting: null };
  const { posting, lot: after } = expire(id, { ...lot, version: lot.version + 1 }, held, wallet, at);
  return { lot: { ...after, dueAt: after.dueAt ?? after.expiresAt + GRACE_MS, ...quiet }, posting };
}

/** It is over: what is left of it is gone, by an entry like any other. */
function expire(id: string, lot: GivenLot, held: Lot, wallet: Wallet | null, at: number): Looked {
  const { uid, expiries } = lot;
  const { amount } = held;
  const entry: JournalEntry = {
    id: `lot:${id}:expiry:${expiries + 1}`,
    kind: 'lot-expiry',
    legs: [
      { ...leg(walletOf(uid, 'available'), 'CREDIT', negate(amount)), lots: [held] },
      leg('platform:breakage', 'CREDIT', amount),
    ],
    at,
    by: 'system',
    reference: `lots/${id}`,
  };
  const facts = { amount, expiredAt: lot.expiresAt };
  const text = `${amount} of your credits have expired.`;
  const cause = `lot.${id}.expired.${expiries + 1}`;
  const { news } = tell(lot, { cause, about: `lots/${id}`, at }, [
    { to: uid, kind: 'lot-expired', text, facts },
  ]);
  return {
    lot: { ...lot, expired: minor(lot.expired + amount), expiries: expiries + 1, news },
    posting: post(entry, { wallets: { [uid]: wallet } }),
  };
}
