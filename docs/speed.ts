import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../bench/report.ts';
import { costs, type Cost } from '../functions/src/costs.ts';
import { priceOf, prices } from './prices.ts';
import {
  CALL_GIB,
  CALL_SECONDS,
  FOLLOWED,
  JOB_BYTES,
  LOG_BYTES,
  aJob,
  billOf,
  met,
  playDay,
  small,
  times,
  type Bill,
  type Market,
} from './scale.ts';

/** docs/speed.md from the budgets, the prices and the figures that were measured; generate.ts writes it. */

export const speedFile = join(import.meta.dirname, 'speed.md');
/** The last line of a quiet run: `npm run bench -- --save` writes it. */
export const figuresFile = join(import.meta.dirname, 'bench.json');

type Cell = string | number;
const table = (head: readonly Cell[], rows: readonly (readonly Cell[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const dollars = (amount: number): string =>
  amount >= 100 ? `$${Math.round(amount).toLocaleString('en-US')}` : `$${amount.toFixed(amount < 1 ? 3 : 2)}`;
/** Two digits of what is small. */
const some = (value: number): string =>
  value === 0 || value >= 10
    ? whole(value)
    : value < 0.1
      ? value.toPrecision(2)
      : `${Number(value.toFixed(2))}`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The limiter’s two writes are charged too. */
const thousand = (name: string, { reads, writes, deletes }: Cost): string =>
  dollars(1000 * priceOf({ reads, writes: writes + (name.includes(' ') ? 0 : 2), deletes }));

const budgets = (): string =>
  table(
    ['operation', 'reads', 'writes', 'deletes', 'round trips', 'a thousand cost'],
    Object.entries<Cost>(costs).map(([name, cost]) => [
      name.includes(' ') ? name : `\`${name}\``,
      ...[cost.reads, cost.writes, cost.deletes, cost.roundTrips],
      thousand(name, cost),
    ]),
  );

type Row = readonly [
  what: string,
  most: readonly [number, number, number],
  name: keyof typeof costs,
  why: string,
];

/** What was set out to be held, most reads, writes and round trips, and who has more for what reason. */
const rows: readonly Row[] = [
  ['lock an escrow', [3, 4, 2], 'escrow-lock', ''],
  ['release an escrow', [3, 4, 2], 'escrow-release', ''],
  ['release by the timer', [3, 4, 2], 'a release by the timer', ''],
  ['refund an escrow', [3, 4, 2], 'escrow-refund', ''],
  ['request a withdrawal', [3, 5, 2], 'withdrawals-request', ''],
  ['reserve metered work', [3, 4, 2], 'generations-start', ''],
  ['refund metered work', [3, 4, 2], 'generations-cancel', ''],
  [
    ...(['capture metered work', [3, 4, 2], 'work that is done, by its callback'] as const),
    'the work is found by the provider’s own id for it',
  ],
  [
    ...([
      'refund it by a callback',
      [3, 4, 2],
      'work that came to nothing, by its callback: all of it goes back',
    ] as const),
    'the same',
  ],
  [
    ...(['credit a paid purchase', [3, 5, 2], 'a paid order, credited by its event'] as const),
    'the event is recorded first, and its result with the credit',
  ],
  [
    ...(['fill an escrow by card', [3, 5, 2], 'a card’s escrow, filled by its event'] as const),
    'the same, and the payment and the job say which escrow it is',
  ],
  [
    ...(['pay a part of a booking', [3, 4, 2], 'bookings-pay'] as const),
    'which job and escrow a part has is in the booking, which is read first; all of them change together',
  ],
  [...(['release a part of a booking', [3, 4, 2], 'bookings-approve'] as const), 'the same'],
];

const held = (): string =>
  table(
    ['move', 'most reads, writes, round trips', 'ours', 'more, because'],
    rows.map(([what, most, name, why]) => {
      const { reads, writes, roundTrips } = costs[name];
      return [what, most.join(' / '), [reads, writes, roundTrips].join(' / '), why];
    }),
  );

const parts: Readonly<Record<keyof Bill, string>> = {
  documents: 'documents read, written and deleted',
  functions: 'calls of functions, and their processors',
  tasks: 'tasks',
  stored: 'what is stored after a year',
  logged: 'lines of the log',
  audit: 'the audit, each night and every seventh',
  followed: 'what sweeps read again, in case a trigger was lost',
  total: 'in all',
};

const markets: readonly Market[] = [small, times(small, 1_000)];

const bills = (): string => {
  const [one, other] = markets.map(billOf) as [Bill, Bill];
  return table(
    ['a month', ...markets.map(({ people, jobs }) => `${whole(people)} people, ${whole(jobs)} jobs a day`)],
    Object.entries(parts).map(([key, what]) => [
      what,
      dollars(one[key as keyof Bill]),
      dollars(other[key as keyof Bill]),
    ]),
  );
};

const reached = (): string =>
  table(
    ['what', 'takes a second', `at ${whole(small.jobs)} jobs a day`, 'met at', 'then'],
    met().map(({ limit, at }) => [
      limit.what,
      some(limit.most),
      some(limit.wanted(small)),
      `${at < 10 ? at.toFixed(1) : whole(at)} times that`,
      limit.then,
    ]),
  );

const waiting = (): string => {
  const rows = [
    [1, 1],
    [10, 1],
    [1_000, 1],
    [1_000, 64],
  ] as const;
  return table(
    ['times', 'series', 'jobs in the busiest second', 'papers that wait at most', 'minutes until none does'],
    rows.map(([factor, series]) => {
      const day = playDay(times(small, factor), series);
      const minutes = day.waits ?? 'never, on that day';
      return [factor, series, day.busiest.toFixed(2), whole(day.waiting), minutes];
    }),
  );
};

export const readFigures = (): Report | null =>
  existsSync(figuresFile) ? (JSON.parse(readFileSync(figuresFile, 'utf8')) as Report) : null;

/** What of a run is not what was wanted, by name: nobody has to look for it. */
function missed({ ratios, coins }: Report): string {
  const over = (what: string, by: Readonly<Record<string, number>>, most: number) =>
    Object.entries(by).flatMap(([name, ratio]) =>
      ratio > most ? [`${what} of \`${name}\` (${ratio})`] : [],
    );
  const under = (
    what: string,
    by: Readonly<Record<string, Readonly<Record<number, number>>>>,
    least: number,
  ) =>
    Object.entries(by).flatMap(([name, { 32: ratio = 0 }]) =>
      ratio < least ? [`${what} of \`${name}\` with 32 callers (${ratio})`] : [],
    );
  const found = [
    ...under('the share', ratios.floor, 0.8),
    ...under('the lead', ratios.naive, 5),
    ...over('the growth', ratios.growth, 1.1),
    ...over('the latency at once', { 'escrow-release': ratios.hot }, 1.1),
    ...over('the start', ratios.coldStart, 1.35),
    ...over('the microseconds', coins, 20),
  ];
  return found.length === 0 ? 'This run has all of it.' : `This run misses it for ${found.join(', ')}.`;
}

/** Whether what lies behind an operation changes what it reads and writes. */
function sameDocuments(growth: Report['growth']): string {
  const other = Object.entries(growth).flatMap(([name, by]) => {
    const counts = Object.values(by).map(({ reads, writes }) => `${reads} and ${writes}`);
    return new Set(counts).size === 1 ? [] : [`\`${name}\` (${counts.join(', ')})`];
  });
  return other.length === 0
    ? 'Each of them reads and writes the same number of documents at each of these sizes.'
    : `The documents that are read and written are not the same for ${other.join(', ')}.`;
}

/** How many times as long as one without a database, from the quickest to the slowest. */
function timesOf({ features, nothing }: Report['cold']): string {
  const all = Object.values(features).map(({ ms }) => ms / nothing.ms);
  return `${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)} times as long`;
}

/** As the page calls them. */
const wayNames = { ours: 'ours', floor: 'bare transaction', naive: 'as commonly written' } as const;

function figures(report: Report | null): string {
  if (report === null)
    return 'No run is kept here yet: `npm run bench -- --full --save` on a machine that does nothing else, then `npm run docs`.';
  const { ratios, machine, date, operations, cold, coins, wallets, growth, pages } = report;
  const callers = Object.keys(Object.values(ratios.floor)[0] ?? {});
  const at = (by: object) => Object.values(by) as Cell[];
  const sizes = Object.keys(Object.values(growth)[0] ?? {});
  const wallet = (what: string, one: (typeof wallets)['inTurn']['seller']) => [
    ...[what, one.perSecond, one.p50, one.p99, one.conflicts, one.retries, `${one.failed} of ${one.calls}`],
  ];
  return [
    missed(report),
    `Measured on ${date}, on ${machine.cores} cores of ${machine.cpu} with ${machine.memoryGb} GB, on the official emulator. Calls that gave up did nothing; their times are among the others.`,
    table(
      ['operations a second over those of a bare transaction', ...callers.map((count) => `${count} at once`)],
      Object.entries(ratios.floor).map(([name, by]) => [`\`${name}\``, ...at(by)]),
    ),
    `Releases a second over those that are commonly written: ${Object.entries(
      ratios.naive['escrow-release'] ?? {},
    )
      .map(([count, ratio]) => {
        const { calls = 0, failed = 0 } = operations['escrow-release']?.[Number(count)]?.naive ?? {};
        return `${ratio} times with ${count} at once (of theirs ${calls - failed} of ${calls} got done)`;
      })
      .join(
        ', ',
      )}. Theirs wait for each other, and at the emulator each such wait takes seconds: where many come at once the number says that ours do not wait, and not how many times faster they would be at Google. 64 releases at once have ${ratios.hot} times the median latency of 64 unrelated bare transactions.`,
    table(
      [
        '',
        'at once',
        'a second',
        'p50 ms',
        'p99 ms',
        'reads',
        'writes',
        'round trips',
        'conflicts',
        'retries',
        'gave up',
      ],
      Object.entries(operations['escrow-release'] ?? {}).flatMap(([count, ways]) =>
        Object.entries(ways).map(([way, one]) => [
          ...[
            `a release, ${wayNames[way as keyof typeof wayNames]}`,
            count,
            one.perSecond,
            one.p50,
            one.p99,
            one.reads,
            one.writes,
          ],
          ...[one.trips, one.conflicts, one.retries, `${one.failed} of ${one.calls}`],
        ]),
      ),
    ),
    table(
      ['median latency, ms (a bare transaction’s), with so many entries in the journal', ...sizes, 'ratio'],
      Object.entries(growth).map(([name, by]) => [
        `\`${name}\``,
        ...Object.values(by).map(({ p50, bare }) => `${p50} (${bare})`),
        ratios.growth[name] ?? '',
      ]),
    ),
    sameDocuments(growth),
    table(
      ['documents, with so many entries in the journal', ...sizes],
      Object.entries(pages).map(([name, by]) => [name, ...at(by)]),
    ),
    table(
      ['one wallet', 'a second', 'p50 ms', 'p99 ms', 'conflicts', 'retries', 'gave up'],
      [
        wallet('a seller paid by many, from one instance', wallets.inTurn.seller),
        wallet('a seller paid by many, from many instances', wallets.atOnce.seller),
        wallet('a buyer who pays many, from one instance', wallets.inTurn.buyer),
        wallet('a buyer who pays many, from many instances', wallets.atOnce.buyer),
      ],
    ),
    `A bare callable with Firestore is ready after ${cold.bare.ms} ms and holds ${cold.bare.mb} MB (one without any database: ${cold.nothing.ms} ms, ${cold.nothing.mb} MB; the features below take ${timesOf(cold)} as that, most of it for the client).`,
    table(
      ['feature', 'ready after, ms', 'MB', 'over the bare callable'],
      Object.entries(cold.features).map(([name, { ms, mb, ratio }]) => [name, ms, mb, ratio]),
    ),
    `Whether a wallet covers an amount takes ${coins.cover} µs, the coins of an amount ${coins.coins} µs.`,
  ].join('\n\n');
}

export const renderSpeed = (report: Report | null = readFigures()): string => `# Speed and cost

Documents and round trips are what a move takes and what it costs. Both are declared, counted on the wire, and held exactly.

## Budgets

\`functions/src/costs.ts\` says what each operation costs; \`functions/test/flows/budgets.test.ts\` sets each of them off
and counts what gRPC sends. One document more fails, and so does one less: a budget that is too high would hide the next one. After a wanted
change \`COFFER_UPDATE=1 npx jest --selectProjects=cloud --testPathPatterns flows/budgets\` writes what was counted, and
\`npm run docs\` this page.

Prices of ${prices.asOf} (\`docs/prices.ts\`): ${dollars(prices.reads * 1e5)} for 100,000 reads, ${dollars(prices.writes * 1e5)} for
as many writes, ${dollars(prices.deletes * 1e5)} for as many deletes, in a multi-region; half of that in most single regions. A
call’s price has the two writes by which its rate is counted in it; those go out beside its first read and take no round
trip. A query that finds nothing is one read, and so is a sum or a count over up to a thousand documents. A list or a
statement is counted with what one person has after one purchase or two; each further line of a page is one read more, and no
page reads what is on another. What is asked of Firebase Auth, Stripe or Fatora is no document and no round trip here.

${budgets()}

What a move was set out to cost at most, and what it costs:

${held()}

A move of a wallet or an escrow by itself reads once and commits once, and nothing is read after the commit. What could be a read and is none: that money is
locked, released or paid once is the journal’s \`create\`, a precondition of the commit; a release does not read the payer’s
wallet, nor a refund the payee’s, since the id of the escrow says whose they are and only one of them moves. What stays a
read has to: a balance that is checked, a state that decides, and for a lock the entry of an earlier one, so that whoever
repeats a call hears what the first one made instead of a refusal.

## Measure it

\`npm run bench\` starts an emulator of its own and measures, side by side and by turns:

- the operations of \`bench/people.ts\`: the moves of the second table that are of a wallet or an escrow by itself, and what is
  asked all day (a card’s escrow and the parts of a booking are counted above, and not timed), from where their doors begin
  them: token, rate and input come before, and so does what records and finds an event, which makes \`purchase-credit\` and
  \`generation-capture\` cheaper here than there;
- the bare transaction: as many documents read and written, of the same contents, in collections of their own, and nothing decided;
- a release as it is commonly written (\`bench/naive.ts\`: one sequence, one document for the fees, a balance for each coin, a
  query for the request), in a project that has nothing else.

\`npm run bench -- --json\` ends with one line, \`npm run bench -- --full\` grows the journal to a million entries (whole jobs up
to 100,000, and of those beyond the journal alone: the emulator keeps everything in memory), \`npm run bench -- --full --save\`
keeps the figures for this page, \`npm run bench -- --tiny\` only shows that all of it runs. It needs the machine for itself.

Wanted are:

- with 32 callers 0.8 of the bare transactions a second, and 5 times the common releases a second;
- 1.1 at most of growth: (ours ÷ bare with a million entries) ÷ (ours ÷ bare with a thousand), of median latencies;
- 1.1 at most for the median latency of 64 releases at once over 64 bare transactions;
- 1.35 at most of a bare callable’s start;
- 20 µs for what a wallet covers, and for its coins.

A ratio to the bare transaction is the middle one of the rounds, each against the one beside it, and so not the quotient of the
columns below: eleven rounds for the share, fifteen for growth. It moves from one run to the next, sometimes by more than a tenth;
what is above 1 there is chance. The ratio to the common release is that of the two columns. The emulator and the client share
the processors, so with 32 callers a ratio is that of the processor’s time in both. Growth is measured between people who are
new, beside bare transactions, since the emulator’s own pace changes with all that it holds; what reads a long history is the
page, and what reads many of many people the queue.

${figures(report)}

What the emulator is and what it is not: it keeps everything in memory, so gets by id and commits show what the code costs;
it goes through all that its project ever had for a query, which Firestore does not, so for lists and queues the budgets count
documents instead of time. Where two transactions want one document the emulator lets one of them wait for seconds, and Firestore for
milliseconds: that there are conflicts is to be compared, how long they wait is not. The figures of one wallet from many
instances are such figures too.

## Where many want the same

No document is written by the operations of unrelated people: the budgets test lets two pairs of people do the same things
and looks at what they wrote, and a test of the sources holds the list of documents that have a fixed name: a policy and a
table that admins write, the brake, a checkpoint of the night. Two kinds are left. The number of the last receipt, which law wants without a
gap: it is given after the move, by a trigger, 25 at once where there are many, and nobody waits for it. And how often one
address called, for people who share an address: increments that read and lock nothing beside the first read, for which the
commit waits; where too many come at once the call is told \`busy\`, and nothing happened.

One wallet is one document, and takes about one commit a second for long and many more for a short while: a seller with more
than 86,000 releases a day would meet that. On one instance transactions that want the same wallet take turns before they
read it (\`platform/turns.ts\`), so that none is done in vain; from many instances Firestore lets the older one go first and
the others run again after a short random pause (\`platform/contention.ts\`), and who finds no place in 16 runs is told
\`busy\`: nothing happened, and the same call can be made again. The figures above show both. Appending credits and folding
them later would raise it further; it is not built, since a balance would then be what a fold says, a spend would have to fold
first, and the limit is four orders of magnitude above the sellers this is made for.

What everybody reads and few write (a policy, a course, a package, a creator’s terms) nobody waits for: Firestore’s locks keep
others from changing a document, not from reading it, and an instance queues for none that a transaction marks as \`shared\`
(\`platform/store.ts\`); who writes it still takes turns.

## Cold start

An instance loads one file with one feature (\`functions/build.ts\`), named by \`FUNCTION_TARGET\`. Stripe, PDF, CSV and the
tasks client are loaded when they are first used, the trees of the daily roots only where roots and receipts are. A bare
callable to compare with loads Firestore’s client too: a function that does nothing is ready sooner, and holds no money.

## On paper

A job from the order of its coins to its release, with all that follows by itself, is taken as ${aJob.reads} reads,
${aJob.writes} writes, ${aJob.calls} calls of functions (most of them events) and ${aJob.tasks} tasks; somebody looks at 40 documents a day; the
busiest minute is three times the mean one. A call takes ${CALL_SECONDS * 1000} ms of a processor and ${CALL_GIB} GiB, a job leaves ${JOB_BYTES / 1000} kB
with its indexes and ${LOG_BYTES} bytes of log a call, and sweeps read ${FOLLOWED} documents of it again. Sign-in, Storage, what leaves the
network, App Check and the providers’ own fees are not in it. \`docs/scale.ts\` has the arithmetic, and plays a day minute by minute beside it.

${bills()}

Where it is met, nearest first:

${reached()}

The nearest, played: papers that wait for a number while the day goes on. No move waits with them.

${waiting()}

## What it did

Each call, task, schedule and event writes one line to the log, as JSON:

| field | what it is |
| --- | --- |
| \`message\` | \`operation\` |
| \`operation\` | the function: \`escrow-release\` |
| \`outcome\` | \`ok\`, \`refused\` or \`failed\` |
| \`reason\` | of a refusal: \`insufficient_funds\`; of a webhook that nobody signed: \`bad_signature\` |
| \`ms\` | how long it took |
| \`reads\`, \`writes\`, \`deletes\` | documents as they are charged, with what ran again and with the two writes of the rate |
| \`request\` | the first 16 digits of the SHA-256 of the request id; null without one. Make ids by chance: what can be guessed can be found |
| \`lagMs\` | of an event that a webhook settled, how long ago it happened (Stripe says it, Fatora does not); of a task, how late it came |

No input, no answer, no name, token, card or account number is ever in that line. To find a request: \`printf %s <request id> | sha256sum\`.

In Logs Explorer, or as the filter of a log-based metric (a counter by \`reason\`, a distribution of \`jsonPayload.lagMs\`):

\`\`\`text
jsonPayload.message="operation" AND jsonPayload.outcome="refused"
jsonPayload.message="operation" AND jsonPayload.outcome="failed"
jsonPayload.message="operation" AND jsonPayload.operation="psp-stripe" AND jsonPayload.lagMs>60000
jsonPayload.message="operation" AND jsonPayload.operation="escrow-due" AND jsonPayload.lagMs>300000
\`\`\`

The first says what is refused and why, the third that money was paid for more than a minute before it was credited, the
fourth that timers are late. What a webhook did not settle, and the sweep did, has a line of its own, \`settled late\`, with
its \`lagMs\` since it was received: no credit is missing.

With \`TRACES=on\` each operation is a span too, with its outcome, its documents, its request and its lag, by \`@opentelemetry/api\`; which SDK
gathers them and where they go is yours: load one before the functions (\`NODE_OPTIONS=--import=…\`). Off, it is not loaded.
`;
