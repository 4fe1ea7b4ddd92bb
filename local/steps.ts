import { randomUUID } from 'node:crypto';
import type { Player } from './cast.ts';
import type { Stack } from './stack.ts';

/** What people do, over HTTP alone: the demo and the demo data are made of these. */

/** Opens a provider's checkout page and pays on it, as a browser would. */
export async function payOnPage(url: string): Promise<void> {
  const page = await fetch(url);
  if (!page.ok) throw new Error(`The checkout page answered ${page.status}.`);
  const paid = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ choice: 'pay' }),
    redirect: 'manual',
  });
  if (paid.status !== 303) throw new Error(`Paying answered ${paid.status}.`);
}

/** Orders coins and pays for them; ends when the provider's webhook was dealt with. */
export async function buyCoins(stack: Stack, buyer: Player, provider: 'stripe' | 'fatora', amount: number) {
  const item = { kind: 'amount', amount } as const;
  const order = await buyer.api.purchases.create({ requestId: randomUUID(), provider, item });
  if (order.checkoutUrl === null) throw new Error('No checkout page.');
  await payOnPage(order.checkoutUrl);
  await stack.idle();
  return order;
}

/** A job with its money in escrow. */
export async function fundJob(payer: Player, payee: Player, title: string, amount: number) {
  const price = { amount, currency: 'QAR' } as const;
  const { id: job } = await payer.api.jobs.post({ requestId: randomUUID(), title, price });
  await payer.api.jobs.assign({ job, payee: payee.uid });
  return payer.api.escrow.lock({ job });
}
