import type { Finding } from '../alerts/alert.ts';
import type { Reading, Sums } from './fold.ts';
import { Tally, type Comparison } from './tally.ts';
import { none, type Found, type Violation } from './violation.ts';

/** In this order. `entries` are all wallets' histories, wallet by wallet. */
export const phases = [
  'journal',
  'entries',
  'wallets',
  'escrows',
  'payments',
  'purchases',
  'withdrawals',
  'refunds',
  'chargebacks',
  'generations',
  'lots',
  'done',
] as const;
export type Phase = (typeof phases)[number];

/**
 * `audits/{id}`: how far one look at the whole store has come, as it was at one instant. It goes page by page, and is
 * small however large the store is; a run that dies is gone on with.
 */
export type Audit = {
  /** The instant it looks at. */
  readonly asOfAt: number;
  readonly startedAt: number;
  readonly phase: Phase;
  /** The path of the last document that is done. */
  readonly after: string;
  readonly counts: { readonly entries: number; readonly documents: number };
  readonly sums: Readonly<Record<Comparison, string>>;
  readonly classes: Sums;
  readonly reading: Reading | null;
  readonly found: Found;
  /** Counts pages, so that of two that did the same one only the first is kept. */
  readonly version: number;
  /** When the sweep goes on with it; null when it is done. */
  readonly dueAt: number | null;
  readonly doneAt: number | null;
};

/** Firestore keeps old versions for an hour; some of that is for the last page. */
export const OLDEST = 50 * 60 * 1000;

const sums = (): Audit['sums'] => new Tally().stored().sums;

export const begun = (asOfAt: number, at: number): Audit => ({
  ...{ asOfAt, startedAt: at, phase: 'journal', after: '', reading: null, version: 1 },
  ...{ counts: { entries: 0, documents: 0 }, sums: sums(), classes: {}, found: none },
  ...{ dueAt: at + 10 * 60 * 1000, doneAt: null },
});

/** For finance: what is wrong, and that nothing leaves until somebody has looked. */
export function finding(id: string, { named, count }: Found): Finding {
  const [first] = named;
  const one = first
    ? `${first.document}: ${first.invariant}, expected ${first.expected}, found ${first.found}`
    : '';
  return {
    kind: 'books_differ',
    severity: 'critical',
    title: `The books do not prove themselves: ${count} difference${count === 1 ? '' : 's'}`,
    explanation: `${one}. All that was named is in audits/${id}. Nothing leaves until a superadmin has looked and calls brake-lift; nothing was changed.`,
    facts: {
      audit: id,
      count,
      invariant: first?.invariant ?? null,
      expected: first?.expected ?? null,
      found: first?.found ?? null,
    },
    about: first?.document ?? `audits/${id}`,
    people: [],
  };
}

export type Verdict = {
  readonly ok: boolean;
  readonly entries: number;
  readonly documents: number;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
};

type Difference = {
  readonly comparison: Comparison;
  readonly name: string;
  readonly journal: number;
  readonly documents: number;
};

/** A difference between the two sides, by the document that shows it. */
export function violationOf({ comparison, name, journal, documents }: Difference): Violation {
  const [first = '', second = '', currency = ''] = name.split(' ');
  switch (comparison) {
    case 'accounts':
      return {
        invariant: 'I2',
        document: keptIn(first),
        expected: `${first}: ${journal} ${second}`,
        found: `${documents} ${second}`,
      };
    case 'effects':
      return {
        invariant: 'I2',
        document: `journal/${first}`,
        expected: `${second}: ${journal} ${currency} by its legs`,
        found: `${documents} ${currency} in the wallet’s entry`,
      };
    case 'heads':
      return {
        invariant: 'chain',
        document: `wallets/${first}`,
        expected:
          journal > documents ? `what its entries make: number ${second}` : 'an entry that makes it so',
        found: journal > documents ? 'something else' : `number ${second}`,
      };
    case 'causes':
      return journal > documents
        ? {
            invariant: 'I6',
            document: `journal/${name}`,
            expected: 'a document that caused it',
            found: 'none',
          }
        : { invariant: 'I7', document: `journal/${name}`, expected: 'an entry', found: 'none' };
  }
}

/** The document that an account's balance is kept in. */
function keptIn(account: string): string {
  const [kind = '', ...rest] = account.split(':');
  if (kind === 'wallet') return `wallets/${rest.slice(0, -1).join(':')}`;
  return `${kind}s/${rest.join(':')}`;
}
