import { Refusal } from '../shared/refusal.ts';
import { changed, newPayee, targets, told, type Application, type Decision, type Payee } from './payee.ts';

/** D12: none → pending → verified or rejected → pending. Needed to withdraw, not to spend. */

export const documentKinds = ['id_front', 'id_back', 'selfie', 'proof_of_address'] as const;
export type Documents = Readonly<Record<(typeof documentKinds)[number], string>>;

/** @throws Refusal `not_yours` for a document that is not in the person's own folder (W2-08). */
export function checkOwned(uid: string, documents: Documents): void {
  const foreign = documentKinds.find((kind) => !documents[kind].startsWith(`kyc/${uid}/`));
  if (foreign) throw new Refusal('not_yours', { document: foreign });
}

/**
 * Hands in an application. The same request again changes nothing, whatever became of it.
 * @throws Refusal `request_id_reused`, `wrong_status` while one is pending or verified.
 */
export function submitKyc(found: Payee | null, application: Application): Payee {
  const payee = found ?? newPayee;
  const { kyc } = payee;
  if (kyc.status !== 'none' && kyc.application.id === application.id) {
    if (kyc.application.requestHash !== application.requestHash) throw new Refusal('request_id_reused');
    return payee;
  }
  if (kyc.status === 'pending' || kyc.status === 'verified')
    throw new Refusal('wrong_status', { status: kyc.status });
  const dueAt = application.submittedAt + targets.review;
  return changed(payee, { kyc: { status: 'pending', application, dueAt, overdue: 0 } });
}

export type Review = Decision & {
  /** What the admin looked at: a newer application is not decided unseen. */
  readonly application: string;
  readonly decision: 'verify' | 'reject';
  readonly reason: string;
};

/**
 * An admin decides. The same decision again changes nothing.
 * @throws Refusal `not_found`, `own_request`, `wrong_status` when another decision was made, or another
 *   application handed in meanwhile.
 */
export function reviewKyc(payee: Payee | null, order: Review): Payee {
  if (payee === null || payee.kyc.status === 'none') throw new Refusal('not_found', { what: 'application' });
  if (order.uid === order.by) throw new Refusal('own_request');
  const { kyc } = payee;
  const wanted = order.decision === 'verify' ? 'verified' : 'rejected';
  const seen = kyc.application.id === order.application;
  if (seen && kyc.status === wanted) return payee;
  if (!seen || kyc.status !== 'pending')
    throw new Refusal('wrong_status', { status: kyc.status, application: kyc.application.id });
  const { application } = kyc;
  const { by, reason, at } = order;
  const news = told(payee, order.uid, `kyc-${wanted}`, at, wanted === 'rejected' ? reason : '');
  const decided = { application, decidedAt: at, by };
  return wanted === 'verified'
    ? changed(payee, { ...news, kyc: { status: 'verified', ...decided } })
    : changed(payee, { ...news, kyc: { status: 'rejected', ...decided, reason } });
}
