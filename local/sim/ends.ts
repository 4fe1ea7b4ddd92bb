import type { Clearance } from '../../functions/src/clearance/clearance.ts';
import type { Commission } from '../../functions/src/commissions/commission.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import type { Plain } from '../../functions/src/shared/stored.ts';
import { asRead } from './asread.ts';
import type { Story } from './client.ts';
import type { Memory } from './memory.ts';

/** How an escrow ended, and when what it earned clears: by what was agreed on, counted once more. */

/** As far as clocks may be apart, in milliseconds. */
export const SKEW = 8000;
const HOUR = 3_600_000;

const ended = ['released', 'refunded', 'split'];

/** Not before its time, and with the fees that were agreed on. How a split goes only who asked for it knows. */
export function* endProblems(path: string, stored: Plain | null, escrow: Escrow): Generator<string> {
  if (!('outcome' in escrow) || stored === null || ended.includes(String(stored.status))) return;
  const before = asRead(stored) as Escrow;
  // Of one that is led, whoever leads it says when.
  if (escrow.closedBy === 'timer' && escrow.keeper === undefined) {
    const due = before.status === 'submitted' ? before.releaseAt : before.dueAt;
    if (due === null || escrow.closedAt + SKEW < due) yield `I12 ${path} was ended before its time`;
  }
  if (escrow.status === 'split') return;
  yield* partsProblems(path, before, escrow.outcome, escrow.status === 'released' ? 100 : 0);
}

type Agreed = Pick<Escrow, 'price' | 'payerFee' | 'policy' | 'held'>;
type Parts = { readonly toPayee: number; readonly toPlatform: number; readonly toPayer: number };

export function* partsProblems(
  path: string,
  agreed: Agreed,
  outcome: Parts,
  percent: number,
): Generator<string> {
  const { price, payerFee, policy, held } = agreed;
  const gross = Math.floor((price * percent) / 100);
  const fee = Math.floor((gross * policy.payeeFeeBps) / 10_000);
  const [payee, platform] = [gross - fee, fee + Math.floor((payerFee * percent) / 100)];
  const payer = held - payee - platform;
  const { toPayee, toPlatform, toPayer } = outcome;
  if (toPayee !== payee || toPlatform !== platform || toPayer !== payer)
    yield `D1 ${path} ended with ${toPayee}, ${toPlatform}, ${toPayer} and not ${payee}, ${platform}, ${payer}`;
}

const resolved: Readonly<Record<string, string>> = {
  release: 'released',
  refund: 'refunded',
  split: 'split',
};

/** Whoever was told that a dispute is resolved finds it so. */
export function* resolvedProblems({ name, input, seen }: Story, memory: Memory): Generator<string> {
  if (name !== 'escrow-resolve' || seen.kind !== 'answer') return;
  const { escrow: id, resolution } = input as {
    escrow: string;
    resolution: { kind: string; percent?: number };
  };
  const should = resolved[resolution.kind];
  const data = memory.get(`escrows/${id}`);
  if (should === undefined || data === null) return;
  const escrow = asRead(data) as Escrow;
  if (escrow.status !== should) yield `escrows/${id} was to be ${should} and is ${escrow.status}`;
  else if ('outcome' in escrow && resolution.percent !== undefined)
    yield* partsProblems(`escrows/${id}`, escrow, escrow.outcome, resolution.percent);
}

/** What others earn of an order says when itself. */
function clearsAt(by: Escrow | Commission | undefined): number | null {
  if (by === undefined) return null;
  if ('clearAt' in by) return by.clearAt;
  return 'closedAt' in by ? by.closedAt + by.policy.clearanceHours * HOUR : null;
}

/** What was earned clears so long after it was earned as was agreed on when the money was locked. */
export function* clearanceProblems(
  id: string,
  before: Clearance | null,
  after: Clearance,
  now: number,
  by: Escrow | Commission | undefined,
): Generator<string> {
  const path = `clearances/${id}`;
  const at = clearsAt(by);
  if (after.availableAt !== at)
    yield `F22 ${path} clears at ${after.availableAt}, and not at ${at ?? 'no time'}`;
  // What a refund takes back of it is no clearing.
  const clears = before !== null && before.dueAt !== null && after.dueAt === null;
  if (clears && now + SKEW < before.availableAt) yield `F22 ${path} has cleared before its time`;
}
