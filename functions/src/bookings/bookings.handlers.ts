import { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { fund } from '../payments/charging.operations.ts';
import { viewPayment } from '../payments/payments.views.ts';
import { accountOf, roleOf } from '../platform/accounts.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find, load } from '../platform/firestore.ts';
import { feePolicy } from '../platform/params.ts';
import { holds, serveCalls, serveSchedule, serveTask, serveWritten } from '../platform/serve.ts';
import { remind } from '../platform/tasks.ts';
import { uidBy } from '../profiles/profiles.store.ts';
import { cardGateway, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { accept, leave, payFromWallet } from './agreeing.ts';
import { feeJob, keeperOf, partJob, readId, type Booking } from './booking.ts';
import { BookingId } from './booking.contract.ts';
import { bookingsContract } from './bookings.contract.ts';
import {
  followMoney,
  makeBooking,
  nextToPay,
  settleDue,
  step,
  sweepBookings,
} from './bookings.operations.ts';
import { bookingsIn } from './bookings.store.ts';
import { viewAll, viewOne } from './bookings.views.ts';
import { addEvidence, askToCancel, assign, decideCancel, dispute, resolve } from './contesting.ts';
import type { By } from './steps.ts';
import { approve, deliver, payRevision, revise } from './working.ts';

const { pay: payCall, extra: extraCall, ...otherCalls } = bookingsContract;

/** @throws Refusal `not_found` unless the id itself names this person: nobody makes us read strangers’ wallets. */
function mustName(id: string, uid: string): void {
  const { payer, payee } = readId(id);
  if (uid !== payer && uid !== payee) throw new Refusal('not_found', { what: 'booking' });
}

function party(id: string, { uid }: Caller, at: number): By {
  mustName(id, uid);
  return { uid, support: false, at };
}
const support = ({ uid }: Caller, at: number): By => ({ uid, support: true, at });
const adminOf = ({ uid, role, ip }: Caller, reason: string, name: string) => ({
  actor: { uid, role: role ?? '', ip, reason },
  name,
});

const handlers: Handlers<typeof otherCalls> = {
  request: async ({ requestId, creator, ...asked }, { uid }, at) => {
    const payee = await uidBy(creator);
    const requestHash = hashInput({ payee, ...asked });
    const request = deriveId('booking', uid, requestId);
    return viewOne(await makeBooking({ ...asked, request, payer: uid, payee, requestHash, at }, feePolicy()));
  },
  get: async ({ booking: id }, caller) => {
    if (!holds(caller, 'support')) mustName(id, caller.uid);
    const booking = await load(collections.bookings.doc(id));
    if (!booking) throw new Refusal('not_found', { what: 'booking' });
    return viewOne(booking);
  },
  accept: async ({ booking: id }, caller, at) => {
    const by = party(id, caller, at);
    return viewOne(await step(id, at, (books) => accept(books, by)));
  },
  reject: async ({ booking: id, reason: why }, caller, at) => {
    const by = { ...party(id, caller, at), why };
    return viewOne(await step(id, at, (books) => leave(books, 'reject', by)));
  },
  withdraw: async ({ booking: id, reason: why }, caller, at) => {
    const by = { ...party(id, caller, at), why };
    return viewOne(await step(id, at, (books) => leave(books, 'withdraw', by)));
  },
  deliver: async ({ booking: id, note, links }, caller, at) => {
    const by = { ...party(id, caller, at), note, links };
    return viewOne(await step(id, at, (books) => deliver(books, by)));
  },
  approve: async ({ booking: id }, caller, at) => {
    const by = party(id, caller, at);
    return viewOne(await step(id, at, (books) => approve(books, by)));
  },
  revise: async ({ booking: id, wish }, caller, at) => {
    const by = { ...party(id, caller, at), wish };
    return viewOne(await step(id, at, (books) => revise(books, by)));
  },
  cancel: async ({ booking: id, reason: why }, caller, at) => {
    const by = { ...party(id, caller, at), why };
    return viewOne(await step(id, at, (books) => askToCancel(books, by)));
  },
  decide: async ({ booking: id, approve: pass, reason }, caller, at) => {
    const by = { ...support(caller, at), approve: pass };
    const admin = adminOf(caller, reason, 'decide');
    return viewOne(await step(id, at, (books) => decideCancel(books, by), admin));
  },
  dispute: async ({ booking: id, reason: why, statement }, caller, at) => {
    const by = { ...party(id, caller, at), why, statement };
    return viewOne(await step(id, at, (books) => dispute(books, by)));
  },
  evidence: async ({ booking: id, text, file = null }, caller, at) => {
    const by = { ...party(id, caller, at), text, file };
    return viewOne(await step(id, at, (books) => addEvidence(books, by)));
  },
  assign: async ({ booking: id, to, reason }, caller, at) => {
    const account = await accountOf(to);
    const role = account && roleOf(account);
    if (role !== 'support' && role !== 'superadmin') throw new Refusal('role_missing', { role: 'support' });
    const by = { ...support(caller, at), to };
    return viewOne(await step(id, at, (books) => assign(books, by), adminOf(caller, reason, 'assign')));
  },
  resolve: async ({ booking: id, resolution, reason }, caller, at) => {
    const by = { ...support(caller, at), resolution, why: reason };
    return viewOne(await step(id, at, (books) => resolve(books, by), adminOf(caller, reason, 'resolve')));
  },
  queue: async ({ status, ...page }) => {
    const found = await find(bookingsIn(status, page));
    const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null;
    return { bookings: await viewAll(found.map(({ doc }) => doc)), next };
  },
};

type Card = {
  readonly fromWallet?: Parameters<typeof fund>[1]['fromWallet'] | undefined;
  readonly method?: string | undefined;
  readonly save?: boolean | undefined;
};

/** A card pays one job of a booking, with what the wallet gives; both, or neither (F24). */
async function byCard(id: string, booking: Booking, job: string, card: Card, at: number) {
  const { fromWallet = zero, method = '', save = false } = card;
  const { payer: by, policy } = booking;
  const of = { id: joinId(job, by), job, by, policy, keeper: keeperOf(id) };
  const wish = { ...of, fromWallet, method, save, at };
  const { payment, clientSecret, needs } = await fund(cardGateway(), wish).catch(async (error: unknown) => {
    // The booking went on a moment ago, and its job was closed: the payer knows of the booking alone.
    const now = (await load(collections.bookings.doc(id))) ?? booking;
    const isLate = error instanceof Refusal && error.reason === 'wrong_status';
    throw isLate && now.status !== booking.status
      ? new Refusal('wrong_status', { status: now.status })
      : error;
  });
  await followMoney(id, at);
  const after = (await load(collections.bookings.doc(id))) ?? booking;
  return { booking: await viewOne(after), payment: viewPayment(payment), clientSecret, needs };
}

const fromWallet = async (booking: Booking) => ({
  booking: await viewOne(booking),
  ...{ payment: null, clientSecret: null, needs: null },
});

const paying: Handlers<{ pay: typeof payCall; extra: typeof extraCall }> = {
  pay: async ({ booking: id, part: only = null, card }, caller, at) => {
    const by = party(id, caller, at);
    if (!card) return fromWallet(await step(id, at, (books) => payFromWallet(books, only, by)));
    const { part, booking } = await nextToPay(id, only, by);
    return byCard(id, booking, partJob(booking.base, part), card, at);
  },
  extra: async ({ booking: id, card }, caller, at) => {
    const by = party(id, caller, at);
    const booking = await step(id, at, (books) => payRevision(books, card !== undefined, by));
    if (!card || booking.fee === null) return fromWallet(booking);
    return byCard(id, booking, feeJob(booking.base, booking.fee), card, at);
  },
};

/** After each change: tell the parties what happened, and ask to be woken when it is due. */
async function afterChange(id: string): Promise<void> {
  const booking = await load(collections.bookings.doc(id));
  if (!booking) return;
  if (booking.news.length > 0) await deliverNews(collections.bookings.doc(id));
  if (booking.dueAt !== null) await remind('bookings-due', { booking: id }, booking.dueAt);
}

/** The task: settles what is due. One that comes early asks to be woken again, which chains far dates. */
async function whenDue({ booking }: { booking: string }, at: number): Promise<void> {
  try {
    await settleDue(booking, at);
  } catch (error) {
    const dueAt = error instanceof Refusal && error.reason === 'not_due' ? error.facts.dueAt : null;
    if (typeof dueAt !== 'number') throw error;
    await remind('bookings-due', { booking }, dueAt, at);
  }
}

export const bookings = {
  ...serveCalls('bookings', otherCalls, handlers),
  ...serveCalls('bookings', { pay: payCall, extra: extraCall }, paying, { secrets }),
  changed: serveWritten('bookings', afterChange),
  due: serveTask(z.strictObject({ booking: BookingId }), whenDue),
  sweep: serveSchedule('*/5 * * * *', async (at) => {
    await sweepBookings(at);
    await sweepNews(collections.bookings);
  }),
};
