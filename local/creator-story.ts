import { randomUUID } from 'node:crypto';
import { format } from '../functions/src/shared/money.ts';
import type { Name, Player } from './cast.ts';
import type { Stack } from './stack.ts';
import { buyCoins, playCard } from './steps.ts';
import type { Say } from './story.ts';

/** A brand books a creator: paid by wallet and card, sent back, released by milestones, cancelled, rejected, booked again. */

type People = Record<Name, Player>;
const QAR = 'QAR' as const;
const show = (amount: number) => format(amount, QAR);
const qar = (amount: number) => ({ amount, currency: QAR });

const packages = [
  {
    ...{ id: 'film', title: 'A film in two parts', price: qar(20_000), pieces: 3, turnaroundDays: 14 },
    ...{ freeRevisions: 2, revisionFee: 1000 },
    milestones: [
      { title: 'The script', amount: 5000, pieces: 1 },
      { title: 'The film', amount: 15_000, pieces: 2 },
    ],
  },
  { id: 'posts', title: 'Five posts', price: qar(10_000), pieces: 5, turnaroundDays: 14 },
  { id: 'photo', title: 'A photo', price: qar(5000), turnaroundDays: 3 },
];

export async function tellCreatorStory(
  stack: Stack,
  { second: brand, freelancer: creator, support }: People,
  say: Say,
) {
  say('A brand books a creator');
  await brand.api.usernames.claim({ username: 'Second_brand' });
  const { username } = await creator.api.usernames.claim({ username: 'Farid_films' });
  await creator.api.terms.save({ packages });
  await buyCoins(stack, brand, 'stripe', 20_000);
  const book = async (name: string) =>
    (
      await brand.api.bookings.request({
        requestId: randomUUID(),
        creator: username,
        package: name,
        brief: 'Our new shop.',
      })
    ).id;
  const begin = await earnedBy(creator);
  const film = await filmed(stack, { brand, creator }, await book('film'), say);
  const cancelled = await cancelledAt40({ brand, creator, support }, await book('posts'), say);
  const credit = await rejectedAndSpent({ brand, creator }, book, say);
  await stack.idle();
  const earnedNet = (await earnedBy(creator)) - begin;
  say(`  the creator earned ${show(earnedNet)} net, which is what the releases brought`);
  return { film, cancelled, credit, earnedNet };
}

type Two = { readonly brand: Player; readonly creator: Player };

const earnedBy = async ({ api }: Player): Promise<number> =>
  (await api.wallet.get({})).balances[0]?.lifetime.earned ?? 0;
const availableOf = async ({ api }: Player): Promise<number> =>
  (await api.wallet.get({})).balances[0]?.available ?? 0;

const deliver = ({ creator }: Two, booking: string, pieces: number) =>
  creator.api.bookings.deliver({
    ...{ booking, note: 'Have a look.' },
    links: Array.from({ length: pieces }, (_, i) => `https://files.example/${randomUUID()}/${i}`),
  });

/** Part by wallet and part by card, two free revisions and a paid one, and a release for each of two milestones. */
async function filmed(stack: Stack, two: Two, booking: string, say: Say) {
  const { brand, creator } = two;
  await creator.api.bookings.accept({ booking });
  await payPart(stack, brand, booking, 0, 2000);
  await payPart(stack, brand, booking, 1, 5000);
  say(`  ${show(20_000)} for a film is in escrow: ${show(7000)} by wallet, ${show(13_000)} by card`);
  for (const wish of ['Shorter, please.', 'Shorter still.']) {
    await deliver(two, booking, 1);
    await brand.api.bookings.revise({ booking, wish });
  }
  await deliver(two, booking, 1);
  await brand.api.bookings.extra({ booking });
  const { revisions } = await brand.api.bookings.revise({ booking, wish: 'As it was at first.' });
  say(`  two revisions are free; the third costs ${show(1000)}, of which ${show(900)} are the creator’s`);
  await deliver(two, booking, 1);
  const { progress } = await brand.api.bookings.approve({ booking });
  say(`  the script is approved and paid at ${progress}%: ${show(4500)} to the creator`);
  await deliver(two, booking, 2);
  const { status } = await brand.api.bookings.approve({ booking });
  say(`  the film is approved and paid: ${show(13_500)} to the creator`);
  return { status, progress, revisions: { used: revisions.used, paid: revisions.paid } };
}

/** One milestone: what the wallet gives is held, and Stripe’s SDK pays the rest in the brand’s app. */
async function payPart(stack: Stack, brand: Player, booking: string, part: number, fromWallet: number) {
  const { payment } = await brand.api.bookings.pay({ booking, part, card: { fromWallet } });
  await playCard(stack, payment?.id ?? '', ['confirm', 'pm_card_visa']);
}

/** Two of five posts are approved; support lets the cancellation pass. */
async function cancelledAt40(
  { brand, creator, support }: Two & { readonly support: Player },
  booking: string,
  say: Say,
) {
  await brand.api.bookings.pay({ booking });
  await creator.api.bookings.accept({ booking });
  await deliver({ brand, creator }, booking, 2);
  const { progress } = await brand.api.bookings.approve({ booking });
  await brand.api.bookings.cancel({ booking, reason: 'The shop does not open.' });
  const order = { booking, approve: true, reason: 'Both agree.' } as const;
  const { status, percent, parts } = await support.api.bookings.decide(order);
  say(
    `  a booking is cancelled at ${progress}%: a quarter of ${show(10_000)} to the creator, less the fee, the rest back`,
  );
  return { status, progress, percent, part: parts[0]?.status };
}

/** What comes back of a booking that was rejected pays the next one, all of it from the wallet. */
async function rejectedAndSpent({ brand, creator }: Two, book: (name: string) => Promise<string>, say: Say) {
  const first = await book('photo');
  await brand.api.bookings.pay({ booking: first });
  const before = await availableOf(brand);
  const { status } = await creator.api.bookings.reject({ booking: first, reason: 'I am away this week.' });
  const credited = (await availableOf(brand)) - before;
  const next = await book('photo');
  const paid = await brand.api.bookings.pay({ booking: next });
  await creator.api.bookings.accept({ booking: next });
  await deliver({ brand, creator }, next, 1);
  const done = await brand.api.bookings.approve({ booking: next });
  say(`  a booking is rejected, and its ${show(credited)} pay the next one`);
  return { status, credited, next: done.status, byCard: paid.payment !== null };
}
