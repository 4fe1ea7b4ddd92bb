import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { doors, expected } from '../../docs/endpoints.ts';
import { apiFile, renderApi } from '../../docs/api.ts';
import { readMeanings } from '../../docs/meanings.ts';
import { contract } from '../src/contract.ts';
import { collections } from '../src/collections.ts';
import type { Call } from '../src/shared/call.ts';
import { allReasons, common } from '../src/shared/refusal.ts';
import { appQueries } from './queries/app.ts';

const page = readFileSync(apiFile, 'utf8');
const root = join(import.meta.dirname, '..', '..');
const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.keys(own).map((name) => `${feature}.${name}`),
);

test('docs/api.md is what the contract says; `node docs/generate.ts` writes it', () => {
  const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const formatted = execFileSync(process.execPath, [prettier, '--stdin-filepath', apiFile], {
    input: renderApi(contract, readMeanings()),
    encoding: 'utf8',
  });
  expect(page).toBe(formatted);
}, 30_000);

test('F85 every call and every reason has its place', () => {
  for (const name of calls) expect(page).toContain(`### ${name.replace('.', '-')}\n`);
  const catalogue = page.slice(page.indexOf('## Every refusal'));
  for (const reason of allReasons) expect(catalogue).toContain(`| \`${reason}\``);
});

test('every reason is given by some call, but for the one that webhooks give', () => {
  const specs = Object.values(contract).flatMap((own) => Object.values<Call>(own));
  const named = new Set([...common, ...specs.flatMap(({ refusals }) => refusals)]);
  expect(allReasons.filter((reason) => !named.has(reason))).toEqual(['bad_signature']);
});

/** Every schema within a schema, as JSON has it. */
function within(
  schema: unknown,
): { readonly type?: unknown; readonly const?: unknown; readonly enum?: unknown }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return [schema, ...Object.values(schema).flatMap(within)];
}

test('W0-44 no number that goes in or out has a fraction', () => {
  let numbers = 0;
  for (const { input, output } of Object.values(contract).flatMap((own) => Object.values<Call>(own)))
    for (const schema of [z.toJSONSchema(input, { io: 'input' }), z.toJSONSchema(output, { io: 'input' })])
      for (const { type, const: only, enum: some = [only] } of within(schema)) {
        // One of a few that are named may be: each of them is whole.
        if (type === 'number') expect((some as unknown[]).every(Number.isSafeInteger)).toBe(true);
        if (type === 'integer') numbers += 1;
      }
  expect(numbers).toBeGreaterThan(100);
});

test('what a coin system is asked for is served, by things that there are', () => {
  expect(expected).toHaveLength(58);
  const lists = appQueries.map(({ about }) => about);
  const knocked: string[] = doors.map(({ name }) => name);
  for (const { calls: named = [], read, list, doors: own = [] } of expected) {
    expect([...named, ...own, read, list].some(Boolean)).toBe(true);
    for (const name of named) expect(calls).toContain(name);
    for (const name of own) expect(knocked).toContain(name);
    if (list !== undefined) expect(lists).toContain(list);
    if (read !== undefined) expect(Object.keys(collections)).toContain(read.split('/')[0]);
  }
});

test('the page names no place on anybody’s machine, and no link leads nowhere', () => {
  expect(page).not.toMatch(/\/(?:home|root|Users|work|tmp)\/|localhost|127\.0\.0\.1/);
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor!);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});
