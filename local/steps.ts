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

/** What Stripe’s SDK does in the payer’s app, with the intent of a payment that a call named. */
export async function playCard(
  stack: Stack,
  payment: string,
  ...steps: readonly (readonly [string, string?])[]
): Promise<void> {
  const attempt = `card:${payment.replace('~', ':')}:`;
  const intents = Object.values(stack.stripe.vault().intents);
  const intent = intents.findLast(({ metadata }) => metadata.attempt?.startsWith(attempt));
  if (!intent) throw new Error('Stripe knows no such payment.');
  for (const [what, method] of steps)
    if (!(await stack.stripe.play(what, intent.id, method === undefined ? {} : { method })))
      throw new Error(`Stripe did not ${what} the payment.`);
  await stack.idle();
}

/** Hands in what shows who somebody is; finance has looked at it. */
export async function identify({ uid, api }: Player, finance: Player, name: string, country: string) {
  const documents = {
    id_front: `kyc/${uid}/front.jpg`,
    id_back: `kyc/${uid}/back.jpg`,
    selfie: `kyc/${uid}/selfie.jpg`,
    proof_of_address: `kyc/${uid}/letter.pdf`,
  };
  const { application } = await api.kyc.submit({ requestId: randomUUID(), name, country, documents });
  const review = { uid, application: application ?? '', decision: 'verify' } as const;
  await finance.api.kyc.review({ ...review, reason: 'All four documents match.' });
}
