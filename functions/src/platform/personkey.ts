import { randomBytes } from 'node:crypto';
import { Refusal } from '../shared/refusal.ts';
import type { Sealed } from '../shared/sealed.ts';
import { now } from './clock.ts';
import { createOnce, load } from './firestore.ts';
import { sealingKey } from './params.ts';
import { fingerprint, seal, unseal } from './seal.ts';
import { collection, type Ref } from './store.ts';

/**
 * `personKeys/{uid}`: the key of one person's sealed data, itself sealed by SEALING_KEY. Whoever destroys it makes all
 * that was sealed with it unreadable, in every copy and backup of other documents. What is left in its place keeps
 * another from being made.
 */
export type PersonKey =
  | { readonly wrapped: Sealed; readonly madeAt: number }
  | { readonly wrapped: null; readonly destroyedAt: number };

export const personKeys = collection<PersonKey>('personKeys');

const keyRef = (uid: string): Ref<PersonKey> => personKeys.doc(uid);
const placeOf = (uid: string): string => `personKeys/${uid}`;

const unwrap = (uid: string, { wrapped }: PersonKey): string | null =>
  wrapped === null ? null : unseal(wrapped, placeOf(uid), sealingKey.value());

/** Made when it is first needed. @throws Refusal `account_gone` once it was destroyed. */
async function keyFor(uid: string): Promise<string> {
  const found = (await load(keyRef(uid))) ?? (await makeKey(uid));
  const key = unwrap(uid, found);
  if (key === null) throw new Refusal('account_gone');
  return key;
}

async function makeKey(uid: string): Promise<PersonKey> {
  const key = randomBytes(32).toString('base64');
  const made: PersonKey = { wrapped: seal(key, placeOf(uid), sealingKey.value()), madeAt: now() };
  if (await createOnce(keyRef(uid), made)) return made;
  const first = await load(keyRef(uid));
  if (first === null) throw new Error(`the key of ${uid} came and went`);
  return first;
}

/**
 * Seals with the person's own key, and marks `sent`, so that a repeat is told without keeping it.
 * @throws Refusal `account_gone` for somebody who was erased.
 */
export async function sealFor(
  uid: string,
  text: string,
  place: string,
  sent: string,
): Promise<{ readonly sealed: Sealed; readonly requestHash: string }> {
  const key = await keyFor(uid);
  return { sealed: seal(text, place, key, 2), requestHash: fingerprint(sent, key) };
}

/** @throws Refusal `not_found` when the person was erased. */
export async function openFor(uid: string, sealed: Sealed, place: string): Promise<string> {
  if (sealed.v === 1) return unseal(sealed, place, sealingKey.value());
  const found = await load(keyRef(uid));
  const key = found && unwrap(uid, found);
  if (key === null) throw new Refusal('not_found', { what: 'key', uid });
  return unseal(sealed, place, key);
}

/** What is put in the place of something sealed: nobody ever had its key. */
export const emptyBox = (): Sealed =>
  seal(randomBytes(16).toString('hex'), '', randomBytes(32).toString('base64'), 2);
