import { assertFails } from '@firebase/rules-unit-testing';
import { collection, doc, setDoc, writeBatch } from 'firebase/firestore';
import { access } from './access.ts';
import { actors, type Actor } from './actors.ts';
import { names, probes, wishes, type Probe } from './probes.ts';
import { answerTo, openReach, type Reach } from './reach.ts';
import { folderOf, samples } from './samples.ts';
import { nameOf } from './trial.ts';

jest.setTimeout(180_000);

let reach: Reach;
beforeAll(async () => {
  reach = await openReach();
}, 180_000);
afterAll(() => reach.stop());

/** What is answered otherwise than the table says; nothing must be. */
async function wrong(asked: readonly Probe[]): Promise<string[]> {
  const found = await Promise.all(
    asked.map(async (probe) => {
      const { actor, ask, answer } = probe;
      const is = await answerTo(reach.as(actor), actor.uid, ask);
      return String(is) === String(answer) ? [] : [`${nameOf(probe)} is answered: ${String(is)}`];
    }),
  );
  return found.flat();
}

/** Everything that is found is read once more by its id: a reader of a list may see each document in it. */
async function unreadable(asked: readonly Probe[]): Promise<string[]> {
  const paths = new Map<Actor, Set<string>>();
  for (const { actor, answer } of asked.filter(({ ask }) => ask.verb === 'list'))
    if (answer !== 'denied') paths.set(actor, new Set([...(paths.get(actor) ?? []), ...answer]));
  const again = [...paths].flatMap(([actor, found]) =>
    [...found].map((path): Probe => {
      return { near: '', attack: '', actor, ask: { verb: 'get', path }, answer: [path] };
    }),
  );
  return wrong(again);
}

const attacksOf = (asked: readonly Probe[]) =>
  [...new Set(asked.map(({ attack }) => attack))].sort().join(' ');
const verbs = {
  get: ['get'],
  list: ['list'],
  'create, update, delete': ['create', 'update', 'delete'],
};

const nearby = [...new Set(probes.map(({ near }) => near))];
const cases = nearby.flatMap((near) =>
  Object.entries(verbs).flatMap(([verb, meant]) =>
    actors.map((actor) => {
      const asked = probes.filter(
        (probe) => probe.near === near && probe.actor === actor && meant.includes(probe.ask.verb),
      );
      return { near, verb, who: actor.name, attacks: attacksOf(asked), asked };
    }),
  ),
);

test.each(cases)('$attacks $near, $verb: $who', async ({ asked }) => {
  expect(asked.length).toBeGreaterThan(0);
  expect(await wrong(asked)).toEqual([]);
  expect(await unreadable(asked)).toEqual([]);
});

/** What else an app can write with: over what is there, into a part of it, and together with others. */
test.each(names)('I8 W2-01 W2-04 W2-07 %s: no other way to write', async (name) => {
  const { path } = samples[name][0]!.ref;
  const tries = actors.flatMap((actor) => {
    const db = reach.as(actor);
    const mine = wishes(actor.uid ?? 'nobody');
    const free = doc(collection(db, folderOf(samples[name][0]!)));
    return [
      assertFails(setDoc(doc(db, path), mine)),
      assertFails(setDoc(doc(db, path), { frozen: false }, { merge: true })),
      assertFails(writeBatch(db).set(free, mine).delete(doc(db, path)).commit()),
    ];
  });
  await Promise.all(tries);
});

test('W2-05 every collection has a row and samples, each of one owner or of parties', () => {
  expect(Object.keys(access).sort()).toEqual([...names].sort());
  for (const name of names) {
    expect(samples[name].length).toBeGreaterThan(0);
    for (const sample of samples[name]) expect(folderOf(sample).split('/').at(-1)).toBe(name);
    const most = access[name].get.includes('party') ? 2 : 1;
    for (const { people } of samples[name]) expect(people.length).toBeLessThanOrEqual(most);
  }
});
