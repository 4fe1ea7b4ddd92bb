import { sealingKey } from '../platform/params.ts';
import { seal, unseal } from '../platform/seal.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * A place in a list of people whose ids are not told: sealed with our key, bound to the list, so that it opens nowhere
 * else and says nothing.
 */
export function sealCursor(id: string, doc: object, place: string): string {
  const { nonce, tag, box } = seal(JSON.stringify({ id, doc }), place, sealingKey.value());
  return Buffer.concat([nonce, tag, box].map((part) => Buffer.from(part, 'base64'))).toString('base64url');
}

const [NONCE, TAG] = [12, 16];

/** The document as far as the list is sorted by it. @throws Refusal `not_found` for anything that was not told for this list. */
export function openCursor(cursor: string, place: string): { readonly id: string; readonly doc: object } {
  const bytes = Buffer.from(cursor, 'base64url');
  const part = (from: number, to?: number) => bytes.subarray(from, to).toString('base64');
  const sealed = { nonce: part(0, NONCE), tag: part(NONCE, NONCE + TAG), box: part(NONCE + TAG) };
  try {
    return JSON.parse(unseal({ v: 1, ...sealed }, place, sealingKey.value())) as { id: string; doc: object };
  } catch {
    throw new Refusal('not_found', { what: 'cursor' });
  }
}
