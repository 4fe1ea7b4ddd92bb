import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { privacyFile, renderPrivacy } from '../../docs/privacy.ts';
import { collections } from '../src/collections.ts';
import { classOf, personal, rows } from '../src/privacy/personal.ts';
import { plain, pseudonyms } from '../src/privacy/harmless.ts';
import { samples } from './rules/samples.ts';
import { textFields } from './storedfields.ts';

/** Erasure knows of everything that is stored: by the types, and by what lies in the tests' store. */

const stored = textFields();

/** The paths of all texts in a document, items of lists as `*`. */
const leaves = (value: unknown, path = ''): string[] => {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  const into = (key: string) => (path === '' ? key : `${path}.${key}`);
  return Array.isArray(value)
    ? value.flatMap((item) => leaves(item, into('*')))
    : Object.entries(value).flatMap(([key, item]) => leaves(item, into(key)));
};

test('the types tell of every collection', () => {
  expect([...stored.keys()].sort()).toEqual(Object.keys(collections).sort());
  expect(stored.get('payees')).toEqual(expect.arrayContaining(['destinations.*.mask', 'kyc.reason']));
  expect(stored.get('escrows')).toEqual(expect.arrayContaining(['statement', 'note', 'wish', 'title']));
});

test('every field that can hold a text is personal, a pseudonym or harmless: somebody decided', () => {
  const undecided = [...stored].flatMap(([name, fields]) =>
    fields.filter((field) => classOf(name, field) === null).map((field) => `${name}.${field}`),
  );
  expect(undecided).toEqual([]);
});

test('and so is every text in the samples that is no choice of words', () => {
  const undecided = Object.entries(samples).flatMap(([name, list]) =>
    list
      .flatMap(({ doc }) => leaves(doc))
      .filter((field) => stored.get(name)?.includes(field) && classOf(name, field) === null)
      .map((field) => `${name}.${field}`),
  );
  expect(undecided).toEqual([]);
});

test('a field that nobody decided about is found', () => {
  expect(classOf('jobs', 'nickname')).toBeNull();
  expect(classOf('nobodys', 'title')).toBeNull();
  expect(classOf('jobs', 'titles')).toBeNull();
  expect(classOf('jobs', 'title')).toBe('personal');
});

test('nothing is decided twice, nor about what is not there', () => {
  const decided = [
    ...personal.map(({ collection, fields }) => [collection, fields] as const),
    ...Object.entries(pseudonyms),
    ...Object.entries(plain),
  ].filter(([name]) => stored.has(name));
  const all = decided.flatMap(([name, fields]) => fields.map((field) => `${name}.${field}`));
  expect(all.filter((one, i) => all.indexOf(one) !== i)).toEqual([]);
  const gone = decided.flatMap(([name, fields]) =>
    fields
      .filter((field) => !stored.get(name)?.some((one) => one === field || one.startsWith(`${field}.`)))
      .map((field) => `${name}.${field}`),
  );
  expect(gone).toEqual([]);
});

test('what is kept says by what law and for how long', () => {
  const kept = rows().filter(({ fate }) => fate === 'kept');
  expect(kept.length).toBeGreaterThan(8);
  for (const { law, why, for: long } of kept) {
    expect(law).toMatch(/Art\. \d/);
    expect([why, long].every((text) => text.length > 10)).toBe(true);
  }
});

test('docs/privacy.md is what the table says; `node docs/generate.ts` writes it', () => {
  const prettier = join(import.meta.dirname, '../../node_modules/prettier/bin/prettier.cjs');
  const formatted = execFileSync(process.execPath, [prettier, '--stdin-filepath', privacyFile], {
    input: renderPrivacy(),
    encoding: 'utf8',
  });
  expect(readFileSync(privacyFile, 'utf8')).toBe(formatted);
}, 30_000);
