import { createHash } from 'node:crypto';

/** What happened, line by line: hashed as it goes, and kept when somebody wants to read it. */
export type Trace = {
  readonly say: (line: string) => void;
  readonly hash: () => string;
  /** Empty unless it is kept. */
  readonly lines: readonly string[];
};

export function createTrace(keep: boolean): Trace {
  const digest = createHash('sha256');
  const lines: string[] = [];
  return {
    say(line) {
      digest.update(line);
      digest.update('\n');
      if (keep) lines.push(line);
    },
    hash: () => digest.copy().digest('hex').slice(0, 32),
    lines,
  };
}
