import { existsSync, statSync } from 'node:fs';
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalEntry } from '../functions/src/ledger/journal.ts';
import { fold, type Sums } from '../functions/src/totals/totals.ts';
import { Mistake } from './mistake.ts';

/**
 * A file that grows page by page and can be gone on with: `FILE.part` is what there is of it, `FILE.part.json` how far
 * that is. The place is noted after the page is on the disk, and what lies behind the place is cut off, so the finished
 * file is the same bytes however often it was interrupted, and is there whole or not at all.
 */

export type Page = {
  readonly text: string;
  readonly entries: readonly JournalEntry[];
  readonly next: string | null;
};

export type Place = {
  /** What it is an export of: another one never goes on with it. */
  readonly of: string;
  /** The last entry that is in the file; null before the first. */
  readonly after: string | null;
  readonly bytes: number;
  readonly entries: number;
  /** What they moved, by class and currency. */
  readonly sums: Sums;
  /** Whether it is all of it. */
  readonly whole: boolean;
};

export type Job = {
  readonly file: string;
  readonly of: string;
  readonly page: (after: string | null) => Promise<Page>;
  readonly told?: (place: Place, page: Page) => void;
};

/** Something else is where this would go. */
export class Occupied extends Mistake {}

export const partOf = (file: string): string => `${file}.part`;
export const placeOf = (file: string): string => `${file}.part.json`;

/** Before anything is read for it: nothing is written over, and there is a folder for it. @throws Mistake */
export function mustBeVacant(file: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new Mistake(`There is no folder ${folder}.`);
  if (existsSync(file)) throw new Occupied(`${file} is there already: remove it, or name another file.`);
}

/** Writes all that is missing; `finish` then makes it the file. @throws Occupied */
export async function writePages({ file, of, page, told }: Job): Promise<Place> {
  let place = await lastPlace(file, of);
  const part = await open(partOf(file), existsSync(partOf(file)) ? 'r+' : 'w+');
  try {
    const { size } = await part.stat();
    if (size < place.bytes) place = start(of);
    await part.truncate(place.bytes);
    while (!place.whole) {
      const read = await page(place.after);
      const bytes = Buffer.from(read.text, 'utf8');
      await writeAll(part, bytes, place.bytes);
      place = {
        ...{
          of,
          after: read.next ?? place.after,
          bytes: place.bytes + bytes.length,
          whole: read.next === null,
        },
        ...{ entries: place.entries + read.entries.length, sums: fold(place.sums, read.entries) },
      };
      await note(file, place);
      told?.(place, read);
    }
  } finally {
    await part.close();
  }
  return place;
}

export async function finish(file: string): Promise<void> {
  await rename(partOf(file), file);
  await rm(placeOf(file), { force: true });
}

/** What there is of it is not to be gone on with. */
export const forget = (file: string): Promise<void> => rm(placeOf(file), { force: true });

const start = (of: string): Place => ({
  ...{ of, after: null, bytes: 0, entries: 0, sums: {}, whole: false },
});

async function lastPlace(file: string, of: string): Promise<Place> {
  if (!existsSync(placeOf(file))) return start(of);
  const place = placeIn(await readFile(placeOf(file), 'utf8'));
  if (place === null)
    throw new Occupied(
      `${placeOf(file)} says of nothing how far it is: remove it to begin anew, or name another file.`,
    );
  if (place.of !== of)
    throw new Occupied(
      `${placeOf(file)} is of another export (${place.of}): remove it, or name another file.`,
    );
  return place;
}

function placeIn(text: string): Place | null {
  try {
    const place = JSON.parse(text) as Partial<Place> | null;
    return typeof place?.of === 'string' && Number.isSafeInteger(place.bytes) ? (place as Place) : null;
  } catch {
    return null;
  }
}

async function writeAll(part: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await part.write(bytes, done, bytes.length - done, from + done)).bytesWritten;
  await part.datasync();
}

/** Whole or not at all. */
async function note(file: string, place: Place): Promise<void> {
  const next = `${placeOf(file)}.new`;
  const handle = await open(next, 'w');
  try {
    await handle.writeFile(JSON.stringify(place));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(next, placeOf(file));
}
