import { z } from 'zod';
import { AccountDetails } from '../payees/account.contract.ts';
import { call } from '../shared/call.ts';
import { CashMoney, Line, PlainId, ReasonText, RequestId, Time, Uid } from '../shared/schema.ts';
import {
  AdminWithdrawalView,
  WithdrawalId,
  WithdrawalStatus,
  WithdrawalView,
} from './withdrawal.contract.ts';
import { normalReference, payMethods } from './withdrawal.ts';

/** As the bank prints it; spaces, dashes and case make no difference. */
const PaymentReferenceText = Line(3, 100).refine(
  (text) => normalReference(text).length >= 3,
  'needs three letters or digits',
);

const Page = { after: WithdrawalId.optional(), limit: z.int().min(1).max(100).default(20) };
const decided = z.strictObject({ withdrawal: WithdrawalId, reason: ReasonText });

const id = '9d1c2d7ab19e4c66d1f0a3b2~ann';
const destination = '77aa2d7ab19e4c66d1f0a3b2';
const view = {
  id,
  status: 'requested' as const,
  amount: { amount: 20000, currency: 'QAR' as const },
  destination: { id: destination, mask: 'QA•• •••• 8901' },
  requestedAt: 1767225600000,
  dueAt: 1767484800000,
  closedAt: null,
  reason: null,
  proof: null,
};
const admin = {
  uid: 'ann',
  username: 'Ann_draws',
  assignee: null,
  age: 3600000,
  overdue: 0,
  approvedBy: null,
  secondBy: null,
  payout: null,
  secondAdmin: false,
};
const closed = { ...view, ...admin, dueAt: null, closedAt: 1767229200000 };
const proof = { method: 'bank_transfer' as const, reference: 'QNB-2026-000123', paidAt: 1767229000000 };

export const withdrawalsContract = {
  request: call({
    summary: 'Asks to be paid out. The amount is reserved at once, and the destination is kept as it is now.',
    audience: 'user',
    input: z.strictObject({
      requestId: RequestId,
      amount: CashMoney,
      destination: PlainId,
    }),
    output: WithdrawalView,
    refusals: [
      'request_id_reused',
      'kyc_required',
      'not_found',
      'destination_unverified',
      'currency_mismatch',
      'not_due',
      'onboarding_required',
      'withdrawal_open',
      'debt_open',
      'below_minimum',
      'limit_reached',
      'insufficient_funds',
      'wallet_frozen',
    ],
    guard: 'once',
    limit: '5/min',
    bounds: 'one open at a time; from QAR 50, USD 10 or INR 500; at most 3 and QAR 20,000 in any 7 days',
    example: {
      input: { requestId: 'payout-2026-0001', amount: { amount: 20000, currency: 'QAR' }, destination },
      output: view,
    },
  }),
  cancel: call({
    summary: 'Takes a withdrawal back before anybody approved it; the money is available again.',
    audience: 'user',
    input: z.strictObject({ withdrawal: WithdrawalId }),
    output: WithdrawalView,
    refusals: ['not_found', 'wrong_status'],
    guard: 'account',
    limit: '10/min',
    bounds: 'the owner only, while requested',
    example: {
      input: { withdrawal: id },
      output: { ...view, status: 'cancelled' as const, dueAt: null, closedAt: 1767229200000 },
    },
  }),
  list: call({
    summary: 'The caller’s own withdrawals, newest first.',
    audience: 'user',
    input: z.strictObject({ status: WithdrawalStatus.optional(), ...Page }),
    output: z.object({ withdrawals: z.array(WithdrawalView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'token',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { limit: 20 }, output: { withdrawals: [view], next: null } },
  }),
  queue: call({
    summary: 'All withdrawals in one state, oldest first.',
    audience: 'finance',
    input: z.strictObject({ status: WithdrawalStatus.default('requested'), ...Page }),
    output: z.object({ withdrawals: z.array(AdminWithdrawalView), next: z.string().nullable() }),
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    bounds: '100 a page',
    example: { input: { limit: 20 }, output: { withdrawals: [{ ...view, ...admin }], next: null } },
  }),
  approve: call({
    summary:
      'Lets a withdrawal pass. To an account at the provider it is sent at once; any other is paid by hand.',
    audience: 'finance',
    input: decided,
    output: AdminWithdrawalView,
    refusals: [
      'not_found',
      'own_request',
      'wrong_status',
      'wallet_frozen',
      'payouts_stopped',
      'debt_open',
      'amount_mismatch',
      'onboarding_required',
      'not_due',
    ],
    guard: 'once',
    limit: '30/min',
    bounds: 'only while requested, or as the second admin; never one’s own',
    example: {
      input: { withdrawal: id, reason: 'Earnings were checked.' },
      output: { ...view, ...admin, status: 'approved' as const, approvedBy: 'fay' },
    },
  }),
  assign: call({
    summary: 'Says which finance admin sees to a withdrawal.',
    audience: 'finance',
    input: z.strictObject({ withdrawal: WithdrawalId, to: Uid, reason: ReasonText }),
    output: AdminWithdrawalView,
    refusals: ['not_found', 'own_request', 'wrong_status', 'role_missing'],
    guard: 'account',
    limit: '30/min',
    bounds: 'to somebody of finance; until it is over; never one’s own',
    example: {
      input: { withdrawal: id, to: 'fay', reason: 'Fay has the bank.' },
      output: { ...view, ...admin, assignee: 'fay' },
    },
  }),
  reject: call({
    summary: 'Says no, before or after an approval; the money is available again.',
    audience: 'finance',
    input: decided,
    output: AdminWithdrawalView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'until it is closed or at the provider; never one’s own',
    example: {
      input: { withdrawal: id, reason: 'The earnings are disputed.' },
      output: { ...closed, status: 'rejected' as const, reason: 'The earnings are disputed.' },
    },
  }),
  reveal: call({
    summary: 'The full details of where it goes, as they were at the request. Each look is recorded.',
    audience: 'finance',
    input: decided,
    output: AccountDetails,
    refusals: ['not_found', 'payouts_stopped'],
    guard: 'account',
    limit: '30/min',
    example: {
      input: { withdrawal: id, reason: 'To make the transfer' },
      output: {
        kind: 'bank',
        holder: 'Ann Example',
        iban: 'QA30AAAA123456789012345678901',
        currency: 'QAR',
      },
    },
  }),
  pay: call({
    summary:
      'Shows that an approved withdrawal was paid, in whole, by a payment that paid no other; also while the brake is on, since it was paid.',
    audience: 'finance',
    input: z.strictObject({
      withdrawal: WithdrawalId,
      amount: CashMoney,
      method: z.enum(payMethods),
      reference: PaymentReferenceText,
      paidAt: Time,
      reason: ReasonText,
    }),
    output: AdminWithdrawalView,
    refusals: [
      'not_found',
      'own_request',
      'amount_mismatch',
      'wrong_status',
      'reference_reused',
      'same_admin',
      'invalid_input',
    ],
    guard: 'once',
    limit: '30/min',
    bounds: 'only while approved; above QAR 5,000 by another admin than the approver',
    example: {
      input: { withdrawal: id, amount: { amount: 20000, currency: 'QAR' }, ...proof, reason: 'Sent today.' },
      output: { ...closed, status: 'paid' as const, approvedBy: 'fay', proof },
    },
  }),
  fail: call({
    summary: 'The bank did not take an approved withdrawal; the money is available again.',
    audience: 'finance',
    input: decided,
    output: AdminWithdrawalView,
    refusals: ['not_found', 'own_request', 'wrong_status'],
    guard: 'account',
    limit: '30/min',
    bounds: 'only while approved; never one’s own',
    example: {
      input: { withdrawal: id, reason: 'The account is closed.' },
      output: { ...closed, status: 'failed' as const, reason: 'The account is closed.' },
    },
  }),
} as const;
