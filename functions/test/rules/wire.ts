import type { Query } from '../../src/platform/store.ts';
import type { Actor } from './actors.ts';
import { wishes, type Answer, type Ask, type Asker } from './probes.ts';

/** Asks the emulator by REST, which takes a tenth of what an app takes: mutants ask very often. */

const operators = {
  '==': 'EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  in: 'IN',
  'array-contains': 'ARRAY_CONTAINS',
} as const;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The emulator takes a token without a signature, as the testing library sends it. */
function tokenOf({ uid, claims }: Actor, projectId: string): string | null {
  if (uid === null) return null;
  const token = {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    ...{ iat: 0, exp: 3600, auth_time: 0, sub: uid, user_id: uid },
    firebase: { sign_in_provider: 'custom', identities: {} },
    ...claims,
  };
  return `${part({ alg: 'none', type: 'JWT' })}.${part(token)}.`;
}

/** An id may have a colon in it, which would end the path. */
const urlOf = (path: string) => (path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`);

type Found = { readonly name?: string; readonly document?: { readonly name: string } };

export function wireTo(host: string, projectId: string): Asker {
  const root = `projects/${projectId}/databases/(default)/documents`;

  function valueOf(value: unknown): object {
    if (Array.isArray(value)) return { arrayValue: { values: value.map(valueOf) } };
    if (typeof value === 'boolean') return { booleanValue: value };
    if (typeof value === 'number') return { integerValue: String(value) };
    return { stringValue: value };
  }

  const filterOf = ([field, is, value]: NonNullable<Query<unknown>['where']>[number]) => {
    const named = { fieldPath: field };
    if (value === null) return { unaryFilter: { field: named, op: 'IS_NULL' } };
    const wanted = field === '__name__' ? { referenceValue: `${root}/${value as string}` } : valueOf(value);
    return { fieldFilter: { field: named, op: operators[is], value: wanted } };
  };

  function structured({ collection, where = [], orderBy = [], limit }: Query<unknown>, everywhere: boolean) {
    const filters = where.map(filterOf);
    return {
      from: [{ collectionId: collection.path.split('/').at(-1), allDescendants: everywhere }],
      ...(filters.length === 0 ? {} : { where: { compositeFilter: { op: 'AND', filters } } }),
      orderBy: orderBy.map(([field, direction]) => ({
        field: { fieldPath: field === 'id' ? '__name__' : field },
        direction: direction === 'asc' ? 'ASCENDING' : 'DESCENDING',
      })),
      ...(limit === undefined ? {} : { limit }),
    };
  }

  function requestOf(actor: Actor, ask: Ask): [path: string, body?: object] {
    if (ask.verb === 'get') return [urlOf(ask.path)];
    if (ask.verb === 'list') {
      const parent = ask.everywhere ? [] : ask.query.collection.path.split('/').slice(0, -1);
      return [
        `${urlOf(parent.join('/'))}:runQuery`,
        { structuredQuery: structured(ask.query, ask.everywhere ?? false) },
      ];
    }
    const name = `${root}/${ask.path}`;
    const entries = Object.entries(wishes(actor.uid ?? 'nobody'));
    const fields = Object.fromEntries(entries.map(([field, value]) => [field, valueOf(value)]));
    // What a wrong rule lets through then fails on this: the samples stay as they are.
    const currentDocument = { updateTime: '2000-01-01T00:00:00Z' };
    if (ask.verb === 'delete') return [':commit', { writes: [{ delete: name, currentDocument }] }];
    const update = { name, fields };
    if (ask.verb === 'create')
      return [':commit', { writes: [{ update, currentDocument: { exists: false } }] }];
    const updateMask = { fieldPaths: Object.keys(fields) };
    return [':commit', { writes: [{ update, updateMask, currentDocument }] }];
  }

  async function send(token: string | null, [path, body]: [string, object?], method?: string) {
    const answer = await fetch(`http://${host}/v1/${root}${path}`, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, said: await answer.json() };
  }

  return async (actor, ask): Promise<Answer> => {
    const { status, said } = await send(tokenOf(actor, projectId), requestOf(actor, ask));
    if (status === 403) return 'denied';
    if (status === 200 && ask.verb === 'create') await send('owner', [urlOf(ask.path)], 'DELETE');
    // Not found, or the write's condition failed: nobody was refused.
    if (ask.verb !== 'get' && ask.verb !== 'list') return [ask.path];
    if (status === 404) return [];
    if (status !== 200)
      throw new Error(`${JSON.stringify(ask)} was answered ${status}: ${JSON.stringify(said)}`);
    const documents = [said].flat() as Found[];
    const found = documents.flatMap(({ name, document }) => name ?? document?.name ?? []);
    return found.map((name) => name.slice(root.length + 1)).sort();
  };
}
