import type { Finding } from '../alerts/alert.ts';
import { entryId } from '../ledger/wallet.ts';
import { SETTLED } from '../totals/totals.ts';
import { nothingRead, type Part } from './account.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Comparison } from './tally.ts';
import { none, type Found, type Violation } from './violation.ts';

/** In this order: what happened, then how things stand. `entries` are those of all wallets. */
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
  'done',
] as const;
export type Phase = (typeof phases)[number];

export const isHistory = (phase: Phase): boolean => phase === 'journal' || phase === 'entries';

/** How far it has come: after the last document that is done, by its path, and by its time where that is the order. */
export type Place = {
  readonly phase: Phase;
  /** History before this is not read; null for all of it. */
  readonly sinceAt: number | null;
  readonly after: string;
  readonly afterAt: number;
};

export const startingAt = (sinceAt: number | null): Place => ({
  ...({ phase: 'journal', sinceAt, after: '', afterAt: 0 } as const),
});

/**
 * `audits/{id}`: how far one look at the whole store has come, as it was at one instant. It goes page by page, and is
 * small however large the store is; a run that dies is gone on with.
 */
export type Audit = Place & {
  /** The instant it looks at. */
  readonly asOfAt: number;
  readonly startedAt: number;
  /** History before this is in `settled`, which becomes the next checkpoint. */
  readonly untilAt: number;
  readonly settled: Part;
  readonly rest: Part;
  /** When the look at everything was begun that it goes back to. */
  readonly wholeAt: number;
  /** It had gone on from a checkpoint and found a difference: what it is, only a look at everything says. */
  readonly suspects: boolean;
  readonly counts: {
    /** Of the journal, with those that a checkpoint stands for. */
    readonly entries: number;
    /** Read of the journal and of wallets’ entries. */
    readonly history: number;
    /** Read of everything. */
    readonly documents: number;
  };
  readonly found: Found;
  /** Counts pages, so that of two that did the same one only the first is kept. */
  readonly version: number;
  /** When the sweep goes on with it; null when it is done. */
  readonly dueAt: number | null;
  readonly doneAt: number | null;
};

/** Firestore keeps old versions for an hour; some of that is for the last page. */
export const OLDEST = 50 * 60 * 1000;

/** @param from the history up to there is not read again; null to look at everything */
export function begun(asOfAt: number, at: number, from: Checkpoint | null = null): Audit {
  const settled = from?.part ?? nothingRead();
  return {
    ...startingAt(from?.untilAt ?? null),
    ...{ asOfAt, startedAt: at, untilAt: Math.max(at - SETTLED, from?.untilAt ?? 0) },
    ...{ settled, rest: nothingRead(), wholeAt: from?.wholeAt ?? at, suspects: false },
    ...{ counts: { entries: settled.entries, history: 0, documents: 0 }, found: none },
    ...{ version: 1, dueAt: at + 10 * 60 * 1000, doneAt: null },
  };
}

/** What an audit leaves that found nothing. */
export const checkpointOf = (id: string, { untilAt, settled, wholeAt }: Audit): Checkpoint => ({
  ...{ untilAt, part: settled, wholeAt, audit: id },
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

/** Both sides differ, and no name of either does: it should not be possible, and is not nothing. */
export const unnamed: Violation = {
  ...({ invariant: 'I2', document: 'journal' } as const),
  expected: 'as much on both sides',
  found: 'a difference that has no name',
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
      return headOf(first, name, journal, documents);
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

/** Where a wallet's entries and the wallet do not follow one another: the one that has nothing before or after it. */
function headOf(uid: string, name: string, journal: number, documents: number): Violation {
  const [, numberOrCurrency = '', ...rest] = name.split(' ');
  const [n, wallet] = [Number(numberOrCurrency), `wallets/${uid}`];
  const of = (document: string, expected: string, found: string): Violation => ({
    ...{ invariant: 'chain', document, expected, found },
  });
  if (Number.isNaN(n)) {
    const stands = `${numberOrCurrency} ${rest.join(' ')}`;
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
  return `${kind === 'escrow' ? 'escrows' : kind === 'payment' ? 'payments' : 'chargebacks'}/${rest.join(':')}`;
}
