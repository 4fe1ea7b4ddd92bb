import { brakeRef } from '../brake/brake.store.ts';
import { collections } from '../collections.ts';
import type { Query, Reader, Writer } from '../platform/store.ts';
import { createWithdrawal } from '../withdrawals/withdrawals.store.ts';
import type { Lined, LineOrder } from './lining.ts';
import {
  lineIdOf,
  type Outcome,
  type Payrun,
  type PayrunJoin,
  type PayrunLine,
  type WeeklyCurrency,
} from './payrun.ts';

/** As many as one page of a run has. */
export const PAGE = 100;

export const readJoin = (reader: Reader, uid: string) =>
  reader.get({ join: collections.payrunJoins.doc(uid), payee: collections.payees.doc(uid) });

type Of = Pick<LineOrder, 'run' | 'uid' | 'withdrawal'>;

/** All that decides about one person in a run, by run and uid alone: one batch. */
export const readForLine = (reader: Reader, { run, uid, withdrawal }: Of) =>
  reader.get({
    line: collections.payrunLines.doc(lineIdOf(run, uid)),
    join: collections.payrunJoins.doc(uid),
    withdrawal: collections.withdrawals.doc(withdrawal),
    wallet: collections.wallets.doc(uid),
    payee: collections.payees.doc(uid),
    brake: brakeRef,
  });

export const readLine = (reader: Reader, { run, uid }: Pick<Of, 'run' | 'uid'>) =>
  reader.get({ line: collections.payrunLines.doc(lineIdOf(run, uid)) });

/** The line, the withdrawal that it tells of, and what its person has to hear: one commit. */
export function writeLined(writer: Writer, { run, uid, withdrawal }: Of, { line, moved, join }: Lined): void {
  writer.set(collections.payrunLines.doc(lineIdOf(run, uid)), line);
  if (moved?.posting) createWithdrawal(writer, withdrawal, moved);
  if (join) writer.set(collections.payrunJoins.doc(uid), join);
}

const after = (cursor: string | null | undefined) => (cursor == null ? {} : { after: cursor });

/** Who is paid every week, by their uids. */
export const joinsIn = (currency: WeeklyCurrency, cursor: string | null): Query<PayrunJoin> => ({
  collection: collections.payrunJoins,
  where: [['weekly', '==', currency]],
  limit: PAGE,
  ...after(cursor),
});

type Page = { readonly limit: number; readonly after?: string | null | undefined };

/** A run’s lines by their people, all or of one outcome. */
export const linesIn = (
  run: string,
  { limit, after: cursor, outcome }: Page & { readonly outcome?: Outcome | undefined },
): Query<PayrunLine> => ({
  collection: collections.payrunLines,
  where: [['run', '==', run], ...(outcome === undefined ? [] : ([['outcome', '==', outcome]] as const))],
  limit,
  ...after(cursor),
});

/** What failed and is tried again, the first first. Index: run, retryAt. */
export const linesToRetry = (run: string, limit: number): Query<PayrunLine> => ({
  collection: collections.payrunLines,
  where: [
    ['run', '==', run],
    ['retryAt', '>', 0],
  ],
  orderBy: [['retryAt', 'asc']],
  limit,
});

/** Newest first. */
export const runsUpTo = ({ limit, after: cursor }: Page): Query<Payrun> => ({
  collection: collections.payruns,
  orderBy: [['startedAt', 'desc']],
  limit,
  ...after(cursor),
});

/** Those that are not done and that nobody works on. */
export const dueRuns = (at: number): Query<Payrun> => ({
  collection: collections.payruns,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
