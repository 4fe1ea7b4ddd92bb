import { createHash } from 'node:crypto';
import { readFonts, scripts } from '../platform/fonts.ts';
import { runsOf, UNKNOWN, type Run } from './runs.ts';

export type Diploma = {
  readonly number: string;
  readonly username: string | null;
  readonly course: string;
  readonly issuedAt: number;
  /** Where anybody may look whether it holds. */
  readonly page: string;
};

const [WIDTH, HEIGHT, MARGIN] = [841.89, 595.28, 60];

/** How a line is drawn: its size, unless it would be wider than the sheet, and where. */
type Line = { readonly text: string; readonly size: number; readonly y: number };

/** What is there of a font: https://github.com/foliojs/fontkit#font-objects */
type Known = { readonly font: { hasGlyphForCodePoint(letter: number): boolean } };

/** A certificate as a file, on one sheet: the same bytes for the same words. @returns the file in base64 */
export async function drawCertificate({ number, username, course, issuedAt, page }: Diploma) {
  // Only when one is asked for: no other function loads it.
  const { default: PDFDocument } = await import('pdfkit');
  const files = await readFonts();
  const of = new Date(issuedAt);
  const info = { Title: 'Certificate', CreationDate: of, ModDate: of };
  const document = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    compress: false,
    info,
  });
  const parts: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.once('end', resolve);
    document.once('error', reject);
  });
  const fonts = files.map((file, i) => {
    document.registerFont(`f${i}`, file).font(`f${i}`);
    const { font } = (document as unknown as { readonly _font: Known })._font;
    return { knows: (letter: number) => font.hasGlyphForCodePoint(letter), isRtl: scripts[i]!.isRtl };
  });
  // With features named a run is shaped as one, which keeps words that are read from the right in their order.
  const optionsOf = ({ isRtl }: Run) => ({ lineBreak: false, ...(isRtl && { features: ['rtla' as const] }) });
  const widthOf = (run: Run, size: number) =>
    document.font(`f${run.font}`).fontSize(size).widthOfString(run.text, optionsOf(run));
  // Marks in an order that no language has, which the library cannot place, are left out rather than the certificate.
  const legible = (run: Run): Run => {
    try {
      widthOf(run, 1);
      return run;
    } catch {
      const text = run.text.replace(/\p{M}/gu, '');
      return text === run.text ? { ...run, text: UNKNOWN, font: 0 } : legible({ ...run, text });
    }
  };
  const draw = ({ text, size, y }: Line) => {
    const runs = runsOf(text, fonts).map(legible);
    const wide = runs.reduce((sum, run) => sum + widthOf(run, size), 0);
    const fitting = Math.min(size, (size * (WIDTH - 2 * MARGIN)) / Math.max(wide, 1));
    let x = (WIDTH - (wide * fitting) / size) / 2;
    for (const run of runs) {
      const width = widthOf(run, fitting);
      document.text(run.text, x, y, optionsOf(run));
      x += width;
    }
  };
  document
    .rect(30, 30, WIDTH - 60, HEIGHT - 60)
    .lineWidth(1.5)
    .stroke();
  const lines: readonly Line[] = [
    { text: 'Certificate', size: 34, y: 90 },
    { text: 'This says that', size: 13, y: 175 },
    { text: username ?? 'its holder', size: 26, y: 205 },
    { text: 'has finished the course', size: 13, y: 260 },
    { text: course, size: 26, y: 290 },
    { text: of.toISOString().slice(0, 10), size: 13, y: 350 },
    { text: `Number ${number}`, size: 10, y: 455 },
    { text: page, size: 10, y: 475 },
  ];
  for (const line of lines) draw(line);
  document.end();
  await done;
  const bytes = Buffer.concat(parts);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { filename: `certificate-${number}.pdf`, pdf: bytes.toString('base64'), sha256 };
}
