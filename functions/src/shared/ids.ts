/**
 * Ids that say whose they are.
 *
 * `purchases/{request}~{uid}` and `escrows/{job}~{payer}~{payee}`: whoever holds the id knows which wallets
 * the move touches, so one batched read fetches everything and a release needs no second look-up.
 * An id is no permission: the document still says who its parties are, and every rule compares with that.
 */

const plain = /[A-Za-z0-9_-]/;
const allPlain = /^[A-Za-z0-9_-]*$/;

/** Bytes that are not plain become `.XX`, so that parts never run into each other and ids fit any URL. */
const encode = (part: string): string =>
  allPlain.test(part) ? part : Array.from(new TextEncoder().encode(part), letterOf).join('');

const letterOf = (byte: number): string => {
  const letter = String.fromCharCode(byte);
  return plain.test(letter) ? letter : `.${byte.toString(16).toUpperCase().padStart(2, '0')}`;
};

const decode = (part: string): string => decodeURIComponent(part.replaceAll('.', '%'));

export const joinId = (...parts: string[]): string => parts.map(encode).join('~');

/** The parts of a joined id, or null when it is not one of `count` parts. */
export function splitId(id: string, count: number): string[] | null {
  const parts = id.split('~');
  if (parts.length !== count) return null;
  try {
    const decoded = parts.map(decode);
    // A second spelling of an id must not become a second document's name.
    return joinId(...decoded) === id && decoded.every((part) => part !== '') ? decoded : null;
  } catch {
    return null;
  }
}
