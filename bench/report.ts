import type { Results } from './benchmark.ts';
import type { Measured } from './measure.ts';

export type Report = Results & {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGb: number } & object;
};

const print = (line = ''): void => {
  console.log(line);
};

const table = (rows: readonly (readonly (string | number)[])[]): void => {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  for (const row of rows)
    print(
      `  ${row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]!) : String(cell).padStart(widths[i]!))).join('  ')}`,
    );
};

const heads = ['a second', 'p50 ms', 'p99 ms', 'reads', 'writes', 'trips', 'conflicts', 'retries', 'failed'];
const cells = (one: Measured) => [
  ...[one.perSecond, one.p50, one.p99, one.reads, one.writes, one.trips],
  ...[one.conflicts, one.retries, one.failed],
];

/** Ratios first: they mean something on any machine. */
export function tell(report: Report, json: boolean): void {
  const { ratios, machine, date } = report;
  const { cpu, cores, memoryGb } = machine;
  print(`Ratios, on ${cores} cores of ${cpu} with ${memoryGb} GB, ${date}`);
  const callers = Object.keys(Object.values(ratios.floor)[0] ?? {});
  print(`\nOperations a second over those of a bare transaction of the same documents, by callers at once`);
  table([
    ['', ...callers],
    ...Object.entries(ratios.floor).map(([name, by]) => [name, ...Object.values(by)]),
  ]);
  print(`\nOver a release as it is commonly written`);
  table([
    ['', ...callers],
    ...Object.entries(ratios.naive).map(([name, by]) => [name, ...Object.values(by)]),
  ]);
  const sizes = Object.keys(Object.values(report.growth)[0] ?? {});
  print(
    `\nMedian latency with ${sizes.at(-1)} entries in the journal over that with ${sizes[0]}, each over a bare transaction’s`,
  );
  table([['', 'ratio'], ...Object.entries(ratios.growth)]);
  print(`\nDocuments of a page and of a queue, with so many entries in the journal`);
  table([['', ...sizes], ...Object.entries(report.pages).map(([name, by]) => [name, ...Object.values(by)])]);
  print(`\nMedian latency of releases at once over as many unrelated bare transactions: ${ratios.hot}`);
  print(
    `\nStart over that of a bare callable with Firestore (${report.cold.bare.ms} ms, ${report.cold.bare.mb} MB;`,
  );
  print(`one without any database: ${report.cold.nothing.ms} ms, ${report.cold.nothing.mb} MB)`);
  table([
    ['', 'ratio', 'ms', 'MB'],
    ...Object.entries(report.cold.features).map(([name, { ratio, ms, mb }]) => [name, ratio, ms, mb]),
  ]);
  print(`\nCoin arithmetic, microseconds: cover ${report.coins.cover}, coins ${report.coins.coins}`);
  print(`\nCalls`);
  table([
    ['', ...heads],
    ...Object.entries(report.operations).flatMap(([name, by]) =>
      Object.entries(by).flatMap(([count, ways]) =>
        Object.entries(ways).map(([way, one]) => [`${name}, ${count} at once, ${way}`, ...cells(one)]),
      ),
    ),
    ...Object.entries(report.growth).flatMap(([name, by]) =>
      Object.entries(by).map(([entries, one]) => [`${name}, ${entries} entries behind it`, ...cells(one)]),
    ),
    ['many releases at once, nothing in common', ...cells(report.hot.releases)],
    ['as many bare transactions', ...cells(report.hot.unrelated)],
    ...Object.entries(report.wallets).flatMap(([how, { seller, buyer }]) => {
      const where = how === 'inTurn' ? 'one instance' : 'many instances';
      return [
        [`one seller paid by many, ${where}`, ...cells(seller)],
        [`one buyer who pays many, ${where}`, ...cells(buyer)],
      ];
    }),
  ]);
  if (json) {
    const { ratios: first, operations, ...rest } = report;
    print(JSON.stringify({ ratios: first, operations, ...rest }));
  }
}
