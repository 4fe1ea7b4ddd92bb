import { priceOf, prices, type Documents } from './prices.ts';

/**
 * A marketplace on paper: 50,000 people and 10,000 jobs a day, and a thousand times that. What a job takes is assumed in
 * `aJob` and counted by the budgets; the rest is arithmetic, and `day` plays a day of it minute by minute to see that the
 * arithmetic says the same.
 */

const DAY = 86_400;
const MONTH = 30;

export const small = { people: 50_000, jobs: 10_000 };
export type Market = typeof small;
export const times = ({ people, jobs }: Market, factor: number): Market => ({
  ...{ people: people * factor, jobs: jobs * factor },
});

/**
 * One job from the order of its coins to the release, with everything that follows by itself: notices, the timer, its
 * receipt and its fee invoice, the limiter. `calls` are calls of functions, most of them events.
 */
export const aJob = { reads: 50, writes: 52, deletes: 0, calls: 32, tasks: 2 };
/** What somebody reads on a day by looking: live documents and lists of their own. */
const LOOKED_AT = 40;
/** Seconds of a processor and of a quarter of a GiB that one call takes; most are events with little to do. */
export const CALL_SECONDS = 0.04;
export const CALL_GIB = 0.25;
/** Bytes that a job leaves behind for good, with their indexes, and those of its lines in the log. */
export const JOB_BYTES = 30_000;
export const LOG_BYTES = 400;
/** The busiest minute over the mean one. */
export const PEAK = 3;

export type Bill = {
  readonly documents: number;
  readonly functions: number;
  readonly tasks: number;
  /** Of the first year’s jobs, when the year is over. */
  readonly stored: number;
  readonly logged: number;
  readonly audit: number;
  /** What sweeps read again. */
  readonly followed: number;
  readonly total: number;
};

/**
 * What sweeps read again of a job. Of papers, every five minutes all of the last twenty and those five: five times the two
 * entries that have papers, with what each speaks of and its mark. Of what is unusual, every six hours: its entries once, and
 * the last 20 or so of both wallets.
 */
export const FOLLOWED = 5 * 2 * 3 + 3 + 2 * 20;

const GIB = 2 ** 30;

/** Dollars a month. */
export function billOf({ people, jobs }: Market): Bill {
  const months = jobs * MONTH;
  const looked: Documents = { reads: people * LOOKED_AT * MONTH, writes: 0, deletes: 0 };
  const documents = priceOf(aJob) * months + priceOf(looked);
  const seconds = aJob.calls * CALL_SECONDS * months;
  const functions =
    aJob.calls * months * prices.calls + seconds * (prices.cpuSecond + CALL_GIB * prices.gibSecond);
  const tasks = aJob.tasks * months * prices.tasks;
  const stored = ((JOB_BYTES * jobs * 365) / GIB) * prices.stored;
  const logged = ((LOG_BYTES * aJob.calls * months) / GIB) * prices.logged;
  // Each night what the day wrote, and on every seventh all there is, at the end of the first year.
  const kept = aJob.writes * 0.3 * jobs;
  const audit = priceOf({ reads: kept * MONTH + kept * 365 * (MONTH / 7), writes: 0, deletes: 0 });
  const followed = priceOf({ reads: FOLLOWED, writes: 0, deletes: 0 }) * months;
  const parts = { documents, functions, tasks, stored, logged, audit, followed };
  return { ...parts, total: Object.values(parts).reduce((sum, one) => sum + one, 0) };
}

/** Somewhere that only so much goes through, and how much wants to at the busiest time. */
export type Limit = {
  readonly what: string;
  /** A second. */
  readonly most: number;
  readonly wanted: (market: Market) => number;
  readonly then: string;
};

/** Documents that an order, a lock and a release write into the journal. */
const ENTRIES = 3;
/** Wallets that a job moves, whose heads go into the day’s root 512 to a page. */
const WALLETS = 2;

const perSecond = (perDay: number): number => (perDay / DAY) * PEAK;
/** What one transaction numbers, and how many of them one series takes in a second. */
export const BATCH = 25;

export const limits: readonly Limit[] = [
  {
    what: 'papers numbered one at a time, as soon as the money moved (one document takes about 1 write a second)',
    most: 1,
    wanted: ({ jobs }) => perSecond(jobs),
    then: `Nothing is done: the sweep numbers what is left, ${BATCH} at once. A paper comes some minutes later, and no move waits for it.`,
  },
  {
    what: `papers of one series, ${BATCH} to a transaction`,
    most: BATCH,
    wanted: ({ jobs }) => perSecond(jobs),
    then: 'Issue from several series (`seriesOf` in `invoices/invoice.ts`): a letter for each region or each of 64 parts of the payers, and let one sweep run for each; each is without a gap by itself, which is what law asks.',
  },
  {
    what: 'pages that the roots of a day read (1,200 a run, a run an hour, of 100 entries or 512 wallets)',
    most: (25 * 1_200) / DAY,
    wanted: ({ jobs }) => (jobs * (ENTRIES / 100 + WALLETS / 512)) / DAY,
    then: 'Let the sweep of the roots come every ten minutes; then a tree for each of 16 parts of the wallets, and one root over them.',
  },
  {
    what: 'calls to Stripe of one account (docs.stripe.com/rate-limits), one for each order',
    most: 100,
    wanted: ({ jobs }) => perSecond(jobs),
    then: 'Ask Stripe for more, as it offers; until then who comes too soon hears so and asks again, and no money has moved.',
  },
  {
    what: 'tasks of one queue',
    most: 500,
    wanted: ({ jobs }) => perSecond(jobs * aJob.tasks),
    then: 'Deploy the task function under several names, and choose one by the escrow’s id.',
  },
  {
    what: 'entries of one kind in the journal: their times only rise, and they are indexed',
    most: 500,
    wanted: ({ jobs }) => perSecond(jobs),
    then: 'Add a field `part`, 0 to 15 by the hash of the id, before `at` in the indexes of the journal; readers ask each part and merge.',
  },
  {
    what: 'documents read by one night’s audit (9 minutes a run, going on from a checkpoint; 5 hours a night)',
    most: 2_000,
    wanted: ({ jobs }) => (aJob.writes * 0.3 * jobs) / (5 * 3600),
    then: 'Let several readers fold a part of the paths each: folds add up in any order.',
  },
  {
    what: 'instances of a function, 100 by `maxInstances`, of 80 calls each',
    most: 100 * 80,
    wanted: ({ jobs }) => perSecond(jobs * aJob.calls) * 0.2,
    then: 'Raise `maxInstances`.',
  },
];

/** At how many times the small market each is met, nearest first. */
export const met = (market = small): readonly { readonly limit: Limit; readonly at: number }[] =>
  limits
    .map((limit) => ({ limit, at: limit.most / limit.wanted(market) }))
    .toSorted((one, other) => one.at - other.at);

/** Jobs that begin in a minute of the day: few at night, three times the mean in the evening. */
export const inMinute = ({ jobs }: Market, minute: number): number => {
  const wave = (1 - Math.cos((2 * Math.PI * minute) / 1440)) / 2;
  // The mean of the cube of the wave is 5/16, its greatest value 1: a peak of 3.2 over the mean.
  return ((jobs / 1440) * wave ** 3) / (5 / 16);
};

export type Day = {
  readonly jobs: number;
  /** In the busiest minute, a second. */
  readonly busiest: number;
  /** Papers that waited for a number at most, and minutes until none did after the day’s peak; null where they never end. */
  readonly waiting: number;
  readonly waits: number | null;
};

/** Plays a day: what comes, and what one series of papers does about it by the trigger and by the sweep. */
export function playDay(market: Market, series = 1): Day {
  let [jobs, busiest, waiting, most, left] = [0, 0, 0, 0, 0];
  let since: number | null = null;
  let longest = 0;
  for (let minute = 0; minute < 1440; minute += 1) {
    const come = inMinute(market, minute);
    jobs += come;
    busiest = Math.max(busiest, come / 60);
    const atOnce = Math.min(come, 60 * series);
    left += come - atOnce;
    waiting = left;
    // Every fifth minute the sweep comes by, and works until the next one would begin.
    if (minute % 5 === 4) left = Math.max(0, left - 300 * series * BATCH);
    most = Math.max(most, waiting);
    if (left > 0) since ??= minute;
    else if (since !== null) {
      longest = Math.max(longest, minute - since);
      since = null;
    }
  }
  return { jobs, busiest, waiting: most, waits: since === null ? longest : null };
}
