/** A stretch of a line that one font knows, and that is read in one direction. */
export type Run = { readonly text: string; readonly font: number; readonly isRtl: boolean };

export type Font = { readonly knows: (letter: number) => boolean; readonly isRtl: boolean };

/** What stands for a letter that no font knows: none is dropped. */
export const UNKNOWN = '?';

/**
 * A line cut into runs, from left to right as they are drawn. A letter stays with the font of the one before it where that
 * knows it, so that words, with the marks on their letters, stay whole. A line that begins in a script that is read from
 * the right has its runs from the right. That is Unicode’s bidirectional algorithm for a title, not for a page.
 */
export function runsOf(line: string, fonts: readonly Font[]): Run[] {
  const runs: { text: string; font: number }[] = [];
  for (const letter of line.normalize('NFC')) {
    const knows = (i: number) => fonts[i]?.knows(letter.codePointAt(0)!) ?? false;
    const last = runs.at(-1);
    const font = last && knows(last.font) ? last.font : fonts.findIndex((_, i) => knows(i));
    const [text, by] = font === -1 ? [UNKNOWN, 0] : [letter, font];
    if (last?.font === by) last.text += text;
    else runs.push({ text, font: by });
  }
  const all = runs.map((run) => ({ ...run, isRtl: fonts[run.font]?.isRtl ?? false }));
  return all[0]?.isRtl ? all.toReversed() : all;
}
