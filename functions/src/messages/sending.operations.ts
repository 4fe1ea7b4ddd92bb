import { collections } from '../collections.ts';
import type { Message } from '../notifications/message.ts';
import type { Device } from '../notifications/reach.ts';
import { accountOf } from '../platform/accounts.ts';
import { now } from '../platform/clock.ts';
import { atomically, load } from '../platform/firestore.ts';
import { appUrl } from '../platform/params.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { withoutDevices } from './devices.ts';
import { dueMessages, readToSend, writeTaken } from './messages.store.ts';
import { sendPush } from './push.gateway.ts';
import { pushOf, type PushOutcome } from './push.ts';
import { languageOf, mailed, shown, take, type Taken } from './sending.ts';

/** Where somebody can be mailed to: an address that Auth has verified, of an account that stands. */
async function addressOf(uid: string): Promise<string | null> {
  const account = await accountOf(uid);
  return account && !account.disabled && account.emailVerified ? (account.email ?? null) : null;
}

/**
 * Sends what is due of a message: hands its mail over, and tells its devices. One commit takes it, another records what
 * came of it; between them it is leased, so nobody else sends it too. Where a provider is down it stays, and is due again.
 */
export async function sendMessage(id: string, at: number): Promise<void> {
  const message = await load(collections.messages.doc(id));
  if (message === null || message.dueAt > at) return;
  const address = message.mail === 'waiting' ? await addressOf(message.uid) : null;
  // Loaded where something is sent, and nowhere else.
  const { mailFor, wordsFor } = await import('./writing.ts');
  const { uid, notice: cause } = message;
  const taken = await atomically({
    read: (reader) => readToSend(reader, id, message),
    decide: (found): Taken =>
      take(found, { at, address, write: (notice, language) => mailFor(notice, language, appUrl.value()) }),
    write: (writer, decided) => {
      writeTaken(writer, { id, uid }, decided);
    },
  });
  const { notice, devices, message: leased } = taken;
  if (notice === null || devices.length === 0 || leased === null || leased === 'gone') return;
  const reach = (await load(collections.reach.doc(uid))) ?? null;
  const outcomes = await Promise.all(
    devices.map(async (device) => {
      const words = wordsFor(notice, languageOf(reach, device));
      return { device, outcome: await sendPush(pushOf(device, { id: cause, name: id, notice }, words)) };
    }),
  );
  await recordPushes(id, message, outcomes);
}

type Outcomes = readonly { readonly device: Device; readonly outcome: PushOutcome }[];

/** Whom a token no longer reaches loses it; who was not reached is told later. */
async function recordPushes(id: string, { uid }: Message, outcomes: Outcomes): Promise<void> {
  const idsOf = (...wanted: readonly PushOutcome[]) =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ device }) => device.id);
  const [done, dead] = [idsOf('sent', 'dead', 'refused'), idsOf('dead')];
  if (done.length === 0) return;
  await atomically({
    read: (reader) =>
      reader.get({ message: collections.messages.doc(id), reach: collections.reach.doc(uid) }),
    decide: ({ message, reach }) => ({
      message: shown(message, done),
      mail: null,
      reach: withoutDevices(reach, dead),
      gone: (reach?.devices ?? []).map((one) => one.id).filter((one) => dead.includes(one)),
    }),
    write: (writer, decided) => {
      writeTaken(writer, { id, uid }, decided);
      for (const one of decided.gone) writer.delete(collections.pushTokens.doc(one));
    },
  });
}

/** The extension says that a mail has left: it is deleted, with the address in it. */
export async function dropMail(id: string): Promise<void> {
  await atomically({
    read: (reader) => reader.get({ message: collections.messages.doc(id), mail: collections.mail.doc(id) }),
    decide: ({ message, mail }) => ({ ...mailed(message, mail), uid: message?.uid ?? '' }),
    write: (writer, decided) => {
      writeTaken(writer, { id, uid: decided.uid }, decided);
    },
  });
}

/** What was missed, and what waits: for a provider that was down, for the next hour, for a mail that failed. */
export const sweepMessages = (at: number): Promise<Swept> =>
  sweep(dueMessages(at), (id) => sendMessage(id, now()));
