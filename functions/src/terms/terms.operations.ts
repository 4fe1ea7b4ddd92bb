import { collections } from '../collections.ts';
import { atomically } from '../platform/firestore.ts';
import { Refusal } from '../shared/refusal.ts';
import { checkPackages, type Terms, type Wanted } from './terms.ts';

/** Replaces what somebody offers; see `checkPackages` for what it may refuse, and `username_needed`. */
export async function saveTerms(uid: string, wanted: readonly Wanted[], at: number): Promise<Terms> {
  const mine = collections.terms.doc(uid);
  const { terms } = await atomically({
    read: (reader) => reader.get({ before: mine, profile: collections.profiles.doc(uid) }),
    decide: ({ before, profile }) => {
      if ((profile?.username ?? null) === null) throw new Refusal('username_needed', { uid });
      const version = (before?.version ?? 0) + 1;
      return { terms: { packages: checkPackages(wanted), version, savedAt: at } };
    },
    write: (writer, { terms: after }) => {
      writer.set(mine, after);
    },
  });
  return terms;
}
