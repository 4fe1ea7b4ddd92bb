/** All of it can be looked up, and only some of it is gone through: what has just changed. */
export class Window<T> implements ReadonlyMap<string, T> {
  readonly #all: ReadonlyMap<string, T>;
  readonly #ids: readonly string[];

  constructor(all: ReadonlyMap<string, T>, ids: Iterable<string>) {
    this.#all = all;
    this.#ids = [...ids].filter((id) => all.has(id));
  }
  get size(): number {
    return this.#ids.length;
  }
  get(id: string): T | undefined {
    return this.#all.get(id);
  }
  has(id: string): boolean {
    return this.#all.has(id);
  }
  keys(): MapIterator<string> {
    return this.#ids.values();
  }
  *values(): MapIterator<T> {
    for (const id of this.#ids) yield this.#all.get(id)!;
  }
  *entries(): MapIterator<[string, T]> {
    for (const id of this.#ids) yield [id, this.#all.get(id)!];
  }
  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }
  forEach(each: (value: T, id: string, map: ReadonlyMap<string, T>) => void): void {
    for (const [id, value] of this) each(value, id, this);
  }
}
