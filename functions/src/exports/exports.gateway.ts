import type { JournalEntry } from '../ledger/journal.ts';
import type { Format } from './formats.ts';
import { columns, lineOf, rowsOf, type Cell } from './rows.ts';

/**
 * A cell that a sheet would take for a formula gets a quote before it (OWASP, CSV injection); RFC 4180 lines, as in
 * wallet/statement.gateway.ts.
 */
async function csvOf(rows: Cell[][]): Promise<string> {
  // Only when one is asked for: no other function loads it.
  const { stringify } = await import('csv-stringify/sync');
  return stringify(rows, { escape_formulas: true, record_delimiter: '\r\n', quote_record_delimiter: true });
}

/** A part of an export as text: parts in their order make one file. @param first whether it begins the file */
export const textOf = async (
  entries: readonly JournalEntry[],
  format: Format,
  first: boolean,
): Promise<string> =>
  format === 'jsonl'
    ? entries.map((entry) => lineOf(entry)).join('')
    : csvOf([...(first ? [[...columns]] : []), ...entries.flatMap((entry) => rowsOf(entry))]);
