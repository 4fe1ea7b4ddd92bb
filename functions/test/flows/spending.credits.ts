import { sessionOf, requestId, type Actor } from './stage.ts';
import type { All } from './spending.ts';

/** Credits that are given, subscribed to and spent on metered work, and what comes of it, once each. */

const reason = 'Looked at it.';

export async function giving({ stage, cost, finance }: All): Promise<void> {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const device = 'phone-of-ann-and-nobody-else';
  await cost('rewards-welcome', () => ann.api.rewards.welcome({ device }));
  await cost('rewards-refer', () => bob.api.rewards.refer({ referrer: ann.uid, device: 'phone-of-bob' }));
  await cost('lots-grant', () =>
    finance.api.lots.grant({ requestId: requestId(), uid: ann.uid, credits: 50, reason }),
  );
  await cost('lots-list', () => ann.api.lots.list({}));
  await cost('generations-prices', () => ann.api.generations.prices({}));
  const cancelBps = { image: 500, video: 0, enhance: 0 };
  await cost('generations-policy', () => finance.api.generations.policy({ cancelBps, reason }));
}

export async function generating({ stage, cost, finance, support }: All): Promise<void> {
  const ann = await stage.actor();
  const item = { kind: 'credits', pack: 'more' } as const;
  const { id: order } = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await cost(
    'paid credits, there by their event',
    () => stage.stripe.pay(sessionOf(stage, order)),
    'psp-stripe',
  );
  const start = () =>
    ann.api.generations.start({ requestId: requestId(), kind: 'image', prompt: 'A lighthouse' });
  const handOver = () => stage.advance('1s');
  const { id: generation } = await cost('generations-start', start);
  await cost('generations-get', () => ann.api.generations.get({ generation }));
  await cost('generations-list', () => ann.api.generations.list({}));
  await cost('work that is handed over by its task', handOver, 'generations-due');
  await cost('work that is done, by its callback', () => finish('succeeded'), 'generations-callback');
  await start();
  await handOver();
  await cost(
    'work that came to nothing, by its callback: all of it goes back',
    () => finish('empty'),
    'generations-callback',
  );
  await start();
  await handOver();
  await cost(
    'work that failed once, by its callback: it is tried again',
    () => finish('failed'),
    'generations-callback',
  );
  const { id: unwanted } = await start();
  await cost('generations-cancel', () => ann.api.generations.cancel({ generation: unwanted }));
  const { id: late } = await start();
  await handOver();
  await stage.idle();
  // Nobody came for it: neither its task nor the sweep.
  const never = new Date(stage.cloud.clock.now() + 36_000_000);
  await stage.db.doc(`generations/${late}`).update({ deadlineAt: new Date(0), dueAt: never });
  await cost('generations-overdue', () => support.api.generations.overdue({}));
  await cost('generations-remedy', () => support.api.generations.remedy({ requestId: requestId(), reason }));
  await stage.cloud.runSchedule('metering-fold');
  const day = new Date(stage.cloud.clock.now()).toISOString().slice(0, 10);
  await cost('metering-show', () => finance.api.metering.show({ first: day, last: day }));

  async function finish(ending: 'succeeded' | 'failed' | 'empty'): Promise<void> {
    await stage.atelier.finish(ending);
  }
}

export async function subscribing({ stage, cost }: All): Promise<void> {
  const ann = await stage.actor();
  await cost('allowance-tiers', () => ann.api.allowance.tiers({}));
  await cost('allowance-subscribe', () =>
    ann.api.allowance.subscribe({ requestId: requestId(), tier: 'basic' }),
  );
  const play = () => stage.stripe.play('subscription-paid', subscriptionOf(ann));
  await cost('a month of credits, given by its event', play, 'psp-stripe');
  await cost('allowance-show', () => ann.api.allowance.show({}));
  await cost('allowance-cancel', () => ann.api.allowance.cancel({}));

  function subscriptionOf({ uid }: Actor): string {
    const all = Object.values(stage.stripe.vault().subscriptions);
    return all.findLast(({ metadata }) => metadata.uid === uid)!.id;
  }
}
