import type { Booking, BookingStatus } from '../../functions/src/bookings/booking.ts';
import { collections } from '../../functions/src/collections.ts';
import type { Acts } from './acts.ts';
import type { Person } from './client.ts';
import type { Dice } from './dice.ts';
import { call, personBy, pickDoc, type Picked, type World } from './world.ts';

/** What brands, creators and support do with bookings; and those who have nothing to do with them. */

const reason = 'Looked at it twice.';
const complaint = { reason: 'not_as_agreed', statement: 'We agreed on three drafts and got only one.' };

/** What everybody here offers: one piece, or milestones of several, with a fee for each revision or none. */
export const offers = [
  { id: 'one', title: 'One post', price: 2500, freeRevisions: 1, revisionFee: 333 },
  { id: 'dear', title: 'A film', price: 3333, freeRevisions: 0, revisionFee: 999, pieces: 3 },
  { id: 'parts', title: 'A campaign', price: 10_001, freeRevisions: 2, revisionFee: 0, parts: [3333, 6668] },
  { id: 'most', title: 'A whole year', price: 1002, freeRevisions: 1, revisionFee: 50, parts: [1, 500, 501] },
].map(({ price, parts = [], ...rest }, i) => ({
  ...{ ...rest, price: { amount: price, currency: 'QAR' }, turnaroundDays: 1 + i },
  ...(parts.length > 0 && {
    pieces: parts.length * 2,
    milestones: parts.map((amount, n) => ({ title: `Part ${n + 1}`, amount, pieces: 2 })),
  }),
}));

type Try = (one: Booking, world: World, dice: Dice) => readonly [Person, string, object];
const payer = (world: World, one: Booking) => personBy(world, one.payer);
const payee = (world: World, one: Booking) => personBy(world, one.payee);
const supporter = (world: World, dice: Dice) => dice.pick(world.support);

/** How many pieces of the part under way are missing, as far as anybody sees. */
function missing({ parts }: Booking): number {
  const part = parts.find(({ status }) => status === 'open');
  return part ? part.pieces - part.approved : 0;
}

const card = (one: Booking, dice: Dice) => {
  const part = one.parts.find(({ status }) => status === 'open');
  const most = Math.floor((part?.amount ?? 0) / 2);
  return { card: { ...(dice.chance(0.5) && most > 0 && { fromWallet: 1 + dice.below(most) }) } };
};

const resolution = (dice: Dice) =>
  dice.pick([
    { kind: 'release' },
    { kind: 'refund' },
    { kind: 'split', percent: dice.below(101) },
    { kind: 'split', percent: dice.pick([0, 33, 100]) },
    { kind: 'warning' },
  ]);

/** All that may be tried on a booking, each by whom it is for. */
const tries = {
  pay: (one, world, dice) => [
    payer(world, one),
    'bookings-pay',
    {
      ...(dice.chance(0.3) && { part: dice.below(one.parts.length) }),
      ...(dice.chance(0.3) && card(one, dice)),
    },
  ],
  accept: (one, world) => [payee(world, one), 'bookings-accept', {}],
  reject: (one, world) => [payee(world, one), 'bookings-reject', { reason }],
  withdraw: (one, world) => [payer(world, one), 'bookings-withdraw', { reason }],
  deliver: (one, world, dice) => [
    payee(world, one),
    'bookings-deliver',
    {
      note: 'Here it is.',
      links: Array.from(
        { length: 1 + dice.below(Math.max(1, missing(one))) },
        (_, i) => `https://files.example/${dice.below(1e6)}-${i}`,
      ),
    },
  ],
  approve: (one, world) => [payer(world, one), 'bookings-approve', {}],
  revise: (one, world) => [payer(world, one), 'bookings-revise', { wish: 'A darker blue.' }],
  extra: (one, world, dice) => [
    payer(world, one),
    'bookings-extra',
    { ...(dice.chance(0.3) && { card: {} }) },
  ],
  cancelByPayer: (one, world) => [payer(world, one), 'bookings-cancel', { reason }],
  cancelByPayee: (one, world) => [payee(world, one), 'bookings-cancel', { reason }],
  disputeByPayer: (one, world) => [payer(world, one), 'bookings-dispute', complaint],
  disputeByPayee: (one, world) => [payee(world, one), 'bookings-dispute', complaint],
  evidence: (one, world, dice) => [
    dice.chance(0.5) ? payer(world, one) : payee(world, one),
    'bookings-evidence',
    { text: `This is what was said, ${dice.below(100)}.` },
  ],
  decide: (one, world, dice) => [
    supporter(world, dice),
    'bookings-decide',
    { approve: dice.chance(0.75), reason },
  ],
  resolve: (one, world, dice) => [
    supporter(world, dice),
    'bookings-resolve',
    { resolution: resolution(dice), reason },
  ],
  assign: (one, world, dice) => [
    supporter(world, dice),
    'bookings-assign',
    { to: supporter(world, dice).uid, reason },
  ],
} satisfies Record<string, Try>;

/** The other side's buttons, and strangers at them. */
const outOfTurn: Try = (one, world, dice) => {
  const [, name, input] = dice.pick(Object.values<Try>(tries))(one, world, dice);
  return [dice.pick(world.users), name, input];
};

const anyTry = (dice: Dice): Try => (dice.chance(0.2) ? outOfTurn : dice.pick(Object.values<Try>(tries)));

const pickBooking = (world: World, dice: Dice, statuses: readonly BookingStatus[]): Picked<Booking> | null =>
  pickDoc(world, dice, collections.bookings, ({ status }) => statuses.includes(status));

const before = ['requested', 'accepted'] as const;
const atWork = ['working', 'delivered', 'changes'] as const;
const open = [...before, ...atWork, 'cancelling', 'disputed'] as const;

/** What is due of it, rather than anything; now and then somebody whose turn it is not. */
function turn(statuses: readonly BookingStatus[], pick: (one: Booking, dice: Dice) => Try) {
  return (world: World, dice: Dice) => {
    const found = pickBooking(world, dice, dice.chance(0.05) ? [...open, 'done', 'cancelled'] : statuses);
    if (!found) return undefined;
    const how = dice.chance(0.05) ? outOfTurn : pick(found.doc, dice);
    const [person, name, input] = how(found.doc, world, dice);
    return call(world, person, name, { booking: found.id, ...input });
  };
}

export const bookingActs = {
  book: (world, dice, requestId) =>
    call(world, dice.pick(world.users), 'bookings-request', {
      requestId,
      creator: usernameOf(dice.pick(world.users)),
      package: dice.pick(offers).id,
      brief: 'Our new shop.',
    }),
  payBooking: turn([...before, ...before, 'working'], () => tries.pay),
  answerBooking: turn(before, ({ status }, dice) => {
    if (status === 'requested' && dice.chance(0.85)) return tries.accept;
    return dice.chance(0.5) ? tries.reject : tries.withdraw;
  }),
  deliverPieces: turn(['working', 'changes'], () => tries.deliver),
  judgePieces: turn(['delivered'], ({ fee, revisions, terms }, dice) => {
    // What was paid for is rather asked for, and what is to be paid for rather paid.
    if (fee !== null && dice.chance(0.7)) return tries.revise;
    if (revisions.used >= terms.freeRevisions && terms.revisionFee > 0 && dice.chance(0.4))
      return tries.extra;
    return dice.pick<Try>([tries.approve, tries.approve, tries.approve, tries.revise, tries.revise]);
  }),
  contestBooking: turn([...atWork, 'disputed'], ({ status }, dice) => {
    if (status === 'disputed') return tries.evidence;
    return dice.pick<Try>([
      ...[tries.cancelByPayer, tries.cancelByPayee, tries.cancelByPayer],
      ...[tries.disputeByPayer, tries.disputeByPayee],
    ]);
  }),
  decideBooking: turn(['cancelling', 'disputed'], ({ status }, dice) => {
    if (dice.chance(0.15)) return tries.assign;
    return status === 'cancelling' ? tries.decide : tries.resolve;
  }),
  /** Several at once to one booking, or in the moment in which time acts, too. */
  rushBooking(world, dice) {
    const found = pickBooking(world, dice, open);
    if (!found) return undefined;
    const { dueAt } = found.doc;
    const now = world.scheduler.now();
    const work = () => {
      const [person, name, input] = anyTry(dice)(found.doc, world, dice);
      return call(world, person, name, { booking: found.id, ...input });
    };
    if (dice.chance(0.4) && dueAt !== null && dueAt > now) {
      world.scheduler.at(dueAt + dice.below(400) - 100, () => void work());
      return undefined;
    }
    return Array.from({ length: 2 + dice.below(3) }, work);
  },
} satisfies Acts;

/** Everybody has a name from the beginning: the one that they sign in under. */
export const usernameOf = ({ uid }: Person): string => `${uid}_sim`;
