import { withName } from './creators.ts';
import type { All } from './spending.ts';

/** What those who bring others set off, once each. */
export async function bringing({ stage, cost }: All): Promise<void> {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  const of = await withName(bob);
  await ann.api.codes.mine({});
  const make = () => ann.api.links.make({ channel: 'x', path: '/join' });
  const { id: link, url } = await cost('links-make', make);
  await cost('links-list', () => ann.api.links.list({}));
  await cost('links-share', () => ann.api.links.share({ link }));
  await cost('links-banner', () => ann.api.links.banner({ link, size: '300x250' }));
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36';
  const headers = { 'user-agent': agent, 'x-forwarded-for': '203.0.113.99' };
  const follow = () => fetch(url, { redirect: 'manual', headers });
  await cost('a link that somebody follows', follow, 'links-click');
  await cost('a link that the same one follows again', follow, 'links-click');
  await cost('visitors added to their day', () => stage.cloud.runSchedule('links-fold'), 'links-fold');
  const day = new Date(stage.cloud.clock.now()).toISOString().slice(0, 10);
  await cost('links-stats', () => ann.api.links.stats({ first: day, last: day }));

  const refer = () => bob.api.rewards.refer({ referrer: ann.uid });
  await cost('somebody who was brought, counted', refer, 'tree-joined');
  await cost('tree-show', () => ann.api.tree.show({ level: 2, of }));

  const at = new Date(stage.cloud.clock.now());
  const earned = { uid: ann.uid, order: 'o', level: 1, buyer: bob.uid, amount: 100_000, tax: 0, back: 0 };
  const state = { currency: 'INR', status: 'pending', news: [], dueAt: null };
  const ref = stage.db.doc('commissions/o~1');
  await ref.set({ ...earned, ...state, at, clearAt: at, changedAt: at });
  await cost(
    'a commission put on three boards',
    () => stage.cloud.runSchedule('leaders-fold'),
    'leaders-fold',
  );
  await ref.delete();
  await cost('leaders-show', () => ann.api.leaders.show({ period: 'week' }));
  await cost('leaders-mine', () => ann.api.leaders.mine({ period: 'week' }));
  await cost('leaders-hide', () => ann.api.leaders.hide({ hidden: true }));
}
