import type { Firestore } from '@google-cloud/firestore';
import { jobOf, policy, writerTo, type Put } from '../local/seeded.ts';
import { quoteItem } from '../functions/src/catalog/catalog.ts';
import {
  lockEscrow,
  refundEscrow,
  releaseEscrow,
  settleDue,
  submitWork,
  sweepEscrows,
} from '../functions/src/escrow/escrow.operations.ts';
import { escrowId, type Escrow } from '../functions/src/escrow/escrow.ts';
import { submit } from '../functions/src/escrow/progress.ts';
import { startGeneration, step } from '../functions/src/generations/generations.operations.ts';
import { giveBack, settle, taken } from '../functions/src/generations/outcome.ts';
import { startWork } from '../functions/src/generations/reserve.ts';
import type { Wallet } from '../functions/src/ledger/wallet.ts';
import { find, load } from '../functions/src/platform/firestore.ts';
import { collections } from '../functions/src/collections.ts';
import { newPurchase } from '../functions/src/purchases/order.ts';
import { settle as paidFor } from '../functions/src/purchases/payment.ts';
import { attemptOf } from '../functions/src/purchases/purchase.ts';
import { settleReport } from '../functions/src/purchases/purchases.operations.ts';
import { minor } from '../functions/src/shared/money.ts';
import { cover } from '../functions/src/wallet/cover.ts';
import { pageOfEntries } from '../functions/src/wallet/wallet.store.ts';
import { makeWithdrawal } from '../functions/src/withdrawals/withdrawals.operations.ts';

/** Work that can be done once: what has to be there before, and what is then measured. */
export type Work = () => Promise<unknown>;

const HOUR = 3_600_000;
const AMOUNT = minor(2_000);
/** When all of it begins; what is due by a timer is due long before the end. */
export const at = Date.UTC(2026, 0, 1);

type Names = { readonly id: string; readonly payer: string; readonly payee: string };
type Prepare = (names: Names, put: Put) => Work;

/** Bought and locked. The payer's wallet, as the lock left it, is written. */
function held({ id, payer, payee }: Names, put: Put): Escrow {
  const [bought, locked] = jobOf({ id, payer, payee, at }, new Map<string, Wallet>(), put, AMOUNT);
  for (const { entry } of [bought.posting, locked.posting]) put(`journal/${entry.id}`, entry);
  put(`wallets/${payer}`, locked.posting.wallets[payer]!.wallet);
  put(`escrows/${escrowId(locked.escrow)}`, { ...locked.escrow, news: [] });
  return locked.escrow;
}

/**
 * Each operation that moves money or is asked all day, as its door begins it: the door itself (token, rate, input) is
 * not measured, since what it is compared with has none.
 */
export const operations = {
  'purchase-credit': ({ id, payer }, put) => {
    const order = `${id}~${payer}`;
    const about = { uid: payer, provider: 'stripe', requestHash: 'seeded', at } as const;
    const purchase = newPurchase(quoteItem({ kind: 'amount', amount: AMOUNT }), about);
    put(`purchases/${order}`, purchase);
    const report = {
      ...({ provider: 'stripe', outcome: 'paid', currency: 'QAR' } as const),
      ...{ attempt: attemptOf(order, 1), reference: 'cs', payment: `pi_${id}` },
      ...{ amount: purchase.price, stated: '' },
    };
    return () => settleReport(report, at);
  },
  'escrow-lock': ({ id, payer, payee }, put) => {
    const [bought] = jobOf({ id, payer, payee, at }, new Map<string, Wallet>(), put, AMOUNT);
    put(`wallets/${payer}`, bought.posting.wallets[payer]!.wallet);
    const price = { amount: AMOUNT, currency: 'QAR' };
    const state = { status: 'assigned', payee, createdAt: at, assignedAt: at, version: 1 };
    put(`jobs/${id}`, { payer, title: 'Work', price, requestHash: 'seeded', ...state, ...idle });
    return () => lockEscrow(id, { uid: payer, at, policy });
  },
  'escrow-submit': (names, put) => {
    const escrow = held(names, put);
    return () => submitWork(escrowId(escrow), { uid: names.payee, note: 'Here it is.', at });
  },
  'escrow-release': (names, put) => {
    const escrow = held(names, put);
    return () => releaseEscrow(escrowId(escrow), { uid: names.payer, admin: null, at });
  },
  'escrow-refund': (names, put) => {
    const escrow = held(names, put);
    return () => refundEscrow(escrowId(escrow), { uid: names.payer, admin: null, at });
  },
  'escrow-due': (names, put) => {
    const submitted = submit(held(names, put), { uid: names.payee, note: 'Here it is.', at });
    put(`escrows/${escrowId(submitted)}`, { ...submitted, news: [] });
    return () => settleDue(escrowId(submitted), at + 73 * HOUR);
  },
  'withdrawals-request': ({ id, payer, payee }, put) => {
    const amount = minor(10_000);
    const [bought] = jobOf({ id, payer, payee, at }, new Map<string, Wallet>(), put, amount);
    put(`wallets/${payer}`, bought.posting.wallets[payer]!.wallet);
    put(`payees/${payer}`, verifiedPayee);
    const order = { uid: payer, amount, currency: 'QAR', destination, requestHash: 'seeded', at } as const;
    return () => makeWithdrawal({ id: `${id}~${payer}`, ...order });
  },
  'generation-reserve': ({ id, payer }, put) => {
    put(`wallets/${payer}`, withCredits(id, payer));
    return () => startGeneration(`${id}~${payer}`, { ...work, uid: payer, at });
  },
  'generation-capture': (names, put) => {
    const generation = running(names, put);
    const report = { task: names.id, outcome: 'succeeded', resultUrl: 'https://files.example/1' } as const;
    return () => step(generation, (now) => settle(generation, now, report, at));
  },
  'generation-refund': (names, put) => {
    const generation = running(names, put);
    return () => step(generation, (now) => giveBack(generation, now, 'provider_rejected', at));
  },
  'wallet-cover': (names, put) => {
    held(names, put);
    return async () => cover(await load(collections.wallets.doc(names.payer)), AMOUNT, 'QAR');
  },
} as const satisfies Readonly<Record<string, Prepare>>;

const work = {
  ...({ kind: 'image', provider: 'atelier', prompt: 'A logo.', imageUrl: null } as const),
  requestHash: 'seeded',
};

function withCredits(id: string, uid: string): Wallet {
  const purchase = newPurchase(quoteItem({ kind: 'credits', pack: 'some' }), {
    ...{ uid, provider: 'stripe', requestHash: 'seeded', at },
  });
  const report = {
    ...({ provider: 'stripe', outcome: 'paid', currency: 'QAR', stated: '' } as const),
    ...{
      attempt: attemptOf(`${id}~${uid}`, 1),
      reference: 'cs',
      payment: `pi_${id}`,
      amount: purchase.price,
    },
  };
  return paidFor(`${id}~${uid}`, { purchase, wallet: null }, report, at).posting!.wallets[uid]!.wallet;
}

/** A provider works on it. */
function running({ id, payer }: Names, put: Put): string {
  const generation = `${id}~${payer}`;
  const found = { before: null, wallet: withCredits(id, payer), policy: null };
  const started = startWork(generation, found, { ...work, uid: payer, at });
  put(`wallets/${payer}`, started.posting!.wallets[payer]!.wallet);
  put(`generations/${generation}`, { ...taken(started.generation, id, at), news: [] });
  return generation;
}

/** Somebody whom finance has verified, with a bank account; sealed as it would be, by nobody's key. */
const destination = 'd'.repeat(24);
const sealed = { v: 2, nonce: 'x'.repeat(16), box: 'x'.repeat(200), tag: 'x'.repeat(24) };
const decided = { status: 'verified', decidedAt: at - 48 * HOUR, by: 'finance' };
const verifiedPayee = {
  kyc: { ...decided, application: { id: 'a'.repeat(24), requestHash: 'seeded', sealed, submittedAt: at } },
  destinations: [
    {
      ...{
        id: destination,
        kind: 'bank',
        currency: 'QAR',
        mask: 'QA•• •••• 1234',
        sealed,
        requestHash: 'seeded',
      },
      ...{ ...decided, savedAt: at - 48 * HOUR, usableAt: at - 48 * HOUR },
    },
  ],
  ...{ connected: null, saved: 1, recent: [], version: 1, dueAt: null, askAt: null, news: [] },
};

const idle = { dueAt: null, funding: null, news: [] };

export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as OperationName[];

let made = 0;

/**
 * That many pieces of work.
 * @param share what all of them have in common; without it each is between two people of its own
 */
export async function prepare(
  db: Firestore,
  name: OperationName,
  count: number,
  share: { readonly payee?: string } = {},
): Promise<Work[]> {
  const writer = writerTo(db);
  const works: Work[] = [];
  for (let i = 0; i < count; i += 1) {
    made += 1;
    const id = `b${String(made).padStart(23, '0')}`;
    works.push(
      operations[name]({ id, payer: `pays${made}`, payee: share.payee ?? `earns${made}` }, writer.put),
    );
    if (writer.size() >= 300) await writer.flush();
  }
  await writer.end();
  return works;
}

/** Jobs of one buyer, who has enough for all of them. */
export async function prepareLocks(db: Firestore, payer: string, count: number): Promise<Work[]> {
  const writer = writerTo(db);
  const works: Work[] = [];
  const rich = minor(AMOUNT * count);
  const names = { id: 'r'.padEnd(24, '0'), payer, payee: 'nobody', at };
  const [bought] = jobOf(names, new Map<string, Wallet>(), writer.put, rich);
  for (let i = 0; i < count; i += 1) {
    made += 1;
    const id = `b${String(made).padStart(23, '0')}`;
    works.push(operations['escrow-lock']({ id, payer, payee: `earns${made}` }, writer.put));
  }
  await writer.end();
  const last = writerTo(db);
  last.put(`wallets/${payer}`, bought.posting.wallets[payer]!.wallet);
  await last.end();
  return works;
}

/** A page of twenty of the longest history that `seedLedger` makes, and queues in which so many things are due. */
export function pageWorks(db: Firestore): Readonly<Record<string, () => Promise<Work>>> {
  const queue = (due: number) => async () => {
    await prepare(db, 'escrow-due', due);
    return () => sweepEscrows(at + 73 * HOUR);
  };
  return {
    'a page of 20 entries of a wallet': () =>
      Promise.resolve(() => find(pageOfEntries('payer0', { limit: 20 }))),
    'a queue with 10 due': queue(10),
    'a queue with 100 due': queue(100),
  };
}
