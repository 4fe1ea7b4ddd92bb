/** I6: a week's run asked for somebody's money exactly where its line says so. */
import { joinId } from '../../functions/src/shared/ids.ts';
import type { Books } from '../books.ts';
import { failed, onAccount } from './moves.ts';

const BY = 'payrun:';

export function payrunProblems({ payrunLines, withdrawals, journal }: Books): string[] {
  const lines = [...payrunLines].flatMap(([id, line]) => {
    if (line.outcome !== 'requested') return [];
    const { run, uid, withdrawal, amount } = line;
    const asked = withdrawals.get(withdrawal);
    const entry = journal.get(`withdrawal:${withdrawal}:request`);
    const reserved = onAccount(entry, `wallet:${uid}:reserved`);
    return failed([
      [`I6 line ${id}: its withdrawal is not there, or another’s`, asked?.uid === uid],
      [`I6 line ${id}: asked for ${amount}, and ${reserved} was reserved`, reserved === amount],
      [`I6 line ${id}: its money was reserved by ${entry?.by ?? 'nobody'}`, entry?.by === `${BY}${run}`],
    ]);
  });
  const entries = [...journal].flatMap(([id, { by, reference }]) => {
    if (!by.startsWith(BY)) return [];
    const withdrawal = reference.replace('withdrawals/', '');
    const line = payrunLines.get(joinId(by.slice(BY.length), withdrawals.get(withdrawal)?.uid ?? ''));
    const isIts = line?.outcome === 'requested' && line.withdrawal === withdrawal;
    return failed([[`I6 ${id}: no line of the run tells of it`, isIts]]);
  });
  return [...lines, ...entries];
}
