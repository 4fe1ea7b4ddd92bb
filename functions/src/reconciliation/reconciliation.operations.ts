import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import type { JournalEntry } from '../ledger/journal.ts';
import { atomically, copyAll, count, find, load } from '../platform/firestore.ts';
import type { Provider } from '../psp/gateway.ts';
import type { SettlementGateway } from '../psp/ports.ts';
import { dayOf } from '../shared/day.ts';
import { currencies, zero } from '../shared/money.ts';
import { isOpen } from '../withdrawals/withdrawal.ts';
import {
  compare,
  fits,
  isAlone,
  lineOf,
  moveOf,
  payoutIn,
  type Compared,
  type Line,
  type LineVerdict,
} from './compare.ts';
import { feeFinding, lineFinding, moveFinding, peopleIn, pendingFinding, settledId } from './differences.ts';
import { hintFor } from './hints.operations.ts';
import {
  advance,
  aroundOf,
  begin,
  isReady,
  linesStep,
  movesStep,
  pendingBefore,
  reconciliationId,
  spanOf,
  type Reconciliation,
  type Step,
} from './reconciliation.ts';
import {
  inParts,
  linesOf,
  linesOn,
  movesIn,
  movesOf,
  PAGE,
  pendingPayments,
  pendingPurchases,
} from './reconciliation.store.ts';

type Run = { readonly id: string; readonly run: Reconciliation };

/**
 * Compares a UTC day, page by page, and raises an alert for each difference; nothing is put right. What a page
 * does can be done twice, and is counted once, so a run may die anywhere, and two may run at once.
 * @param pages how many at most; the sweep goes on with the rest
 * @throws Refusal `not_due` while the day is not over. @throws ProviderUnavailable, ProviderRefused
 */
export async function reconcile(
  gateway: SettlementGateway,
  order: {
    readonly provider: Provider;
    readonly day: string;
    readonly at: number;
    readonly anew: boolean;
    readonly pages: number;
  },
): Promise<Reconciliation> {
  const { provider, day, at } = order;
  const id = reconciliationId(provider, day);
  let run = await change(id, (found) => begin(found, order));
  for (let page = 0; page < order.pages && isReady(run, at); page += 1) {
    const seen = run;
    const step = await work(gateway, { id, run: seen }, at);
    run = await change(id, (found) => advance(found ?? seen, seen, step, at));
  }
  return run;
}

async function change(
  id: string,
  decide: (found: Reconciliation | null) => Reconciliation,
): Promise<Reconciliation> {
  const ref = collections.reconciliations.doc(id);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, after: decide(before) }),
    write: (writer, { before, after }) => {
      if (before === null) writer.create(ref, after);
      else if (before !== after) writer.set(ref, after);
    },
  });
  return after;
}

function work(gateway: SettlementGateway, run: Run, at: number): Promise<Step> {
  switch (run.run.phase) {
    case 'fetch':
      return copyLines(gateway, run, spanOf(run.run.day));
    case 'lines':
      return compareLines(run, at);
    case 'moves':
      return compareMoves(run);
    case 'summary':
      return summarize(run, at);
    case 'around':
      return copyLines(gateway, run, aroundOf(run.run.day));
    case 'late':
      return findMissing(run, at);
    case 'done':
      throw new Error(`${run.id} is done`);
  }
}

async function copyLines(
  gateway: SettlementGateway,
  { run: { provider, cursor } }: Run,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Step> {
  const { lines, next } = await gateway.settlements(from, to, cursor);
  await copyAll(
    lines.map((line) => {
      const batch = reconciliationId(provider, dayOf(line.at));
      return {
        ref: collections.settlements.doc(settledId(provider, line.id)),
        doc: { ...lineOf(line), provider, batch },
      };
    }),
  );
  return { cursor: next };
}

/** All that there is about what a page is about, on whatever day, so that a page alone gives the whole verdict. */
async function compareAbout(
  provider: Provider,
  sources: readonly string[],
  alone: readonly Line[] = [],
): Promise<Compared & { readonly entries: ReadonlyMap<string, JournalEntry> }> {
  const parts = inParts(sources);
  const [lines, entries] = await Promise.all([
    Promise.all(parts.map((part) => find(linesOf(part)))),
    Promise.all(parts.map((part) => find(movesOf(part)))),
  ]);
  const told = lines.flat().flatMap(({ doc }): Line[] => (doc.provider === provider ? [doc] : []));
  const booked = entries.flat().filter(({ doc }) => doc.psp?.provider === provider);
  const moves = booked.flatMap(({ doc }) => moveOf(doc) ?? []);
  return { ...compare([...told, ...alone], moves), entries: new Map(booked.map(({ id, doc }) => [id, doc])) };
}

const cursorOf = (page: readonly { readonly id: string }[]): string | null =>
  page.length < PAGE ? null : page.at(-1)!.id;

async function compareLines({ id, run: { provider, cursor } }: Run, at: number): Promise<Step> {
  const page = await find(linesOn(id, cursor));
  const lines = page.map(({ doc }): Line => doc);
  const { lines: verdicts, entries } = await compareAbout(
    provider,
    lines.filter((line) => !isAlone(line)).map(({ source }) => source),
    lines.filter(isAlone),
  );
  const final = new Map<string, LineVerdict>();
  for (const line of lines) {
    const verdict = await considered(line, verdicts.get(line.id)!);
    final.set(line.id, verdict);
    if (fits(verdict)) continue;
    const entry = 'move' in verdict ? entries.get(verdict.move.id) : undefined;
    const known = { people: entry ? peopleIn(entry) : [], hint: entry ? null : await hintFor(line) };
    const finding = lineFinding(provider, line, verdict, known);
    if (finding) await raise(`settled.${provider}.${line.id}`, finding, at);
  }
  return linesStep(lines, final, cursorOf(page));
}

/** A payout is booked when the bank has it, days after the transfer for it: until then its withdrawal is open. */
async function considered(line: Line, verdict: LineVerdict): Promise<LineVerdict> {
  const id = payoutIn(line);
  if (verdict.kind !== 'transfer_without_withdrawal' || id === null) return verdict;
  const withdrawal = await load(collections.withdrawals.doc(id));
  if (!withdrawal || !isOpen(withdrawal)) return verdict;
  const same = withdrawal.currency === line.currency && withdrawal.amount === Math.abs(line.gross);
  return same ? { kind: 'under_way' } : verdict;
}

async function movesOn({ run: { provider, day, cursor } }: Run) {
  const page = await find(movesIn(provider, spanOf(day), cursor));
  const moves = page.flatMap(({ doc }) => moveOf(doc) ?? []);
  const compared = await compareAbout(
    provider,
    moves.map(({ source }) => source),
  );
  return { moves, compared, cursor: cursorOf(page) };
}

async function compareMoves(run: Run): Promise<Step> {
  const { moves, compared, cursor } = await movesOn(run);
  return movesStep(moves, compared.moves, cursor);
}

async function findMissing(run: Run, at: number): Promise<Step> {
  const { provider } = run.run;
  const { moves, compared, cursor } = await movesOn(run);
  const missing = moves.filter(({ id }) => compared.moves.get(id) === 'missing_at_provider');
  for (const move of missing) {
    const entry = compared.entries.get(move.id)!;
    await raise(`booked.${provider}.${move.id}`, moveFinding(move, entry.reference, peopleIn(entry)), at);
  }
  return { cursor, counts: { differences: missing.length } };
}

async function summarize({ id, run: { provider, day, feesOff, totals } }: Run, at: number): Promise<Step> {
  const about = `reconciliations/${id}`;
  for (const currency of currencies) {
    const off = feesOff[currency];
    if (!off) continue;
    const fees = totals[currency]?.provider.fees ?? zero;
    const booked = totals[currency]?.books.fees ?? zero;
    const finding = feeFinding(day, about, currency, { ...off, fees, booked });
    await raise(`fees.${provider}.${day}.${currency}`, finding, at);
  }
  const before = pendingBefore(day);
  const [purchases, payments] = await Promise.all([
    count(pendingPurchases(before)),
    count(pendingPayments(before)),
  ]);
  if (purchases + payments > 0)
    await raise(`pending.${provider}.${day}`, pendingFinding(day, about, purchases, payments), at);
  return { cursor: null };
}
