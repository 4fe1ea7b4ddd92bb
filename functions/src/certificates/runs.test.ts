import fc from 'fast-check';
import { runsOf, type Font } from './runs.ts';

const between = (from: string, to: string, isRtl = false): Font => ({
  knows: (letter) => letter === 32 || (letter >= from.codePointAt(0)! && letter <= to.codePointAt(0)!),
  isRtl,
});
const fonts = [between(' ', '~'), between('\u0900', '\u097f'), between('\u0600', '\u06ff', true)];
const texts = (line: string) => runsOf(line, fonts).map(({ text }) => text);

test('F62 a line is cut where its script changes, and read from the side it begins at', () => {
  expect(texts('Selling हिन्दी now')).toEqual(['Selling ', 'हिन्दी ', 'now']);
  expect(texts('البيع الآن Online')).toEqual(['Online', 'البيع الآن ']);
  expect(texts('Online البيع')).toEqual(['Online ', 'البيع']);
  expect(texts('漢字 ok')).toEqual(['?? ok']);
  expect(texts('')).toEqual([]);
});

test('no letter is lost, and no two runs beside each other have one font', () => {
  const letter = fc.constantFrom(...Array.from('aZ 5म ीبع漢'));
  fc.assert(
    fc.property(fc.string({ unit: letter }), (line) => {
      const runs = runsOf(line, fonts);
      expect(runs.reduce((sum, { text }) => sum + Array.from(text).length, 0)).toBe(
        Array.from(line.normalize('NFC')).length,
      );
      for (const [i, run] of runs.entries()) expect(run.font).not.toBe(runs[i - 1]?.font);
    }),
  );
});
