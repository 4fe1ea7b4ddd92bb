import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { firstTable, mustFit, nextTable, sameTable, type CommissionTable, type Wanted } from './rates.ts';

const current = collections.commissionTables.doc('current');

/** The table that holds. */
export const currentTable = async (): Promise<CommissionTable> => (await load(current)) ?? firstTable;

const shown = ({ level1, level2, taxBps, mostBps }: CommissionTable) => ({
  ...{ level1: JSON.stringify(level1), level2: JSON.stringify(level2), taxBps, mostBps },
});

/** What is bought from now on gives by this; what was bought keeps what it gave. @throws Refusal what `mustFit` does. */
export async function defineTable(wanted: Wanted, actor: Actor, at: number): Promise<CommissionTable> {
  mustFit(wanted);
  const { uid, role, ip, reason } = actor;
  const { after } = await atomically({
    read: (reader) => reader.get({ before: current }),
    decide: ({ before }) => {
      const now = before ?? firstTable;
      const same = sameTable(now, wanted);
      return { now, same, after: same ? now : nextTable(before, wanted, { uid, at }) };
    },
    write: (writer, { now, same, after: next }) => {
      if (same) return;
      writer.set(current, next);
      writer.create(collections.commissionTables.doc(String(next.version)), next);
      writeAction(writer, {
        ...{ id: `commissiontable.${next.version}`, action: 'commissions-define', target: current.path },
        ...{ by: uid, role, ip, at, reason, before: shown(now), after: shown(next) },
      });
    },
  });
  return after;
}
