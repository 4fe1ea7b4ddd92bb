/**
 * The numbers of Indian accounts and taxpayers, and what can be told of one without asking anybody: that it is well
 * formed, and of a GSTIN that its check character fits. Whose it is, finance sees.
 *
 * The rules are written down here since the library that has them (stdnum 1.12) refuses numbers that are in use: GSTINs
 * of Ladakh (38) and of other territory (97), and PANs whose fourth letter is E.
 */

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Of a bank's branch: four letters of the bank, a zero, six of the branch.
 * Source: Reserve Bank of India, NEFT system, question on the IFSC.
 */
export const isIfsc = (text: string): boolean => /^[A-Z]{4}0[A-Z0-9]{6}$/.test(text);

/**
 * A UPI id (virtual payment address): who, at which handle of a payment app. A handle is one word, so no e-mail
 * address is one. Source: NPCI, Unified Payments Interface, procedural guidelines.
 */
export const isUpi = (text: string): boolean =>
  /^[a-z0-9][a-z0-9._-]{1,255}@[a-z][a-z0-9]{1,63}$/i.test(text);

/**
 * A taxpayer's permanent account number: three letters, one for the kind of holder (P: a person), one of the name, four
 * digits that are not all 0, a letter whose rule the tax office keeps to itself.
 * Source: Income Tax Department of India, structure of the PAN (section 139A of the Income-tax Act).
 */
export const isPan = (text: string): boolean => /^[A-Z]{3}[ABCEFGHJKLPT][A-Z](?!0000)\d{4}[A-Z]$/.test(text);

/** 01 to 38, other territory, and the centre's own. */
const isState = (code: string): boolean => (code >= '01' && code <= '38') || code === '97' || code === '99';

/** Every second character counts twice; the digits of each, to base 36, are added up. */
function checkOf(text: string): string {
  const size = LETTERS.length;
  const sum = Array.from(text).reduce((all, letter, i) => {
    const value = LETTERS.indexOf(letter) * (1 + (i % 2));
    return all + Math.floor(value / size) + (value % size);
  }, 0);
  return LETTERS.charAt((size - (sum % size)) % size);
}

/**
 * A number under the goods and services tax: state, PAN, how many of that PAN in the state, Z, check character.
 * Source: GST Network, structure of the GSTIN; its check is Luhn’s to base 36.
 */
export const isGstin = (text: string): boolean =>
  /^\d{2}[A-Z0-9]{10}[1-9A-Z]Z[A-Z0-9]$/.test(text) &&
  isState(text.slice(0, 2)) &&
  isPan(panIn(text)) &&
  checkOf(text.slice(0, -1)) === text.slice(-1);

/** Whose number a GSTIN is. */
export const panIn = (gstin: string): string => gstin.slice(2, 12);
