import { collections } from '../collections.ts';
import { bytes } from '../platform/chance.ts';
import { enrolmentsOf } from '../orders/orders.store.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import { noteDevice, noteReferral, type Comer } from '../rewards/rewards.operations.ts';
import type { Referral } from '../rewards/referral.ts';
import { Refusal } from '../shared/refusal.ts';
import { codeFrom, LENGTH, type CodeOwner } from './sponsorcode.ts';

/** The one code of somebody, made when it is first asked for. Two calls at once make one. */
export async function codeOf(comer: Comer): Promise<string> {
  const { uid, at } = comer;
  const known = await load(collections.codeOwners.doc(uid));
  if (known) return known.code;
  // Whoever is brought from the same device later is known to be.
  await noteDevice(comer);
  for (;;) {
    const code = codeFrom(bytes(3 * LENGTH));
    const made = code === null ? null : await take(code, uid, at);
    if (made) return made.code;
  }
}

/** @returns null where the code is somebody’s: another is drawn */
async function take(code: string, uid: string, at: number): Promise<CodeOwner | null> {
  const [own, named] = [collections.codeOwners.doc(uid), collections.codes.doc(code)];
  const { owner } = await atomically({
    read: (reader) => reader.get({ before: own, taken: named }),
    decide: ({ before, taken }) => ({
      isNew: before === null && taken === null,
      owner: before ?? (taken ? null : { code, createdAt: at }),
    }),
    write: (writer, { isNew, owner: made }) => {
      if (!isNew || made === null) return;
      writer.create(named, { uid, createdAt: at });
      writer.create(own, made);
    },
  });
  return owner;
}

/** Whose a code is. @throws Refusal `not_found`. */
export async function ownerOf(code: string): Promise<string> {
  const found = await load(collections.codes.doc(code));
  if (!found) throw noSuch(code);
  return found.uid;
}

const noSuch = (code: string): Refusal => new Refusal('not_found', { what: 'code', id: code });

/**
 * Notes by whose code somebody came. Whose that is, is not told where it is refused.
 * @throws Refusal `not_found` for a code of nobody’s, one’s own, or one that would close a circle; `wrong_status`.
 */
export async function attach(
  comer: Comer,
  {
    code,
    referrer,
    link,
  }: { readonly code: string; readonly referrer: string; readonly link: string | null },
): Promise<Referral> {
  const [known, member, courses] = await Promise.all([
    load(collections.referrals.doc(comer.uid)),
    load(collections.members.doc(comer.uid)),
    find({ ...enrolmentsOf(comer.uid), limit: 1 }),
  ]);
  // What a card paid for is in no wallet.
  if (!known && ((member && member.bought > 0) || courses.length > 0))
    throw new Refusal('wrong_status', { status: 'bought' });
  try {
    return await noteReferral(comer, referrer, link);
  } catch (error) {
    throw error instanceof Refusal && error.reason === 'not_found' ? noSuch(code) : error;
  }
}

/** Nobody is brought by them any more, and the code is nobody’s. Again it changes nothing. */
export async function giveUpCode(uid: string): Promise<void> {
  const own = collections.codeOwners.doc(uid);
  const code = (await load(own))?.code;
  if (code === undefined) return;
  await atomically({
    read: () => Promise.resolve({}),
    decide: () => ({}),
    write: (writer) => {
      writer.delete(collections.codes.doc(code));
      writer.delete(own);
    },
  });
}
