import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { format } from '../functions/src/shared/money.ts';
import type { Name, Player } from './cast.ts';
import { learn, makeCourse, verifyOnPage } from './course-story.ts';
import { payWeek } from './payrun-story.ts';
import type { Stack } from './stack.ts';
import { playCard } from './steps.ts';
import type { Say } from './story.ts';

/** Who learns brings others: two levels earn, money goes back, the week is paid, a course is finished. In paise. */

type People = Record<Name, Player>;
const show = (amount: number) => format(amount, 'INR');

/** The functions’ own default of `COMMISSION_DAYS`. */
const WINDOW = '14d';

export async function tellLearningStory(stack: Stack, people: People, say: Say) {
  say('Who learns brings others, and two levels earn');
  await makeCourse(people.moderator, people.superadmin);
  await bringAll(stack, people, say);
  const bought = await buyFirst(stack, people, say);
  const inside = await refundInside(stack, people, say);
  await stack.advance(WINDOW);
  const week = await payWeek(stack, people, say);
  const after = await refundAfter(stack, people, bought.order, say);
  const next = await buyAgain(stack, people, say);
  const finished = await finish(stack, people, say);
  await stack.advance(WINDOW);
  const repaid = await both(people);
  say(
    `  once that can be spent, the debts are repaid: ${show(repaid.partner.available)} and ` +
      `${show(repaid.mentor.available)} are theirs`,
  );
  return {
    ...{
      bought: { total: bought.total, earned: bought.earned },
      inside,
      week,
      after,
      next,
      finished,
      repaid,
    },
  };
}

const has = (available: number, pending: number, debt: number) => ({ available, pending, debt });

/** To the paisa: partner earns 45% of the first package and of the upgrade and 30% of the last, mentor 10% of each and 50% of partner’s. */
export const learningAsTold = (told: Awaited<ReturnType<typeof tellLearningStory>>): boolean =>
  isDeepStrictEqual(told, {
    bought: { total: 531_000, earned: [202_500, 45_000] },
    inside: {
      ...{ total: 354_000, earned: [90_000, 30_000], back: 354_000, left: [0, 0] },
      ...{ partner: has(0, 202_500, 0), mentor: has(0, 270_000, 0) },
    },
    week: { people: 2, amount: 472_500, approved: 2, paid: [202_500, 270_000] },
    after: { toCard: 531_000, partner: has(0, 0, 202_500), mentor: has(0, 0, 45_000) },
    next: { total: 885_000, fromWallet: 354_000, earned: [225_000, 75_000] },
    finished: { topics: 2, jumped: 0, username: 'Lea_learns', course: 'Selling online' },
    repaid: { partner: has(22_500, 0, 0), mentor: has(30_000, 0, 0) },
  });
async function rupeesOf({ api }: Player) {
  const { balances } = await api.wallet.get({});
  const held = balances.find(({ currency }) => currency === 'INR');
  return { available: held?.available ?? 0, pending: held?.pending ?? 0, debt: held?.debt ?? 0 };
}

const both = async ({ partner, mentor }: People) => ({
  partner: await rupeesOf(partner),
  mentor: await rupeesOf(mentor),
});

type Card = { readonly fromWallet?: number };

/** A package, as whoever pays by card buys it: the order, the card in the app, the same call again. */
async function buyPackage(stack: Stack, { api }: Player, name: string, card?: Card) {
  const order = { requestId: randomUUID(), package: name, ...(card && { card }) };
  const { payment } = await api.packages.buy(order);
  if (payment !== null) await playCard(stack, payment, ['confirm']);
  const bought = await api.packages.buy(order);
  await stack.idle();
  return bought;
}

/** The mentor brings the partner by a code, and the partner brings the learner by a link that is followed. */
async function bringAll(stack: Stack, { mentor, partner, learner }: People, say: Say) {
  await buyPackage(stack, mentor, 'elite', {});
  await partner.api.codes.attach({ code: (await mentor.api.codes.mine({})).code });
  await buyPackage(stack, partner, 'pro', {});
  const { pending } = await rupeesOf(mentor);
  say(`  partner comes by mentor’s code and buys a package: mentor earns ${show(pending)} of it`);
  const { url } = await partner.api.links.make({ channel: 'whatsapp', path: '/join' });
  const target = new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '');
  const [code, link] = [target.searchParams.get('code') ?? '', target.searchParams.get('link') ?? ''];
  await learner.api.codes.attach({ code, link });
  await learner.api.usernames.claim({ username: 'Lea_learns' });
  say('  learner comes by a link that partner shared');
}

/** What each level earned by an order, less what went back. */
async function earnedBy({ partner, mentor }: People, order: string) {
  const of = async ({ api }: Player, level: 1 | 2): Promise<number> => {
    const { commissions } = await api.commissions.list({});
    const found = commissions.find(({ id }) => id === `${order}~${level}`);
    return (found?.amount.amount ?? 0) - (found?.back ?? 0);
  };
  return [await of(partner, 1), await of(mentor, 2)] as const;
}

const shown = ([first, second]: readonly [number, number]) =>
  `${show(first)} to partner, ${show(second)} to mentor`;

async function buyFirst(stack: Stack, people: People, say: Say) {
  const { id: order, price } = await buyPackage(stack, people.learner, 'pro', {});
  const earned = await earnedBy(people, order);
  say(`  learner buys a package for ${show(price.total)} by card: ${shown(earned)}`);
  return { order, total: price.total, earned };
}

/** An upgrade, from a wallet that a bank transfer filled, and all of it back before the window is over. */
async function refundInside(stack: Stack, people: People, say: Say) {
  const { learner, finance } = people;
  const transfer = { amount: { amount: 354_000, currency: 'INR' as const }, reference: 'UTR-2026-000117' };
  const proof = `proofs/${learner.uid}/slip.pdf`;
  const { id: deposit } = await learner.api.deposits.submit({ requestId: randomUUID(), ...transfer, proof });
  await finance.api.deposits.verify({ ...transfer, deposit, reason: 'It is on the statement.' });
  const { id: order, price } = await buyPackage(stack, learner, 'elite');
  const earned = await earnedBy(people, order);
  say(`  learner upgrades for ${show(price.total)} from the wallet: ${shown(earned)}, of the difference`);
  await refund(stack, people, order);
  const left = await earnedBy(people, order);
  const { available: back } = await rupeesOf(learner);
  say(
    `  it is refunded within 14 days: ${show(back)} are back, and of it both have ${show(left[0] + left[1])}`,
  );
  return { total: price.total, earned, back, left, ...(await both(people)) };
}

async function refund(stack: Stack, { finance }: People, order: string) {
  const reason = 'Asked for by the buyer.';
  const { refund: made } = await finance.api.orders.refund({ requestId: randomUUID(), order, reason });
  await stack.idle();
  return made;
}

async function refundAfter(stack: Stack, people: People, order: string, say: Say) {
  const { toCard } = await refund(stack, people, order);
  const owed = await both(people);
  say(
    `  the first package is refunded too, ${show(toCard)} to the card, when all is paid out: partner owes ` +
      `${show(owed.partner.debt)}, mentor ${show(owed.mentor.debt)}`,
  );
  return { toCard, ...owed };
}

async function buyAgain(stack: Stack, people: People, say: Say) {
  const { available: fromWallet } = await rupeesOf(people.learner);
  const { id: order, price } = await buyPackage(stack, people.learner, 'elite', { fromWallet });
  const earned = await earnedBy(people, order);
  say(`  learner buys again, ${show(price.total)} by wallet and card: ${shown(earned)}`);
  return { total: price.total, fromWallet, earned };
}

async function finish(stack: Stack, { learner }: People, say: Say) {
  const { certificate, ...learned } = await learn(stack, learner);
  const { username, course } = await verifyOnPage(stack, certificate);
  say(`  a course is watched to its end; anybody can verify that ${username} finished “${course}”`);
  return { ...learned, username, course };
}
