import { logger } from 'firebase-functions/logger';
import { raise } from '../alerts/alerts.operations.ts';
import { loadBrake } from '../brake/brake.operations.ts';
import { collections } from '../collections.ts';
import { atomically, load } from '../platform/firestore.ts';
import type { EventResult } from '../psp/event.ts';
import { AttemptTaken, ProviderRefused, ProviderUnavailable } from '../psp/gateway.ts';
import type { PayoutGateway, PayoutOrder } from '../psp/ports.ts';
import { splitId } from '../shared/ids.ts';
import { minor } from '../shared/money.ts';
import type { Books } from './ending.ts';
import { escalatePayout, refusePayout, settlePayout, type Settled } from './payout.ts';
import { askingFor, isFailed, isSetAside, isToAsk, type Truth } from './payout.steps.ts';
import { isUnderWay, type Withdrawal } from './withdrawal.ts';
import {
  readReserved,
  readTogether,
  readWithdrawal,
  writeStep,
  writeWithdrawal,
} from './withdrawals.store.ts';
import { waitsFor } from './withdrawal.texts.ts';

/**
 * The talk with the provider about a withdrawal: never inside a transaction, what is about to be asked recorded
 * before, what was answered after (W3-10). Whatever dies or is lost, the sweep goes on from what is recorded.
 */

/**
 * Goes on with a payout as far as it goes now: a transfer, from there a payout; or the transfer taken back. After a
 * lost answer the provider is asked what it knows before it is asked again, under the same key (W3-11, W3-12).
 */
export async function advancePayout(gateway: PayoutGateway, id: string, at: number): Promise<void> {
  for (;;) {
    const found = await load(collections.withdrawals.doc(id));
    if (found === null || !isUnderWay(found) || !isToAsk(found, at)) return;
    const { step, asked } = found.payout;
    const order = orderOf(id, found);
    const claimed = await claim(id, found.version, at);
    if (!order || !claimed) return;
    let settled: Settled | null = null;
    if (asked > 0 || step === 'sent' || step === 'reversal') {
      const truth = await truthOf(gateway, order).catch(unknown(id, 'find'));
      if (truth === null) return;
      settled = await settle(id, truth, at);
      if (settled.problem !== null) return;
      if (!hasMoved(settled.withdrawal, step))
        settled = await send(gateway, settled.withdrawal, order, truth, at);
    } else settled = await send(gateway, claimed, order, nobody, at);
    if (settled?.problem !== null || !hasMoved(settled.withdrawal, step)) return;
  }
}

const nobody: Truth = { transfer: null, payout: null };

const hasMoved = (withdrawal: Withdrawal, step: string): boolean =>
  !isUnderWay(withdrawal) || withdrawal.payout.step !== step;

function orderOf(id: string, { amount, currency, destination }: Withdrawal): PayoutOrder | null {
  if (destination.kind !== 'connected') return null;
  return { withdrawal: id, account: destination.account, amount, currency };
}

/**
 * Records that the provider is asked now; null when somebody else does, or when it would be asked for another amount
 * than is set aside.
 */
async function claim(id: string, version: number, at: number): Promise<Withdrawal | null> {
  const { asking, reserved } = await atomically({
    read: (reader) => readReserved(reader, id),
    decide: ({ withdrawal, wallet }) => {
      const next = askingFor(withdrawal, version, at);
      return { asking: next, reserved: next !== null && isSetAside(next, wallet) };
    },
    write: (writer, { asking: next, reserved: isReserved }) => {
      if (next && isReserved) writeStep(writer, id, next);
    },
  });
  if (asking && !reserved) logger.error('a payout is not what is reserved for it', { withdrawal: id });
  return reserved ? asking : null;
}

/** The payout first: a transfer that is younger than it would look like none. */
async function truthOf(gateway: PayoutGateway, { withdrawal, account }: PayoutOrder): Promise<Truth> {
  const payout = await gateway.findPayout(withdrawal, account);
  return { transfer: await gateway.findTransfer(withdrawal), payout };
}

/** A failure to look is no answer, whatever the provider calls it: only a move can be refused. */
const unknown =
  (withdrawal: string, step: string) =>
  (error: unknown): null => {
    const expected = [ProviderUnavailable, ProviderRefused, AttemptTaken].some(
      (kind) => error instanceof kind,
    );
    if (!expected) throw error;
    logger.warn('what became of a payout is not known', { withdrawal, step, why: (error as Error).message });
    return null;
  };

/** Asks for one step. Null when its outcome is not known, or there is nothing to ask for. */
async function send(
  gateway: PayoutGateway,
  withdrawal: Withdrawal,
  order: PayoutOrder,
  truth: Truth,
  at: number,
): Promise<Settled | null> {
  const id = order.withdrawal;
  if (!isUnderWay(withdrawal)) return null;
  const { payout, version } = withdrawal;
  const { step } = payout;
  if ((step === 'transfer' || step === 'payout') && (await loadBrake())?.status === 'on') {
    logger.warn('a payout waits: the brake is on', { withdrawal: id, step });
    return null;
  }
  let answer: Truth | null;
  try {
    answer = await sendStep(gateway, payout, order, truth);
  } catch (error) {
    if (!(error instanceof ProviderRefused)) return unknown(id, step)(error);
    const why = error.reason;
    logger.error('a payout was refused by the provider', { withdrawal: id, step, why });
    return change(id, at, (books) => refusePayout(books, version, why, at));
  }
  return answer && settle(id, answer, at);
}

async function sendStep(
  gateway: PayoutGateway,
  { step, transfer }: { readonly step: string; readonly transfer: string | null },
  order: PayoutOrder,
  truth: Truth,
): Promise<Truth | null> {
  if (step === 'transfer') return { transfer: await gateway.sendTransfer(order), payout: null };
  if (step === 'payout') return { transfer: truth.transfer, payout: await gateway.sendPayout(order) };
  if (step !== 'reversal' || transfer === null || truth.transfer === null) return null;
  if (truth.payout && !isFailed(truth.payout)) {
    // It was not to be: never both.
    logger.error('a payout lives that is taken back', { withdrawal: order.withdrawal });
    return null;
  }
  // Somebody may have taken a part of it back by hand.
  const amount = minor(order.amount - truth.transfer.reversed);
  return { transfer: await gateway.reverseTransfer({ ...order, amount, transfer }), payout: truth.payout };
}

const settle = (id: string, truth: Truth, at: number): Promise<Settled> =>
  change(id, at, (books) => settlePayout(books, truth, at));

async function change(id: string, at: number, decide: (books: Books) => Settled): Promise<Settled> {
  const { settled } = await atomically({
    read: (reader) => readTogether(reader, id),
    decide: (books) => ({ before: books.withdrawal, settled: decide(books) }),
    write: (writer, { before, settled }) => {
      if (settled.withdrawal !== before)
        writeWithdrawal(writer, { ...settled, id, referenceId: '', action: null });
    },
  });
  const { problem, withdrawal } = settled;
  if (problem !== null) await raise(`payout.${id}.${problem}`, waitsFor(id, withdrawal, problem), at);
  return settled;
}

/**
 * A webhook spoke of a payout: the provider is asked how it stands, and what follows from that is done. Nothing in
 * the event is believed but the name, and that only where such a payout was asked for.
 * @throws ProviderRefused, ProviderUnavailable: the event comes again.
 */
export async function settlePayoutEvent(
  gateway: PayoutGateway,
  id: string,
  at: number,
): Promise<EventResult> {
  if (!splitId(id, 2)) return 'unknown';
  const withdrawal = await load(collections.withdrawals.doc(id));
  const order = withdrawal && orderOf(id, withdrawal);
  if (!order) return 'unknown';
  const step = 'payout' in withdrawal ? withdrawal.payout.step : null;
  const { result, withdrawal: after } = await settle(id, await truthOf(gateway, order), at);
  if (isUnderWay(after) && after.payout.step !== step) await advancePayout(gateway, id, at);
  return result;
}

/** One that is due: asked about, and after a day a person hears of it; not of what was paid. */
export async function sweepPayout(gateway: PayoutGateway, id: string, at: number): Promise<void> {
  await advancePayout(gateway, id, at);
  const { after, isNew } = await atomically({
    read: (reader) => readWithdrawal(reader, id),
    decide: ({ withdrawal }) => {
      const after = withdrawal && escalatePayout(id, withdrawal, at);
      return { after, isNew: after !== withdrawal };
    },
    write: (writer, { after, isNew }) => {
      if (after && isNew) writeStep(writer, id, after);
    },
  });
  if (isNew && after && isUnderWay(after))
    await raise(`payout.${id}.overdue`, waitsFor(id, after, after.payout.step), at);
}
