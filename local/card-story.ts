import { randomUUID } from 'node:crypto';
import { format } from '../functions/src/shared/money.ts';
import type { Name, Player } from './cast.ts';
import { readAs } from './guarded.ts';
import type { Stack } from './stack.ts';
import { playCard } from './steps.ts';
import type { Say } from './story.ts';

/** The card side of the business: paid by card, cleared, paid out, refunded after it was gone, and made good. */

type People = Record<Name, Player>;
const QAR = 'QAR' as const;
const reason = 'Looked at by finance.';
const show = (amount: number) => format(amount, QAR);

export async function tellCardStory(stack: Stack, people: People, say: Say) {
  say('A card pays straight into escrow');
  // The functions run in this process, and read their parameters from its environment.
  process.env.CLEARANCE_HOURS = '24';
  try {
    const paid = await payByCard(stack, people, say);
    const clearance = await clearing(stack, people, paid.escrow, say);
    const payouts = await payOut(stack, people, say);
    const refund = await refundLater(stack, people, paid.id, say);
    return { payment: { status: paid.status, held: paid.held }, clearance, payouts, ...refund };
  } finally {
    delete process.env.CLEARANCE_HOURS;
  }
}

async function jobOf(payer: Player, payee: Player, title: string, amount: number): Promise<string> {
  const price = { amount, currency: QAR };
  const { id } = await payer.api.jobs.post({ requestId: randomUUID(), title, price });
  await payer.api.jobs.assign({ job: id, payee: payee.uid });
  return id;
}

async function payByCard(stack: Stack, { second, freelancer }: People, say: Say) {
  const job = await jobOf(second, freelancer, 'Film a trailer', 50_000);
  const { id } = await second.api.escrow.fund({ job });
  await playCard(stack, id, ['confirm', 'pm_card_authenticationRequired']);
  const { needs } = await second.api.escrow.fund({ job });
  say(
    `  second’s card needs ${needs === 'authentication' ? '3-D Secure' : 'something else'}; second passes it`,
  );
  await playCard(stack, id, ['pass']);
  const { status, held, escrow } = await second.api.escrow.fund({ job });
  if (escrow === null) throw new Error('The card paid, and there is no escrow.');
  say(`  ${show(held)} for “Film a trailer” is in escrow; it was never in a wallet`);
  return { id, status, held, escrow };
}

const balanceOf = async (player: Player) => {
  const [held] = (await player.api.wallet.get({})).balances;
  return { available: held?.available ?? 0, pending: held?.pending ?? 0, debt: held?.debt ?? 0 };
};

async function clearing(stack: Stack, { second, freelancer }: People, escrow: string, say: Say) {
  const before = (await balanceOf(freelancer)).available;
  await second.api.escrow.release({ escrow });
  const { pending } = await balanceOf(freelancer);
  await stack.advance('25h');
  const cleared = (await balanceOf(freelancer)).available - before;
  say(`  second releases it: ${show(pending)} clears for a day, then ${show(cleared)} can be spent`);
  return { pending, cleared };
}

async function payOut(stack: Stack, { freelancer, finance }: People, say: Say) {
  say('It is paid out to a bank by itself');
  const { link } = await freelancer.api.connect.start({ country: 'QA' });
  // Stripe's page leads back to the app, which does not run here.
  await fetch(link.url, { method: 'POST', redirect: 'manual' });
  await stack.idle();
  const { status } = await freelancer.api.connect.status({});
  const account = { requestId: randomUUID(), kind: 'connected', currency: QAR } as const;
  const { id: destination } = await freelancer.api.destinations.save(account);
  say(`  freelancer gives Stripe what it asks for: the account is ${status}; it cools off for a day`);
  await stack.advance('25h');
  const failed = await withdraw(stack, { freelancer, finance }, destination, 'payout-failed');
  const back = (await balanceOf(freelancer)).available;
  say(`  the bank sends the first payout back: ${failed}, and ${show(back)} is in the wallet again`);
  const paid = await withdraw(stack, { freelancer, finance }, destination, 'payout-paid');
  say(`  the second one arrives: ${paid}`);
  return [failed, paid];
}

async function withdraw(
  stack: Stack,
  { freelancer, finance }: Pick<People, 'freelancer' | 'finance'>,
  destination: string,
  ending: 'payout-paid' | 'payout-failed',
): Promise<string> {
  const amount = { amount: 40_000, currency: QAR };
  const request = { requestId: randomUUID(), amount, destination };
  const { id: withdrawal } = await freelancer.api.withdrawals.request(request);
  await finance.api.withdrawals.approve({ withdrawal, reason });
  await stack.idle();
  const sent = Object.values(stack.stripe.vault().payouts).find(
    ({ metadata, status }) => metadata?.withdrawal === withdrawal && status === 'pending',
  );
  if (!sent) throw new Error('Stripe was asked for no payout.');
  await stack.stripe.play(ending, sent.id);
  await stack.idle();
  return String((await readAs(stack.cloud, freelancer, `withdrawals/${withdrawal}`)).status);
}

async function refundLater(stack: Stack, { second, freelancer, finance }: People, payment: string, say: Say) {
  say('A refund finds the money gone');
  const target = { kind: 'payment', id: payment } as const;
  const { plan, owed } = await finance.api.refunds.preview({ target, amount: 30_000 });
  const order = { requestId: randomUUID(), target, amount: 30_000, plan, reason: 'Most of it was unusable.' };
  const { status, amount } = await finance.api.refunds.create(order);
  await stack.idle();
  const { debt } = await balanceOf(freelancer);
  say(`  finance refunds ${show(amount)} to the card; freelancer gives what is left and owes ${show(debt)}`);
  const job = await jobOf(second, freelancer, 'Film another one', 40_000);
  const { id } = await second.api.escrow.fund({ job });
  await playCard(stack, id, ['confirm', 'pm_card_visa']);
  const { escrow } = await second.api.escrow.fund({ job });
  await second.api.escrow.release({ escrow: escrow ?? '' });
  await stack.advance('25h');
  const after = await balanceOf(freelancer);
  say(`  the next job earns ${show(36_000)}: the debt is repaid, ${show(after.available)} is theirs`);
  return {
    refund: { status, amount, owed: owed.reduce((sum, one) => sum + one.amount, 0) },
    debt: { after: debt, later: after.debt },
  };
}
