import { collections } from '../collections.ts';
import type { Posting } from '../ledger/ledger.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { shared, type Query, type Reader, type Writer } from '../platform/store.ts';
import { splitId } from '../shared/ids.ts';
import { generators } from '../providers/generator.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Generation } from './generation.ts';

/** The owner of a generation: its id says it. */
export function ownerOf(id: string): string {
  const parts = splitId(id, 2);
  if (!parts) throw new Refusal('not_found', { what: 'generation', id });
  return parts[1]!;
}

/** Three documents, in one batch. */
export const readForStart = (reader: Reader, id: string) =>
  reader.get({
    before: collections.generations.doc(id),
    wallet: collections.wallets.doc(ownerOf(id)),
    policy: shared(collections.returnPolicies.doc('current')),
  });

export const readForStep = (reader: Reader, id: string) =>
  reader.get({ generation: collections.generations.doc(id), wallet: collections.wallets.doc(ownerOf(id)) });

/** A generation and what its step moved: one commit. */
export function writeStep(
  writer: Writer,
  id: string,
  {
    before,
    generation,
    posting,
  }: { before: Generation | null; generation: Generation; posting: Posting | null },
): void {
  const ref = collections.generations.doc(id);
  if (before === null) writer.create(ref, generation);
  else if (generation !== before) writer.set(ref, generation);
  if (posting) writePosting(writer, posting);
}

/** By the provider's own id of the task (W1-09). */
export const withTask = (task: string): Query<Generation> => ({
  collection: collections.generations,
  where: [['tasks', 'array-contains', task]],
  limit: generators.length,
});

export const dueGenerations = (at: number): Query<Generation> => ({
  collection: collections.generations,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});

type Page = { readonly limit: number; readonly after?: string | undefined };

/** Somebody's, newest first; those of which credits came back, where only these are wanted. */
export const generationsOf = (
  uid: string,
  { refunded, limit, after }: Page & { readonly refunded?: boolean | undefined },
): Query<Generation> => ({
  collection: collections.generations,
  where: [['uid', '==', uid], ...(refunded === true ? ([['refunded', '==', true]] as const) : [])],
  orderBy: [['createdAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});

/** What should be over and is not, oldest first: its time has passed, and it still holds credits. */
export const overdue = (at: number, { limit, after }: Page): Query<Generation> => ({
  collection: collections.generations,
  where: [
    ['status', 'in', ['reserved', 'running']],
    ['deadlineAt', '<=', at],
  ],
  orderBy: [['deadlineAt', 'asc']],
  limit,
  ...(after !== undefined && { after }),
});
