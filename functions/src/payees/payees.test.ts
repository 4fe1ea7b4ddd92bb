import fc from 'fast-check';
import { refused } from '../../test/refused.ts';
import { Refusal } from '../shared/refusal.ts';
import {
  destinationOf,
  MOST_DESTINATIONS,
  removeDestination,
  saveDestination,
  verifyDestination,
} from './destination.ts';
import { destinationsContract } from './destinations.contract.ts';
import { kycContract } from './kyc.contract.ts';
import { maskOf } from './mask.ts';
import { checkOwned, reviewKyc, submitKyc } from './kyc.ts';
import { escalatePayee } from './overdue.ts';
import { COOLING_OFF, HOUR, newPayee, targets, type Payee } from './payee.ts';

const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const iban = 'QA30AAAA123456789012345678901';
const apply = (payee: Payee | null, id = 'one', at = 1000, requestHash = id) =>
  submitKyc(payee, { id, requestHash, sealed, submittedAt: at });
const review = (payee: Payee | null, decision: 'verify' | 'reject', more = {}) =>
  reviewKyc(payee, {
    uid: 'ann',
    by: 'fay',
    application: 'one',
    decision,
    reason: 'blurred',
    at: 2000,
    ...more,
  });
const save = (payee: Payee | null, id: string, at = 1000, requestHash = id) =>
  saveDestination(payee, {
    ...{ uid: 'ann', id, requestHash, currency: 'QAR', sealed, at },
    kind: 'bank',
    mask: maskOf({ kind: 'bank', iban }),
  });
const verify = (payee: Payee | null, destination: string, more = {}) =>
  verifyDestination(payee, {
    uid: 'ann',
    by: 'fay',
    destination,
    decision: 'verify',
    reason: 'same name',
    at: 2000,
    ...more,
  });

test('F37 D12 none → pending → rejected → pending → verified, and no other way', () => {
  const pending = apply(null);
  expect(pending.kyc.status).toBe('pending');
  expect(refused(() => apply(pending, 'two'))).toEqual({ reason: 'wrong_status', status: 'pending' });
  const rejected = review(pending, 'reject');
  expect(rejected.kyc).toMatchObject({ status: 'rejected', reason: 'blurred' });
  expect(refused(() => review(rejected, 'verify'))).toMatchObject({ reason: 'wrong_status' });
  const again = apply(rejected, 'two');
  const verified = review(again, 'verify', { application: 'two' });
  expect(verified.kyc.status).toBe('verified');
  expect(refused(() => apply(verified, 'three'))).toMatchObject({ reason: 'wrong_status' });
  expect(refused(() => review(verified, 'reject', { application: 'two' }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(refused(() => review(null, 'verify'))).toMatchObject({ reason: 'not_found' });
});

test('the same application or decision again changes nothing; the id with other input is refused', () => {
  const pending = apply(null);
  expect(apply(pending)).toBe(pending);
  expect(refused(() => apply(pending, 'one', 1, 'else'))).toEqual({ reason: 'request_id_reused' });
  const rejected = review(pending, 'reject');
  expect(review(rejected, 'reject')).toBe(rejected);
  expect(apply(rejected)).toBe(rejected);
});

test('an admin decides what was looked at, and never about themselves', () => {
  const second = apply(review(apply(null), 'reject'), 'two');
  expect(refused(() => review(second, 'verify'))).toMatchObject({
    reason: 'wrong_status',
    application: 'two',
  });
  expect(refused(() => review(apply(null), 'verify', { by: 'ann' }))).toEqual({ reason: 'own_request' });
  expect(refused(() => verify(save(null, 'd'), 'd', { by: 'ann' }))).toEqual({ reason: 'own_request' });
});

test('W2-08 documents lie in the caller’s own folder, one level deep', () => {
  const paths = (folder: string) => ({
    id_front: `${folder}/a.jpg`,
    id_back: `${folder}/b.jpg`,
    selfie: `${folder}/c.jpg`,
    proof_of_address: `${folder}/d.pdf`,
  });
  expect(() => checkOwned('ann', paths('kyc/ann'))).not.toThrow();
  for (const folder of ['kyc/ben', 'kyc/annie', 'kyc', 'chats/ann'])
    expect(refused(() => checkOwned('ann', paths(folder)))).toMatchObject({ reason: 'not_yours' });
  const fits = (documents: unknown) =>
    kycContract.submit.input.safeParse({ requestId: 'request-1', name: 'Ann', country: 'QA', documents })
      .success;
  expect(fits(paths('kyc/ann'))).toBe(true);
  for (const folder of ['kyc/ann/..', 'kyc/ann/deep', 'gs://b/kyc/ann', 'kyc//', ''])
    expect(fits(paths(folder))).toBe(false);
  expect(fits({ ...paths('kyc/ann'), selfie: 'kyc/ann/..' })).toBe(false);
  expect(fits({ ...paths('kyc/ann'), selfie: 'kyc/ann/a.jpg' })).toBe(false);
});

test('F38 an IBAN may have spaces and must be right; its mask shows the last four', () => {
  const parse = (text: unknown) => {
    const typed = { requestId: 'request-1', kind: 'bank', holder: 'Ann Example', currency: 'QAR' };
    const { data } = destinationsContract.save.input.safeParse({ ...typed, iban: text });
    return data?.kind === 'bank' ? data.iban : undefined;
  };
  expect(parse('qa30 AAAA 1234 5678 9012 3456 7890 1')).toBe(iban);
  for (const wrong of [iban.replace('30', '31'), iban.slice(0, -1), 'QA', '', 7, `${iban}0`, 'ZZ30AAAA'])
    expect(parse(wrong)).toBeUndefined();
  expect(maskOf({ kind: 'bank', iban })).toBe('QA•• •••• 8901');
});

test('F38 W4-29 the first destination may be used once verified; each later one waits a day', () => {
  const one = save(null, 'a', 1000);
  expect(destinationOf(one, 'a')).toMatchObject({ status: 'unverified', usableAt: 1000 });
  const two = save(one, 'b', 2000);
  expect(destinationOf(two, 'b').usableAt).toBe(2000 + COOLING_OFF);
  // Taking the first one out does not make the next one first.
  const swapped = save(removeDestination(one, 'a'), 'c', 3000);
  expect(destinationOf(swapped, 'c').usableAt).toBe(3000 + COOLING_OFF);
});

test('five destinations at most; a repeat is none more, and a removed one makes room', () => {
  let payee = save(null, 'd0');
  for (let i = 1; i < MOST_DESTINATIONS; i++) payee = save(payee, `d${i}`);
  expect(save(payee, 'd0')).toBe(payee);
  expect(refused(() => save(payee, 'd0', 1, 'else'))).toEqual({ reason: 'request_id_reused' });
  expect(refused(() => save(payee, 'd5'))).toMatchObject({ reason: 'limit_reached', limit: 5, used: 5 });
  const removed = removeDestination(payee, 'd0');
  expect(save(removed, 'd5').destinations).toHaveLength(5);
  expect(removeDestination(removed, 'd0')).toBe(removed);
});

test('a destination is decided once', () => {
  const payee = verify(save(null, 'a'), 'a');
  expect(destinationOf(payee, 'a')).toMatchObject({ status: 'verified', by: 'fay' });
  expect(verify(payee, 'a')).toBe(payee);
  expect(refused(() => verify(payee, 'a', { decision: 'reject' }))).toMatchObject({ status: 'verified' });
  expect(refused(() => verify(payee, 'b'))).toMatchObject({ reason: 'not_found' });
});

test('I12 what waits has a deadline, and passing it decides nothing', () => {
  const payee = save(apply(null, 'one', 0), 'a', HOUR);
  expect(payee.dueAt).toBe(targets.review);
  expect(refused(() => escalatePayee(payee, 'ann', targets.review - 1))).toMatchObject({ reason: 'not_due' });
  const late = escalatePayee(payee, 'ann', targets.review + HOUR);
  expect(late.kyc).toMatchObject({ status: 'pending', overdue: 1 });
  expect(late.destinations[0]).toMatchObject({ status: 'unverified', overdue: 1 });
  expect(late.dueAt).toBe(targets.review + HOUR + targets.escalation);
  const ids = late.news.map(({ id }) => id);
  expect(late.news.map(({ kind }) => kind).slice(-2)).toEqual([
    'payees-kyc-overdue',
    'payees-destination-overdue',
  ]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('whatever happens, there is a deadline exactly while somebody has to look', () => {
  const step = fc.constantFrom<(payee: Payee) => Payee>(
    (p) => apply(p, `k${p.version}`),
    (p) => review(p, 'verify', { application: p.kyc.status === 'none' ? '' : p.kyc.application.id }),
    (p) => review(p, 'reject', { application: p.kyc.status === 'none' ? '' : p.kyc.application.id }),
    (p) => save(p, `d${p.version}`),
    (p) => verify(p, p.destinations[0]?.id ?? ''),
    (p) => verify(p, p.destinations.at(-1)?.id ?? '', { decision: 'reject' }),
    (p) => removeDestination(p, p.destinations[0]?.id ?? ''),
    (p) => escalatePayee(p, 'ann', (p.dueAt ?? 0) + 1),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
      let payee = newPayee;
      for (const act of steps) {
        try {
          payee = act(payee);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        const waits =
          payee.kyc.status === 'pending' || payee.destinations.some((one) => one.status === 'unverified');
        expect(payee.dueAt !== null).toBe(waits);
        expect(JSON.stringify(payee)).not.toContain('undefined');
      }
      const ids = payee.news.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
