import { linesOf, sizes, type Language, type SizeName } from './share.ts';

const colours = { ground: '#0f3d3e', ink: '#ffffff', code: '#ffd166' } as const;

/** A banner as SVG: whatever the code is, the library writes it as text and never as markup. */
export async function drawBanner(name: SizeName, code: string, language: Language): Promise<string> {
  // Only when one is asked for: no other function loads it.
  const { create } = await import('xmlbuilder2');
  const { width, height } = sizes[name];
  const svg = create({ encoding: 'UTF-8' }).ele('http://www.w3.org/2000/svg', 'svg', {
    ...{ width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' },
    'xml:lang': language,
  });
  svg.ele('title').txt(code);
  svg.ele('rect', { width, height, fill: colours.ground });
  for (const { text, x, y, size, bold } of linesOf(sizes[name], code, language))
    svg
      .ele('text', {
        ...{ x, y, 'font-size': size, 'font-family': 'sans-serif', 'text-anchor': 'middle' },
        ...{ 'dominant-baseline': 'middle', direction: language === 'ar' && !bold ? 'rtl' : 'ltr' },
        ...(bold ? { 'font-weight': 'bold', fill: colours.code } : { fill: colours.ink }),
      })
      .txt(text);
  return svg.end();
}
