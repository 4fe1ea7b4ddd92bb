import { createHash } from 'node:crypto';
import type { Paper } from '../shared/paper.ts';

/**
 * Paper as a file: the same bytes for the same paper, since nothing in it is of the moment. pdfkit makes the file's id
 * from its info, and that has the date the paper is of.
 * https://pdfkit.org/docs/getting_started.html
 */

const [LEFT, RIGHT, TOP, BOTTOM] = [56, 539, 56, 770];
const ROW = 18;

/** The fonts that every reader has know Latin-1; of other letters stands a mark, and none is dropped. */
const printable = (text: string): string => text.replace(/[^\n\u0020-\u007e\u00a0-\u00ff]/gu, '?');

/** @returns the file in base64, and the hash of its bytes in hex */
export async function drawPaper(paper: Paper, of: Date): Promise<{ pdf: string; sha256: string }> {
  // Only when one is asked for: no other function loads it.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: 'A4',
    margin: TOP,
    // Small either way; so its bytes depend on no version of zlib, and anything can read it.
    compress: false,
    info: { Title: paper.title, CreationDate: of, ModDate: of },
  });
  const parts: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.once('end', resolve);
    document.once('error', reject);
  });
  let y = TOP;
  const bold = (on: boolean) => document.font(on ? 'Helvetica-Bold' : 'Helvetica');
  const row = (left: string, right: string, strong = false) => {
    bold(strong).fontSize(10);
    // Both sides of a row stay on one sheet.
    const [leftHigh, rightHigh] = [
      document.heightOfString(printable(left), { width: 300 }),
      document.heightOfString(printable(right), { width: RIGHT - LEFT - 180 }),
    ];
    if (y + Math.max(leftHigh, rightHigh) > BOTTOM) {
      document.addPage();
      y = TOP;
    }
    document.text(printable(left), LEFT, y, { width: 300 });
    const below = document.y;
    document.text(printable(right), LEFT + 180, y, { width: RIGHT - LEFT - 180, align: 'right' });
    y = Math.max(y + ROW, below, document.y);
  };
  const rule = () => {
    document
      .moveTo(LEFT, y + 4)
      .lineTo(RIGHT, y + 4)
      .lineWidth(0.5)
      .stroke();
    y += 12;
  };
  bold(true).fontSize(18).text(paper.title, LEFT, y);
  y = document.y + 10;
  for (const line of paper.issuer) {
    bold(false).fontSize(10).text(printable(line), LEFT, y);
    y = document.y + 2;
  }
  rule();
  for (const [name, value] of paper.head) row(name, value);
  rule();
  for (const [text, amount] of paper.lines) row(text, amount);
  rule();
  for (const [text, amount] of paper.sums) row(text, amount, text === 'Total');
  document.end();
  await done;
  const bytes = Buffer.concat(parts);
  return { pdf: bytes.toString('base64'), sha256: createHash('sha256').update(bytes).digest('hex') };
}
