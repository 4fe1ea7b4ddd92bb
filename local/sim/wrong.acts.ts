import { collections } from '../../functions/src/collections.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Acts, OnEscrow } from './acts.ts';
import type { Person } from './client.ts';
import type { Dice } from './dice.ts';
import { call, docOf, personBy, type World } from './world.ts';

/** What people try that is not theirs to do, and what somebody does to the store by hand. */

const stranger = (world: World, dice: Dice, { parties }: Escrow): Person =>
  dice.pick(world.users.filter(({ uid }) => !parties.includes(uid)));

/** The other side's buttons, and those of strangers. */
export const outOfTurn: OnEscrow = {
  submitByPayer: (one, world) => [personBy(world, one.payer), 'escrow-submit', { note: 'All done.' }],
  reviseByPayee: (one, world) => [personBy(world, one.payee), 'escrow-revise', { wish: 'More time.' }],
  releaseByPayee: (one, world) => [personBy(world, one.payee), 'escrow-release', {}],
  submitByStranger: (one, world, dice) => [stranger(world, dice, one), 'escrow-submit', { note: 'Mine.' }],
  releaseByStranger: (one, world, dice) => [stranger(world, dice, one), 'escrow-release', {}],
  refundByStranger: (one, world, dice) => [stranger(world, dice, one), 'escrow-refund', {}],
  disputeByStranger: (one, world, dice) => [
    stranger(world, dice, one),
    'escrow-dispute',
    { reason: 'other', statement: 'I have nothing to do with it, and do not like it.' },
  ],
};

/** The same request with something else in it, where there is something to change. */
function otherwise(input: unknown): unknown {
  const fields = input as { readonly title?: string; readonly amount?: unknown };
  if (typeof fields.title === 'string') return { ...fields, title: `${fields.title} again` };
  const { amount } = (fields.amount ?? {}) as { amount?: number };
  if (amount === undefined) return input;
  return { ...fields, amount: { ...(fields.amount as object), amount: amount + 1 } };
}

export const wrongActs = {
  /** A call made before: as it was, by somebody else, or with other input. */
  repeat(world, dice) {
    if (world.calls.length === 0) return undefined;
    const { person, name, input } = dice.pick(world.calls);
    const { users, guests, finance, support } = world;
    // What a guest says about themselves nobody else says.
    const isPrivate = name.startsWith('privacy-') || guests.some(({ uid }) => uid === person.uid);
    if (dice.chance(0.2) && !isPrivate)
      return call(world, dice.pick([...users, ...finance, ...support]), name, input);
    if (dice.chance(0.25)) return call(world, person, name, otherwise(input));
    return Array.from({ length: 1 + dice.below(2) }, () => call(world, person, name, input));
  },
  /** By hand, in the console: there is no call for it. One at a time, until the next comes by. */
  freeze(world, dice) {
    const frozen = world.users.find(({ uid }) => docOf(world, collections.wallets, uid)?.frozen);
    const { uid } = frozen ?? dice.pick(world.users);
    const wallet = docOf(world, collections.wallets, uid);
    return wallet && world.edit(collections.wallets.doc(uid), { ...wallet, frozen: !wallet.frozen });
  },
} satisfies Acts;
