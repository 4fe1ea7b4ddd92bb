import { takeTallies, type Tally } from '../../../local/wire.ts';
import { withName } from './creators.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage();
}, 180_000);
afterAll(() => stage.stop());

const DAY = '24h';
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

/** Follows a link as a browser at some address does, or as something else. */
const follow = (
  id: string,
  address: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
) =>
  fetch(`${stage.cloud.urls.functions}/links-click/${id}`, {
    method,
    redirect: 'manual',
    headers: { 'user-agent': chrome, 'x-forwarded-for': address, ...headers },
  });

const today = () => new Date(stage.cloud.clock.now()).toISOString().slice(0, 10);
async function statsOf(person: Actor) {
  await stage.cloud.runSchedule('links-fold');
  const first = new Date(stage.cloud.clock.now() - 80 * 24 * 3_600_000).toISOString().slice(0, 10);
  return person.api.links.stats({ first, last: today() });
}
const linkOf = (person: Actor, channel: 'x' | 'whatsapp' = 'x') =>
  person.api.links.make({ channel, path: '/join' });

/** Somebody who came by a link and attached the code, as `codes-attach` leaves it. */
async function attached(person: Actor, referrer: string, link: string | null): Promise<void> {
  const createdAt = new Date(stage.cloud.clock.now());
  await stage.db.doc(`referrals/${person.uid}`).set({
    ...{
      uid: person.uid,
      referrer,
      link,
      createdAt,
      untilAt: createdAt,
      status: 'over',
      dueAt: null,
      news: [],
    },
  });
  await stage.idle();
}

test('F56 a link is made once for each channel and place, leads to the app, and says nothing but itself and the code', async () => {
  const ann = await stage.actor();
  const made = await together(Array.from({ length: 5 }, () => linkOf(ann)));
  expect(new Set(made.answers.map(({ id }) => id)).size).toBe(1);
  const { id, url } = made.answers[0]!;
  const other = await linkOf(ann, 'whatsapp');
  expect((await ann.api.links.list({})).links.map((one) => one.id).toSorted()).toEqual(
    [id, other.id].toSorted(),
  );
  const answer = await fetch(url, { redirect: 'manual', headers: { 'user-agent': chrome } });
  const target = new URL(answer.headers.get('location')!);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store']);
  expect([target.origin, target.pathname]).toEqual([new URL(process.env.APP_URL!).origin, '/join']);
  const code = target.searchParams.get('code')!;
  expect([...target.searchParams.keys()]).toEqual(['link', 'code']);
  expect(code).toMatch(/^[2-9A-Z]{8}$/);
  // Nothing else leads anywhere but to the app itself.
  for (const none of ['nobodys-link', '..%2f..', '', 'x'.repeat(300)]) {
    const lost = await follow(none, '203.0.113.1');
    expect([lost.status, lost.headers.get('location')]).toEqual([302, `${target.origin}/`]);
  }
  expect((await follow(id, '203.0.113.1', {}, 'POST')).status).toBe(405);
  for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a?next=b', '/..%2f'])
    expect(await refusal(ann.api.links.make({ channel: 'x', path }))).toMatchObject({
      reason: 'invalid_input',
    });

  const { shares } = await ann.api.links.share({ link: id, language: 'ar' });
  for (const share of shares) expect(share.text).toContain(code);
  expect(
    new URL(shares.find(({ network }) => network === 'whatsapp')!.url).searchParams.get('text'),
  ).toContain(url);
  const { svg } = await ann.api.links.banner({ link: id, size: '728x90' });
  expect(svg).toContain(`>${code}</text>`);
});

test('F56 there is an end to how many links somebody has', async () => {
  const ann = await stage.actor();
  const made = await together(
    Array.from({ length: 55 }, (_, i) => ann.api.links.make({ channel: 'x', path: `/p${i}` })),
  );
  expect([made.answers.length, new Set(made.reasons)]).toEqual([50, new Set(['limit_reached'])]);
  let after: string | undefined;
  const seen: string[] = [];
  for (;;) {
    const page = await ann.api.links.list({ ...(after !== undefined && { after }), limit: 20 });
    seen.push(...page.links.map(({ id }) => id));
    if (page.next === null) break;
    after = page.next;
  }
  expect(new Set(seen).size).toBe(50);
});

test('F56 W4-35 a storm of two hundred clicks at once from one address is one, and writes one document', async () => {
  const ann = await stage.actor();
  const { id } = await linkOf(ann);
  const before = (await stage.db.collection('clicks').count().get()).data().count;
  takeTallies();
  const storm = await Promise.all(Array.from({ length: 200 }, () => follow(id, '203.0.113.7')));
  expect(new Set(storm.map(({ status }) => status))).toEqual(new Set([302]));
  const spent = takeTallies('links-click').map(({ tally }) => tally);
  const sum = (of: (one: Tally) => number) => spent.reduce((all, one) => all + of(one), 0);
  // Beside the write two counts of the limit at most, in one commit; each click asks where the link leads.
  expect([spent.length, sum(({ writes }) => writes)]).toEqual([200, 1]);
  expect(sum(({ beside }) => beside)).toBeLessThanOrEqual(2);
  expect(sum(({ reads }) => reads)).toBeLessThanOrEqual(202);
  await Promise.all([
    follow(id, '203.0.113.8'),
    follow(id, '2001:db8:1:2::3'),
    follow(id, '2001:db8:1:2:ffff::3'),
  ]);
  const more = (await stage.db.collection('clicks').count().get()).data().count - before;
  expect(more).toBe(3);
  const { total, channels } = await statsOf(ann);
  expect(total).toEqual({ clicks: 3, unique: 3, conversions: 0, sales: 0, rateBps: 0 });
  expect(channels).toMatchObject([{ channel: 'x', unique: 3 }]);
  // Folded again, it is the same.
  await together([stage.cloud.runSchedule('links-fold'), stage.cloud.runSchedule('links-fold')]);
  expect((await statsOf(ann)).total).toMatchObject({ clicks: 3, unique: 3 });
});

test('F56 one whose days cannot be added to keeps nobody else’s visitors from being counted, and loses none', async () => {
  const [ann, ben] = [await stage.actor(), await stage.actor()];
  const day = stage.db.doc(`clickDays/${today()}~${ann.uid}`);
  await day.set({ uid: ann.uid });
  await follow((await linkOf(ann)).id, '203.0.113.31');
  await follow((await linkOf(ben)).id, '203.0.113.32');
  expect((await statsOf(ben)).total).toMatchObject({ clicks: 1, unique: 1 });
  await day.delete();
  expect((await statsOf(ann)).total).toMatchObject({ clicks: 1, unique: 1 });
});

test('F56 robots, what looks ahead, HEAD, and an address that the caller made up count nothing', async () => {
  const ann = await stage.actor();
  const { id } = await linkOf(ann);
  await follow(id, '203.0.113.9', { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
  await follow(id, '203.0.113.9', { 'sec-purpose': 'prefetch' });
  expect((await follow(id, '203.0.113.9', {}, 'HEAD')).status).toBe(302);
  expect((await statsOf(ann)).total).toMatchObject({ clicks: 0, unique: 0, rateBps: null });
  // Only the last entry is what we saw ourselves.
  await Promise.all([1, 2, 3].map((n) => follow(id, `198.51.100.${n}, 203.0.113.9`)));
  expect((await statsOf(ann)).total).toMatchObject({ clicks: 1, unique: 1 });
});

test('F56 somebody is one for a day, over midnight and a new key too; then another one', async () => {
  const ann = await stage.actor();
  const { id } = await linkOf(ann);
  const times = async () => (await statsOf(ann)).total;
  await follow(id, '203.0.113.10');
  await stage.advance('30s');
  await follow(id, '203.0.113.10');
  expect(await times()).toMatchObject({ clicks: 1, unique: 1 });
  await stage.advance('13h');
  await follow(id, '203.0.113.10');
  await stage.advance('10h');
  await follow(id, '203.0.113.10');
  expect(await times()).toMatchObject({ clicks: 3, unique: 1 });
  await stage.advance('2h');
  await follow(id, '203.0.113.10');
  expect(await times()).toMatchObject({ clicks: 4, unique: 2 });
});

test('W4-31 no address is stored or logged, nor can be guessed back from what is', async () => {
  const ann = await stage.actor();
  const { id } = await linkOf(ann);
  const told = stage.witness.heard().lines.length;
  await follow(id, '198.51.100.77');
  await stage.advance(DAY);
  await follow(id, '198.51.100.77');
  await statsOf(ann);
  const all = (await stage.db.collection('clicks').where('link', '==', id).get()).docs;
  expect(all).toHaveLength(2);
  // Two days of the same person have nothing in common but the link.
  expect(new Set(all.map((one) => one.id.slice(0, 16))).size).toBe(2);
  for (const one of all) {
    expect(one.id).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(one.data()).toSorted()).toEqual(
      ['channel', 'clicks', 'dueAt', 'expiresAt', 'firstAt', 'folded', 'lastAt', 'link', 'uid'].toSorted(),
    );
  }
  const collections = await stage.db.listCollections();
  for (const collection of collections)
    for (const { ref } of (await collection.get()).docs)
      expect(JSON.stringify((await ref.get()).data())).not.toContain('198.51.100.77');
  expect(
    stage.witness
      .heard()
      .lines.slice(told)
      .filter((line) => line.includes('198.51.100')),
  ).toEqual([]);
});

test('F56 who attaches the code that they came to by a link counts once, and once when they buy', async () => {
  const [ann, eve, bob, cat] = await Promise.all([
    stage.actor(),
    stage.actor(),
    stage.actor(),
    stage.actor(),
  ]);
  const [{ id }, { id: eves }] = [await linkOf(ann), await linkOf(eve)];
  await follow(id, '203.0.113.20');
  await attached(bob, ann.uid, id);
  // Somebody else's link, and none: no conversion.
  await attached(cat, ann.uid, eves);
  expect((await statsOf(ann)).total).toEqual({
    clicks: 1,
    unique: 1,
    conversions: 1,
    sales: 0,
    rateBps: 10_000,
  });
  const order = {
    ...{ uid: bob.uid, status: 'done', doneAt: new Date(stage.cloud.clock.now()), kind: 'package', back: 0 },
  };
  const sold = async () => {
    await stage.db.doc(`orders/${requestId()}~${bob.uid}`).set(order);
    await stage.idle();
  };
  await sold();
  await sold();
  expect((await statsOf(ann)).total).toMatchObject({ conversions: 1, sales: 1 });
  expect((await statsOf(eve)).total).toMatchObject({ conversions: 0, sales: 0, rateBps: null });
  for (const { ref } of (await stage.db.collection('orders').get()).docs) await ref.delete();
}, 90_000);

test('F56 W4-25 the way of one newcomer: the link, the code, and the tree of who brought them', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const name = await withName(bob);
  const { id } = await linkOf(ann);
  const target = new URL((await follow(id, '203.0.113.30')).headers.get('location')!);
  const [code, link] = [target.searchParams.get('code')!, target.searchParams.get('link')!];
  expect({ code, link }).toEqual({ ...(await ann.api.codes.mine({})), link: id });
  const attach = () => bob.api.codes.attach({ code, link, device: 'phone-of-bob-alone' });
  await together([attach(), attach(), attach()]);
  await stage.idle();
  expect((await statsOf(ann)).total).toMatchObject({ unique: 1, conversions: 1, rateBps: 10_000 });
  const { people, totals } = await ann.api.tree.show({ level: 1 });
  expect([people.map(({ username }) => username), totals.children]).toEqual([[name], 1]);
});

test('F56 who is erased leaves nothing of this behind, and nothing comes back later', async () => {
  const [ann, bob, cat] = [await stage.actor(), await stage.actor(), await stage.actor()];
  const { id } = await linkOf(bob);
  await attached(bob, ann.uid, null);
  await attached(cat, bob.uid, id);
  await follow(id, '203.0.113.40');
  const { stopBringing } = await import('../../src/privacy/bringing.operations.ts');
  const erased = () => stopBringing(bob.uid, stage.cloud.clock.now());
  await stage.db.doc(`referrals/${bob.uid}`).delete();
  await erased();
  await erased();
  expect(new URL((await follow(id, '203.0.113.41')).headers.get('location')!).search).toBe('');
  await stage.cloud.runSchedule('links-fold');
  await stage.cloud.runSchedule('tree-sweep');
  for (const kind of ['links', 'clickDays'])
    expect((await stage.db.collection(kind).where('uid', '==', bob.uid).get()).size).toBe(0);
  expect((await ann.api.tree.show({ level: 1 })).totals).toEqual({ children: 0, grandchildren: 0 });
  expect(await bob.api.leaders.mine({ period: 'all' })).toMatchObject({ rank: null, hidden: true });
});

test('F56 what no trigger told of is found by the schedule', async () => {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const { id } = await linkOf(ann);
  await attached(bob, ann.uid, id);
  await stage.db.doc(`conversions/${bob.uid}`).delete();
  const days = await stage.db.collection('clickDays').where('uid', '==', ann.uid).get();
  await Promise.all(days.docs.map(({ ref }) => ref.delete()));
  expect((await statsOf(ann)).total).toMatchObject({ conversions: 1 });
  expect((await statsOf(ann)).total).toMatchObject({ conversions: 1 });
});

test('W4-25 a link is its owner’s: nobody else hears of it, or draws with its code', async () => {
  const [ann, eve] = [await stage.actor(), await stage.actor()];
  await withName(ann);
  const { id } = await linkOf(ann);
  for (const call of [
    eve.api.links.share({ link: id }),
    eve.api.links.banner({ link: id, size: '300x250' }),
    eve.api.links.list({ after: id }),
  ])
    expect(await refusal(call)).toMatchObject({ reason: 'not_found' });
  expect((await eve.api.links.list({})).links).toEqual([]);
});
