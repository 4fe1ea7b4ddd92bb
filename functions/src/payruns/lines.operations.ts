import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { accountOf } from '../platform/accounts.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { atomically } from '../platform/firestore.ts';
import { joinId } from '../shared/ids.ts';
import { decideLine, failLine, type LineOrder } from './lining.ts';
import { lineIdOf, type Payrun } from './payrun.ts';
import { readForLine, readLine, writeLined } from './payruns.store.ts';

/** The withdrawal that a run makes for somebody, whether it does or not. */
export const withdrawalIdOf = (run: string, uid: string): string => joinId(deriveId('payrun', uid, run), uid);

export type Run = { readonly id: string; readonly run: Payrun };

/**
 * One person’s line, and with it their withdrawal, once for each run. What goes wrong is written down and stops nobody
 * else; only where not even that can be written does the run stop, to be gone on with from its cursor.
 */
export async function makeLine({ id, run }: Run, uid: string, at: number): Promise<void> {
  const { currency, minimum } = run;
  const whose = { run: id, uid, at };
  const requestHash = hashInput([id, uid]);
  const order = { ...whose, currency, minimum, requestHash, withdrawal: withdrawalIdOf(id, uid) };
  try {
    const account = await accountOf(uid);
    await settle({ ...order, stands: account !== null && !account.disabled });
  } catch (error) {
    logger.error('a line of a weekly run failed', error, { run: id, uid });
    await putOff(whose);
  }
}

const settle = (order: LineOrder) =>
  atomically({
    read: (reader) => readForLine(reader, order),
    decide: (books) => ({ lined: decideLine(books, order) }),
    write: (writer, { lined }) => {
      if (lined) writeLined(writer, order, lined);
    },
  });

const putOff = (whose: Pick<LineOrder, 'run' | 'uid' | 'at'>) =>
  atomically({
    read: (reader) => readLine(reader, whose),
    decide: ({ line }) => ({ after: failLine(line, whose) }),
    write: (writer, { after }) => {
      if (after) writer.set(collections.payrunLines.doc(lineIdOf(whose.run, whose.uid)), after);
    },
  });
