import type { Bucket } from '../ledger/chart.ts';
import { collections } from '../collections.ts';
import { balanceOf, nothing, type Balance, type WalletEntry } from '../ledger/wallet.ts';
import { accountOf } from '../platform/accounts.ts';
import { find, load, loadAll } from '../platform/firestore.ts';
import { sum, type Currency } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { agrees, explain, type Explained } from './explain.ts';
import { addsUp, changeOf, lastOf, spanOf } from './history.ts';
import { entriesBehind, entriesOn, entriesUpTo, NEAR, newestAt } from './history.store.ts';
import type { StatementPage } from './statement.ts';

/** Answers about a wallet's past, for whose it is. They decide nothing about money, so none is in a transaction. */

const docsOf = (found: readonly { doc: WalletEntry }[]) => found.map(({ doc }) => doc);

/** Zeros would say that there is somebody who has nothing. @throws Refusal `not_found` for a uid that is nobody's. */
export async function mustBeSomebody(uid: string): Promise<void> {
  if ((await load(collections.wallets.doc(uid))) === null && (await accountOf(uid)) === null)
    throw new Refusal('not_found', { what: 'user', uid });
}

/** The last entry of the chain that is not later than a time: by time, and from there along the chain. */
async function lastAt(uid: string, at: number): Promise<WalletEntry | null> {
  let last = lastOf(docsOf(await find(newestAt(uid, at))), at);
  while (last) {
    const behind = docsOf(await find(entriesBehind(uid, last.n)));
    const later = lastOf(behind, at);
    if (!later) return last;
    last = later;
    if (behind.length < NEAR) return last;
  }
  return null;
}

type Of = { readonly uid: string; readonly currency: Currency };

/** What a wallet held in a currency up to an entry; another currency’s entry says nothing of it. */
async function balanceUpTo({ uid, currency }: Of, last: WalletEntry | null): Promise<Balance> {
  if (!last) return nothing;
  if (last.after[currency]) return last.after[currency];
  return balanceBy({ uid, currency }, last.n);
}

/** What it held in a currency by a number in the chain. */
async function balanceBy({ uid, currency }: Of, upTo: number): Promise<Balance> {
  if (upTo === 0) return nothing;
  const [last] = await find(entriesUpTo(uid, { currency, upTo, limit: 1 }));
  return last?.doc.after[currency] ?? nothing;
}

/** @param at entries before this, as everywhere: the beginning of a month is the end of the one before it */
export async function balanceAt(of: Of, at: number): Promise<{ balance: Balance; n: number }> {
  const last = await lastAt(of.uid, at - 1);
  return { balance: await balanceUpTo(of, last), n: last?.n ?? 0 };
}

export type Explanation = {
  readonly opening: number;
  readonly closing: number;
  readonly moved: number;
  readonly addsUp: boolean;
  readonly entries: readonly Explained[];
  readonly next: number | null;
};

type Question = Of & {
  readonly bucket: Bucket;
  readonly after?: number | undefined;
  readonly limit: number;
};

/** One page of entries, and one batch of what caused them. The first page is checked against the wallet. */
export async function explainBalance(question: Question): Promise<Explanation> {
  const { uid, currency, bucket, after, limit } = question;
  // Read before its entries, so that none is newer than the balance.
  const wallet = after === undefined ? await load(collections.wallets.doc(uid)) : null;
  const upTo = after === undefined ? (wallet?.version ?? 0) : after - 1;
  // One more than is told says whether there are more, and what the page has to begin with.
  const found = docsOf(await find(entriesUpTo(uid, { currency, upTo, limit: limit + 1 })));
  const page = found.slice(0, limit);
  const [newest, oldest, earlier] = [page[0], page.at(-1), found[limit]];
  const opening = oldest?.before[currency] ?? nothing;
  const closing = after === undefined ? balanceOf(wallet, currency) : (newest?.after[currency] ?? nothing);
  const touched = page.filter((entry) => changeOf(entry, currency, bucket) !== 0);
  const journal = await loadAll(touched.map((entry) => collections.journal.doc(entry.journal)));
  const causes = touched.map((entry, i) => ({ entry, cause: journal[i] ?? null }));
  const agreed = causes.every(({ entry, cause }) => cause !== null && agrees(entry, cause, question));
  // Before the first of them all there was nothing.
  const from = earlier?.after[currency] ?? nothing;
  return {
    opening: opening[bucket],
    closing: closing[bucket],
    moved: sum(touched.map((entry) => changeOf(entry, currency, bucket))),
    addsUp: agreed && addsUp(from, page.toReversed(), closing, currency),
    entries: causes.map(({ entry, cause }) => explain(entry, cause, question)),
    next: earlier && oldest ? oldest.n : null,
  };
}

type Wish = Of & {
  readonly month: string;
  readonly after?: number | undefined;
  readonly limit: number;
  /** The time now: a month that is not over is told of until then. */
  readonly now: number;
};

/**
 * The next entries of a month: what the chain says between the last entry before it and the last in it.
 * @throws Refusal `not_due` for a month that has not begun.
 */
export async function pageOfMonth({ uid, currency, month, after, limit, now }: Wish): Promise<StatementPage> {
  const { from, to } = spanOf(month);
  if (from > now) throw new Refusal('not_due', { dueAt: from });
  const [before, last] = await Promise.all([lastAt(uid, from - 1), lastAt(uid, to - 1)]);
  const above = Math.max(before?.n ?? 0, after ?? 0);
  const upTo = last?.n ?? 0;
  // One more than is shown says whether there are more.
  const [found, opening] = await Promise.all([
    find(entriesOn(uid, { currency, above, upTo, limit: limit + 1 })).then(docsOf),
    // Of what came before, not of what the first entry says came before.
    above === before?.n ? balanceUpTo({ uid, currency }, before) : balanceBy({ uid, currency }, above),
  ]);
  const entries = found.slice(0, limit);
  return {
    ...{ uid, month, currency, entries, opening, until: Math.min(to - 1, now) },
    closing: entries.at(-1)?.after[currency] ?? opening,
    first: above === (before?.n ?? 0),
    last: found.length <= limit,
  };
}
