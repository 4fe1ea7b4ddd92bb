import { leave } from '../bookings/agreeing.ts';
import { step } from '../bookings/bookings.operations.ts';
import { collections } from '../collections.ts';
import { generationsOf } from '../generations/generations.store.ts';
import { unassign } from '../jobs/jobs.operations.ts';
import { forgetProgress } from '../learning/learning.operations.ts';
import { endLots } from '../lots/lots.operations.ts';
import { forgetHoldings } from '../orders/forgetting.operations.ts';
import { forgetMessages } from '../messages/messages.operations.ts';
import { emptied, isEmptied } from '../plans/membership.ts';
import { closeAccount, removeAccount } from '../platform/accounts.ts';
import { now } from '../platform/clock.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import { destroyKeys, emptyBox } from '../platform/personkey.ts';
import type { After, Query, Ref } from '../platform/store.ts';
import { WorkFailed, type Generator, type GeneratorName } from '../providers/generator.ts';
import { ProviderRefused } from '../psp/gateway.ts';
import type { CardGateway, ConnectGateway } from '../psp/ports.ts';
import { joinId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { withdrawalsOf } from '../withdrawals/withdrawals.store.ts';
import {
  ERASED,
  withoutDestination,
  withoutDetails,
  withoutOwner,
  withoutPrompt,
  withoutProof,
  withoutTitle,
  withoutWords,
} from './blanking.ts';
import type { Remainder } from './erasure.ts';
import { stopBringing } from './bringing.operations.ts';
import { deleteFolder, type Bucket } from './files.gateway.ts';
import { mayBeLeft } from './matters.ts';
import {
  bookingsOf,
  depositsOf,
  escrowsOf,
  jobsBy,
  jobsFor,
  paymentsOf,
  usernamesOf,
} from './privacy.store.ts';

/** What an erasure does to each place. Every step may be repeated from its beginning, and finds what is left. */

/** Those outside of the store; `bucket` is null where none is set. */
export type Outside = {
  readonly connect: ConnectGateway;
  readonly cards: CardGateway;
  readonly bucket: Bucket | null;
  /** Null where none is reached any more. */
  readonly generators: Readonly<Record<GeneratorName, Generator>> | null;
};

const PAGE = 100;

/** Everything that a query finds, page by page, as it was found. */
export async function* all<T>(query: Query<T>): AsyncGenerator<{ id: string; doc: T }> {
  let after: After<T> | undefined;
  for (;;) {
    const page = await find({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE || after === undefined) return;
  }
}

/** Changes one document as it is now; what is blank already is not written. */
const blank = async <T extends object>(ref: Ref<T>, change: (doc: T) => T | null): Promise<void> => {
  await atomically({
    read: (reader) => reader.get({ doc: ref }),
    decide: ({ doc }) => ({ after: doc === null ? null : change(doc) }),
    write: (writer, { after }) => {
      if (after !== null) writer.set(ref, after);
    },
  });
};

const remove = async (...refs: readonly Ref<unknown>[]): Promise<void> => {
  await atomically({
    read: () => Promise.resolve({}),
    decide: () => ({}),
    write: (writer) => {
      for (const ref of refs) writer.delete(ref);
    },
  });
};

/** True when the provider would not: somebody has to look there. */
async function refused(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    return true;
  }
}

/** What the payment provider has of them: the account that they are paid to, and the customer with saved cards. */
async function leaveProvider(uid: string, { connect, cards }: Outside): Promise<Remainder[]> {
  const account = (await load(collections.payees.doc(uid)))?.connected?.account ?? null;
  const buyer = (await load(collections.buyers.doc(uid)))?.customer ?? null;
  // With its customer a subscription ends: nothing more is collected.
  const subscriber = (await load(collections.subscriptions.doc(uid)))?.customer ?? null;
  const stays: Remainder[] = [];
  if (account !== null && (await refused(() => connect.closeAccount(account)))) stays.push('stripe_account');
  for (const customer of new Set([buyer, subscriber]))
    if (customer !== null && (await refused(() => cards.closeCustomer(customer))))
      stays.push('stripe_customer');
  return [...new Set(stays)];
}

/** What they asked for and what was made, here and with whom it was made. */
async function forgetWork(uid: string, { generators }: Outside): Promise<Remainder[]> {
  let stays = false;
  for await (const { id, doc } of all(generationsOf(uid, { limit: PAGE }))) {
    if (doc.prompt === ERASED) continue;
    for (const task of doc.tasks) stays = (await declined(generators?.[doc.provider], task)) || stays;
    await blank(collections.generations.doc(id), withoutPrompt);
  }
  return stays ? ['generated_work'] : [];
}

/** True when whoever did the work would not, or is gone; what is not answered is asked again. */
async function declined(generator: Generator | undefined, task: string): Promise<boolean> {
  if (!generator) return true;
  try {
    await generator.forget(task);
    return false;
  } catch (error) {
    if (!(error instanceof WorkFailed) || error.failure !== 'provider_rejected') throw error;
    return true;
  }
}

async function blankTexts(uid: string): Promise<void> {
  for await (const { id } of all(jobsBy(uid))) await blank(collections.jobs.doc(id), withoutTitle);
  for await (const { id } of all(paymentsOf(uid))) await blank(collections.payments.doc(id), withoutTitle);
  // The payer wrote it: of an escrow in which they were paid it is the other's; but a creator names their own work.
  for await (const { id, doc } of all(escrowsOf(uid)))
    if (doc.payer === uid || doc.keeper?.startsWith('bookings/'))
      await blank(collections.escrows.doc(id), withoutTitle);
  for await (const { id, doc } of all(jobsFor(uid)))
    if (doc.keeper?.startsWith('bookings/')) {
      await blank(collections.jobs.doc(id), withoutTitle);
      await blank(collections.payments.doc(joinId(id, doc.payer)), withoutTitle);
    }
  for await (const { id } of all(bookingsOf(uid)))
    await blank(collections.bookings.doc(id), (booking) => withoutWords(uid, booking));
  for await (const { id } of all(depositsOf(uid))) await blank(collections.deposits.doc(id), withoutProof);
}

async function blankDestinations(uid: string): Promise<void> {
  for await (const { id } of all(withdrawalsOf(uid, { limit: PAGE })))
    await blank(collections.withdrawals.doc(id), (doc) => withoutDestination(doc, emptyBox()));
}

/** Nobody is paid who is gone: whoever chose them, and has not paid yet, chooses somebody else. */
async function leaveJobs(uid: string): Promise<void> {
  for await (const { id, doc } of all(jobsFor(uid)))
    if (doc.status === 'assigned') await unassign(id, uid, now());
}

/** Who asked for something gets their answer, and anything that was paid. What a card is asked for now ends by itself. */
async function leaveBookings(uid: string): Promise<void> {
  for await (const { id, doc } of all(bookingsOf(uid)))
    if (mayBeLeft(uid, doc)) {
      const by = { uid, support: false, at: now(), why: 'Whoever was asked is not here any more.' };
      await step(id, by.at, (books) => leave(books, 'reject', by)).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    }
}

/** What they were called is nobody's for a while, and then it is as if it had never been anybody's. */
export async function freeNames(uid: string, at: number): Promise<void> {
  for await (const { id } of all(usernamesOf(uid))) {
    const ref = collections.usernames.doc(id);
    await atomically({
      read: (reader) => reader.get({ name: ref }),
      decide: ({ name }) => {
        const own = name?.uid === uid ? name : null;
        const isFree = own?.name === ERASED && own.freeAt !== null && own.freeAt <= at;
        return { isFree, after: own && withoutOwner(own, at) };
      },
      write: (writer, { isFree, after }) => {
        if (isFree) writer.delete(ref);
        else if (after) writer.set(ref, after);
      },
    });
  }
}

/** What is kept of an identity for as long as law demands it: the application, sealed; its key; the documents. */
export async function eraseIdentity(uid: string, { bucket }: Outside): Promise<Remainder[]> {
  await blank(collections.payees.doc(uid), (payee) => withoutDetails(payee, false));
  await destroyKeys(uid, ['destinations', 'identity']);
  return eraseFiles(bucket, `kyc/${uid}/`);
}

async function eraseFiles(bucket: Bucket | null, ...folders: readonly string[]): Promise<Remainder[]> {
  if (bucket === null) return ['files'];
  for (const folder of folders) await deleteFolder(bucket, folder);
  return [];
}

export const isVerified = async (uid: string): Promise<boolean> =>
  (await load(collections.payees.doc(uid)))?.kyc.status === 'verified';

/**
 * Everything that may go now. The account is last, so that whoever looks meanwhile sees it closed.
 * @param keep whether a verified identity has to be kept
 * @returns what is left for the operator
 */
export async function eraseAll(uid: string, keep: boolean, outside: Outside): Promise<Remainder[]> {
  await closeAccount(uid);
  const before = [...(await leaveProvider(uid, outside)), ...(await forgetWork(uid, outside))];
  for (const leave of [leaveBookings, leaveJobs, forgetProgress]) await leave(uid);
  await endLots(uid, now());
  await freeNames(uid, now());
  await blankTexts(uid);
  await blankDestinations(uid);
  await blank(collections.payees.doc(uid), (payee) => withoutDetails(payee, keep));
  await destroyKeys(uid, ['destinations']);
  const files = await eraseFiles(outside.bucket, `avatars/${uid}/`, `proofs/${uid}/`);
  const identity = keep ? [] : await eraseIdentity(uid, outside);
  const stays = [...new Set([...before, ...files, ...identity])];
  // The sales stay, and what they gave is compared with them.
  await blank(collections.memberships.doc(uid), (one) => (isEmptied(one) ? null : emptied(one)));
  await forgetHoldings(uid, ERASED);
  await forgetMessages(uid);
  await remove(
    ...[collections.buyers.doc(uid), collections.roleDecisions.doc(uid), collections.profiles.doc(uid)],
    ...[collections.terms.doc(uid), collections.subscriptions.doc(uid), collections.referrals.doc(uid)],
    collections.payrunJoins.doc(uid),
  );
  await stopBringing(uid, now());
  await removeAccount(uid);
  return stays;
}
