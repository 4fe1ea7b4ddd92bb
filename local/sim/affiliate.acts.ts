import { collections } from '../../functions/src/collections.ts';
import { firstTable } from '../../functions/src/commissions/rates.ts';
import type { Acts } from './acts.ts';
import type { Person } from './client.ts';
import type { Dice } from './dice.ts';
import { learner } from './learning.acts.ts';
import { call, docOf, personBy, pickDoc, type World } from './world.ts';

/** What those do who bring others: codes, links, what they earn, how they are paid, and what they hear of it. */

const reason = 'Looked at it twice.';

/** Of somebody who has one. */
const codeOf = (world: World, { uid }: Person): string | undefined =>
  docOf(world, collections.codeOwners, uid)?.code;

const inrOf = (world: World, { uid }: Person) =>
  docOf(world, collections.payees, uid)?.destinations.find(({ currency }) => currency === 'INR');

/** What a superadmin may say is to be earned, or paid: what was bought before keeps what it gave. */
function define(world: World, dice: Dice): unknown {
  const by = world.superadmins[0]!;
  if (dice.chance(0.6)) {
    const { level1, level2, mostBps } = firstTable;
    const rank1 = { ...level1.rank1, rank1: 3000 + dice.below(1000) };
    const wanted = { level1: { ...level1, rank1 }, level2, taxBps: dice.pick([0, 0, 500]), mostBps };
    return call(world, by, 'commissions-define', { ...wanted, reason });
  }
  const base = 100 * (3000 + dice.below(1500));
  const tax = Math.floor((base * 18) / 100);
  const price = { base, taxBps: 1800, tax, total: base + tax, currency: 'INR' };
  const pack = { package: 'pro', title: 'Pro', rank: 2, days: dice.pick([2, 365]) };
  return call(world, by, 'packages-define', { ...pack, ...price, reason });
}

/** Somebody whom nobody brought, and one of those who are below them. */
function circle(world: World, dice: Dice): { person: Person; other: Person } | null {
  const brought = (uid: string) => docOf(world, collections.referrals, uid)?.referrer;
  const below = world.guests.filter(({ uid }) => brought(uid) !== undefined);
  if (below.length === 0) return null;
  const other = dice.pick(below);
  let top = other.uid;
  for (let far = 0, next = brought(top); far < 20 && next !== undefined; far += 1, next = brought(top))
    top = next;
  return { person: personBy(world, top), other };
}

export const affiliateActs = {
  /** Somebody comes by somebody’s code; also by their own, by that of two at once, and in a circle. */
  bring(world, dice) {
    const device = dice.chance(0.15) ? { device: 'a-shared-phone' } : {};
    const { person, other } = (dice.chance(0.4) ? circle(world, dice) : null) ?? {
      person: dice.pick(dice.chance(0.75) ? world.guests : world.users),
      other: dice.pick([...world.guests, ...world.guests, ...world.users]),
    };
    const link = dice.chance(0.5) ? world.recent.of('links').at(-1) : undefined;
    const come = (who: Person, by: Person) => () => {
      const code = codeOf(world, by);
      const how = { code, ...device, ...(link !== undefined && { link }) };
      return code === undefined ? undefined : void call(world, who, 'codes-attach', how);
    };
    for (const one of [person, other])
      if (codeOf(world, one) === undefined) void call(world, one, 'codes-mine', device);
    world.scheduler.in(dice.below(60_000), come(person, other));
    // Both at once bring each other.
    if (dice.chance(0.2)) world.scheduler.in(dice.below(60_000), come(other, person));
    return undefined;
  },
  reviewCommission(world, dice) {
    const held = ({ status }: { status: string }) => status === 'held' || dice.chance(0.05);
    const found = pickDoc(world, dice, collections.commissions, held);
    if (!found) return undefined;
    const decision = dice.chance(0.7) ? 'release' : 'refuse';
    return call(world, dice.pick(world.finance), 'commissions-review', {
      commission: found.id,
      decision,
      reason,
    });
  },
  joinWeek(world, dice) {
    const person = dice.pick(world.users);
    const destination = inrOf(world, person)?.id;
    if (destination === undefined || dice.chance(0.2)) return call(world, person, 'payruns-leave', {});
    return call(world, person, 'payruns-join', { destination });
  },
  /** Finance does not wait for Monday, or lets pass what a run asked for. */
  payWeek(world, dice) {
    const by = dice.pick(world.finance);
    if (dice.chance(0.25)) return call(world, by, 'payruns-start', { reason });
    const lines = world.recent
      .of('payrunLines')
      .flatMap((id) => docOf(world, collections.payrunLines, id) ?? []);
    const asked = lines.flatMap((one) => (one.outcome === 'requested' ? [one] : []));
    const run = asked.at(-1)?.run;
    if (run === undefined) return undefined;
    const withdrawals = asked.filter((one) => one.run === run).map(({ withdrawal }) => withdrawal);
    const some = withdrawals.slice(0, 1 + dice.below(withdrawals.length));
    return call(world, by, 'payruns-approve', { run, withdrawals: some, reason });
  },
  define,
  /** Somebody goes through what they were told, and says where they can be reached. */
  hear(world, dice) {
    const person = learner(world, dice);
    const inbox = [...world.memory.all(collections.notices(person.uid).path).keys()];
    const notice = inbox.length > 0 ? dice.pick(inbox.slice(-8)) : undefined;
    const token = `token-of-a-device-${person.uid}-${dice.below(3)}`;
    // Now and then one that another has, and one that no longer reaches anybody.
    const shared = dice.chance(0.1) ? 'token-of-a-device-shared' : token;
    if (dice.chance(0.05)) world.providers.tokens[shared] = 'UNREGISTERED';
    switch (dice.below(7)) {
      case 0:
        return call(world, person, 'push-add', { token: shared, platform: 'android' });
      case 1:
        return call(world, person, dice.chance(0.3) ? 'messages-readall' : 'messages-unread', {});
      case 2:
        return call(world, person, 'messages-list', { limit: 1 + dice.below(5) });
      case 3:
        return call(world, person, 'messages-preferences', { push: { social: dice.chance(0.5) } });
      default:
        if (notice === undefined) return undefined;
        return call(world, person, dice.pick(['messages-read', 'messages-unmark', 'messages-delete']), {
          notice,
        });
    }
  },
  /** A link is made, and followed. */
  share(world, dice) {
    const person = dice.pick(world.users);
    const known = world.recent.of('links').slice(-4);
    if (known.length === 0 || dice.chance(0.3))
      return call(world, person, 'links-make', { channel: dice.pick(['whatsapp', 'x', 'facebook']) });
    const link = dice.pick(known);
    const agent = dice.chance(0.2) ? 'Googlebot/2.1' : 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
    const from = `203.0.113.${1 + dice.below(20)}`;
    const headers = { 'user-agent': agent, 'x-forwarded-for': from };
    return world.platform.reach('links-click', `${link} ${from}`, {
      method: 'GET',
      path: `/${link}`,
      headers,
      text: '',
    });
  },
  lookAbout(world, dice) {
    const person = dice.pick(world.users);
    if (dice.chance(0.2)) return call(world, person, 'leaders-hide', { hidden: dice.chance(0.5) });
    const mine = [
      'packages-mine',
      'orders-list',
      'commissions-list',
      'leaders-mine',
      'leaders-show',
      'payruns-mine',
    ];
    if (dice.chance(0.2)) return call(world, person, 'tree-show', { level: 1 });
    const board = { period: dice.pick(['week', 'month', 'all']) };
    const name = dice.pick(mine);
    return call(world, person, name, name.startsWith('leaders') ? board : {});
  },
} satisfies Acts;

/** Who brought whom at the beginning, by their places among the people: two levels and more of some, nobody of others. */
const broughtBy = [null, 0, 1, 0, 1, 2, 6, null, 0] as const;

/** Before anything was bought: whoever was brought says by whom. */
export async function comeByCode(world: World, person: Person, i: number): Promise<void> {
  // Two of them share a phone: what they earn of each other waits for finance.
  const from = [1, 4].includes(i) ? { device: 'a-shared-phone' } : {};
  await call(world, person, 'codes-mine', from);
  const by = broughtBy[i] ?? null;
  if (by === null || by === i) return;
  for (let tries = 0; tries < 60; tries += 1) {
    const code = codeOf(world, world.users[by]!);
    if (code === undefined) {
      await world.scheduler.sleep(500);
      continue;
    }
    await call(world, person, 'codes-attach', { code, ...from });
    return;
  }
}

/** Rupees that came by a bank, and where rupees go to. */
export async function bringRupees(world: World, person: Person, i: number): Promise<void> {
  const { uid } = person;
  const upi = { kind: 'upi', holder: 'Ann Example', upi: 'ann.example@okbank', currency: 'INR' };
  await call(world, person, 'destinations-save', { requestId: `prelude-upi-${i}`, ...upi });
  const money = { amount: { amount: i === 5 || i === 8 ? 100_000 : 2_000_000, currency: 'INR' } };
  const slip = { ...money, reference: `SLIP-2026-${i}00` };
  const proof = `proofs/${uid}/slip.pdf`;
  await call(world, person, 'deposits-submit', { requestId: `prelude-slip-${i}`, ...slip, proof });
  const deposit = world.recent.of('deposits').find((id) => id.endsWith(`~${uid}`));
  const by = world.finance.find((one) => one.uid !== uid)!;
  if (deposit !== undefined) await call(world, by, 'deposits-verify', { deposit, ...slip, reason });
  const destination = inrOf(world, person)?.id;
  if (destination !== undefined && i % 2 === 0) await call(world, person, 'payruns-join', { destination });
}
