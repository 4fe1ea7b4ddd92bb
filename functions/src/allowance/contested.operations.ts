import type { Finding } from '../alerts/alert.ts';
import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import type { GivenLot } from '../lots/lifetime.ts';
import { endLot } from '../lots/lots.operations.ts';
import { lotsBy } from '../lots/lots.store.ts';
import { find, load } from '../platform/firestore.ts';
import type { EventResult } from '../psp/event.ts';
import type { DisputeGateway, DisputeReport } from '../psp/ports.ts';
import type { SubscriptionGateway } from '../psp/subscribing.ts';
import { contest, unsubscribe } from './allowance.operations.ts';

/**
 * A bank took back what somebody paid for a month of credits: what is left of them goes, and no other month begins. What
 * was spent is ours to bear. However often it is told of, it is done once; what is won again finance gives again by hand.
 * @returns null when it is about another payment
 */
export async function settleContested(
  gateways: { readonly disputes: DisputeGateway; readonly subscriptions: SubscriptionGateway },
  dispute: string,
  at: number,
): Promise<EventResult | null> {
  const report = await gateways.disputes.askDispute(dispute);
  if (!report || report.payment === '') return null;
  const [found] = await find(lotsBy(report.payment));
  if (!found) return null;
  // Nothing was taken yet.
  if (report.status === 'inquiry') return 'nothing';
  const { uid, given } = found.doc;
  // Nobody goes on with it, or begins another, before the banks have decided.
  await contest(uid, dispute, report.status === 'open');
  if (report.status === 'won') return 'settled';
  const { posting } = await endLot(found.id, at);
  await endAfterThis(gateways.subscriptions, uid, at);
  const gone = posting?.entry.legs.find(({ account }) => account === 'platform:breakage')?.amount ?? 0;
  await raise(`dispute.${dispute}`, contested(found.id, { report, uid, given, gone }), at);
  return 'settled';
}

async function endAfterThis(gateway: SubscriptionGateway, uid: string, at: number): Promise<void> {
  const subscription = await load(collections.subscriptions.doc(uid));
  if (!subscription || subscription.subscription === '' || subscription.status === 'ended') return;
  if (!subscription.ending) await unsubscribe(gateway, uid, at);
}

type About = Pick<GivenLot, 'uid' | 'given'> & { readonly report: DisputeReport; readonly gone: number };

const contested = (lot: string, { report, uid, given, gone }: About): Finding => {
  const { dispute, payment, amount, currency, reason } = report;
  return {
    ...({ kind: 'subscription_contested', severity: 'critical', about: `lots/${lot}` } as const),
    title: 'A bank took back what was paid for a month of credits',
    explanation: `Stripe lists the dispute ${dispute} of ${payment}, which paid ${given} credits for ${uid}. ${gone} of them were left and are gone; the subscription ends with its month. What the bank took, and its fee, are booked as chargebacks/${dispute}. Answer it in the dashboard; if it is won, lots-grant gives back what was taken.`,
    facts: { dispute, payment, amount, currency, reason, given, gone },
    people: [uid],
  };
};
