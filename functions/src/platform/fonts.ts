import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** Noto Sans by its scripts, as https://fontsource.org packs it: https://fonts.google.com/noto (OFL 1.1) */
export const scripts = [
  ...['latin', 'latin-ext', 'vietnamese', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'devanagari'].map(
    (script) => ({ from: '@fontsource/noto-sans', file: `noto-sans-${script}`, isRtl: false }),
  ),
  { from: '@fontsource/noto-sans-arabic', file: 'noto-sans-arabic-arabic', isRtl: true },
] as const;

// Built, this is CommonJS, which has no `import.meta`; as it is written, it is a module, which has no `__filename`.
const here = typeof __filename === 'string' ? __filename : import.meta.filename;

/** The files, in the order of `scripts`. Some 400 kB: read when paper is drawn, and by nothing else. */
export const readFonts = (): Promise<Buffer[]> =>
  Promise.all(
    scripts.map(({ from, file }) => {
      const found = findPackageJSON(from, here);
      if (found === undefined) throw new Error(`${from} is not installed`);
      return readFile(join(dirname(found), 'files', `${file}-400-normal.woff`));
    }),
  );
