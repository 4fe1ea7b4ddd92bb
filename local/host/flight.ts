/** Counts what is under way, so that one can wait until nothing is. */
export type Flight = {
  readonly begin: () => () => void;
  /** Resolves as soon as nothing is under way. */
  readonly drained: () => Promise<void>;
  /** How many have ever begun. */
  readonly begun: () => number;
  readonly inFlight: () => number;
};

export function createFlight(): Flight {
  let begun = 0;
  let inFlight = 0;
  let waiting: (() => void)[] = [];
  return {
    begun: () => begun,
    inFlight: () => inFlight,
    begin() {
      begun += 1;
      inFlight += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        inFlight -= 1;
        if (inFlight > 0) return;
        for (const go of waiting) go();
        waiting = [];
      };
    },
    drained: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
