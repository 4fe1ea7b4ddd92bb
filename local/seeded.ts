import type { Firestore } from '@google-cloud/firestore';
import { quoteItem } from '../functions/src/catalog/catalog.ts';
import { collections } from '../functions/src/collections.ts';
import { escrowId, type Escrow } from '../functions/src/escrow/escrow.ts';
import { newEscrow } from '../functions/src/escrow/progress.ts';
import { lock, release } from '../functions/src/escrow/settlement.ts';
import type { Posting } from '../functions/src/ledger/ledger.ts';
import { entryId, type Wallet } from '../functions/src/ledger/wallet.ts';
import { toStored } from '../functions/src/platform/convert.ts';
import { newPurchase } from '../functions/src/purchases/order.ts';
import { settle } from '../functions/src/purchases/payment.ts';
import { attemptOf } from '../functions/src/purchases/purchase.ts';
import { minor, type Minor } from '../functions/src/shared/money.ts';

/** A ledger of any size on the emulator: the rules decide every entry, and nothing waits for a function. */

/** So many pay and as many are paid, but everybody has a page of entries behind them, however few there are. */
const peopleFor = (entries: number): number => Math.min(500, Math.max(1, Math.floor(entries / 60)));
export const policy = {
  payeeFeeBps: 1000,
  payerFeeBps: 0,
  releaseHours: 72,
  clearanceHours: 0,
  feeTaxBps: 0,
};
/** Commits of this many documents; the emulator takes no more at once. */
const BATCH = 400;
/** So many commits are under way at once, in any order: no document of one is in another. */
const LANES = 4;

/**
 * @param entries how many there are in the journal at least; each job is a purchase, a lock and a release
 * @param whole of so many of them, all documents; of what comes after only the journal: an emulator keeps all in memory
 */
export async function seedLedger(
  db: Firestore,
  entries: number,
  {
    told = () => undefined,
    whole = Infinity,
  }: { readonly told?: (entries: number) => void; readonly whole?: number } = {},
): Promise<number> {
  const wallets = new Map<string, Wallet>();
  const writer = writerTo(db);
  const people = peopleFor(entries);
  let made = 0;
  for (let i = 0; made < entries; i += 1) {
    // One job in ten is between the first two: somebody has a long history.
    const who = i % 10 === 0 ? 0 : i % people;
    const [payer, payee] = [`payer${who}`, `payee${who}`];
    const id = String(i).padStart(24, '0');
    const put = made < whole ? writer.put : () => undefined;
    for (const posting of oneJob({ id, payer, payee, at: Date.UTC(2026, 0, 1) + i * 1000 }, wallets, put)) {
      writer.post(posting, put);
      for (const [uid, { wallet }] of Object.entries(posting.wallets)) wallets.set(uid, wallet);
      made += 1;
    }
    if (writer.size() >= BATCH) {
      await writer.flush();
      told(made);
    }
  }
  for (const [uid, wallet] of wallets) {
    writer.put(`wallets/${uid}`, wallet);
    if (writer.size() >= BATCH) await writer.flush();
  }
  await writer.end();
  return made;
}

/** Escrows that hold money, each of other people, so that their releases have nothing in common. Fees are 10% of 2,000. */
export async function seedHeld(
  db: Firestore,
  count: number,
  at: number,
): Promise<{ readonly id: string; readonly payer: string }[]> {
  const writer = writerTo(db);
  const made: { id: string; payer: string }[] = [];
  for (let i = 0; i < count; i += 1) {
    const [payer, payee, id] = [`held${i}`, `earns${i}`, `held${String(i).padStart(20, '0')}`];
    const wallets = new Map<string, Wallet>();
    const [bought, locked] = jobOf({ id, payer, payee, at }, wallets, writer.put, minor(2_000));
    for (const { posting } of [bought, locked]) writer.post(posting);
    const { escrow } = locked;
    writer.put(`wallets/${payer}`, locked.posting.wallets[payer]!.wallet);
    writer.put(`escrows/${escrowId(escrow)}`, { ...escrow, news: [] });
    made.push({ id: escrowId(escrow), payer });
    if (writer.size() >= BATCH) await writer.flush();
  }
  await writer.end();
  return made;
}

export type JobOf = {
  readonly id: string;
  readonly payer: string;
  readonly payee: string;
  readonly at: number;
};
export type Put = (path: string, doc: object) => void;

/** Bought and locked. */
export function jobOf(
  { id, payer, payee, at }: JobOf,
  wallets: ReadonlyMap<string, Wallet>,
  put: Put,
  amount: Minor,
) {
  const order = `${id}~${payer}`;
  const purchase = newPurchase(quoteItem({ kind: 'amount', amount }), {
    ...{ uid: payer, provider: 'stripe', requestHash: 'seeded', at },
  });
  const report = {
    ...({ provider: 'stripe', outcome: 'paid', currency: 'QAR' } as const),
    ...{ attempt: attemptOf(order, 1), reference: 'cs', payment: `pi_${id}` },
    ...{ amount: purchase.price, stated: '' },
  };
  const paid = settle(order, { purchase, wallet: wallets.get(payer) ?? null }, report, at);
  put(`purchases/${order}`, { ...paid.purchase!, news: [] });
  const bought = { posting: paid.posting! };
  const price = { amount, currency: 'QAR' } as const;
  const job = { payer, payee, title: 'Seeded', price, requestHash: 'seeded', status: 'assigned' } as const;
  const made = newEscrow(
    { ...job, createdAt: at, assignedAt: at, version: 1, dueAt: null, funding: null, news: [] } as never,
    { id, by: payer, at, policy },
  );
  const { escrow, posting } = lock(made, bought.posting.wallets[payer]!.wallet);
  return [bought, { escrow, posting: posting }] as const;
}

function oneJob(job: JobOf, wallets: ReadonlyMap<string, Wallet>, put: Put): Posting[] {
  const { payer, payee, at } = job;
  const [bought, locked] = jobOf(job, wallets, put, minor(1_000));
  const books = {
    escrow: locked.escrow,
    payer: locked.posting.wallets[payer]!.wallet,
    payee: wallets.get(payee) ?? null,
  };
  const released = release(books, { by: 'person', uid: payer, at: at + 500 });
  put(`escrows/${escrowId(released.escrow)}`, { ...released.escrow, news: [] } satisfies Escrow);
  return [bought.posting, locked.posting, released.posting!];
}

export function writerTo(db: Firestore) {
  let batch = db.batch();
  let size = 0;
  const underWay = new Set<Promise<unknown>>();
  const put: Put = (path, doc) => {
    batch.set(db.doc(path), toStored(doc));
    size += 1;
  };
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const commit = batch.commit();
    underWay.add(commit);
    // Who waits below hears of it when it fails.
    commit.then(
      () => underWay.delete(commit),
      () => undefined,
    );
    batch = db.batch();
    size = 0;
    if (underWay.size >= LANES) await Promise.race(underWay);
  };
  return {
    put,
    size: () => size,
    /** The wallets themselves are written once, at the end. */
    post({ entry, wallets }: Posting, putOwn: Put = put): void {
      put(`${collections.journal.path}/${entry.id}`, entry);
      for (const [uid, { entry: own }] of Object.entries(wallets))
        putOwn(`wallets/${uid}/entries/${entryId(own.n)}`, own);
    },
    flush,
    /** Everything is written. */
    async end(): Promise<void> {
      await flush();
      await Promise.all(underWay);
    },
  };
}
