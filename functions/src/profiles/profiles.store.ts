import { collections } from '../collections.ts';
import { load, loadAll } from '../platform/firestore.ts';
import { Refusal } from '../shared/refusal.ts';
import { keyOf } from './username.ts';

/** Whose a username is now. @throws Refusal `not_found` where it is nobody's. */
export async function uidBy(username: string): Promise<string> {
  const found = await load(collections.usernames.doc(keyOf(username)));
  if (found?.freeAt !== null) throw new Refusal('not_found', { what: 'user', id: username });
  return found.uid;
}

/** What people are called, in one round trip; null for who has no name. */
export async function usernamesOf(uids: readonly string[]): Promise<Map<string, string | null>> {
  const each = [...new Set(uids)];
  const found = await loadAll(each.map((uid) => collections.profiles.doc(uid)));
  return new Map(each.map((uid, i) => [uid, found[i]?.username ?? null]));
}
