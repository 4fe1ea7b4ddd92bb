import { find } from '../platform/firestore.ts';
import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { mustReAdd } from '../shared/price.ts';
import { packagesOf, type Package } from './package.ts';
import { packagesContract } from './packages.contract.ts';
import { definePackage } from './packages.operations.ts';
import { definedPackages } from './packages.store.ts';

export const viewPackage = ({ name, title, rank, price, taxBps, days, sold }: Package) => ({
  ...{ name, title, rank, price, taxBps, days, sold },
});

const handlers: Handlers<typeof packagesContract> = {
  list: async () => {
    const all = packagesOf((await find(definedPackages())).map(({ doc }) => doc));
    return { packages: all.filter(({ sold }) => sold).map(viewPackage) };
  },
  define: async (asked, caller, at) => {
    const { package: name, title, rank, days, taxBps, sold = true, reason } = asked;
    const { base, tax, total, currency } = asked;
    const price = mustReAdd({ base, taxBps, currency }, { tax, total });
    const actor = { uid: caller.uid, role: caller.role ?? '', ip: caller.ip, reason };
    return viewPackage(await definePackage({ name, title, rank, days, taxBps, sold, price }, actor, at));
  },
};

export const packages = serveCalls('packages', packagesContract, handlers);
