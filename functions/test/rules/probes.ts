import { collections } from '../../src/collections.ts';
import { collection, type Collection, type Query } from '../../src/platform/store.ts';
import { appQueries } from '../queries/app.ts';
import { access, foreign, type Access } from './access.ts';
import { actors, owner, payee, type Actor } from './actors.ts';
import { folderOf, matching, samples, strays, type Sample } from './samples.ts';

/** What is tried: one document by its id, a list (`everywhere`: in every collection of that name), or a write. */
export type Ask =
  | { readonly verb: 'get' | 'create' | 'update' | 'delete'; readonly path: string }
  | { readonly verb: 'list'; readonly query: Query<unknown>; readonly everywhere?: true };

/** The paths that are found, or no. */
export type Answer = readonly string[] | 'denied';

/** One thing that somebody tries, and what the table says to it. */
export type Probe = {
  /** The collection it is about. */
  readonly near: string;
  readonly attack: string;
  readonly actor: Actor;
  readonly ask: Ask;
  readonly answer: Answer;
};

export type Asker = (actor: Actor, ask: Ask) => Promise<Answer>;

/** What somebody who writes would like to be true. */
export const wishes = (uid: string) => ({
  ...{ uid, payer: uid, payee: uid, parties: [uid], role: 'superadmin', status: 'completed' },
  ...{ frozen: false, kycStatus: 'verified', balance: 0 },
});

type Name = keyof typeof collections;
export const names = Object.keys(collections) as Name[];

const reads = ({ role }: Actor, readers: Access['get']) => role !== null && readers.includes(role);

/** Whether the table lets this actor get this document. */
export function mayGet(name: Name, actor: Actor, { people }: Sample): boolean {
  const row = access[name];
  const theirs = actor.uid !== null && people.includes(actor.uid);
  if (row.get.includes('signed-in') && actor.uid !== null) return true;
  return reads(actor, row.get) || (theirs && (row.get.includes('owner') || row.get.includes('party')));
}

/** Whether the table lets this actor make this list: an admin any, others one that names them as the row says. */
function mayList(name: Name, actor: Actor, query: Query<unknown>): boolean {
  const { list, by = [] } = access[name];
  if (reads(actor, list)) return true;
  if (actor.uid === null || !(list.includes('owner') || list.includes('party'))) return false;
  if (by === 'folder') return query.collection.path.split('/').at(-2) === actor.uid;
  return (query.where ?? []).some(
    ([field, is, value]) => is !== 'in' && by.includes(field) && value === actor.uid,
  );
}

const naming = (field: string, uid: string) =>
  [field, field === 'parties' ? 'array-contains' : '==', uid] as const;

type List = Extract<Ask, { readonly verb: 'list' }>;

/** Lists by what somebody might hope that a rule takes for a reason. */
function listsOf(name: Name, inside: Collection<unknown>, actor: Actor): List[] {
  const me = actor.uid ?? 'nobody';
  const list = (where?: Query<unknown>['where']): List => ({
    verb: 'list',
    query: { collection: inside, ...(where ? { where } : {}) },
  });
  // Rules speak of places, so a search over all places of one name finds no rule.
  const everywhere = (ask: List): List => ({ ...ask, everywhere: true });
  const own = fieldsOf(name).map((field) => list([naming(field, me)]));
  const others = fieldsOf(name).flatMap((field) => [
    ...[owner.uid!, payee.uid!].filter((uid) => uid !== me).map((uid) => list([naming(field, uid)])),
    // More than what is theirs.
    list([[field, 'in', [me, 'cat']]]),
    list([[field, '>=', '']]),
  ]);
  return [
    ...[list(), everywhere(list()), ...own, ...own.map(everywhere), ...others],
    { verb: 'list', query: { collection: inside, limit: 1 } },
    // By its own id, which binds the wildcard of the path.
    list([['__name__', '==', `${inside.path}/${me}`]]),
  ];
}

const fieldsOf = (name: Name): readonly string[] => {
  const { by } = access[name];
  return typeof by === 'object' ? by : ['uid', 'parties'];
};

function probesOf(name: Name, actor: Actor): Probe[] {
  const { attack } = access[name];
  const lying = samples[name];
  const said = (ask: Ask): Answer => {
    if (ask.verb === 'get') {
      const { path } = ask;
      return mayGet(
        name,
        actor,
        lying.find(({ ref }) => ref.path === path)!,
      )
        ? [path]
        : 'denied';
    }
    if (ask.verb !== 'list' || ask.everywhere || !mayList(name, actor, ask.query)) return 'denied';
    return matching(lying, ask.query);
  };
  const asks: Ask[] = [
    ...lying.map(({ ref: { path } }) => ({ verb: 'get', path }) as const),
    ...[...new Set(lying.map(folderOf))].flatMap((folder) => [
      ...listsOf(name, collection(folder), actor),
      ...writes(folder, actor, lying),
    ]),
  ];
  return asks.map((ask) => ({ near: name, attack, actor, ask, answer: said(ask) }));
}

/** Where something lies, where nothing does, and under one's own id. */
function writes(folder: string, actor: Actor, lying: readonly Sample[]): Ask[] {
  const there = lying.filter((sample) => folderOf(sample) === folder).map(({ ref }) => ref.path);
  const own = `${folder}/${actor.uid ?? 'nobody'}`;
  return [
    { verb: 'create', path: `${folder}/never-made` },
    ...(there.includes(own) ? [] : [{ verb: 'create', path: own } as const]),
    ...there
      .slice(0, 1)
      .flatMap((path) => [{ verb: 'update', path } as const, { verb: 'delete', path } as const]),
  ];
}

/** Places that no row knows: what others left open, and copies of each document of ours. */
function probesElsewhere(actor: Actor): Probe[] {
  const me = actor.uid ?? 'nobody';
  const copies = names.flatMap((near) =>
    strays(near).map((sample) => {
      const where = fieldsOf(near).map((field) => naming(field, me));
      return { near, attack: 'W0-40', folder: folderOf(sample), path: sample.ref.path, where };
    }),
  );
  const others = foreign.map(({ path, attack }) => {
    return { near: path, attack, folder: path, path: `${path}/${me}`, where: [naming('uid', me)] };
  });
  return [...copies, ...others].flatMap(({ near, attack, folder, path, where }) => {
    const inside = collection(folder);
    const asks: Ask[] = [
      { verb: 'get', path },
      { verb: 'list', query: { collection: inside } },
      ...where.map((one): Ask => ({ verb: 'list', query: { collection: inside, where: [one] } })),
      ...(['create', 'update', 'delete'] as const).map((verb) => ({ verb, path })),
    ];
    return asks.map((ask): Probe => ({ near, attack, actor, ask, answer: 'denied' }));
  });
}

/** What apps may ask, asked by everybody: for themselves, and for somebody else. */
const probesOfApps = (actor: Actor): Probe[] =>
  appQueries.flatMap(({ query: make }) =>
    [owner.uid!, payee.uid!].map((uid): Probe => {
      const query = make(uid);
      const near = query.collection.path.split('/').at(-1) as Name;
      const answer = mayList(near, actor, query) ? matching(samples[near], query) : 'denied';
      return { near, attack: 'W2-50', actor, ask: { verb: 'list', query }, answer };
    }),
  );

/** Everything that is tried. The tests and the mutants both go by this list. */
export const probes: readonly Probe[] = actors.flatMap((actor) => [
  ...names.flatMap((name) => probesOf(name, actor)),
  ...probesElsewhere(actor),
  ...probesOfApps(actor),
]);
