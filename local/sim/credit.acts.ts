import { collections } from '../../functions/src/collections.ts';
import type { Acts } from './acts.ts';
import { call, docOf, pickDoc, play } from './world.ts';

/** What people do with credits, and what becomes of their work at the provider's. */

const reason = 'Looked at it twice.';
const kinds = ['image', 'image', 'image', 'enhance', 'enhance', 'video'] as const;
const tiers = ['basic', 'pro', 'studio'] as const;
const somewhere = 'https://pictures.example/cat.png';
const nowhere = ['http://pictures.example/cat.png', 'https://10.0.0.1/a.png', 'https://2130706433/a.png'];

export const creditActs = {
  buyCredits: (world, dice, requestId) =>
    call(world, dice.pick(world.users), 'purchases-create', {
      ...{ requestId, provider: dice.chance(0.75) ? 'stripe' : 'fatora' },
      item: { kind: 'credits', pack: dice.pick(['some', 'more']) },
    }),
  generate(world, dice, requestId) {
    const person = dice.pick(world.users);
    const kind = dice.pick(kinds);
    const imageUrl = dice.chance(0.1) ? dice.pick(nowhere) : somewhere;
    const image = kind === 'enhance' || dice.chance(0.2) ? { imageUrl } : {};
    // Now and then more than there are credits for, at once.
    const times = dice.chance(0.15) ? 3 + dice.below(6) : 1;
    return Array.from({ length: times }, (_, i) =>
      call(world, person, 'generations-start', {
        ...{ requestId: `${requestId}-${i}`, kind, prompt: 'A lighthouse' },
        ...image,
      }),
    );
  },
  cancelWork(world, dice) {
    const found = pickDoc(world, dice, collections.generations);
    if (!found) return undefined;
    const others = dice.chance(0.1) ? dice.pick(world.users) : null;
    const person = others ?? world.users.find(({ uid }) => uid === found.doc.uid);
    return person && call(world, person, 'generations-cancel', { generation: found.id });
  },
  /** The provider is done with something, or says so; of some it never says anything. */
  studio(world, dice) {
    const tasks = Object.values(world.providers.studio.tasks).slice(-10);
    const waiting = tasks.filter(({ status }) => status === 'processing');
    // Once more of one that was told of: another end, after the end.
    if (tasks.length === 0) return undefined;
    const task = dice.pick(dice.chance(0.9) && waiting.length > 0 ? waiting : tasks);
    const ending = dice.pick(['succeeded', 'succeeded', 'succeeded', 'failed', 'empty']);
    return world.providers.atelier.request('POST', `/play/${ending}/${task.task_id}`, {}, '');
  },
  subscribe(world, dice, requestId) {
    const person = dice.pick(world.users);
    if (dice.chance(0.2)) return call(world, person, 'allowance-cancel', {});
    return call(world, person, 'allowance-subscribe', { requestId, tier: dice.pick(tiers) });
  },
  /** Stripe charges for it, or cannot; a month is over; somebody ends it in the dashboard. */
  bill(world, dice) {
    const all = Object.values(world.providers.till.vault.subscriptions).slice(-6);
    if (all.length === 0) return undefined;
    const { id, latest_invoice: invoice } = dice.pick(all);
    if (invoice.status === 'open' && dice.chance(0.8))
      return play(world, `/play/subscription-${dice.chance(0.8) ? 'paid' : 'failed'}/${id}`);
    return play(world, `/play/subscription-${dice.chance(0.8) ? 'renewed' : 'ended'}/${id}`);
  },
  remedy(world, dice, requestId) {
    if (dice.chance(0.6)) {
      const by = dice.pick(world.support);
      return call(world, by, 'generations-remedy', { requestId, limit: 20, reason });
    }
    if (dice.chance(0.5)) {
      const cancelBps = { image: dice.pick([0, 5000, 3333]), video: 2500, enhance: dice.pick([0, 10_000]) };
      return call(world, dice.pick(world.finance), 'generations-policy', { cancelBps, reason });
    }
    const { uid } = dice.pick(world.users);
    const gift = { requestId, uid, credits: 1 + dice.below(20), reason };
    return call(world, dice.pick(world.finance), 'lots-grant', gift);
  },
  /** The platform sells to people, too. */
  buyPlan: (world, dice, requestId) =>
    call(world, dice.pick(world.users), 'plans-buy', {
      ...{ requestId, offer: dice.pick(['plus', 'pro', 'featured', 'verification']) },
      ...(dice.chance(0.3) && { card: {} }),
    }),
  /** What is there is looked at while it changes. */
  lookAround(world, dice) {
    const person = dice.pick(world.users);
    const booking = pickDoc(world, dice, collections.bookings)?.id;
    const mine = booking !== undefined && docOf(world, collections.bookings, booking)?.parties;
    if (mine && mine.includes(person.uid)) return call(world, person, 'bookings-get', { booking });
    return call(
      world,
      person,
      dice.pick(['lots-list', 'generations-list', 'plans-mine', 'allowance-show']),
      {},
    );
  },
} satisfies Acts;
