import type { z } from 'zod';
import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import type { Brake } from './brake.ts';
import { brakeContract } from './brake.contract.ts';
import { engageByHand, liftBrake, loadBrake } from './brake.operations.ts';

const handlers: Handlers<typeof brakeContract> = {
  show: async () => view(await loadBrake()),
  engage: async ({ reason }, { uid, role, ip }, at) =>
    view(await engageByHand({ uid, role: role ?? '', ip, reason }, at)),
  lift: async ({ reason }, { uid, role, ip }, at) =>
    view(await liftBrake({ uid, role: role ?? '', ip, reason }, at)),
};

const view = (brake: Brake | null): z.input<typeof brakeContract.show.output> => ({
  status: brake?.status ?? 'off',
  since: brake?.since ?? null,
  alert: brake?.status === 'on' ? brake.alert : null,
});

export const brake = serveCalls('brake', brakeContract, handlers);
