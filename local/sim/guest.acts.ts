import { collections } from '../../functions/src/collections.ts';
import type { Erasure } from '../../functions/src/privacy/erasure.ts';
import { asRead } from './asread.ts';
import type { Acts } from './acts.ts';
import type { Person } from './client.ts';
import { call, docOf, type World } from './world.ts';

/** People who come with nothing but their names, and want to be forgotten. */

/** What is in whatever a guest says about themselves, and nowhere else. */
const nameOf = ({ uid }: Person): string => `Mx ${uid.toUpperCase()}`;
const ibans = ['QA30AAAA123456789012345678901'];

export const guestActs = {
  visit(world, dice, requestId) {
    const person = dice.pick(world.guests);
    const name = nameOf(person);
    switch (dice.below(5)) {
      case 0: {
        const paper = (kind: string) => `kyc/${person.uid}/${kind}.jpg`;
        const documents = {
          ...{ id_front: paper('front'), id_back: paper('back') },
          ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
        };
        // Uploaded before, by those who still may.
        if (docOf(world, collections.erasures, person.uid) === null)
          for (const path of Object.values(documents)) world.providers.files.add(path);
        return call(world, person, 'kyc-submit', { requestId, name, country: 'QA', documents });
      }
      case 1: {
        const kyc = docOf(world, collections.payees, person.uid)?.kyc;
        const application = kyc && 'application' in kyc && kyc.application.id;
        const decision = dice.chance(0.7) ? { decision: 'verify' } : { decision: 'reject' };
        const input = { uid: person.uid, application, ...decision, reason: 'Looked at the papers.' };
        return application && call(world, dice.pick(world.finance), 'kyc-review', input);
      }
      case 2: {
        const bank = { kind: 'bank', holder: name, iban: ibans[0], currency: 'QAR' };
        return call(world, person, 'destinations-save', { requestId, ...bank });
      }
      case 3: {
        const job = { title: `A logo for ${name}`, price: { amount: 500, currency: 'QAR' } };
        return call(world, person, 'jobs-post', { requestId, ...job });
      }
      default: {
        const own = world.recent.of('jobs').filter((job) => job.endsWith(`~${person.uid}`));
        return own.map((job) => call(world, person, 'jobs-cancel', { job }));
      }
    }
  },
  /** Those with money are refused, which has to be true. */
  erase(world, dice) {
    const person = dice.pick(dice.chance(0.8) ? world.guests : world.users.slice(4, 8));
    if (dice.chance(0.3)) {
      const order = { uid: person.uid, reason: 'Asked for it by letter.' };
      return call(world, world.superadmins[0]!, 'privacy-fulfil', order);
    }
    return call(world, person, 'privacy-erase', { confirm: 'erase' });
  },
} satisfies Acts;

/** Of somebody who was erased nothing is left that names them, but what they told others. */
export function* rememberedProblems({ memory, guests, providers, scheduler }: World): Generator<string> {
  const erased = guests.filter(({ uid }) => {
    const found = memory.get(`erasures/${uid}`);
    return found !== null && (asRead(found) as Erasure).phase === 'done';
  });
  if (erased.length === 0) return;
  for (const collection of memory.collections())
    for (const [id, data] of memory.all(collection)) {
      const text = JSON.stringify(asRead(data));
      for (const person of erased)
        if (text.includes(nameOf(person)) && !collection.startsWith('inboxes/'))
          yield `${collection}/${id} still names ${person.uid}, who was erased`;
    }
  for (const { uid } of erased) {
    const notices = [...memory.all(`inboxes/${uid}/notices`).values()].map(
      (one) => asRead(one) as { readonly at: number },
    );
    // It is looked once a day what others' moves brought.
    if (notices.some(({ at }) => at < scheduler.now() - 26 * 3_600_000))
      yield `the inbox of ${uid} is still there`;
    const keys = JSON.stringify(memory.get(`personKeys/${uid}`));
    if (keys.includes('"box"')) yield `a key of ${uid} is still there`;
    const left = [...providers.files].filter((name) => name.startsWith(`kyc/${uid}/`));
    if (left.length > 0) yield `documents of ${uid} are still there: ${left.join()}`;
  }
}
