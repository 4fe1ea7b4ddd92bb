import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { receiptsContract } from './receipts.contract.ts';
import { receiptOf } from './receipts.operations.ts';

const handlers: Handlers<typeof receiptsContract> = {
  get: async ({ entry, before }, { uid }, at) => {
    const { links, path, ...receipt } = await receiptOf({ uid, entry, before }, at);
    return { ...receipt, links: [...links], path: { ...path, hashes: [...path.hashes] } };
  },
};

export const receipts = serveCalls('receipts', receiptsContract, handlers);
