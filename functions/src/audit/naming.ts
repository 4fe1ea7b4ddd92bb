import { entryId } from '../ledger/wallet.ts';
import { buckets } from '../ledger/chart.ts';
import { currencies, format, type Currency } from '../shared/money.ts';
import type { Comparison } from './tally.ts';
import type { Violation } from './violation.ts';

/** What differs, in words: the document that shows it, and what each side says. */

/** Both sides differ, and no name of either does: it should not be possible, and is not nothing. */
export const unnamed: Violation = {
  ...({ invariant: 'I2', document: 'journal' } as const),
  expected: 'as much on both sides',
  found: 'a difference that has no name',
};

/** It was found, and there was no time to name it. */
export const toBeNamed: Violation = { ...unnamed, found: 'a difference, which `npm run audit` names' };

export type Difference = {
  readonly comparison: Comparison;
  readonly name: string;
  readonly journal: number;
  readonly documents: number;
};

const isCurrency = (name: string): name is Currency => (currencies as readonly string[]).includes(name);

/** `QAR 302.50`; what is in no currency is told as it is. */
const inWords = (amount: number, currency: string): string =>
  isCurrency(currency) && Number.isSafeInteger(amount)
    ? format(amount, currency)
    : `${amount} ${currency}`.trim();

/** All differences, each by the document that shows it. What a wallet holds has two sides, and is told in one. */
export function violationsOf(differences: readonly Difference[]): Violation[] {
  const holdings = Map.groupBy(differences, (one) => holdingIn(one)?.of ?? '');
  return differences.flatMap((one) => {
    const { of = '' } = holdingIn(one) ?? {};
    const [first, second, ...more] = of === '' ? [] : (holdings.get(of) ?? []);
    const isPair = first && second && more.length === 0 && first.journal + second.journal === 1;
    if (!isPair) return [violationOf(one)];
    return one === first ? [holdingOf(first, second)] : [];
  });
}

type Holding = {
  readonly of: string;
  readonly uid: string;
  readonly currency: string;
  readonly amounts: string;
};

/** `uid currency available pending reserved debt`, where it is that; a hash has another form. */
function holdingIn({ comparison, name }: Difference): Holding | null {
  if (comparison !== 'heads') return null;
  const match = /^(?<uid>.*) (?<currency>[A-Z]{3,6}) (?<amounts>-?\d+ -?\d+ -?\d+ -?\d+)$/s.exec(
    name,
  )?.groups;
  if (!match) return null;
  const { uid = '', currency = '', amounts = '' } = match;
  return { of: `${uid} ${currency}`, uid, currency, amounts };
}

const holdingText = ({ currency, amounts }: Holding): string =>
  amounts
    .split(' ')
    .map((amount, i) => `${buckets[i] ?? ''} ${inWords(Number(amount), currency)}`)
    .join(', ');

/** What the entries make, and what the wallet says. */
function holdingOf(one: Difference, other: Difference): Violation {
  const [made, said] = one.journal > one.documents ? [one, other] : [other, one];
  const [expected, found] = [holdingIn(made)!, holdingIn(said)!];
  return {
    ...({ invariant: 'chain', document: `wallets/${expected.uid}` } as const),
    expected: `what its entries make: ${holdingText(expected)}`,
    found: holdingText(found),
  };
}

/** A difference between the two sides, by the document that shows it. */
export function violationOf(difference: Difference): Violation {
  const { comparison, name, journal, documents } = difference;
  const [first = '', second = '', currency = ''] = name.split(' ');
  switch (comparison) {
    case 'accounts':
      return {
        invariant: 'I2',
        document: keptIn(first),
        expected: `${first}: ${inWords(journal, second)}`,
        found: inWords(documents, second),
      };
    case 'effects':
      return {
        invariant: 'I2',
        document: `journal/${first}`,
        expected: `${second}: ${inWords(journal, currency)} by its legs, of its kind and time`,
        found: `${inWords(documents, currency)} in the wallet’s entry`,
      };
    case 'heads':
      return headOf(first, difference);
    case 'causes':
      return causeOf(difference);
  }
}

/** An entry without a document that calls for it, or the other way round; or what each says of an amount. */
function causeOf({ name, journal, documents }: Difference): Violation {
  const space = name.indexOf(' ');
  const [document, what] = [name.slice(0, space), name.slice(space + 1)];
  const currency = what.slice(what.lastIndexOf(' ') + 1);
  if (document.startsWith('journal/') && !isCurrency(currency))
    return journal > documents
      ? { invariant: 'I6', document, expected: `a document that caused it as ${what}`, found: 'none' }
      : { invariant: 'I7', document, expected: `an entry, of the kind ${what}`, found: 'none' };
  const of = isCurrency(currency) ? what.slice(0, 0 - currency.length - 1) : what;
  const [one, other] = [inWords(documents, currency), inWords(journal, currency)];
  if (document.startsWith('journal/'))
    return { invariant: 'I7', document, expected: `${of}: ${one} by what caused it`, found: other };
  const invariant = document.startsWith('wallets/') ? 'I2' : 'I5';
  if (what === 'availableAt')
    return { invariant, document, expected: `to clear at ${timeOf(journal)}`, found: timeOf(documents) };
  return { invariant, document, expected: `${of}: ${other}`, found: one };
}

const timeOf = (at: number): string =>
  Math.abs(at) <= 8.64e15 && at !== 0 ? new Date(at).toISOString() : 'no time';

/** Where a wallet's entries and the wallet do not follow one another: the one that has nothing before or after it. */
function headOf(uid: string, difference: Difference): Violation {
  const { name, journal, documents } = difference;
  const [n, wallet] = [Number(name.split(' ')[1]), `wallets/${uid}`];
  const of = (document: string, expected: string, found: string): Violation => ({
    ...{ invariant: 'chain', document, expected, found },
  });
  const holding = holdingIn(difference);
  if (holding) {
    const stands = holdingText(holding);
    return journal > documents
      ? of(wallet, `what its entries make: ${stands}`, 'something else')
      : of(wallet, 'an entry that makes it so', stands);
  }
  if (journal > documents)
    return of(
      `${wallet}/entries/${entryId(n)}`,
      'an entry after it, or the wallet, with its hash',
      'neither',
    );
  return documents > 0
    ? of(wallet, 'an entry that makes it so', `number ${n}`)
    : of(`${wallet}/entries/${entryId(n + 1)}`, `number ${n} with the hash that it names`, 'none');
}

/** The document that an account's balance is kept in. */
function keptIn(account: string): string {
  const [kind = '', ...rest] = account.split(':');
  if (kind === 'wallet') return `wallets/${rest.slice(0, -1).join(':')}`;
  return `${kind}s/${rest.join(':')}`;
}
