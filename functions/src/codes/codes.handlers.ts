import { accountOf } from '../platform/accounts.ts';
import { sealingKey } from '../platform/params.ts';
import { serveCalls } from '../platform/serve.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { codesContract } from './codes.contract.ts';
import { attach, codeOf, ownerOf } from './codes.operations.ts';

const nameOf = async (uid: string): Promise<string | null> => (await usernamesOf([uid])).get(uid) ?? null;

const handlers: Handlers<typeof codesContract> = {
  mine: async ({ device = null }, { uid, ip }, at) => ({ code: await codeOf({ uid, device, ip, at }) }),
  check: async ({ code }) => ({ username: await nameOf(await ownerOf(code)) }),
  attach: async ({ code, device = null, link = null }, { uid, ip }, at) => {
    const referrer = await ownerOf(code);
    if (!(await accountOf(referrer))) throw new Refusal('not_found', { what: 'code', id: code });
    const { untilAt } = await attach({ uid, device, ip, at }, { code, referrer, link });
    return { referrer: await nameOf(referrer), untilAt };
  },
};

export const codes = serveCalls('codes', codesContract, handlers, { secrets: [sealingKey] });
