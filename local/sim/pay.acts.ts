import { collections } from '../../functions/src/collections.ts';
import type { Purchase } from '../../functions/src/purchases/purchase.ts';
import type { Acts } from './acts.ts';
import { pickDoc, play } from './world.ts';

/** What a payer does on a provider's page. */
export const payActs = {
  pay(world, dice) {
    const waits = ({ status }: Purchase) => status === 'pending' || dice.chance(0.05);
    const found = pickDoc(world, dice, collections.purchases, waits);
    if (!found) return undefined;
    const { moods, till, orders } = world.providers;
    const wrong = world.faults.strikes(dice, 'wrong-amount', found.doc.provider);
    moods.amount = wrong ? dice.pick([1, found.doc.price - 1, found.doc.price * 10]) : null;
    const choice = dice.pick(['pay', 'pay', 'pay', 'pay', 'pay', 'later', 'decline']);
    if (found.doc.provider === 'stripe') {
      const session = 'reference' in found.doc ? found.doc.reference : '';
      if (till.stored[session]) return play(world, `/pay/${session}`, { choice });
      return undefined;
    }
    if (wrong) moods.amount = (moods.amount ?? 0) / 100;
    const order = Object.values(orders.orders).find((one) => one.page === pageOf(found.doc));
    if (!order || choice === 'later') return undefined;
    const body = new URLSearchParams({ choice }).toString();
    return world.providers.fatora.request('POST', `/pay/${order.page}`, {}, body);
  },
  settleDebit(world, dice) {
    const under = Object.values(world.providers.till.stored).filter(
      ({ intent }) => intent?.status === 'processing',
    );
    if (under.length === 0) return undefined;
    const choice = dice.chance(0.7) ? 'paid' : 'failed';
    return play(world, `/pay/${dice.pick(under).session.id}`, { choice });
  },
  card(world, dice) {
    const all = Object.values(world.providers.till.vault.intents).slice(-12);
    const waits = all.filter(({ status }) => status.startsWith('requires') || status === 'processing');
    if (waits.length === 0) return undefined;
    const { id, status, amount } = dice.pick(waits);
    if (status !== 'requires_payment_method')
      return play(world, `/play/${dice.chance(0.75) ? 'pass' : 'fail'}/${id}`);
    if (world.faults.strikes(dice, 'wrong-amount', 'card'))
      void play(world, `/play/change/${id}`, { amount: String(dice.pick([100, amount * 2])) });
    return play(world, `/play/confirm/${id}`, { method: dice.pick(cards) });
  },
} satisfies Acts;

const cards = [
  'pm_card_visa',
  'pm_card_visa',
  'pm_card_visa',
  'pm_card_authenticationRequired',
  'pm_card_visa_chargeDeclined',
  'pm_usBankAccount_processing',
];

const pageOf = (purchase: Purchase): string =>
  purchase.status === 'pending' ? (purchase.url.split('/').at(-1) ?? '') : '';
