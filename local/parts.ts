type Stop = () => Promise<void>;
export type Keep = <T extends { readonly stop: Stop }>(starting: Promise<T>) => Promise<T>;

/** What was started, or is starting: last started, first stopped. */
export class Parts {
  readonly #stops: Stop[] = [];
  readonly #starting: Promise<unknown>[] = [];

  /** Stops it later, as soon as it has started at all. */
  readonly keep: Keep = (starting) => {
    const kept = starting.then((started) => {
      this.#stops.push(() => started.stop());
      return started;
    });
    this.#starting.push(kept.catch(() => undefined));
    return kept;
  };

  /** Also to be stopped, at once. */
  later(stop: () => void): void {
    this.#stops.push(() => {
      stop();
      return Promise.resolve();
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#starting);
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop();
  }
}
