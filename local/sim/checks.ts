import { assemble, violations, type Books } from '../books.ts';
import type { WalletEntry } from '../../functions/src/ledger/wallet.ts';
import { fromStored } from '../../functions/src/shared/stored.ts';
import type { Story } from './client.ts';
import type { Change, Memory } from './memory.ts';

export type Checks = {
  /** After each commit. */
  readonly committed: (changes: readonly Change[]) => void;
  /** What somebody saw of a call. */
  readonly told: (story: Story) => void;
  /** All of the books, from nothing but documents. */
  readonly whole: () => string[];
};

type Options = { readonly memory: Memory; readonly complain: (what: string) => void };

export function booksIn(memory: Memory): Books {
  const all = <T>(name: string) =>
    new Map([...memory.all(name)].map(([id, data]) => [id, fromStored(data) as T]));
  const histories = new Map<string, readonly WalletEntry[]>();
  for (const path of memory.group('entries')) {
    const entries = [...all<WalletEntry>(path).values()].sort((a, b) => a.n - b.n);
    histories.set(path.split('/')[1] ?? '', entries);
  }
  return assemble(all, histories);
}

export function createChecks({ memory }: Options): Checks {
  return {
    committed: () => undefined,
    told: () => undefined,
    whole: () => violations(booksIn(memory)),
  };
}
