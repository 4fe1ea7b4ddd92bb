import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { atomically, load } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { EventResult } from '../psp/event.ts';
import { ProviderRefused, ProviderUnavailable } from '../psp/gateway.ts';
import type { SubscriptionGateway, SubscriptionReport, Tier } from '../psp/subscribing.ts';
import { quiet } from '../notifications/notice.ts';
import { Refusal } from '../shared/refusal.ts';
import { lotId } from '../lots/lifetime.ts';
import { dueSubscriptions } from './allowance.store.ts';
import { isOf, lotOfPeriod, nameOf, renew, times, type Subscription } from './subscription.ts';

/** Notes what Stripe says, and gives what is paid for: one commit. @throws Refusal `not_found` */
async function note(
  report: SubscriptionReport,
  at: number,
): Promise<{ readonly given: boolean; readonly after: Subscription }> {
  const { uid } = report;
  const ref = collections.subscriptions.doc(uid);
  const lotRef = collections.lots.doc(lotId(lotOfPeriod(report), uid));
  const { subscription, lot } = await atomically({
    read: (reader) => reader.get({ before: ref, wallet: collections.wallets.doc(uid), lot: lotRef }),
    decide: ({ before, wallet, lot }) => {
      if (before === null || !isOf(before, report)) throw new Refusal('not_found', { what: 'subscription' });
      return renew({ before, wallet, lot }, report, at);
    },
    write: (writer, { subscription, lot, posting }) => {
      writer.set(ref, subscription);
      if (lot) writer.create(lotRef, lot);
      if (posting) writePosting(writer, posting);
    },
  });
  return { given: lot !== null, after: subscription };
}

/** An event names a subscription; Stripe is asked what is true of it now. */
export async function settleSubscription(
  gateway: SubscriptionGateway,
  subscription: string,
  at: number,
): Promise<EventResult> {
  const report = await gateway.ask(subscription);
  if (!report) return 'unknown';
  try {
    return (await note(report, at)).given ? 'credited' : 'settled';
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'not_found') return 'unknown';
    throw error;
  }
}

export type Subscribed = { readonly subscription: Subscription; readonly clientSecret: string };

/**
 * Subscribes somebody, or changes the tier of who is. Noted before Stripe is asked, and asked under the same name again.
 * @throws Refusal `request_id_reused`, `chargeback_open`, `provider_unavailable`, `provider_refused`.
 */
export async function subscribe(
  gateway: SubscriptionGateway,
  { uid, tier, request, at }: { uid: string; tier: Tier; request: string; at: number },
): Promise<Subscribed> {
  const buyer = await load(collections.buyers.doc(uid));
  return translated(async () => {
    const customer = buyer?.customer ?? (await gateway.openCustomer(uid));
    const begun = await begin({ uid, tier, request, at, customer });
    const { subscription: known } = begun;
    const report =
      known === ''
        ? await gateway.open({ name: nameOf(begun), uid, customer: begun.customer, tier })
        : await change(gateway, begun, request);
    return { subscription: (await note(report, at)).after, clientSecret: report.clientSecret };
  });
}

/** The same once more asks how it stands; one that was to end goes on, and nothing is charged for that now. */
async function change(gateway: SubscriptionGateway, begun: Subscription, request: string) {
  const now = await gateway.ask(begun.subscription);
  if (now?.tier === begun.tier && now.status !== 'ended')
    return now.ending ? gateway.stop(begun.subscription, false) : now;
  return gateway.change(begun.subscription, begun.tier, `change:${request}`);
}

async function begin(order: {
  readonly uid: string;
  readonly tier: Tier;
  readonly request: string;
  readonly at: number;
  readonly customer: string;
}): Promise<Subscription> {
  const { uid, tier, request, at, customer } = order;
  const ref = collections.subscriptions.doc(uid);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => {
      if (before?.contested !== undefined)
        throw new Refusal('chargeback_open', { chargeback: before.contested });
      if (before?.request === request && before.tier !== tier) throw new Refusal('request_id_reused');
      if (before?.request === request) return { before, after: before };
      const isNew = before === null || before.status === 'ended';
      const after: Subscription = isNew
        ? {
            ...{ uid, tier, subscription: '', customer, request, status: 'incomplete', ending: false },
            ...{ startAt: at, endAt: at, createdAt: at, version: (before?.version ?? 0) + 1 },
            ...{ dueAt: at + times.ask, ...quiet },
          }
        : { ...before, tier, request, version: before.version + 1, dueAt: at + times.ask };
      return { before, after };
    },
    write: (writer, { before, after }) => {
      if (before === null) writer.create(ref, after);
      else if (after !== before) writer.set(ref, after);
    },
  });
  return after;
}

function withoutClaim(subscription: Subscription): Subscription {
  const free: { -readonly [K in keyof Subscription]: Subscription[K] } = { ...subscription };
  delete free.contested;
  return free;
}

/** A bank claims what one of its months cost, or does no longer. */
export const contest = (uid: string, dispute: string, stands: boolean): Promise<unknown> =>
  atomically({
    read: (reader) => reader.get({ before: collections.subscriptions.doc(uid) }),
    decide: ({ before }) => {
      // One that is over does not let go of what another one claims.
      if (!before || (before.contested === dispute) === stands) return { after: null };
      const after = { ...before, version: before.version + 1 };
      if (stands) return { after: { ...after, contested: dispute } };
      return { after: withoutClaim(after) };
    },
    write: (writer, { after }) => {
      if (after) writer.set(collections.subscriptions.doc(uid), after);
    },
  });

/** Ends it with its period; what was given stays until then. @throws Refusal `not_found` */
export async function unsubscribe(
  gateway: SubscriptionGateway,
  uid: string,
  at: number,
): Promise<Subscription> {
  const found = await load(collections.subscriptions.doc(uid));
  if (found === null || found.subscription === '' || found.status === 'ended')
    throw new Refusal('not_found', { what: 'subscription' });
  return translated(async () => (await note(await gateway.stop(found.subscription, true), at)).after);
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  const provider = 'stripe';
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw new Refusal('provider_unavailable', { provider });
    if (error instanceof ProviderRefused)
      throw new Refusal('provider_refused', { provider, code: error.reason });
    throw error;
  }
}

/** What no event told: renewals, and subscriptions whose answer was lost. */
export const sweepSubscriptions = (gateway: SubscriptionGateway, at: number): Promise<Swept> =>
  sweep(dueSubscriptions(at), async (uid) => {
    const found = await load(collections.subscriptions.doc(uid));
    if (!found) return;
    if (found.subscription !== '') {
      await settleSubscription(gateway, found.subscription, at);
      return;
    }
    const { customer, tier, createdAt } = found;
    if (at >= createdAt + times.giveUp) await forget(uid);
    else await note(await gateway.open({ name: nameOf(found), uid, customer, tier }), at);
  });

/** Stripe forgets a key after a day: what was not answered until then is not asked for again, and nothing was paid. */
const forget = (uid: string) =>
  atomically({
    read: (reader) => reader.get({ before: collections.subscriptions.doc(uid) }),
    decide: ({ before }) => before,
    write: (writer, before) => {
      if (before?.subscription === '')
        writer.set(collections.subscriptions.doc(uid), { ...before, status: 'ended', dueAt: null });
    },
  });
