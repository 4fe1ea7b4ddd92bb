import { collections } from '../../functions/src/collections.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Job } from '../../functions/src/jobs/job.ts';
import type { Person } from './client.ts';
import type { Dice } from './dice.ts';
import { adminActs } from './admin.acts.ts';
import { affiliateActs } from './affiliate.acts.ts';
import { bankActs } from './bank.acts.ts';
import { bookActs } from './book.acts.ts';
import { bookingActs } from './booking.acts.ts';
import { creditActs } from './credit.acts.ts';
import { guestActs } from './guest.acts.ts';
import { learningActs } from './learning.acts.ts';
import { payActs } from './pay.acts.ts';
import type { StepKind } from './steps.ts';
import { outOfTurn, wrongActs } from './wrong.acts.ts';
import { call, docOf, personBy, pickDoc, type Picked, type World } from './world.ts';

/** What each kind of step does. What it needs and does not find, it leaves. */
export type Act = (world: World, dice: Dice, request: string) => unknown;
/** Those of one file. */
export type Acts = Readonly<Partial<Record<StepKind, Act>>>;

export const reason = 'Looked at it twice.';
const complaint = { reason: 'not_as_agreed', statement: 'We agreed on three drafts and got only one.' };

const amounts = [500, 1000, 5000, 10_000, 30_000, 200_000] as const;
const prices = [1, 199, 500, 1000, 2500, 5000, 10_000, 33_333, 60_000] as const;

const pickEscrow = (world: World, dice: Dice, ...statuses: Escrow['status'][]): Picked<Escrow> | null =>
  pickDoc(
    world,
    dice,
    collections.escrows,
    ({ status, keeper }) => statuses.includes(status) && (keeper === undefined || dice.chance(0.02)),
  );

/** What anybody may try on an escrow, whether or not it is their turn. */
export type OnEscrow = Readonly<
  Record<string, (escrow: Escrow, world: World, dice: Dice) => [Person, string, object]>
>;

const onEscrow: OnEscrow = {
  submit: (one, world) => [personBy(world, one.payee), 'escrow-submit', { note: 'Three drafts.' }],
  revise: (one, world) => [personBy(world, one.payer), 'escrow-revise', { wish: 'A darker blue.' }],
  release: (one, world) => [personBy(world, one.payer), 'escrow-release', {}],
  refundByPayer: (one, world) => [personBy(world, one.payer), 'escrow-refund', {}],
  refundByPayee: (one, world) => [personBy(world, one.payee), 'escrow-refund', {}],
  disputeByPayer: (one, world) => [personBy(world, one.payer), 'escrow-dispute', complaint],
  disputeByPayee: (one, world) => [personBy(world, one.payee), 'escrow-dispute', complaint],
  releaseBySupport: (_, world, dice) => [dice.pick(world.support), 'escrow-release', { reason }],
  refundBySupport: (_, world, dice) => [dice.pick(world.support), 'escrow-refund', { reason }],
  resolve: (_, world, dice) => [
    dice.pick(world.support),
    'escrow-resolve',
    { resolution: resolution(dice), reason },
  ],
};

const resolution = (dice: Dice) =>
  dice.pick([
    { kind: 'release' },
    { kind: 'refund' },
    { kind: 'split', percent: dice.below(101) },
    { kind: 'split', percent: 50 },
    { kind: 'warning', to: dice.pick(['payer', 'payee']) },
  ]);

/** Any of it; now and then what is nobody's to try. */
const anyOf = (dice: Dice): OnEscrow[string] =>
  dice.pick(Object.values(dice.chance(0.15) ? outOfTurn : onEscrow));

/** Those whose turn it is, or now and then anybody. */
function act(how: keyof typeof onEscrow, ...statuses: Escrow['status'][]): Act {
  return (world, dice) => {
    const any = ['held', 'submitted', 'revision', 'disputed', 'released', 'refunded', 'split'] as const;
    const found = pickEscrow(world, dice, ...(dice.chance(0.08) ? any : statuses));
    if (!found) return undefined;
    const what = dice.chance(0.05) ? dice.pick(Object.values(outOfTurn)) : onEscrow[how]!;
    const [person, name, input] = what(found.doc, world, dice);
    return call(world, person, name, { escrow: found.id, ...input });
  };
}

const either =
  (...acts: Act[]): Act =>
  (world, dice, request) =>
    dice.pick(acts)(world, dice, request);

export function withdraw(world: World, dice: Dice, person: Person, request: string): unknown {
  const places = docOf(world, collections.payees, person.uid)?.destinations ?? [];
  if (places.length === 0) return undefined;
  const amount = dice.pick([5000, 5000, 7777, 20_000, 100_000, 600_000]);
  const destination = dice.pick(places).id;
  return call(world, person, 'withdrawals-request', {
    requestId: request,
    amount: { amount, currency: 'QAR' },
    destination,
  });
}

/** Somebody's job that is to be paid; now and then one that is. */
const pickJob = (world: World, dice: Dice): Picked<Job> | null =>
  pickDoc(
    world,
    dice,
    collections.jobs,
    ({ status, keeper }, id) =>
      status === 'assigned' &&
      (keeper === undefined || dice.chance(0.02)) &&
      (world.memory.get(`journal/job:${id}:lock`) === null || dice.chance(0.03)),
  );

function lock(world: World, dice: Dice): unknown {
  const found = pickJob(world, dice);
  return found && call(world, personBy(world, found.doc.payer), 'escrow-lock', { job: found.id });
}

/** Several things at once to one thing, or to one wallet. */
const rush: Act = (world, dice, request) => {
  const times = 2 + dice.below(3);
  const each = (work: (i: number) => unknown) => Array.from({ length: times }, (_, i) => work(i));
  switch (dice.below(4)) {
    case 0:
    case 1: {
      const found = pickEscrow(world, dice, 'held', 'submitted', 'revision', 'disputed');
      if (!found) return undefined;
      return each(() => {
        const [person, name, input] = anyOf(dice)(found.doc, world, dice);
        return call(world, person, name, { escrow: found.id, ...input });
      });
    }
    case 2: {
      const person = dice.pick(world.users);
      const jobs = world.recent.of('jobs').filter((id) => {
        const job = docOf(world, collections.jobs, id);
        return job?.payer === person.uid && job.status === 'assigned';
      });
      if (dice.chance(0.5)) withdraw(world, dice, person, request);
      return jobs.slice(-times).map((job) => call(world, person, 'escrow-lock', { job }));
    }
    default: {
      const person = dice.pick(world.users);
      return each((i) => withdraw(world, dice, person, `${request}${dice.chance(0.5) ? '' : i}`));
    }
  }
};

/** Somebody acts in the moment in which time does, too. */
const deadline: Act = (world, dice) => {
  const found = pickEscrow(world, dice, 'submitted', 'held', 'revision');
  const at = found?.doc.status === 'submitted' ? found.doc.releaseAt : found?.doc.dueAt;
  if (!found || at == null || at < world.scheduler.now()) return;
  const [person, name, input] = anyOf(dice)(found.doc, world, dice);
  const when = at + dice.below(400) - 100;
  world.scheduler.at(when, () => void call(world, person, name, { escrow: found.id, ...input }));
};

const acts = {
  buy: (world, dice, request) =>
    call(world, dice.pick(world.users), 'purchases-create', {
      requestId: request,
      provider: dice.chance(0.75) ? 'stripe' : 'fatora',
      item: { kind: 'amount', amount: dice.pick(amounts) },
    }),
  post: (world, dice, request) =>
    call(world, dice.pick(world.users), 'jobs-post', {
      requestId: request,
      title: 'A logo',
      price: { amount: dice.pick(prices), currency: 'QAR' },
    }),
  assign(world, dice) {
    const found = pickDoc(
      world,
      dice,
      collections.jobs,
      ({ status }) => status === 'open' || dice.chance(0.05),
    );
    if (!found) return undefined;
    const payee = dice.pick(dice.chance(0.08) ? world.guests : world.users).uid;
    return call(world, personBy(world, found.doc.payer), 'jobs-assign', { job: found.id, payee });
  },
  cancelJob(world, dice) {
    const found = pickDoc(world, dice, collections.jobs);
    return found && call(world, personBy(world, found.doc.payer), 'jobs-cancel', { job: found.id });
  },
  lock,
  fund(world, dice) {
    const found = pickJob(world, dice);
    if (!found) return undefined;
    const { payer, price } = found.doc;
    const part = Math.floor(price.amount / 2);
    return call(world, personBy(world, payer), 'escrow-fund', {
      job: found.id,
      ...(dice.chance(0.4) && part > 0 && { fromWallet: part }),
      ...(dice.chance(0.3) && { save: true }),
    });
  },
  cancelPayment(world, dice) {
    const found = pickDoc(world, dice, collections.payments);
    return found && call(world, personBy(world, found.doc.payer), 'payments-cancel', { payment: found.id });
  },
  submit: act('submit', 'held', 'revision'),
  revise: act('revise', 'submitted'),
  release: act('release', 'held', 'submitted', 'revision'),
  refundEscrow: either(
    act('refundByPayer', 'held', 'revision'),
    act('refundByPayee', 'held', 'submitted', 'revision'),
  ),
  dispute: either(
    act('disputeByPayer', 'held', 'submitted', 'revision'),
    act('disputeByPayee', 'held', 'submitted', 'revision'),
  ),
  resolve: act('resolve', 'disputed'),
  support: either(
    act('releaseBySupport', 'held', 'submitted', 'revision'),
    act('refundBySupport', 'held', 'submitted', 'revision'),
  ),
  withdraw: (world, dice, request) => withdraw(world, dice, dice.pick(world.users), request),
  cancelWithdrawal(world, dice) {
    const found = pickDoc(world, dice, collections.withdrawals);
    return (
      found && call(world, personBy(world, found.doc.uid), 'withdrawals-cancel', { withdrawal: found.id })
    );
  },
  async onboard(world, dice) {
    const person = dice.pick(world.users);
    await call(world, person, 'connect-start', { country: 'QA' });
  },
  deadline,
  rush,
  look: (world, dice) => call(world, dice.pick(world.users), 'wallet-get', {}),
  schedule: (world, dice) => void world.platform.runSchedule(dice.pick(world.platform.schedules)),
} satisfies Acts;

/** A kind without its act is an error of types. */
export const allActs: Readonly<Record<StepKind, Act>> = {
  ...{ ...acts, ...payActs, ...adminActs, ...bankActs, ...bookActs, ...guestActs, ...wrongActs },
  ...{ ...bookingActs, ...creditActs, ...learningActs, ...affiliateActs },
};
