import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksOf, parseRules } from './parse.ts';
import { unjustified } from './shape.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => readFile(join(root, file), 'utf8');

test('W2-05 every rule has a row that justifies it, and every row its rule', async () => {
  expect(unjustified(await read('firestore.rules'))).toEqual([]);
});

const journal = 'match /journal/{id} {';
const documents = '/documents {';
const more: [what: string, after: string, added: string, said: string][] = [
  ['an unknown collection', documents, 'match /secrets/{id} { allow read: if false; }', 'no row'],
  ['a wildcard path', documents, 'match /{all=**} { allow read: if false; }', 'no row'],
  ['a place below', journal, 'match /{below=**} { allow read: if false; }', 'no row'],
  ['the name anywhere', documents, 'match /{x=**}/journal/{id} { allow read: if false; }', 'no row'],
  ['a place once more', documents, 'match /journal/{other} { allow get: if false; }', 'twice'],
  ['a rule for everything', documents, 'allow read: if false;', 'for everything'],
  ['what nobody reads', documents, 'match /buyers/{uid} { allow get: if false; }', 'buyers allows get'],
  ['a write', journal, 'allow create: if false;', 'journal allows create'],
  ['a read and a write', journal, 'allow read, write: if false;', 'journal allows write'],
  ['no condition', journal, 'allow get;', 'without a condition'],
  ['a list where a get is meant', 'match /payees/{uid} {', 'allow list: if false;', 'payees allows list'],
];
test.each(more)('W2-05 W4-35 %s is found to be one rule too many', async (_, after, added, said) => {
  const changed = (await read('firestore.rules')).replace(after, `${after} ${added}`);
  const complaints = unjustified(changed);
  expect(complaints.length).toBeGreaterThan(0);
  for (const complaint of complaints) expect(complaint).toContain(said);
});

test('W2-05 a row without its rule is found', async () => {
  const changed = (await read('firestore.rules')).replace('match /journal/', 'match /diary/');
  expect(unjustified(changed)).toEqual([
    'no row: /databases/{database}/documents/diary/{id}',
    'no rule: journal',
  ]);
});

test('W2-08 files: one place, put there by its owner once, read by finance, and nothing else', async () => {
  const [bucket, ...blocks] = blocksOf(parseRules(await read('storage.rules')));
  expect(bucket).toMatchObject({ path: '/b/{bucket}/o', allows: [] });
  expect(blocks.map(({ path }) => path)).toEqual(['/b/{bucket}/o/kyc/{uid}/{file}']);
  const [put, get, ...rest] = blocks[0]!.allows;
  expect(rest).toEqual([]);
  expect([put!.verbs, get!.verbs]).toEqual([['create'], ['get']]);
  expect(put!.part.text).toMatch(/: if request\.auth != null\s+&& request\.auth\.uid == uid\s+&& /);
  expect(put!.part.text).not.toContain('||');
  expect(get!.part.text).toContain(
    "if request.auth != null && request.auth.token.role in ['finance', 'superadmin'];",
  );
});

test('lint: `eslint` looks at the rules and reports what is open or doubled', async () => {
  const changed = (await read('firestore.rules')).replace(
    journal,
    'match /journal/{n} { allow read: if true; allow write: if true; }' + journal,
  );
  const program = join(root, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const { stdout } = spawnSync(
    process.execPath,
    [program, '--format', 'json', '--stdin', '--stdin-filename', 'firestore.rules'],
    { cwd: root, input: changed, encoding: 'utf8' },
  );
  const [found] = JSON.parse(stdout) as { messages: { ruleId: string; severity: number }[] }[];
  const said = found!.messages.map(({ ruleId, severity }) => `${ruleId.split('/').at(-1)!} ${severity}`);
  expect(said.sort()).toEqual(['no-open-reads 2', 'no-open-writes 2', 'no-redundant-matches 2']);
}, 60_000);
