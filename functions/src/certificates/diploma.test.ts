import fc from 'fast-check';
import { drawCertificate } from './diploma.gateway.ts';

const diploma = {
  ...{ number: 'ab'.repeat(16), username: 'Lily_draws', issuedAt: 1_767_225_600_000 },
  page: 'https://market.example/certificates-page/ab',
};
const draw = async (course: string) => (await drawCertificate({ ...diploma, course })).pdf;
const bytesOf = (pdf: string) => Buffer.from(pdf, 'base64').toString('latin1');

test('F62 the same words are the same file, whatever the script, on one sheet', async () => {
  const titles = ['Selling online', 'البيع عبر الإنترنت', 'ऑनलाइन बिक्री', 'Продажи', 'बिक्री مع Sales', '漢'];
  const files = await Promise.all(titles.map(draw));
  expect(await Promise.all(titles.map(draw))).toEqual(files);
  expect(new Set(files).size).toBe(titles.length);
  for (const file of files) {
    expect(bytesOf(file).slice(0, 5)).toBe('%PDF-');
    expect(bytesOf(file).match(/\/Type \/Page\b/g)).toHaveLength(1);
  }
  // Their own letters are in the file, by the font that has them.
  const fontsIn = (file: string) => [
    ...new Set([...bytesOf(file).matchAll(/\/BaseFont \/\w+\+(\S+)/g)].map(([, name]) => name)),
  ];
  expect(fontsIn(files[0]!)).toHaveLength(1);
  expect(fontsIn(files[1]!)).toHaveLength(2);
}, 30_000);

test('F62 a title of any length stays on its sheet', async () => {
  expect(bytesOf(await draw('W'.repeat(120))).match(/\/Type \/Page\b/g)).toHaveLength(1);
});

/** Scripts whose letters and marks stand beside each other here as in no language. */
const scripts = [
  ...[
    [0x20, 0x7e],
    [0x300, 0x36f],
    [0x590, 0x6ff],
    [0x900, 0xdff],
    [0xe00, 0x13ff],
    [0x2000, 0x206f],
  ],
  ...[
    [0x4e00, 0x4eff],
    [0xfb00, 0xfdff],
    [0xfe00, 0xfeff],
    [0x1f300, 0x1f5ff],
  ],
] as [number, number][];

test('F62 whatever a course is called, its certificates can be drawn', async () => {
  const letter = fc.constantFrom(...scripts).chain(([min, max]) => fc.integer({ min, max }));
  const title = fc.array(letter, { minLength: 3, maxLength: 40 }).map((all) => String.fromCodePoint(...all));
  await expect(draw('֐ٮۖ')).resolves.toMatch(/^JVBE/);
  await fc.assert(
    fc.asyncProperty(title, async (course) => {
      expect(await draw(course)).toMatch(/^JVBE/);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 20_000 },
  );
}, 60_000);
