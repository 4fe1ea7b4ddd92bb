import fc from 'fast-check';
import { bare, join, part, type Branch } from './branch.ts';

/** Who brought whom: everybody by somebody before them, so there is no circle. */
const trees = fc
  .array(fc.nat(), { minLength: 1, maxLength: 25 })
  .map((picks) => picks.map((pick, i) => [`p${i + 1}`, `p${pick % (i + 1)}`] as const));

type All = Map<string, Branch>;
const of = (all: All, uid: string): Branch => all.get(uid) ?? bare;

function change(
  all: All,
  uid: string,
  parent: string,
  how: typeof part | ((line: Parameters<typeof join>[0]) => ReturnType<typeof join>),
): void {
  const above = of(all, parent).under;
  const line = {
    child: of(all, uid),
    parent: of(all, parent),
    grandparent: above === null ? null : of(all, above),
  };
  const after = how(line);
  if (!after) return;
  all.set(uid, after.child).set(parent, after.parent);
  if (above !== null && after.grandparent) all.set(above, after.grandparent);
}

const counted = (links: readonly (readonly [string, string])[], uid: string) => {
  const children = links.filter(([, parent]) => parent === uid).map(([child]) => child);
  const grandchildren = links.filter(([, parent]) => children.includes(parent)).length;
  return { children: children.length, grandchildren };
};

test('F57 W4-27 in whatever order people are counted, and however often, the numbers are those of the tree', () => {
  fc.assert(
    fc.property(
      trees.chain((links) =>
        fc.tuple(
          fc.constant(links),
          fc.shuffledSubarray([...links, ...links], { minLength: links.length * 2 }),
        ),
      ),
      ([links, order]) => {
        const all: All = new Map();
        for (const [uid, parent] of order) change(all, uid, parent, (line) => join(line, parent));
        for (const uid of ['p0', ...links.map(([child]) => child)])
          expect(of(all, uid)).toMatchObject(counted(links, uid));
      },
    ),
  );
});

test('F57 who leaves is counted nowhere any more, once', () => {
  fc.assert(
    fc.property(trees, fc.nat(), (links, pick) => {
      const all: All = new Map();
      for (const [uid, parent] of links) change(all, uid, parent, (line) => join(line, parent));
      const [gone, parent] = links[pick % links.length]!;
      change(all, gone, parent, part);
      change(all, gone, parent, part);
      const left = links.filter(([child]) => child !== gone);
      for (const uid of ['p0', ...links.map(([child]) => child)])
        expect(of(all, uid)).toMatchObject(counted(left, uid));
    }),
  );
});
