import { Refusal } from '../shared/refusal.ts';
import type { Sealed } from '../shared/sealed.ts';
import { bytes } from './chance.ts';
import { now } from './clock.ts';
import { atomically, createOnce, load } from './firestore.ts';
import { sealingKey } from './params.ts';
import { fingerprint, seal, unseal } from './seal.ts';
import { collection, type Ref } from './store.ts';

/** What a key is for: where somebody is paid to, and who they are, which may have to be kept for longer. */
export const uses = ['destinations', 'identity'] as const;
export type Use = (typeof uses)[number];

/**
 * `personKeys/{uid}`: the keys of one person's sealed data, each itself sealed by SEALING_KEY. Whoever destroys one
 * makes all that was sealed with it unreadable, in every copy and backup of other documents. The null that is left in
 * its place keeps another from being made.
 */
export type PersonKey = {
  readonly wrapped: { readonly destinations: Sealed | null; readonly identity: Sealed | null };
  readonly madeAt: number;
};

export const personKeys = collection<PersonKey>('personKeys');

const keyRef = (uid: string): Ref<PersonKey> => personKeys.doc(uid);
const placeOf = (uid: string, use: Use): string => `personKeys/${uid}/${use}`;

function unwrap(uid: string, use: Use, { wrapped }: PersonKey): string | null {
  const key = wrapped[use];
  return key && unseal(key, placeOf(uid, use), sealingKey.value());
}

/** Made when it is first needed. @throws Refusal `account_gone` once any of theirs was destroyed. */
async function keyFor(uid: string, use: Use): Promise<string> {
  const found = (await load(keyRef(uid))) ?? (await makeKeys(uid));
  const key = uses.some((one) => found.wrapped[one] === null) ? null : unwrap(uid, use, found);
  if (key === null) throw new Refusal('account_gone');
  return key;
}

async function makeKeys(uid: string): Promise<PersonKey> {
  const newKey = (use: Use): Sealed =>
    seal(bytes(32).toString('base64'), placeOf(uid, use), sealingKey.value());
  const wrapped = { destinations: newKey('destinations'), identity: newKey('identity') };
  const made: PersonKey = { wrapped, madeAt: now() };
  if (await createOnce(keyRef(uid), made)) return made;
  const first = await load(keyRef(uid));
  if (first === null) throw new Error(`the keys of ${uid} came and went`);
  return first;
}

/** From here on nothing that was sealed with these opens, wherever it was copied to. Safe to repeat. */
export async function destroyKeys(uid: string, gone: readonly Use[]): Promise<void> {
  const at = now();
  await atomically({
    read: (reader) => reader.get({ keys: keyRef(uid) }),
    decide: ({ keys }) => {
      const left = (use: Use) => (gone.includes(use) ? null : (keys?.wrapped[use] ?? null));
      const wrapped = { destinations: left('destinations'), identity: left('identity') };
      const same = keys !== null && uses.every((use) => keys.wrapped[use] === wrapped[use]);
      return { after: same ? null : { wrapped, madeAt: keys?.madeAt ?? at } };
    },
    write: (writer, { after }) => {
      if (after) writer.set(keyRef(uid), after);
    },
  });
}

/**
 * Seals with the person's own key, and marks `sent`, so that a repeat is told without keeping it.
 * @throws Refusal `account_gone` for somebody who was erased.
 */
export async function sealFor(
  { uid, use }: { readonly uid: string; readonly use: Use },
  text: string,
  place: string,
  sent: string,
): Promise<{ readonly sealed: Sealed; readonly requestHash: string }> {
  const key = await keyFor(uid, use);
  return { sealed: seal(text, place, key, 2), requestHash: fingerprint(sent, key) };
}

/** @throws Refusal `not_found` when the key was destroyed. */
export async function openFor(
  { uid, use }: { readonly uid: string; readonly use: Use },
  sealed: Sealed,
  place: string,
): Promise<string> {
  if (sealed.v === 1) return unseal(sealed, place, sealingKey.value());
  const found = await load(keyRef(uid));
  const key = found && unwrap(uid, use, found);
  if (key === null) throw new Refusal('not_found', { what: 'key', uid });
  return unseal(sealed, place, key);
}

/** What is put in the place of something sealed: nobody ever had its key. */
export const emptyBox = (): Sealed => seal(bytes(16).toString('hex'), '', bytes(32).toString('base64'), 2);
