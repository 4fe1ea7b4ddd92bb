/** Ways into Stripe's onboarding, and its page. https://docs.stripe.com/api/account_links */
import type Stripe from 'stripe';
import { tellAll, type App, type Wiring } from './calls.ts';
import type { Told } from './cards.ts';
import { invalid, missing } from './complaint.ts';
import * as connect from './connect.ts';
import { readForm } from './form.ts';
import { checkoutPage } from '../providers/page.ts';
import { newId } from './session.ts';
import type { Till } from './till.ts';
import type { Link, Vault } from './vault.ts';

const MINUTES = 5;

export function createLink(vault: Vault, body: string, base: string, now: number) {
  const form = readForm(body, ['account', 'return_url', 'refresh_url', 'type']);
  const { id: account } = connect.accountOf(vault, form.text('account'));
  if (form.text('type') !== 'account_onboarding') throw invalid('type', 'parameter_invalid', 'Unknown type.');
  const [returnUrl, refreshUrl] = [form.text('return_url'), form.text('refresh_url')];
  const expiresAt = now + MINUTES * 60;
  const token = newId('link_');
  vault.links[token] = { account, returnUrl, refreshUrl, expiresAt, used: false };
  return {
    object: 'account_link',
    created: now,
    expires_at: expiresAt,
    url: `${base}/onboarding/${token}`,
  } satisfies Stripe.AccountLink;
}

function linkOf({ links }: Vault, token: string): Link {
  const link = links[token];
  if (!link) throw missing('account_link', token);
  return link;
}

const isOver = ({ used, expiresAt }: Link, now: number): boolean => used || expiresAt <= now;

/** The page that a payee sees: everything given, or left in the middle. Afterwards, or too late, it leads away. */
export function openLinks(app: App, till: Till, wiring: Wiring): void {
  app.get('/onboarding/:token', (c) => {
    const link = linkOf(till.vault, c.req.param('token'));
    if (isOver(link, wiring.seconds())) return c.redirect(link.refreshUrl, 303);
    return c.html(
      checkoutPage({
        provider: 'Stripe',
        description: 'Who are you, and where are you paid?',
        amount: connect.accountOf(till.vault, link.account).country ?? '',
        choices: [
          ['complete', 'Give everything that is asked for'],
          ['leave', 'Give the name, and leave'],
        ],
        back: link.returnUrl,
      }),
    );
  });
  app.post('/onboarding/:token', async (c) => {
    const link = linkOf(till.vault, c.req.param('token'));
    if (isOver(link, wiring.seconds())) return c.redirect(link.refreshUrl, 303);
    const choice = new URLSearchParams(await c.req.text()).get('choice');
    const events: Told[] = [];
    link.used = true;
    if (choice === 'leave') connect.leave(till.vault, link.account, events);
    else connect.complete(till.vault, link.account, events);
    tellAll(till, wiring, events);
    return c.redirect(link.returnUrl, 303);
  });
}
