import { letThrough } from './admin.acts.ts';
import { bringRupees, comeByCode } from './affiliate.acts.ts';
import { offers, usernameOf } from './booking.acts.ts';
import type { Person } from './client.ts';
import { buyAtFirst, openSchool } from './learning.acts.ts';
import { call, play, type World } from './world.ts';

/** Before anything goes wrong: everybody has coins, is verified, and can be paid. */
export async function prelude(world: World): Promise<void> {
  const { users, scheduler, providers } = world;
  let left = users.length + 1;
  const enter = async (person: Person, i: number): Promise<void> => {
    const { uid } = person;
    await comeByCode(world, person, i);
    // Two have enough for what two admins have to look at.
    const amount = i < 2 ? 1_000_000 : 100_000;
    const order = {
      requestId: `prelude-${i}`,
      provider: 'stripe',
      item: { kind: 'amount', amount },
    };
    await call(world, person, 'purchases-create', order);
    for (const { session } of Object.values(providers.till.stored))
      if (session.status === 'open') await play(world, `/pay/${session.id}`, { choice: 'pay' });
    const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
    await call(world, person, 'kyc-submit', {
      ...{ requestId: `prelude-kyc-${i}`, name: 'Ann Example', country: 'QA' },
      documents: {
        ...{ id_front: paper('front'), id_back: paper('back') },
        ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
      },
    });
    if (i % 2 === 0) {
      await call(world, person, 'connect-start', { country: 'QA' });
      for (const account of Object.keys(providers.till.vault.accounts))
        await play(world, `/play/complete/${account}`);
    }
    const bank = { kind: 'bank', holder: 'Ann Example', iban: 'QA30AAAA123456789012345678901' };
    await scheduler.sleep(5000);
    await call(world, person, 'destinations-save', {
      ...{ requestId: `prelude-place-${i}`, currency: 'QAR' },
      ...(i % 2 === 0 ? { kind: 'connected' } : bank),
    });
    await bringRupees(world, person, i);
    await buyAtFirst(world, person, i);
    await letThrough(world, uid);
    await call(world, person, 'usernames-claim', { username: usernameOf(person) });
    await call(world, person, 'terms-save', { packages: offers });
    const gift = { requestId: `prelude-gift-${i}`, uid, credits: 60, reason: 'To begin with.' };
    await call(world, world.finance[i % 2]!, 'lots-grant', gift);
    left -= 1;
  };
  void openSchool(world).then(() => (left -= 1));
  for (const [i, person] of users.entries()) void enter(person, i);
  const latest = scheduler.now() + 3_600_000;
  while (left > 0 && scheduler.now() < latest) await scheduler.runUntil(scheduler.now() + 1000);
  if (left > 0) throw new Error(`the prelude did not end: ${left} of ${users.length + 1} are not ready`);
  await scheduler.runUntil(scheduler.now() + 60_000);
}
