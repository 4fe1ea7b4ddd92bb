import { randomUUID } from 'node:crypto';
import { coinsFor } from '../functions/src/catalog/catalog.ts';
import { format, minor } from '../functions/src/shared/money.ts';
import { readAs } from './guarded.ts';
import { enterAll, type Name, type Player } from './cast.ts';
import type { Stack } from './stack.ts';
import { buyCoins, fundJob, identify } from './steps.ts';

/** The main job, told once: coins in, escrow, release, coins out. Over HTTP, by people who are signed in. */

export type Say = (line: string) => void;
type People = Record<Name, Player>;

/** `QAR 180.00 (1 GPC, 1 GGC, 3 GSC)` */
export function inCoins(amount: number): string {
  const { coins, rest } = coinsFor(minor(amount));
  const parts = Object.entries(coins).map(([coin, count]) => `${count} ${coin}`);
  if (rest > 0) parts.push(`${format(rest, 'QAR')} over`);
  return `${format(amount, 'QAR')}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

export async function tellStory(stack: Stack, say: Say) {
  const people = await enterAll(stack.cloud);
  const purchases = await buy(stack, people, say);
  const escrows = await work(stack, people, say);
  const withdrawals = await cashOut(stack, people, say);
  await stack.idle();
  return { people, purchases, escrows, withdrawals };
}

async function buy(stack: Stack, { client, second }: People, say: Say) {
  say('Money comes in');
  stack.stripe.faults.delivery = 'twice';
  const first = await buyCoins(stack, client, 'stripe', 30_000);
  stack.stripe.heal();
  const told = stack.stripe.deliveries().length;
  say(`  client pays ${format(first.price, 'QAR')} on Stripe’s page for ${inCoins(first.value)}`);
  say(`  Stripe’s signed webhook arrives ${told} times; the wallet holds ${await available(client)}`);
  const other = await buyCoins(stack, second, 'fatora', 10_000);
  say(`  second pays ${format(other.price, 'QAR')} through Fatora for ${inCoins(other.value)}`);
  return [await purchaseOf(stack, client, first.id), await purchaseOf(stack, second, other.id)];
}

async function work(stack: Stack, { client, second, freelancer, support }: People, say: Say) {
  say('Money waits in escrow, and leaves it once');
  const logo = await fundJob(client, freelancer, 'Draw a logo', 20_000);
  say(`  client locks ${inCoins(logo.held)} for “Draw a logo”; the wallet holds ${await available(client)}`);
  await freelancer.api.escrow.submit({ escrow: logo.id, note: 'Three drafts, see the folder.' });
  say('  freelancer submits; nobody answers; 72 hours pass');
  await stack.advance('72h');
  const released = await escrowOf(stack, freelancer, logo.id);
  say(
    `  the timer releases it: ${format(released.payee, 'QAR')} to the freelancer, ${format(released.platform, 'QAR')} fee`,
  );

  const shop = await fundJob(client, freelancer, 'Set up a shop', 5_000);
  await client.api.escrow.refund({ escrow: shop.id });
  const refunded = await escrowOf(stack, client, shop.id);
  say(`  client takes ${format(refunded.payer, 'QAR')} back before any work was submitted`);

  const text = await fundJob(second, freelancer, 'Write a page', 10_000);
  await freelancer.api.escrow.submit({ escrow: text.id, note: 'The page, second draft.' });
  const statement = 'Half of what we agreed on is missing here.';
  await second.api.escrow.dispute({ escrow: text.id, reason: 'not_as_agreed', statement });
  const resolution = { kind: 'split', percent: 60 } as const;
  await support.api.escrow.resolve({ escrow: text.id, resolution, reason: 'Most of it was delivered.' });
  const split = await escrowOf(stack, second, text.id);
  say(
    `  second disputes; support splits 60/40: ${format(split.payee, 'QAR')} to the freelancer, ` +
      `${format(split.platform, 'QAR')} fee, ${format(split.payer, 'QAR')} back`,
  );
  return [released, refunded, split];
}

async function cashOut(stack: Stack, { freelancer, finance, treasurer }: People, say: Say) {
  say('Money goes out');
  const { uid } = freelancer;
  const name = 'Farid Example';
  await identify(freelancer, finance, name, 'QA');
  const account = {
    kind: 'bank',
    holder: name,
    iban: 'QA58DOHB00001234567890ABCDEFG',
    currency: 'QAR',
  } as const;
  const { id: destination, mask } = await freelancer.api.destinations.save({
    requestId: randomUUID(),
    ...account,
  });
  await finance.api.destinations.verify({
    uid,
    destination,
    decision: 'verify',
    reason: 'The holder is verified.',
  });
  say(`  freelancer passes KYC; the account ${mask} is verified`);

  const amount = { amount: 15_000, currency: 'QAR' } as const;
  const asked = await freelancer.api.withdrawals.request({ requestId: randomUUID(), amount, destination });
  say(`  freelancer asks for ${inCoins(15_000)}; the wallet holds ${await available(freelancer)}`);
  const withdrawal = asked.id;
  await finance.api.withdrawals.approve({ withdrawal, reason: 'Checked against the jobs.' });
  const proof = {
    reference: 'FT-2026-000117',
    method: 'bank_transfer',
    paidAt: stack.cloud.clock.now(),
  } as const;
  await treasurer.api.withdrawals.pay({
    withdrawal,
    amount,
    ...proof,
    reason: 'Sent with today’s batch.',
  });
  const paid = (await freelancer.api.withdrawals.list({})).withdrawals.map((one) => ({
    status: one.status,
    amount: one.amount.amount,
  }));
  say(`  one finance admin approves, another marks it paid with reference ${proof.reference}`);
  return paid;
}

const available = async (player: Player): Promise<string> => {
  const [balance] = (await player.api.wallet.get({})).balances;
  return inCoins(balance?.available ?? 0);
};

async function purchaseOf({ cloud }: Stack, buyer: Player, id: string) {
  const { provider, status, value, price } = await readAs(cloud, buyer, `purchases/${id}`);
  return { provider, status, value, price };
}

/** What each side got out of an escrow, as a party reads it. Minor units. */
async function escrowOf({ cloud }: Stack, party: Player, id: string) {
  const escrow = await readAs(cloud, party, `escrows/${id}`);
  const outcome = escrow.outcome as { toPayee: number; toPlatform: number; toPayer: number };
  const { status, held, closedBy: by } = escrow;
  return { status, held, payee: outcome.toPayee, platform: outcome.toPlatform, payer: outcome.toPayer, by };
}
