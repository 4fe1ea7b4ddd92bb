/** The promises that the audit holds the books to, by their names. */
export const invariants = {
  I1: 'the legs of each journal entry sum to zero per currency',
  I2: 'every wallet bucket, escrow and payment equals the sum of its legs',
  I3: 'no bucket of a person is negative',
  I4: 'what came in is somewhere: wallets, escrow, payments, paid out, fees, taxes, losses',
  I5: 'what an escrow held went to the payee, the platform and the payer, each once',
  I6: 'each cause has one entry, and each entry one cause',
  I7: 'a terminal document has the entries that made it so',
  I10: 'an amount is a safe integer in minor units, never zero',
  chain: 'each wallet’s entries are numbered without a gap, and each holds the hash of the one before',
} as const;
export type Invariant = keyof typeof invariants;

/** One thing that is not as it should be: the document that shows it, and both values in words. */
export type Violation = {
  readonly invariant: Invariant;
  readonly document: string;
  readonly expected: string;
  readonly found: string;
};

/** As many as are named; all are counted. */
export const MOST_NAMED = 100;

export type Found = { readonly named: readonly Violation[]; readonly count: number };

export const none: Found = { named: [], count: 0 };

/** What was edited may be as long as a document can be, and what is found has to be noted. */
const MOST_TEXT = 300;
const cut = (text: string): string => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);

const short = ({ invariant, document, expected, found }: Violation): Violation => ({
  ...{ invariant, document: cut(document), expected: cut(expected), found: cut(found) },
});

export const and = ({ named, count }: Found, more: readonly Violation[]): Found => ({
  named: [...named, ...more.slice(0, MOST_NAMED - named.length).map(short)],
  count: count + more.length,
});
