import { dice, type Dice } from './dice.ts';

/** One thing that somebody does, as the seed has it; what it is done to is found when it is done. */
export type Step = {
  readonly index: number;
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly kind: StepKind;
};

/** Each with its weight. */
export const kinds = {
  buy: 6,
  pay: 9,
  settleDebit: 2,
  post: 5,
  assign: 5,
  cancelJob: 1,
  lock: 7,
  fund: 5,
  card: 7,
  cancelPayment: 3,
  submit: 7,
  revise: 3,
  release: 5,
  refundEscrow: 3,
  dispute: 3,
  resolve: 4,
  support: 2,
  withdraw: 5,
  cancelWithdrawal: 1,
  approve: 5,
  reject: 2,
  payOut: 4,
  failPayout: 1,
  bank: 4,
  refund: 3,
  bankRefund: 2,
  chargeback: 1,
  closeChargeback: 2,
  review: 3,
  adjust: 3,
  decideAdjustment: 5,
  onboard: 2,
  brake: 1,
  liftBrake: 3,
  audit: 2,
  exportBooks: 2,
  receipt: 3,
  visit: 5,
  erase: 4,
  book: 5,
  payBooking: 8,
  answerBooking: 5,
  deliverPieces: 12,
  judgePieces: 11,
  contestBooking: 5,
  decideBooking: 7,
  rushBooking: 3,
  buyCredits: 2,
  generate: 5,
  studio: 4,
  cancelWork: 1,
  subscribe: 1,
  bill: 2,
  remedy: 1,
  buyPlan: 1,
  lookAround: 1,
  buyPackage: 7,
  buyCourse: 3,
  payOrder: 5,
  askOrder: 1,
  refundOrder: 4,
  contestOrder: 1,
  study: 6,
  claim: 1,
  makeCourse: 1,
  certify: 1,
  bring: 2,
  reviewCommission: 4,
  joinWeek: 1,
  payWeek: 3,
  define: 1,
  hear: 2,
  share: 1,
  lookAbout: 1,
  deadline: 4,
  rush: 6,
  repeat: 5,
  freeze: 2,
  look: 2,
  schedule: 1,
} as const;

export type StepKind = keyof typeof kinds;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const bag = Object.entries(kinds).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind as StepKind),
);

/** Mostly the next comes at once or soon, so that things meet; sometimes a night passes. */
function gap(one: Dice): number {
  const span = one.next();
  if (span < 0.4) return one.below(4);
  if (span < 0.75) return one.below(1500);
  if (span < 0.93) return one.below(40_000);
  if (span < 0.975) return one.below(20 * MINUTE);
  return span < 0.997 ? one.below(9 * HOUR) : one.below(100 * HOUR);
}

/** The steps of a seed: each by itself, so that leaving some out leaves the others as they are. */
export function stepsOf(seed: number, count: number): Step[] {
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    const one = dice(seed, 'step', index);
    at += gap(one);
    return { index, at, kind: one.pick(bag) };
  });
}
