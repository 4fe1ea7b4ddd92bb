import { stepNames, steps, type Step } from '../../src/bookings/steps.ts';
import type { BookingStatus } from '../../src/bookings/booking.ts';
import { everything } from './acts.ts';
import { begunBooking, book, bookingOn, deliver, pairOf, type Pair } from './creators.ts';
import { openStage, refusal, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

/** Every state, step and role through the deployed calls: what the table does not allow is refused, with the state. */

const reason = 'Looked at it.';
const statement = 'This is not what we had agreed on at all.';
/** What was said before: the same again would be no step, but the answer of then. */
const before = { reason: 'At first.', statement: 'At first there was something else to say.' };
const roles = ['brand', 'creator', 'stranger', 'support', 'finance', 'superadmin'] as const;
type Role = (typeof roles)[number];

const inputs: Readonly<Record<Step, object>> = {
  ...{ pay: {}, accept: {}, approve: {}, extra: {} },
  ...{ reject: { reason }, withdraw: { reason }, cancel: { reason } },
  deliver: { note: 'Here.', links: ['https://files.example/1'] },
  revise: { wish: 'Bluer.' },
  decide: { approve: true, reason },
  dispute: { reason: 'other', statement },
  evidence: { text: 'We had said blue.' },
  assign: { reason },
  resolve: { resolution: { kind: 'refund' }, reason },
};

/** What is done already answers what was. */
const again: Partial<Record<BookingStatus, Step>> = {
  ...{ accepted: 'accept', working: 'accept', done: 'approve', rejected: 'reject', cancelled: 'decide' },
};

let stage: FlowStage;
let pair: Pair;
let actors: Record<Role, Actor>;
beforeAll(async () => {
  stage = await openStage();
  pair = await pairOf(stage, 90_000);
  const [stranger, support, finance, superadmin] = await Promise.all([
    ...[stage.actor(), stage.actor('support'), stage.actor('finance'), stage.actor('superadmin')],
  ]);
  actors = { ...pair, stranger: stranger!, support: support!, finance: finance!, superadmin: superadmin! };
}, 180_000);
afterAll(() => stage.stop());

const at: Partial<Record<BookingStatus, () => Promise<string>>> = {
  requested: () => book(pair),
  async accepted() {
    const booking = await book(pair);
    await pair.creator.api.bookings.accept({ booking });
    return booking;
  },
  working: () => begunBooking(pair),
  delivered: async () => (await deliver(pair, await begunBooking(pair))).id,
  changes: async () => {
    const { id: booking } = await deliver(pair, await begunBooking(pair));
    return (await pair.brand.api.bookings.revise({ booking, wish: before.reason })).id;
  },
  cancelling: async () =>
    (await pair.brand.api.bookings.cancel({ booking: await begunBooking(pair), reason: before.reason })).id,
  disputed: async () =>
    (
      await pair.brand.api.bookings.dispute({
        booking: await begunBooking(pair),
        reason: 'other',
        statement: before.statement,
      })
    ).id,
  done: async () => {
    const { id: booking } = await deliver(pair, await begunBooking(pair));
    return (await pair.brand.api.bookings.approve({ booking })).id;
  },
  rejected: async () => (await pair.creator.api.bookings.reject({ booking: await book(pair), reason })).id,
  cancelled: async () => {
    const { id: booking } = await pair.creator.api.bookings.cancel({
      booking: await begunBooking(pair),
      reason,
    });
    return (await actors.support.api.bookings.decide({ booking, approve: true, reason })).id;
  },
};

const sides: Readonly<Partial<Record<Role, 'payer' | 'payee' | 'support'>>> = {
  ...{ brand: 'payer', creator: 'payee', support: 'support', superadmin: 'support' },
};

/** Null where the table allows it, or it was done before. */
function expected(status: BookingStatus, step: Step, role: Role): object | null {
  const rule: { readonly from: readonly BookingStatus[]; readonly by: readonly string[] } = steps[step];
  const forSupport = rule.by.includes('support');
  const side = sides[role];
  if (forSupport && side !== 'support') return { reason: 'role_missing' };
  if (!forSupport && side !== 'payer' && side !== 'payee') return { reason: 'not_found' };
  if (side === undefined || !rule.by.includes(side)) return { reason: 'not_yours' };
  if (rule.from.includes(status) || again[status] === step) return null;
  return { reason: 'wrong_status', facts: { status } };
}

test.each(Object.keys(at) as BookingStatus[])(
  'F27 W0-26 W0-40 from %s: whoever may not is told so, and nothing changes',
  async (status) => {
    const booking = await at[status]!();
    await stage.idle();
    expect((await bookingOn(stage, booking)).status).toBe(status);
    const stored = await everything(stage);
    const cells = stepNames.flatMap((step) =>
      roles.flatMap((role) => {
        const told = expected(status, step, role);
        return told === null ? [] : [{ step, role, told }];
      }),
    );
    expect(cells.length).toBeGreaterThan(60);
    const wrong = await Promise.all(
      cells.map(async ({ step, role, told }) => {
        const to = step === 'assign' ? { to: actors.support.uid } : {};
        const input = { booking, ...inputs[step], ...to };
        const said = await refusal(stage.call(`bookings-${step}`, input, actors[role]));
        const fits = Object.entries(told).every(
          ([key, value]) => JSON.stringify((said as Record<string, unknown>)[key]) === JSON.stringify(value),
        );
        return fits ? [] : [{ step, role, told, said }];
      }),
    );
    expect(wrong.flat()).toEqual([]);
    await stage.idle();
    expect(await everything(stage)).toEqual(stored);
  },
);
