import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { exportsContract } from './exports.contract.ts';
import { balancesOver, pageOfJournal } from './exports.operations.ts';
import { contentTypes } from './formats.ts';
import { fileNameOf, isZero } from './rows.ts';

const handlers: Handlers<typeof exportsContract> = {
  journal: async (wish, _, at) => {
    const { text, entries, next } = await pageOfJournal(wish, at);
    const { format } = wish;
    return {
      ...{ filename: fileNameOf(wish, format), contentType: contentTypes[format] },
      ...{ text, entries: entries.length, next },
    };
  },
  balances: async (span, _, at) => {
    const balances = await balancesOver(span, at);
    return { balances, addsUp: isZero(balances) };
  },
};

/** `exports` itself is a name that a CommonJS module keeps for its own. */
export const journalExports = serveCalls('exports', exportsContract, handlers);
