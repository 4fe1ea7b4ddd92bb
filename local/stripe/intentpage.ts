/** What Stripe.js and a bank show to a payer, as one page to click on: a card, and then 3-D Secure. */
import { currencyNamed } from '../../functions/src/psp/gateway.ts';
import { format } from '../../functions/src/shared/money.ts';
import { tellAll, type App, type Wiring } from './calls.ts';
import * as cards from './cards.ts';
import { Complaint } from './complaint.ts';
import { checkoutPage, type Page } from '../providers/page.ts';
import type { Till } from './till.ts';
import type { CardIntent } from './vault.ts';

const choicesFor: Partial<Record<CardIntent['status'], Page['choices']>> = {
  requires_payment_method: [
    ['pm_card_visa', 'Pay by a card that is good'],
    ['pm_card_authenticationRequired', 'Pay by a card whose bank asks back'],
    ['pm_card_visa_chargeDeclined', 'Pay by a card that is declined'],
    ['pm_usBankAccount_processing', 'Pay by bank debit'],
  ],
  requires_action: [
    ['pass', 'Yes, that is me'],
    ['fail', 'No, that is not me'],
  ],
};

function pageOf(intent: CardIntent, word?: string): string {
  const { amount, currency: name, description, id, status } = intent;
  const currency = currencyNamed(name);
  return checkoutPage({
    provider: 'Stripe',
    description: `${description ?? id} (${status})`,
    amount: currency ? format(amount, currency) : `${amount} ${name}`,
    choices: choicesFor[status] ?? [],
    back: null,
    ...(word === undefined ? {} : { word }),
  });
}

export function openIntentPage(app: App, till: Till, wiring: Wiring): void {
  app.get('/intents/:id/page', (c) => c.html(pageOf(cards.intentOf(till.vault, c.req.param('id')))));
  app.post('/intents/:id/page', async (c) => {
    const intent = cards.intentOf(till.vault, c.req.param('id'));
    const choice = new URLSearchParams(await c.req.text()).get('choice') ?? '';
    if (!choicesFor[intent.status]?.some(([value]) => value === choice))
      return c.html(pageOf(intent, 'That is not possible now.'), 410);
    const events: cards.Told[] = [];
    try {
      choose(till, intent, choice, wiring.seconds(), events);
      return c.html(pageOf(intent));
    } catch (error) {
      if (!(error instanceof Complaint) || error.status !== 402) throw error;
      return c.html(pageOf(intent, error.message), 402);
    } finally {
      tellAll(till, wiring, events);
    }
  });
}

function choose(
  { vault }: Till,
  intent: CardIntent,
  choice: string,
  now: number,
  events: cards.Told[],
): void {
  if (choice === 'pass') cards.settle(vault, intent, now, events);
  else if (choice === 'fail') cards.decline(intent, 'payment_intent_authentication_failure', null, events);
  else cards.confirm(vault, intent, choice, now, events);
}
