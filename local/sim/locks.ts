import { ABORTED, Wait, WireError } from './scheduler.ts';

/** A transaction: the lower its number, the older it is. */
export type Transaction = {
  readonly id: number;
  readonly reads: Set<string>;
  /** An older one wanted to write what it has read. */
  wounded: boolean;
  over: boolean;
  /** When its commit began to wait, in milliseconds. */
  waitsSince: number | null;
};

/** A lock that is waited for as long is given up. */
const PATIENCE_MS = 20_000;

/**
 * Locks as production has them: what a transaction reads, nobody else may write until it is over. Who wants to
 * commit waits for an older one and aborts a younger one, so the oldest always gets through.
 */
export class Locks {
  readonly #holders = new Map<string, Set<Transaction>>();
  readonly #waiting = new Map<Transaction, (() => void)[]>();
  #count = 0;

  begin(): Transaction {
    return { id: ++this.#count, reads: new Set(), wounded: false, over: false, waitsSince: null };
  }

  /** @throws WireError ABORTED for one that an older one has aborted */
  read(one: Transaction, paths: readonly string[]): void {
    mustStand(one);
    for (const path of paths) {
      one.reads.add(path);
      const holders = this.#holders.get(path);
      if (holders) holders.add(one);
      else this.#holders.set(path, new Set([one]));
    }
  }

  /**
   * Before a commit: null when it may write these now.
   * @throws WireError ABORTED for one that was aborted, or has waited for too long
   */
  claim(one: Transaction, paths: readonly string[], now: number): Wait | null {
    mustStand(one);
    const others = new Set(paths.flatMap((path) => [...(this.#holders.get(path) ?? [])]));
    others.delete(one);
    const older = [...others].filter(({ id }) => id < one.id);
    if (older.length > 0) {
      one.waitsSince ??= now;
      if (now - one.waitsSince >= PATIENCE_MS) throw new WireError(ABORTED, 'waited too long for a lock');
      return new Wait((again) => {
        for (const other of older) this.#waiting.set(other, [...(this.#waiting.get(other) ?? []), again]);
      });
    }
    for (const other of others) {
      other.wounded = true;
      this.#letGo(other);
    }
    return null;
  }

  end(one: Transaction): void {
    one.over = true;
    this.#letGo(one);
  }

  #letGo(one: Transaction): void {
    for (const path of one.reads) {
      const holders = this.#holders.get(path);
      holders?.delete(one);
      if (holders?.size === 0) this.#holders.delete(path);
    }
    const waiting = this.#waiting.get(one) ?? [];
    this.#waiting.delete(one);
    for (const again of waiting) again();
  }
}

function mustStand({ wounded, over }: Transaction): void {
  if (wounded || over) throw new WireError(ABORTED, 'an older transaction needed what this one has read');
}
