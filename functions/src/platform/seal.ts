import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Sealed } from '../shared/sealed.ts';
import { bytes } from './chance.ts';

const keyOf = (key: string): Buffer => {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32) throw new Error('SEALING_KEY must be 32 bytes in base64');
  return bytes;
};

const TAG = 16;

/**
 * Account numbers at rest: AES-256-GCM with a fresh nonce for each, bound to where it is kept, so that one
 * person's sealed number pasted into another's document does not open.
 */
export function seal(text: string, place: string, key: string, v: Sealed['v'] = 1): Sealed {
  const nonce = bytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(place));
  const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    v,
    nonce: nonce.toString('base64'),
    box: box.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** @throws when the key, the place or a single bit is another. */
export function unseal(sealed: Sealed, place: string, key: string): string {
  const nonce = Buffer.from(sealed.nonce, 'base64');
  // Without a length Node takes a tag of four bytes for whole.
  const decipher = createDecipheriv('aes-256-gcm', keyOf(key), nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(place))
    .setAuthTag(Buffer.from(sealed.tag, 'base64'));
  return decipher.update(Buffer.from(sealed.box, 'base64'), undefined, 'utf8') + decipher.final('utf8');
}

/**
 * Tells whether two secrets are the same without keeping either: a plain hash of an account number could be
 * guessed back, one made with the key cannot.
 */
export const fingerprint = (text: string, key: string): string =>
  createHmac('sha256', keyOf(key)).update(text).digest('hex');
