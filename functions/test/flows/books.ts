import { readBooks, violations, type Books } from '../../../local/books.ts';
import type { FlowStage } from './stage.ts';

/** What is wrong with all that is stored now, by invariant; to be empty at the end of every flow. */
export async function violationsOn(stage: FlowStage): Promise<string[]> {
  await stage.idle();
  return violations(await readBooks(stage.db));
}

/** The books as they are now. */
export const booksOf = (stage: FlowStage): Promise<Books> => readBooks(stage.db);
