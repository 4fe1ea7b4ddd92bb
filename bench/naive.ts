import type { Firestore } from '@google-cloud/firestore';
import type { Work } from './people.ts';

/**
 * A release as it is commonly written: every transaction takes the next number of one sequence, the platform's fees lie in
 * one document, a wallet holds a balance for each coin, and a request is known again by a query of its own. Nothing here is
 * a straw man by itself; together, every release in the world waits for the two documents that all of them write.
 */

const coins = { GRC: 50_000, GDC: 20_000, GPC: 10_000, GGC: 5_000, GSC: 1_000, GBC: 500 } as const;
type Coin = keyof typeof coins;

/** The fewest coins, and what is left. */
function inCoins(amount: number): Partial<Record<Coin, number>> {
  const counts: Partial<Record<Coin, number>> = {};
  let rest = amount;
  for (const [coin, face] of Object.entries(coins)) {
    const count = Math.floor(rest / face);
    if (count > 0) counts[coin as Coin] = count;
    rest -= count * face;
  }
  return counts;
}

async function release(db: Firestore, id: string, requestId: string): Promise<void> {
  await db.runTransaction(async (transaction) => {
    const done = await transaction.get(
      db.collection('naiveTransactions').where('requestId', '==', requestId).limit(1),
    );
    if (!done.empty) return;
    const escrow = await transaction.get(db.doc(`naiveEscrows/${id}`));
    if (escrow.get('status') !== 'held') throw new Error('wrong status');
    const amount = escrow.get('amount') as number;
    const wallet = db.collection(`naiveWallets/${String(escrow.get('payee'))}/balances`);
    const balances = await transaction.get(wallet);
    const sequence = await transaction.get(db.doc('naiveCounters/transactions'));
    const platform = await transaction.get(db.doc('naivePlatform/fees'));
    const fee = Math.floor(amount / 10);
    const held = Object.fromEntries(balances.docs.map((one) => [one.id, one.get('count') as number]));
    const number = ((sequence.get('last') as number | undefined) ?? 0) + 1;
    for (const [coin, count] of Object.entries(inCoins(amount - fee)))
      transaction.set(wallet.doc(coin), { count: (held[coin] ?? 0) + count });
    transaction.set(db.doc('naiveCounters/transactions'), { last: number });
    transaction.set(db.doc('naivePlatform/fees'), {
      total: ((platform.get('total') as number | undefined) ?? 0) + fee,
    });
    transaction.set(db.doc(`naiveTransactions/${number}`), { number, requestId, escrow: id, amount, fee });
    transaction.update(escrow.ref, { status: 'released' });
  });
}

let made = 0;

export async function naiveReleases(db: Firestore, count: number): Promise<Work[]> {
  const works: Work[] = [];
  const batch = db.batch();
  for (let i = 0; i < count; i += 1) {
    made += 1;
    const id = `naive${made}`;
    batch.set(db.doc(`naiveEscrows/${id}`), {
      status: 'held',
      amount: 2_000,
      payer: `np${made}`,
      payee: `ne${made}`,
    });
    works.push(() => release(db, id, `request-${id}`));
  }
  await batch.commit();
  return works;
}
