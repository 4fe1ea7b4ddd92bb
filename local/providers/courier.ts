/** Carries webhooks from a provider stand-in to the product, with a few quick retries. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DeliveryFault, Faults } from './faults.ts';

export type Letter = { body: string; headers: Record<string, string> };

/** One try. `status` is 0 when nobody answered. */
export type Delivery = { status: number; answer: string; letter: Letter };

/** Pauses before a repeat, in milliseconds. The real ones wait minutes to days. */
const pauses = [50, 150, 400];

export function createCourier(url: string, faults: Pick<Faults, 'lateMs'>) {
  const stopped = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const deliveries: Delivery[] = [];

  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };

  async function post(letter: Letter): Promise<Delivery> {
    const { body, headers } = letter;
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(10_000)]);
    const delivery = await fetch(url, { method: 'POST', body, headers, signal }).then(
      async (response) => ({ status: response.status, answer: await response.text(), letter }),
      (error: unknown) => ({ status: 0, answer: String(error), letter }),
    );
    deliveries.push(delivery);
    return delivery;
  }

  /** Until a 2xx, or the pauses are used up. The letter is written again for each try, as a signature carries a time. */
  async function insist(write: () => Letter): Promise<void> {
    for (const pause of [...pauses, 0]) {
      const { status } = await post(write());
      if ((status >= 200 && status < 300) || stopped.signal.aborted) return;
      await wait(pause, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    /** Every try so far, oldest first. */
    deliveries: (): readonly Delivery[] => deliveries,

    /** Sends in the background, as `fault` has it; `stale` is what `out_of_order` puts in front. */
    send(write: () => Letter, fault: DeliveryFault = 'none', stale: () => Letter = write): void {
      if (fault === 'never') return;
      if (fault === 'late') {
        setTimeout(() => void track(insist(write)), faults.lateMs).unref();
        return;
      }
      if (fault === 'twice') void track(insist(write));
      void track(fault === 'out_of_order' ? insist(stale).then(() => insist(write)) : insist(write));
    },

    /** Sends each letter once, all at the same time, with no retries: for tests. */
    deliver: (letters: Letter[]): Promise<Delivery[]> => track(Promise.all(letters.map(post))),

    /** Waits until nothing is on its way. What is `late` and has not set out yet does not count. */
    idle: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },

    stop: async (): Promise<void> => {
      stopped.abort();
      await Promise.allSettled([...underWay]);
    },
  };
}
