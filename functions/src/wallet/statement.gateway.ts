import { createHash } from 'node:crypto';
import { drawPaper } from '../platform/pdf.ts';
import { openUntil, paperOfPage, rowsOf, type StatementPage } from './statement.ts';

/** A page of a statement as a file, in base64: the same bytes for the same page. */
export type StatementFile = { readonly filename: string; readonly file: string; readonly sha256: string };

const nameOf = (page: StatementPage, ending: string): string => {
  const { month, currency, entries, first, last } = page;
  const until = openUntil(page);
  const open = until === null ? '' : `-until-${new Date(until).toISOString().slice(0, 10)}`;
  const part = first && last ? '' : `-from-${entries[0]?.n ?? 0}`;
  return `statement-${month}-${currency}${open}${part}.${ending}`;
};

/**
 * A cell that a sheet would take for a formula gets a quote before it (OWASP, CSV injection); RFC 4180 lines. With its
 * own end of line given, the library leaves a bare line feed in a cell unquoted unless it is told otherwise.
 */
export async function writeCsv(page: StatementPage): Promise<StatementFile> {
  // Only when one is asked for: no other function loads it.
  const { stringify } = await import('csv-stringify/sync');
  const text = stringify([...rowsOf(page)], {
    escape_formulas: true,
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
  });
  const bytes = Buffer.from(text, 'utf8');
  return {
    filename: nameOf(page, 'csv'),
    file: bytes.toString('base64'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

export async function drawStatement(page: StatementPage, issuer: readonly string[]): Promise<StatementFile> {
  const { pdf, sha256 } = await drawPaper(paperOfPage(page, issuer), new Date(page.until));
  return { filename: nameOf(page, 'pdf'), file: pdf, sha256 };
}
