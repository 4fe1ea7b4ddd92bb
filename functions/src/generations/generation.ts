import type { Lot } from '../ledger/lots.ts';
import type { Newsworthy } from '../notifications/notice.ts';
import type { FailureCode, GeneratorName, WorkKind } from '../providers/generator.ts';
import { joinId } from '../shared/ids.ts';
import type { Bps, Minor } from '../shared/money.ts';

/** `generations/{request}~{uid}`: work that an outside provider does and credits pay for (F40). */
export type Generation = Newsworthy & {
  readonly uid: string;
  readonly kind: WorkKind;
  readonly provider: GeneratorName;
  readonly prompt: string;
  readonly imageUrl: string | null;
  readonly requestHash: string;
  /** Credits, as they were when it began; and the lots that they came from, to which a refund returns. */
  readonly price: Minor;
  readonly lots: readonly Lot[];
  /** What it holds of them: all until it is over, then nothing. */
  readonly balance: Minor;
  /** What it costs the platform, in millionths of a US dollar (W1-06). */
  readonly costMicros: number;
  readonly policy: { readonly version: number; readonly cancelBps: Bps };
  readonly createdAt: number;
  readonly deadlineAt: number;
  /** Names the work at the provider: another number is other work. */
  readonly attempt: number;
  /** How often the provider was asked to take it: noted before it is asked. */
  readonly asked: number;
  /** Why earlier tries came to nothing. */
  readonly failures: readonly FailureCode[];
  /** The provider's own ids of all tasks that were made for it (W1-09). */
  readonly tasks: readonly string[];
  /** A task that succeeded after its credits had come back, or a second one: the platform bears it. */
  readonly loss: { readonly task: string; readonly credits: Minor; readonly at: number } | null;
  /** When it was over; null before. */
  readonly closedAt: number | null;
  readonly version: number;
  /** When the sweep takes it up; null when nothing is left to do. */
  readonly dueAt: number | null;
} & GenerationState;

/** Why credits came back. */
export type ReturnCode = FailureCode | 'cancelled';

export type GenerationState =
  | { readonly status: 'reserved' }
  | { readonly status: 'running'; readonly task: string; readonly startedAt: number }
  | { readonly status: 'completed'; readonly task: string; readonly resultUrl: string }
  | {
      /** `expired`: nobody said in time what became of it. */
      readonly status: 'refunded' | 'expired';
      readonly code: ReturnCode;
      readonly refunded: true;
      /** How many credits came back. */
      readonly back: Minor;
    };

export type OpenGeneration = Generation &
  Extract<GenerationState, { readonly status: 'reserved' | 'running' }>;

export const isOpen = (generation: Generation): generation is OpenGeneration =>
  generation.status === 'reserved' || generation.status === 'running';

export const generationId = (request: string, uid: string): string => joinId(request, uid);

/** The provider's name for one attempt. */
export const attemptName = (id: string, attempt: number): string => `${id.replaceAll('~', ':')}:${attempt}`;

type Shared = Omit<Generation, 'status' | 'task' | 'startedAt' | 'resultUrl' | 'code' | 'refunded' | 'back'>;

/** Moves to another state: what all states share is kept. */
export function moveTo(
  generation: Generation,
  state: GenerationState,
  more: Partial<Shared> & Newsworthy & { readonly dueAt: number | null },
): Generation {
  const { uid, kind, provider, prompt, imageUrl, requestHash, price, lots, balance, costMicros } = generation;
  const { policy, createdAt, deadlineAt, attempt, asked, failures, tasks, loss, closedAt } = generation;
  return {
    ...{ uid, kind, provider, prompt, imageUrl, requestHash, price, lots, balance, costMicros },
    ...{ policy, createdAt, deadlineAt, attempt, asked, failures, tasks, loss, closedAt },
    version: generation.version + 1,
    ...more,
    ...state,
  };
}
