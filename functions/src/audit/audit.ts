import type { Finding } from '../alerts/alert.ts';
import { SETTLED } from '../totals/totals.ts';
import { nothingRead, type Part } from './account.ts';
import type { Checkpoint, Usable } from './checkpoint.ts';
import { none, type Found, type Violation } from './violation.ts';

/** In this order: what happened, then how things stand. `entries` are those of all wallets. */
export const phases = [
  'journal',
  'entries',
  'wallets',
  'escrows',
  'bookings',
  'sales',
  'memberships',
  'orders',
  'members',
  'enrolments',
  'payments',
  'purchases',
  'deposits',
  'withdrawals',
  'refunds',
  'chargebacks',
  'adjustments',
  'clearances',
  'generations',
  'lots',
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
  /**
   * It had gone on from a checkpoint and found a difference, and put the brake on: what it is, only a look at everything
   * says.
   */
  readonly suspects: boolean;
  /** It found a difference and began to name it, which is another look at everything; one that dies there is not begun again. */
  readonly naming: boolean;
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
export function begun(asOfAt: number, at: number, from: Usable | null = null): Audit {
  const settled = from?.part ?? nothingRead();
  return {
    ...startingAt(from?.untilAt ?? null),
    ...{ asOfAt, startedAt: at, untilAt: Math.max(at - SETTLED, from?.untilAt ?? 0) },
    ...{ settled, rest: nothingRead(), wholeAt: from?.wholeAt ?? at, suspects: false, naming: false },
    ...{ counts: { entries: settled.entries, history: 0, documents: 0 }, found: none },
    ...{ version: 1, dueAt: at + 10 * 60 * 1000, doneAt: null },
  };
}

/** Over: what it added up is in the checkpoint, or of no more use. */
export const ended = (audit: Audit, found: Found, at: number): Audit => ({
  ...audit,
  ...{ found, settled: nothingRead(), rest: nothingRead() },
  ...{ version: audit.version + 1, dueAt: null, doneAt: at },
});

/** What an audit leaves that found nothing; one that found something leaves nothing to go on from. */
export const checkpointOf = (
  id: string,
  { untilAt, settled, wholeAt }: Audit,
  isWell = true,
): Checkpoint => ({
  ...{ untilAt, part: isWell ? settled : null, wholeAt, audit: id },
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
    explanation: `${one}. All that was named is in audits/${id}. Nothing leaves until a superadmin has looked and calls brake-lift; nothing was changed. What to do stands in docs/operating.md, under “The brake is on”.`,
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

/** For finance: where the audit went on from was wrong, and all of the books are right. */
export const wrongCheckpoint = (id: string): Finding => ({
  ...{
    kind: 'books_differ',
    severity: 'critical',
    title: 'What the audit had kept of earlier nights is wrong',
  },
  explanation: `The audit ${id} went on from auditCheckpoints/last and found a difference. It then looked at everything, and all of that agrees: only what it had kept was wrong, and that is not used again. The brake went on at once; nothing leaves until a superadmin calls brake-lift.`,
  ...{ facts: { audit: id, count: 0 }, about: `audits/${id}`, people: [] },
});

/** What put the brake on is told under this. */
export const alertOf = (id: string): string => `audit.${id}`;

export type Verdict = {
  readonly ok: boolean;
  readonly entries: number;
  readonly documents: number;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
};
