/**
 * Ids that say whose they are.
 *
 * `purchases/{request}~{uid}` and `escrows/{job}~{payer}~{payee}`: whoever holds the id knows which wallets
 * the move touches, so one batched read fetches everything and a release needs no second look-up.
 * An id is no permission: the document still says who its parties are, and every rule compares with that.
 */

/** `encodeURIComponent` leaves `~` alone, so it is escaped here: the parts can never run into each other. */
const encode = (part: string): string => encodeURIComponent(part).replaceAll('~', '%7E');

export const joinId = (...parts: string[]): string => parts.map(encode).join('~');

/** The parts of a joined id, or null when it is not one of `count` parts. */
export function splitId(id: string, count: number): string[] | null {
  const parts = id.split('~');
  if (parts.length !== count) return null;
  try {
    const decoded = parts.map(decodeURIComponent);
    // A second spelling of an id must not become a second document's name.
    return joinId(...decoded) === id && decoded.every((part) => part !== '') ? decoded : null;
  } catch {
    return null;
  }
}
