import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { hashInput } from '../platform/derive.ts';
import { atomically } from '../platform/firestore.ts';
import type { Minor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { legsOf, planRefund, postPlan, type Plan } from './plan.ts';
import type { Refund } from './refund.ts';
import { createRefund, readRefund, readTarget, writeRefund } from './refunds.store.ts';
import type { TargetName } from './target.ts';
import { askProvider, type RefundGateways } from './returning.operations.ts';
import { newRefund, resolveRefund } from './settle.ts';

export type Preview = { readonly plan: Plan; readonly fingerprint: string };

/** What a refund would do now; nothing moves. See plan.ts for what it may refuse. */
export async function previewRefund(
  gateways: RefundGateways,
  target: TargetName,
  amount: Minor | null,
  at: number,
): Promise<Preview> {
  const { plan } = await atomically({
    read: (reader) => readTarget(reader, target),
    decide: (found) => ({ plan: planRefund(found, amount, at) }),
    write: () => undefined,
  });
  mustBePossible(gateways, plan);
  return { plan, fingerprint: fingerprintOf(plan) };
}

/** Of what would move, and of what is left before: one preview is good for one refund. */
const fingerprintOf = (plan: Plan): string => hashInput([plan.target, plan.remaining, legsOf(plan)]);

/** @throws Refusal `partial_refund_unsupported`; `invalid_amount` where the provider has no such amount. */
export function mustBePossible(gateways: RefundGateways, { provider, whole, amount, currency }: Plan): void {
  const { partial, step } = gateways[provider];
  if (!whole && !partial) throw new Refusal('partial_refund_unsupported', { provider });
  const over = amount % step(currency);
  if (!whole && over > 0)
    throw new Refusal('invalid_amount', {
      nearest: [amount - over, amount - over + step(currency)].filter((one) => one > 0),
      currency,
    });
}

export type Wish = {
  readonly id: string;
  readonly target: TargetName;
  readonly amount: Minor | null;
  /** Of the preview that the admin saw. */
  readonly fingerprint: string;
  readonly actor: Actor;
  readonly requestHash: string;
  readonly at: number;
};

/**
 * Takes the money back from those who have it, as the preview said, and then asks the provider to return it.
 * The same request again answers what became of it.
 * @throws Refusal what `planRefund` does, `own_request`, `plan_changed`, `request_id_reused`,
 *   `partial_refund_unsupported`.
 */
export async function makeRefund(gateways: RefundGateways, wish: Wish): Promise<Refund> {
  const { id, at } = wish;
  await atomically({
    read: async (reader) => {
      const { before } = await reader.get({ before: collections.refunds.doc(id) });
      return { before, target: before ? null : await readTarget(reader, wish.target) };
    },
    decide: ({ before, target }) => {
      if (before && before.requestHash !== wish.requestHash) throw new Refusal('request_id_reused');
      return target && planned(gateways, wish, target);
    },
    write: (writer, made) => {
      if (made) createRefund(writer, id, made);
    },
  });
  return askProvider(gateways, id, at);
}

function planned(gateways: RefundGateways, wish: Wish, target: Parameters<typeof planRefund>[0]) {
  const { id, actor, at, requestHash } = wish;
  const plan = planRefund(target, wish.amount, at);
  const touched = [plan.uid, ...plan.shares.map(({ uid }) => uid)];
  if (touched.includes(actor.uid)) throw new Refusal('own_request');
  mustBePossible(gateways, plan);
  if (fingerprintOf(plan) !== wish.fingerprint) throw new Refusal('plan_changed');
  const order = { id, by: actor.uid, reason: actor.reason, requestHash, at };
  const { amount, currency } = plan;
  const action = {
    ...{ id: `refund.${id}`, action: 'refunds-create', target: plan.target, at },
    ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
    before: { remaining: plan.remaining },
    after: { amount, currency, refund: id },
  };
  const posting = postPlan(id, plan, target, { uid: actor.uid, at });
  return { refund: newRefund(plan, order), posting, target, plan, action };
}

/** Finance has looked at the provider; recorded with the reason. @throws Refusal what `resolveRefund` does. */
export async function decideRefund(
  id: string,
  decision: 'refunded' | 'failed',
  actor: Actor,
  at: number,
): Promise<Refund> {
  const { settled } = await atomically({
    read: (reader) => readRefund(reader, id, { target: true }),
    decide: ({ refund: before, target }) => {
      if (!before) throw new Refusal('not_found', { what: 'refund', id });
      return { before, target, settled: resolveRefund(id, before, { decision, by: actor.uid, at }, target) };
    },
    write: (writer, { before, target, settled }) => {
      if (settled.refund === before) return;
      writeRefund(writer, id, settled, target);
      writeAction(writer, {
        ...{ id: `refund.${id}.resolve`, action: 'refunds-resolve', target: `refunds/${id}`, at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        before: { status: before.status },
        after: { status: settled.refund.status },
      });
    },
  });
  return settled.refund;
}
