import { collections } from '../../functions/src/collections.ts';
import { shownTopics } from '../../functions/src/courses/course.ts';
import type { Acts } from './acts.ts';
import type { Person } from './client.ts';
import type { Dice } from './dice.ts';
import { call, docOf, personBy, pickDoc, play, type World } from './world.ts';

/** What people buy to learn, how they learn it, and what those do who make courses. */

const reason = 'Looked at it twice.';
const tiers = ['starter', 'pro', 'elite'] as const;

/** What can be learned here; each topic is a video of so many seconds. */
export const courses = [
  { id: 'selling-online', base: 99_900, fromRank: 1, topics: { hello: 40, shop: 75 } },
  { id: 'tying-knots', base: 7_777, fromRank: 3, topics: { bowline: 30, hitch: 60, splice: 45 } },
  { id: 'speaking-well', base: null, fromRank: 2, topics: { breath: 50 } },
] as const;

/** Those who learn: also people who come with nothing, and pay with a card. */
export const learner = (world: World, dice: Dice): Person =>
  dice.pick(dice.chance(0.85) ? world.users : world.guests);

const byCard = (dice: Dice, most: number) => ({
  card: {
    ...(dice.chance(0.3) && { fromWallet: 1 + dice.below(most) }),
    ...(dice.chance(0.2) && { save: true }),
  },
});

const course = (dice: Dice): string => dice.pick(courses).id;
const video = { source: 'youtube', videoId: 'dQw4w9WgXcQ' };

/** Mostly what is the next above what they have. */
function tierFor(world: World, dice: Dice, { uid }: Person): string {
  const rank = docOf(world, collections.members, uid)?.package?.rank ?? 0;
  return dice.chance(0.75) ? (tiers[rank] ?? 'elite') : dice.pick(tiers);
}

/** Somebody, and a course: mostly one that is open to them. */
function pupil(world: World, dice: Dice): { person: Person; id: string } {
  const all = [...world.users, ...world.guests].flatMap((person) => {
    const { uid } = person;
    const rank = docOf(world, collections.members, uid)?.package?.rank ?? 0;
    const bought = (id: string) => docOf(world, collections.enrolments, `${id}~${uid}`)?.status === 'active';
    const open = courses.filter(({ id, fromRank }) => rank >= fromRank || bought(id));
    return open.map(({ id }) => ({ person, id }));
  });
  return all.length === 0 || dice.chance(0.1)
    ? { person: learner(world, dice), id: course(dice) }
    : dice.pick(all);
}

/** What a player says: where it is, as fast as it goes; those who cheat are at the end at once. */
function beat(world: World, person: Person, id: string, rate: number, seconds: number): unknown {
  const outline = docOf(world, collections.courses, id);
  const { topics = {} } = docOf(world, collections.progress, `${id}~${person.uid}`) ?? {};
  const all = outline ? shownTopics(outline) : [];
  const left = all.filter((one) => topics[one.id]?.doneAt == null);
  const cheats = rate > 2;
  const topic = (cheats ? left.at(-1) : left[0])?.id ?? all[0]?.id ?? 'hello';
  const seen = topics[topic]?.seconds ?? 0;
  const position = cheats ? rate : Math.floor(seen + seconds * rate);
  return call(world, person, 'learning-beat', { course: id, topic, position: Math.min(position, 36_000) });
}

export const learningActs = {
  buyPackage(world, dice, requestId) {
    const person = learner(world, dice);
    const item = tierFor(world, dice, person);
    const times = dice.chance(0.12) ? 2 : 1;
    // Two at once of the same: one of them does not fit any more.
    return Array.from({ length: times }, (_, i) =>
      call(world, person, 'packages-buy', {
        ...{ requestId: `${requestId}-${i}`, package: item },
        ...(dice.chance(0.65) && byCard(dice, 200_000)),
      }),
    );
  },
  buyCourse(world, dice, requestId) {
    const person = learner(world, dice);
    const wanted = { requestId, course: course(dice) };
    return call(world, person, 'courses-buy', { ...wanted, ...(dice.chance(0.6) && byCard(dice, 5000)) });
  },
  /** A card pays for an order that waits for it. */
  payOrder(world, dice) {
    const waits = ({ status }: { status: string }, id: string) =>
      status === 'awaiting_payer' && docOf(world, collections.orders, id) !== null;
    const found = pickDoc(world, dice, collections.payments, waits);
    if (!found || !('intent' in found.doc)) return undefined;
    const { intent } = found.doc;
    // A card that has paid for another, too.
    if (dice.chance(0.25)) world.providers.till.vault.prints[intent] = 'fp_of_a_family';
    return play(world, `/play/confirm/${intent}`, { method: 'pm_card_visa' });
  },
  /** Whoever comes back from the page of their bank asks; now and then somebody else does. */
  askOrder(world, dice) {
    const found = pickDoc(
      world,
      dice,
      collections.orders,
      ({ status }) => status === 'open' || dice.chance(0.3),
    );
    if (!found) return undefined;
    const person = dice.chance(0.1) ? dice.pick(world.users) : personBy(world, found.doc.uid);
    return call(world, person, 'orders-get', { order: found.id });
  },
  refundOrder(world, dice, requestId) {
    const found = pickDoc(
      world,
      dice,
      collections.orders,
      ({ status }) => status === 'done' || dice.chance(0.05),
    );
    if (!found) return undefined;
    const { total } = found.doc.price;
    const amount = dice.chance(0.4) ? { amount: 1 + dice.below(total) } : {};
    const wish = { requestId, order: found.id, ...amount, reason };
    if (dice.chance(0.1)) void call(world, dice.pick(world.finance), 'orders-refund', wish);
    return call(world, dice.pick(world.finance), 'orders-refund', wish);
  },
  /** A bank takes back what a card paid for an order. */
  contestOrder(world, dice) {
    const found = pickDoc(
      world,
      dice,
      collections.payments,
      ({ status }, id) => status === 'paid' && docOf(world, collections.orders, id) !== null,
    );
    const intent = found && 'intent' in found.doc ? found.doc.intent : undefined;
    if (intent === undefined) return undefined;
    const amount = found?.doc.fromCard ?? 2;
    const wish = dice.chance(0.7) ? {} : { amount: String(Math.max(1, Math.floor(amount / 3))) };
    return play(world, `/play/dispute/${intent}`, wish);
  },
  /** Somebody watches for a while: honestly, faster than any player goes, or two videos at once. */
  study(world, dice) {
    const { person, id } = pupil(world, dice);
    if (dice.chance(0.3))
      void call(world, person, 'learning-open', { course: id, topic: Object.keys(courses[0].topics)[0] });
    const rate = dice.pick([1, 1, 2, 2, 2, 36_000]);
    const others = dice.chance(0.2) ? [rate, 36_000] : [rate];
    for (const [i, speed] of others.entries())
      for (let n = 0, at = i * 700; n < 10; n += 1) {
        const seconds = 6 + dice.below(dice.chance(0.1) ? 90 : 24);
        at += seconds * 1000;
        world.scheduler.in(at, () => void beat(world, person, id, speed, seconds));
      }
  },
  claim(world, dice) {
    const { person, id } = pupil(world, dice);
    return call(world, person, 'learning-claim', { course: id });
  },
  makeCourse(world, dice) {
    const by = world.superadmins[0]!;
    const { id, base, fromRank, topics } = dice.pick(courses);
    const [topic, seconds] = dice.pick(Object.entries(topics));
    const part = { course: id, module: 'all', topic, title: topic, seconds, video, reason };
    switch (dice.below(5)) {
      case 0:
        // Mostly it is back soon.
        world.scheduler.in(
          dice.below(3_600_000),
          () => void call(world, by, 'courses-publish', { course: id, published: true, reason }),
        );
        return call(world, by, 'courses-publish', { course: id, published: false, reason });
      case 1:
        return call(world, by, 'courses-topic', { ...part, published: dice.chance(0.7) });
      case 2:
        return call(world, by, 'courses-topic', {
          ...part,
          seconds: seconds + dice.below(20),
          published: true,
        });
      case 3: {
        const price = (base ?? 5000) + dice.below(1000);
        const sold = dice.chance(0.8) ? { base: price, taxBps: 1800, currency: 'INR' } : null;
        return call(world, by, 'courses-terms', { course: id, sold, fromRank, reason });
      }
      default:
        return call(world, by, 'courses-drop', { course: id, part: { kind: 'topic', id: topic }, reason });
    }
  },
  /** Somebody looks at certificates; now and then one is taken back. */
  certify(world, dice) {
    const found = pickDoc(world, dice, collections.certificates);
    if (!found) return undefined;
    const certificate = found.id;
    const owner = personBy(world, found.doc.uid);
    if (dice.chance(0.3))
      return call(world, world.superadmins[0]!, 'certificates-revoke', { certificate, reason });
    if (dice.chance(0.5)) return call(world, owner, 'certificates-list', {});
    const name = dice.pick(['certificates-verify', 'certificates-proof'] as const);
    return call(world, dice.chance(0.3) ? dice.pick(world.users) : owner, name, { certificate });
  },
} satisfies Acts;

/** What some have from the beginning, by their places among the people, so that they earn of what others buy. */
const atFirst = ['elite', 'pro', 'starter', null, 'pro', null, 'starter', null, null] as const;

export async function buyAtFirst(world: World, person: Person, i: number): Promise<void> {
  const item = atFirst[i] ?? null;
  if (item === null) return;
  await call(world, person, 'packages-buy', { requestId: `prelude-package-${i}`, package: item });
}

/** What a superadmin does at the beginning: packages that end while we look, and courses. */
export async function openSchool(world: World): Promise<void> {
  const by = world.superadmins[0]!;
  const money = { base: 250_000, taxBps: 1800, tax: 45_000, total: 295_000, currency: 'INR' };
  const short = { package: 'starter', title: 'Starter', rank: 1, ...money, days: 3, reason };
  await call(world, by, 'packages-define', short);
  for (const { id, base, fromRank, topics } of courses) {
    const named = { course: id, reason };
    await call(world, by, 'courses-save', { ...named, title: id });
    await call(world, by, 'courses-module', { ...named, module: 'all', title: 'All', published: true });
    for (const [topic, seconds] of Object.entries(topics))
      await call(world, by, 'courses-topic', {
        ...{ ...named, module: 'all', topic, title: topic, seconds, published: true, video },
      });
    const sold = base === null ? null : { base, taxBps: 1800, currency: 'INR' };
    await call(world, by, 'courses-terms', { ...named, sold, fromRank });
    await call(world, by, 'courses-publish', { ...named, published: true });
  }
}
