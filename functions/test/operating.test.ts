import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertKinds } from '../src/alerts/alert.ts';
import { contract } from '../src/contract.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
const named = [...page.matchAll(/`([a-z][a-z_-]*)[^`]*`/g)].map(([, name = '']) => name);

test('every alert that can be raised says what to do', () => {
  expect(alertKinds.filter((kind) => !named.includes(kind))).toEqual([]);
});

test('every call that the page names is there', () => {
  const calls = Object.entries(contract).flatMap(([feature, own]) =>
    Object.keys(own).map((name) => `${feature}-${name}`),
  );
  const features = Object.keys(contract);
  const asCalls = named.filter((name) => features.includes(name.split('-')[0]!) && name.includes('-'));
  expect(asCalls.length).toBeGreaterThan(8);
  expect(asCalls.filter((name) => !calls.includes(name))).toEqual([]);
});
