import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'promises.md'), 'utf8');
const promised = [...page.matchAll(/^\| ([ID]\d+) /gm)].map(([, id = '']) => id);
const sources = ['functions/test', 'functions/src', 'local'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);
const named = new Set(sources.join('\n').match(/\b[ID]\d+\b/g));

test('every promise is named by a test, and no test names one that there is not', () => {
  expect(promised.length).toBeGreaterThan(30);
  expect(promised.filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => !promised.includes(id))).toEqual([]);
});
