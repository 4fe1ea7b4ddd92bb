import type { Commission } from '../../src/commissions/commission.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { withName } from './creators.ts';
import { requestId, type Actor, type FlowStage } from './stage.ts';

/** People who bring people, with rupees to buy packages by. */

const reason = 'As was agreed.';

/** Somebody with rupees, which came by a transfer; from then on nobody brought them who had not before. */
export async function withRupees(
  stage: FlowStage,
  finance: Actor,
  amount: number,
  someone?: Actor,
): Promise<Actor> {
  const person = someone ?? (await stage.actor());
  const transfer = { amount: { amount, currency: 'INR' as const }, reference: requestId() };
  const proof = `proofs/${person.uid}/slip.pdf`;
  const { id: deposit } = await person.api.deposits.submit({ requestId: requestId(), ...transfer, proof });
  await finance.api.deposits.verify({ ...transfer, deposit, reason });
  return person;
}

export async function rupeesOf({ api }: Actor) {
  const { balances } = await api.wallet.get({});
  const {
    available = 0,
    pending = 0,
    debt = 0,
    lifetime,
  } = balances.find(({ currency }) => currency === 'INR') ?? {};
  return { available, pending, debt, earned: lifetime?.earned ?? 0 };
}

export const buyPackage = ({ api }: Actor, name: string, card?: { fromWallet?: number }, id = requestId()) =>
  api.packages.buy({ requestId: id, package: name, ...(card && { card }) });

/** The card of an open order pays. */
export async function payByCard(stage: FlowStage, { payment }: { payment: string | null }): Promise<string> {
  const attempt = `card:${payment!.replace('~', ':')}:1`;
  const all = Object.values(stage.stripe.vault().intents);
  const { id } = all.findLast(({ metadata }) => metadata.attempt === attempt)!;
  await stage.stripe.play('confirm', id);
  await stage.idle();
  return id;
}

export const attach = async (person: Actor, by: Actor, more: { device?: string } = {}) =>
  person.api.codes.attach({ code: (await by.api.codes.mine(more)).code, ...more });

export const prices = { starter: 295_000, pro: 531_000, elite: 885_000 } as const;
type Name = keyof typeof prices;

/** Somebody with a package and not a paisa more; without one where none is named. */
export async function holder(
  stage: FlowStage,
  finance: Actor,
  name: Name | null,
  someone?: Actor,
): Promise<Actor> {
  const person = someone ?? (await stage.actor());
  if (name === null) return person;
  await withRupees(stage, finance, prices[name], person);
  await buyPackage(person, name);
  return person;
}

export type Family = {
  readonly top: Actor;
  readonly middle: Actor;
  readonly buyer: Actor;
  readonly name: string;
};

/** Somebody with rupees, whom one with a package brought, who was brought by another with one. */
export async function family(
  stage: FlowStage,
  finance: Actor,
  has: { readonly top?: Name | null; readonly middle?: Name | null; readonly rupees?: number } = {},
): Promise<Family> {
  const { top: highest = 'elite', middle: lower = 'pro', rupees = 885_000 } = has;
  const [top, middle, buyer] = [await stage.actor(), await stage.actor(), await stage.actor()];
  await attach(middle, top);
  await attach(buyer, middle);
  // In this order nobody earns of these two.
  await holder(stage, finance, lower, middle);
  await stage.idle();
  await holder(stage, finance, highest, top);
  if (rupees > 0) await withRupees(stage, finance, rupees, buyer);
  const name = await withName(buyer);
  await stage.idle();
  return { top, middle, buyer, name };
}

export async function commissionOn(
  { db }: FlowStage,
  order: string,
  level: 1 | 2,
): Promise<Commission | null> {
  const data = (await db.doc(`commissions/${order}~${level}`).get()).data();
  return data ? (fromStored(data) as Commission) : null;
}
