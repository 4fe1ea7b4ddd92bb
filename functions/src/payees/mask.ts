import { impossible } from '../shared/refusal.ts';

/** All that is needed of each kind for its mask. */
export type Maskable =
  | { readonly kind: 'bank'; readonly iban: string }
  | { readonly kind: 'ifsc'; readonly account: string }
  | { readonly kind: 'upi'; readonly upi: string }
  | { readonly kind: 'e_wallet'; readonly account: string }
  | { readonly kind: 'mobile_money'; readonly phone: string }
  | { readonly kind: 'cash'; readonly country: string }
  | { readonly kind: 'connected'; readonly last4: string };

const MOST_SHOWN = 4;

/** The last characters, four at most, and never more than stay hidden. */
function tail(account: string): string {
  const letters = Array.from(account);
  const shown = Math.min(MOST_SHOWN, Math.floor(letters.length / 2));
  return letters.slice(letters.length - shown).join('');
}

const ending = (words: string, shown: string): string => `${words} •••• ${shown}`.trimEnd();

/** Everybody's address ends like those of all others at the same host: the person's part tells them apart. */
const person = (account: string): string => account.split('@')[0] ?? '';

/**
 * All that is shown of where money goes: what kind it is, a country, and the last four characters of an account.
 * Nothing that was typed as free text is in it.
 */
export function maskOf(details: Maskable): string {
  switch (details.kind) {
    case 'bank':
      return ending(`${details.iban.slice(0, 2)}••`, tail(details.iban));
    case 'ifsc':
      return ending('IN', tail(details.account));
    case 'upi':
      return ending('UPI', tail(person(details.upi)));
    case 'e_wallet':
      return ending('E-wallet', tail(person(details.account)));
    case 'mobile_money':
      return ending('Mobile money', tail(details.phone));
    case 'cash':
      return `Cash ${details.country}`;
    case 'connected':
      // The provider's own last four, of an account that we never see.
      return ending('Stripe', details.last4.slice(-MOST_SHOWN));
    default:
      return impossible(details);
  }
}
