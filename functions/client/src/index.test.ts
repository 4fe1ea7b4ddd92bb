import { contract } from '../../src/contract.ts';
import { newWallet } from '../../src/ledger/wallet.ts';
import type { Call } from '../../src/shared/call.ts';
import { appQueries } from '../../test/queries/app.ts';
import { createClient, personal, refusalOf, takingId, usingUp } from './index.ts';

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
);
const those = (wanted: (call: Call) => boolean) =>
  calls
    .filter(([, call]) => wanted(call))
    .map(([name]) => name)
    .sort();

test('the client knows which calls take a request id, and which use an App Check token up', () => {
  expect([...takingId].sort()).toEqual(those(({ example }) => 'requestId' in (example.input as object)));
  expect(personal.filter((name) => !takingId.includes(name))).toEqual([]);
  expect([...usingUp].sort()).toEqual(those(({ guard }) => guard === 'once'));
});

type Made = { readonly name: string; readonly options: object; readonly input: unknown };

function recorder(answer: unknown = {}) {
  const made: Made[] = [];
  const client = createClient({
    who: () => 'ann',
    callable: (name, options) => (input) => {
      made.push({ name, options, input });
      return Promise.resolve({ data: answer });
    },
  });
  return { made, client };
}

test('a call is its feature and name, with an id where it takes one', async () => {
  const { made, client } = recorder();
  await client.wallet.get();
  await client.escrow.release({ escrow: 'j~a~b' });
  const item = { kind: 'amount', amount: 500 } as const;
  await client.purchases.create({ provider: 'stripe', item });
  await client.purchases.create({ provider: 'stripe', item, requestId: 'my-own-id' });
  const amount = { amount: 5000, currency: 'QAR' } as const;
  await client.withdrawals.request({ amount, destination: 'd' });
  const requestId: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
  expect(made).toEqual([
    { name: 'wallet-get', options: {}, input: {} },
    { name: 'escrow-release', options: {}, input: { escrow: 'j~a~b' } },
    { name: 'purchases-create', options: {}, input: { provider: 'stripe', item, requestId } },
    { name: 'purchases-create', options: {}, input: { provider: 'stripe', item, requestId: 'my-own-id' } },
    {
      name: 'withdrawals-request',
      options: { limitedUseAppCheckTokens: true },
      input: { amount, destination: 'd', requestId },
    },
  ]);
});

test('a form that changes while a storage is asked sends what was asked for', async () => {
  const { made, client } = recorder();
  const input = { title: 'A logo', price: { amount: 100, currency: 'QAR' as const } };
  const posted = client.jobs.post(input);
  input.price.amount = 999;
  await posted;
  expect(made[0]?.input).toMatchObject({ price: { amount: 100 } });
});

test('a client may be awaited, and is nothing but its calls', async () => {
  const { made, client } = recorder();
  expect(await Promise.resolve(client)).toBe(client);
  const { wallet } = client;
  expect(await Promise.resolve(wallet)).toBe(wallet);
  expect(made).toEqual([]);
});

test('a refusal has its reason, facts and a sentence; anything else is none', () => {
  const error = Object.assign(new Error('The balance is too small. [400]'), {
    details: { reason: 'insufficient_funds', facts: { available: 5, needed: 9, currency: 'QAR' } },
  });
  const refusal = refusalOf(error);
  if (refusal?.reason !== 'insufficient_funds') throw new Error('no such refusal');
  expect(refusal.facts.needed - refusal.facts.available).toBe(4);
  expect(refusal.message).toBe('The balance is too small.');
  for (const other of [null, undefined, 'x', new Error('x'), { details: null }, { details: { reason: 1 } }])
    expect(refusalOf(other)).toBeNull();
});

/** Firestore’s functions, as far as a watch uses them: a query is written down, and listened to. */
function paper() {
  const listened: { what: unknown; next: (snapshot: unknown) => void; error: unknown }[] = [];
  const firestore = {
    db: {},
    doc: (_: object, path: string) => ({ path }),
    collection: (_: object, path: string) => ({ path }),
    query: (from: { path: string }, ...parts: object[]) => ({
      path: from.path,
      where: parts.flatMap((part) => ('where' in part ? [part.where] : [])),
      orderBy: parts.flatMap((part) => ('orderBy' in part ? [part.orderBy] : [])),
      limit: parts.flatMap((part) => ('limit' in part ? [part.limit] : []))[0],
    }),
    where: (...where: unknown[]) => ({ where }),
    orderBy: (...orderBy: unknown[]) => ({ orderBy }),
    limit: (limit: number) => ({ limit }),
    onSnapshot: (what: unknown, next: (snapshot: unknown) => void, error?: unknown) => {
      listened.push({ what, next, error });
      return () => void listened.pop();
    },
  };
  const callable = () => () => Promise.resolve({ data: {} });
  return { listened, watch: createClient({ callable, who: () => 'ann', firestore }).watch };
}

test('F67 W2-50 every watch asks a query that the rules and the indexes are tested with', () => {
  const { listened, watch } = paper();
  const nothing = () => undefined;
  watch.entries('ann', nothing);
  watch.escrows('ann', nothing);
  watch.bookings('ann', nothing);
  watch.purchases('ann', nothing);
  watch.payments('ann', nothing);
  watch.sales('ann', nothing);
  watch.orders('ann', nothing);
  watch.enrolments('ann', nothing);
  watch.progress('ann', nothing);
  watch.certificates('ann', nothing);
  watch.withdrawals('ann', nothing);
  watch.notices('ann', nothing);
  watch.notices('ann', nothing, { unread: true });
  const listed = appQueries.map(({ query }) => {
    const { collection, where = [], orderBy = [], limit } = query('ann');
    return { path: collection.path, where, orderBy, limit };
  });
  for (const { what } of listened) expect(listed).toContainEqual(what);
  expect(listened).toHaveLength(13);
});

test('F67 what is shown has its id and its times in milliseconds; a wallet that is not there yet is empty', () => {
  const { listened, watch } = paper();
  const shown: unknown[] = [];
  const onError = () => undefined;
  const stop = watch.wallet('ann', (wallet) => shown.push(wallet), { onError });
  expect(listened[0]).toMatchObject({ what: { path: 'wallets/ann' }, error: onError });
  listened[0]!.next({ data: () => undefined });
  expect(shown.pop()).toEqual(newWallet);
  stop();
  expect(listened).toEqual([]);
  const forget = watch.root('2026-01-31', (root) => shown.push(root));
  expect(listened[0]).toMatchObject({ what: { path: 'roots/2026-01-31' } });
  listened[0]!.next({ data: () => undefined });
  listened[0]!.next({ data: () => ({ day: '2026-01-31', root: 'r' }) });
  expect(shown.splice(0)).toEqual([null, { day: '2026-01-31', root: 'r' }]);
  forget();
  for (const [kept, watchOne] of [
    ['members/ann', (show: (found: unknown) => void) => watch.member('ann', show)],
    ['memberships/ann', (show: (found: unknown) => void) => watch.membership('ann', show)],
  ] as const) {
    const leave = watchOne((found) => shown.push(found));
    expect(listened[0]).toMatchObject({ what: { path: kept } });
    listened[0]!.next({ data: () => undefined });
    listened[0]!.next({ data: () => ({ version: 1 }) });
    expect(shown.splice(0)).toEqual([null, { version: 1 }]);
    leave();
  }
  watch.purchases('ann', (found) => shown.push(...found), { limit: 3 });
  class Timestamp {
    toMillis = () => 1_767_225_600_000;
  }
  const createdAt = new Timestamp();
  listened[0]!.next({ docs: [{ id: 'p~ann', data: () => ({ uid: 'ann', createdAt, coins: { GDC: 1 } }) }] });
  expect(shown).toEqual([{ id: 'p~ann', uid: 'ann', createdAt: 1_767_225_600_000, coins: { GDC: 1 } }]);
  expect(listened[0]!.what).toMatchObject({ limit: 3 });
});
