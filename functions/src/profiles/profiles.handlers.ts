import type { z } from 'zod';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Profile } from './profile.ts';
import { profilesContract, type ProfileView } from './profiles.contract.ts';
import { claimName, saveProfile } from './profiles.operations.ts';
import { uidBy } from './profiles.store.ts';
import { keyOf, mustNotBeReserved } from './username.ts';
import { usernamesContract } from './usernames.contract.ts';

const view = (profile: Profile, at: number): z.input<typeof ProfileView> => ({
  username: profile.username,
  bio: profile.bio,
  links: profile.links.map(({ site, url }) => ({ site, url })),
  avatar: profile.avatar,
  badges: profile.badges.filter(({ untilAt }) => untilAt > at),
});

const profileHandlers: Handlers<typeof profilesContract> = {
  save: async ({ avatar, ...changes }, { uid }, at) => {
    const picture = avatar === undefined ? {} : { avatar: avatar === '' ? null : avatar };
    return view(await saveProfile(uid, { ...changes, ...picture }, at), at);
  },
  get: async ({ username }, _, at) => {
    const profile = await load(collections.profiles.doc(await uidBy(username)));
    if (!profile) throw new Refusal('not_found', { what: 'user', id: username });
    return view(profile, at);
  },
};

const usernameHandlers: Handlers<typeof usernamesContract> = {
  claim: async ({ username: name }, { uid }, at) => ({ username: await claimName({ uid, name, at }) }),
  check: async ({ username }, { uid }, at) => {
    const found = await load(collections.usernames.doc(keyOf(username)));
    const isTaken = found !== null && found.uid !== uid && (found.freeAt === null || found.freeAt > at);
    return { free: !isTaken && !isReserved(username) };
  },
};

function isReserved(name: string): boolean {
  try {
    mustNotBeReserved(name);
    return false;
  } catch {
    return true;
  }
}

export const profiles = serveCalls('profiles', profilesContract, profileHandlers);
export const usernames = serveCalls('usernames', usernamesContract, usernameHandlers);
