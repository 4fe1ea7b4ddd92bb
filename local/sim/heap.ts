/** What is to happen, earliest first; of two at one time, the one that was put in first. */
export type Due<T> = { readonly at: number; readonly order: number; readonly what: T };

export class Heap<T> {
  readonly #all: Due<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#all.length;
  }

  peek(): Due<T> | undefined {
    return this.#all[0];
  }

  push(at: number, what: T): void {
    const all = this.#all;
    let place = all.push({ at, order: this.#order++, what }) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(all[place]!, all[parent]!)) return;
      [all[place], all[parent]] = [all[parent]!, all[place]!];
      place = parent;
    }
  }

  pop(): Due<T> | undefined {
    const all = this.#all;
    const first = all[0];
    const last = all.pop();
    if (first === undefined || last === undefined || all.length === 0) return first;
    all[0] = last;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      if (left < all.length && isBefore(all[left]!, all[least]!)) least = left;
      if (right < all.length && isBefore(all[right]!, all[least]!)) least = right;
      if (least === place) return first;
      [all[place], all[least]] = [all[least]!, all[place]!];
      place = least;
    }
  }
}

const isBefore = <T>(one: Due<T>, other: Due<T>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
