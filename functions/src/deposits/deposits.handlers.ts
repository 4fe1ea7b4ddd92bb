import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { accountOf, roleOf } from '../platform/accounts.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { find } from '../platform/firestore.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { normalReference } from '../withdrawals/withdrawal.ts';
import type { Deposit } from './deposit.ts';
import { depositsContract } from './deposits.contract.ts';
import {
  assignDeposit,
  makeDeposit,
  rejectDeposit,
  sweepDeposits,
  verifyDeposit,
} from './deposits.operations.ts';
import { depositsIn } from './deposits.store.ts';

const by = ({ uid, role, ip }: Caller, reason: string, at: number) => ({
  actor: { uid, role: role ?? '', ip, reason },
  at,
});

const view = (id: string, deposit: Deposit) => ({
  id,
  status: deposit.status,
  amount: { amount: deposit.amount, currency: deposit.currency },
  reference: deposit.reference,
  submittedAt: deposit.submittedAt,
  closedAt: deposit.status === 'waiting' ? null : deposit.closedAt,
  why: deposit.status === 'rejected' ? deposit.why : null,
});

async function viewAll(found: readonly { readonly id: string; readonly doc: Deposit }[], at: number) {
  const names = await usernamesOf(found.map(({ doc }) => doc.uid));
  return found.map(({ id, doc }) => ({
    ...view(id, doc),
    username: names.get(doc.uid) ?? null,
    proof: doc.proof,
    age: Math.max(0, at - doc.submittedAt),
    assignee: doc.assignee,
  }));
}
const viewOne = async (id: string, doc: Deposit, at: number) => (await viewAll([{ id, doc }], at))[0]!;

const handlers: Handlers<typeof depositsContract> = {
  submit: async ({ requestId, ...asked }, { uid }, at) => {
    const id = joinId(deriveId('deposit', uid, requestId), uid);
    const { amount: money, reference, proof } = asked;
    const order = { uid, ...money, reference, proof, requestHash: hashInput(asked), at };
    return view(id, await makeDeposit(id, order));
  },
  queue: async ({ status, ...page }, _, at) => {
    const found = await find(depositsIn(status, page));
    const next = found.length === page.limit ? (found.at(-1)?.id ?? null) : null;
    return { deposits: await viewAll(found, at), next };
  },
  assign: async ({ deposit: id, to, reason }, caller, at) => {
    const account = await accountOf(to);
    const role = account && roleOf(account);
    if (role !== 'finance' && role !== 'superadmin') throw new Refusal('role_missing', { role: 'finance' });
    return viewOne(id, await assignDeposit(id, to, by(caller, reason, at)), at);
  },
  verify: async ({ deposit: id, amount, reference, reason }, caller, at) => {
    const referenceId = hashInput(['deposit', normalReference(reference)]);
    return viewOne(
      id,
      await verifyDeposit(id, { ...amount, reference, referenceId }, by(caller, reason, at)),
      at,
    );
  },
  reject: async ({ deposit: id, reason }, caller, at) =>
    viewOne(id, await rejectDeposit(id, by(caller, reason, at)), at),
};

export const deposits = {
  ...serveCalls('deposits', depositsContract, handlers),
  changed: serveWritten('deposits', (id) => deliverNews(collections.deposits.doc(id))),
  sweep: serveSchedule('*/30 * * * *', async (at) => {
    await sweepDeposits(at);
    await sweepNews(collections.deposits);
  }),
};
