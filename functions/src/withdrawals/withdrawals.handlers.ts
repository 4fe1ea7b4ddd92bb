import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import type { AccountDetails } from '../payees/account.contract.ts';
import { placeOf } from '../payees/destination.ts';
import { actorOf } from '../payees/payees.views.ts';
import { find } from '../platform/firestore.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { sealingKey } from '../platform/params.ts';
import { openFor } from '../platform/personkey.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { payoutGateway, pspSecrets as secrets } from '../psp/providers.gateway.ts';
import type { Caller, Handlers } from '../shared/call.ts';
import { joinId } from '../shared/ids.ts';
import { Refusal } from '../shared/refusal.ts';
import { normalReference } from './withdrawal.ts';
import { withdrawalsContract } from './withdrawals.contract.ts';
import {
  approveWithdrawal,
  cancelWithdrawal,
  failWithdrawal,
  makeWithdrawal,
  openSnapshot,
  payWithdrawal,
  rejectWithdrawal,
  sweepWithdrawals,
} from './withdrawals.operations.ts';
import { ownerOf, withdrawalsIn, withdrawalsOf } from './withdrawals.store.ts';
import { viewForAdmin, viewForOwner } from './withdrawals.views.ts';

/** Only one opens what is sealed, and only one speaks to the provider: only they are given the keys to that. */
const { reveal: revealCall, approve: approveCall, ...otherCalls } = withdrawalsContract;

const by = (caller: Caller, reason: string, at: number) => ({ actor: actorOf(caller, reason), at });

const handlers: Handlers<typeof otherCalls> = {
  request: async ({ requestId, ...order }, { uid }, at) => {
    const id = joinId(deriveId('withdrawal', uid, requestId), uid);
    const { amount: money, destination } = order;
    const made = { ...money, destination, id, uid, requestHash: hashInput(order), at };
    return viewForOwner(id, await makeWithdrawal(made));
  },
  cancel: async ({ withdrawal }, { uid }, at) =>
    viewForOwner(withdrawal, await cancelWithdrawal(withdrawal, uid, at)),
  list: async (page, { uid }) => {
    // A cursor into somebody else's list would tell that it exists.
    if (page.after !== undefined && ownerOf(page.after) !== uid)
      throw new Refusal('not_found', { what: 'cursor' });
    const found = await find(withdrawalsOf(uid, page));
    return {
      withdrawals: found.map(({ id, doc }) => viewForOwner(id, doc)),
      next: nextOf(found, page.limit),
    };
  },
  queue: async ({ status, ...page }, _, at) => {
    const found = await find(withdrawalsIn(status, page));
    return {
      withdrawals: found.map(({ id, doc }) => viewForAdmin(id, doc, at)),
      next: nextOf(found, page.limit),
    };
  },
  reject: async ({ withdrawal, reason }, caller, at) =>
    viewForAdmin(withdrawal, await rejectWithdrawal(withdrawal, by(caller, reason, at)), at),
  fail: async ({ withdrawal, reason }, caller, at) =>
    viewForAdmin(withdrawal, await failWithdrawal(withdrawal, by(caller, reason, at)), at),
  pay: async ({ withdrawal, reason, amount, ...proof }, caller, at) => {
    const referenceId = hashInput([normalReference(proof.reference)]);
    const paid = await payWithdrawal(
      withdrawal,
      { ...amount, ...proof, referenceId },
      by(caller, reason, at),
    );
    return viewForAdmin(withdrawal, paid, at);
  },
};

const revealHandler: Handlers<{ reveal: typeof revealCall }> = {
  reveal: async ({ withdrawal, reason }, caller, at) => {
    const { uid, id, sealed } = await openSnapshot(withdrawal, by(caller, reason, at));
    const details = await openFor({ uid, use: 'destinations' }, sealed, placeOf(uid, id));
    return JSON.parse(details) as AccountDetails;
  },
};

const approveHandler: Handlers<{ approve: typeof approveCall }> = {
  approve: async ({ withdrawal, reason }, caller, at) =>
    viewForAdmin(withdrawal, await approveWithdrawal(payoutGateway, withdrawal, by(caller, reason, at)), at),
};

const nextOf = (page: readonly { readonly id: string }[], limit: number): string | null =>
  page.length === limit ? (page.at(-1)?.id ?? null) : null;

export const withdrawals = {
  ...serveCalls('withdrawals', otherCalls, handlers),
  ...serveCalls('withdrawals', { reveal: revealCall }, revealHandler, { secrets: [sealingKey] }),
  ...serveCalls('withdrawals', { approve: approveCall }, approveHandler, { secrets }),
  changed: serveWritten('withdrawals', (id) => deliverNews(collections.withdrawals.doc(id))),
  sweep: serveSchedule(
    '*/10 * * * *',
    async (at) => {
      await sweepWithdrawals(payoutGateway(), at);
      await sweepNews(collections.withdrawals);
    },
    { secrets },
  ),
};
