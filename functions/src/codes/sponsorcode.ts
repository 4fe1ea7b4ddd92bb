/**
 * What somebody is brought by (F52). The letters are those of Open Location Code, chosen so that none is taken for another
 * and no word comes of them: https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md
 */
export const LETTERS = '23456789CFGHJMPQRVWX';
export const LENGTH = 8;

/** `codes/{code}`: whose it is. Never somebody else’s later. */
export type Code = { readonly uid: string; readonly createdAt: number };

/** `codeOwners/{uid}`: the one code that somebody has. */
export type CodeOwner = { readonly code: string; readonly createdAt: number };

/** How a code is written wherever one is looked up: the only place that says it, whoever types what (W4-21). */
export const normalised = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s-]+/g, '');

export const codePattern = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);

/** Bytes above the last whole round of letters are left out: each letter is as likely as any other. */
const EVEN = 256 - (256 % LETTERS.length);

/**
 * A code made of chance.
 * @param chance three times as many bytes as letters are practically always enough
 * @returns null where too many of them were left out
 */
export function codeFrom(chance: Uint8Array): string | null {
  const used = [...chance].filter((byte) => byte < EVEN).slice(0, LENGTH);
  return used.length < LENGTH ? null : used.map((byte) => LETTERS[byte % LETTERS.length]!).join('');
}
