import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { myStage } from '../../../local/jest/stage.ts';
import { mutantsOf, type Mutant } from './mutate.ts';
import { judged, tryMutants, UNLOADABLE } from './trial.ts';

const rulesFile = join(import.meta.dirname, '..', '..', '..', 'firestore.rules');

/** One in so many is tried here, which takes seconds; `npm run rules:mutants` tries all. */
const ONE_IN = 16;

test('W2-50 the wire answers every probe as the table says, and no mutant of a sample survives', async () => {
  const { projectId, mine } = myStage();
  const rules = await readFile(rulesFile, 'utf8');
  const outcome = await tryMutants({ host: mine.firestoreHost, projectId, rules, oneIn: ONE_IN });
  expect(outcome.wrong).toEqual([]);
  expect(outcome.mutants).toBeGreaterThan(20);
  expect(outcome.killed + outcome.equivalent.length).toBe(outcome.mutants);
}, 300_000);

const rules = (body: string) => `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents { ${body} } }`;
const textsOf = (body: string) => mutantsOf(rules(body), ['/buyers/{id}']).map(({ text }) => text);

test('a condition is dropped, loosened, turned round and swapped in every part', () => {
  const texts = textsOf(
    `match /a/{id} { allow get: if resource.data.x == 'finance' && (true || resource.data.y in [1, 2]); }`,
  );
  const now = texts.map((text) => text.split(' -> ')[1]);
  for (const line of [
    'nothing',
    `match /a/{id=**} {`,
    `match /{any=**}/a/{id} {`,
    `match /a/{id} { allow list: if request.auth != null;`,
    `match /databases/{database}/documents { match /buyers/{id} { allow update: if request.auth != null; }`,
    `allow read: if resource.data.x == 'finance' && (true || resource.data.y in [1, 2]);`,
    `allow get, write: if resource.data.x == 'finance' && (true || resource.data.y in [1, 2]);`,
    `allow get: if true;`,
    `allow get: if resource.data.x == 'finance';`,
    `allow get: if true && (true || resource.data.y in [1, 2]);`,
    `allow get: if resource.data.x != 'finance' && (true || resource.data.y in [1, 2]);`,
    `allow get: if resource.data.x == 'finance' || (true || resource.data.y in [1, 2]);`,
    `allow get: if resource.data.x == 'support' && (true || resource.data.y in [1, 2]);`,
    `allow get: if resource.data.y == 'finance' && (true || resource.data.y in [1, 2]);`,
    `allow get: if resource.data.x == 'finance' && (true || resource.data.y in [2]);`,
    `allow get: if resource.data.x == 'finance' && (true || resource.data.y in [1, 2, 'admin']);`,
    `allow get: if resource.data.x == 'finance' && (true && resource.data.y in [1, 2]);`,
  ])
    expect(now).toContain(line);
  expect(new Set(texts).size).toBe(texts.length);
});

test('what survives needs a reason, and a reason what survives', () => {
  const mutant = (text: string): Mutant => ({ text, near: '', source: text });
  const tried = [
    { mutant: mutant('a'), by: null },
    { mutant: mutant('b'), by: 'somebody' },
    { mutant: mutant('c'), by: null },
    { mutant: mutant('d'), by: UNLOADABLE },
  ];
  const reasons = ['a', 'b', 'z'].map((text) => ({ mutant: text, why: 'so' }));
  expect(judged(tried, reasons)).toEqual({
    ...{ mutants: 3, killed: 1, equivalent: [{ mutant: 'a', why: 'so' }] },
    wrong: ['survives: c', 'is no survivor: b', 'is no survivor: z'],
  });
});
