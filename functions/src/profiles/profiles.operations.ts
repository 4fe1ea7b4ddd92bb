import { collections } from '../collections.ts';
import { atomically } from '../platform/firestore.ts';
import { change, newProfile, type Changes, type Profile } from './profile.ts';
import { claim, keyOf, type Claim } from './username.ts';

/** Takes a name in one transaction with the profile that shows it; see `claim` for what it may refuse. */
export async function claimName(order: Claim): Promise<string> {
  const mine = collections.profiles.doc(order.uid);
  const wanted = collections.usernames.doc(keyOf(order.name));
  await atomically({
    read: async (reader) => {
      const { profile, found } = await reader.get({ profile: mine, found: wanted });
      const name = profile?.username ?? null;
      if (name === null) return { profile, found, before: null };
      return { profile, found, ...(await reader.get({ before: collections.usernames.doc(keyOf(name)) })) };
    },
    decide: ({ profile, found, before }) => ({
      ...claim(found, before, order),
      profile: { ...(profile ?? newProfile(order.at)), username: order.name },
    }),
    write: (writer, { taken, freed, profile }) => {
      if (!taken) return;
      writer.set(wanted, taken);
      if (freed) writer.set(collections.usernames.doc(freed.key), freed.doc);
      writer.set(mine, profile);
    },
  });
  return order.name;
}

/** Changes what everybody may see; see `change` for what it may refuse. */
export async function saveProfile(uid: string, changes: Changes, at: number): Promise<Profile> {
  const mine = collections.profiles.doc(uid);
  const { profile } = await atomically({
    read: (reader) => reader.get({ before: mine }),
    decide: ({ before }) => ({ profile: change(before ?? newProfile(at), uid, changes) }),
    write: (writer, { profile: after }) => {
      writer.set(mine, after);
    },
  });
  return profile;
}
