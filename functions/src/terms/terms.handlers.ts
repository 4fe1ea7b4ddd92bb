import type { z } from 'zod';
import { collections } from '../collections.ts';
import { load } from '../platform/firestore.ts';
import { serveCalls } from '../platform/serve.ts';
import { uidBy } from '../profiles/profiles.store.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { termsContract } from './terms.contract.ts';
import { saveTerms } from './terms.operations.ts';
import type { Terms } from './terms.ts';

const view = ({ packages, version, savedAt }: Terms): z.input<(typeof termsContract)['get']['output']> => ({
  packages: packages.map((one) => ({ ...one, milestones: [...one.milestones] })),
  version,
  savedAt,
});

const handlers: Handlers<typeof termsContract> = {
  save: async ({ packages }, { uid }, at) => view(await saveTerms(uid, packages, at)),
  get: async ({ username }) => {
    const terms = await load(collections.terms.doc(await uidBy(username)));
    if (!terms) throw new Refusal('not_found', { what: 'terms', id: username });
    return view(terms);
  },
};

export const terms = serveCalls('terms', termsContract, handlers);
