import './surroundings.ts';
import type { Seen } from './client.ts';
import { loadDeployment } from './load.ts';
import { prelude } from './prelude.ts';
import { openStage } from './stage.ts';
import { call, play } from './world.ts';

/** `npm run demo` where no emulator can be started: the main job on the simulator's memory, told step by step. */

const say = (line: string): void => {
  console.error(line);
};
const qar = (amount: unknown): string => `QAR ${(Number(amount) / 100).toFixed(2)}`;

const problems: string[] = [];
const stage = await openStage(await loadDeployment(), {
  seed: 1,
  complain: (what) => void problems.push(what),
});
const { scheduler, faults, users, finance, providers, memory } = stage.world;
faults.pause(true);
await prelude(stage.world);
const [client, freelancer] = [users[0]!, users[1]!];

async function must(asked: Promise<Seen>, forMs = 60_000): Promise<Readonly<Record<string, unknown>>> {
  const until = scheduler.now() + forMs;
  const came: Seen[] = [];
  void asked.then((seen) => came.push(seen));
  while (came.length === 0 && scheduler.now() < until) await scheduler.runUntil(scheduler.now() + 100);
  const [given] = came;
  if (given?.kind !== 'answer') throw new Error(`a call was not answered: ${JSON.stringify(given)}`);
  return given.result;
}
const available = async (who: typeof client): Promise<number> => {
  const { balances } = await must(call(stage.world, who, 'wallet-get', {}));
  return (balances as readonly { available: number }[])[0]?.available ?? 0;
};

const before = await available(client);
await must(
  call(stage.world, client, 'purchases-create', {
    requestId: 'story-coins',
    provider: 'stripe',
    item: { kind: 'amount', amount: 30_000 },
  }),
);
const session = Object.keys(providers.till.stored).at(-1)!;
await play(stage.world, `/pay/${session}`, { choice: 'pay' });
await scheduler.runUntil(scheduler.now() + 60_000);
say(`client pays on Stripe’s page; the wallet goes from ${qar(before)} to ${qar(await available(client))}`);

const price = { amount: 20_000, currency: 'QAR' };
const job = await must(
  call(stage.world, client, 'jobs-post', { requestId: 'story-job', title: 'Draw a logo', price }),
);
await must(call(stage.world, client, 'jobs-assign', { job: job.id, payee: freelancer.uid }));
const escrow = await must(call(stage.world, client, 'escrow-lock', { job: job.id }));
say(`client locks ${qar(escrow.held)} for “Draw a logo”`);
await must(call(stage.world, freelancer, 'escrow-submit', { escrow: escrow.id, note: 'Three drafts.' }));
await scheduler.runUntil(scheduler.now() + 75 * 3_600_000);
const status = String(memory.get(`escrows/${String(escrow.id)}`)?.status);
say(`freelancer submits, and nobody answers until the time to answer is over: the timer has ${status} it`);

const { destinations } = await must(call(stage.world, freelancer, 'kyc-get', {}));
const withdrawal = await must(
  call(stage.world, freelancer, 'withdrawals-request', {
    requestId: 'story-out',
    amount: { amount: 15_000, currency: 'QAR' },
    destination: (destinations as readonly { id: string }[])[0]!.id,
  }),
);
const decided = { withdrawal: withdrawal.id, reason: 'Earnings were checked.' };
await must(call(stage.world, finance[0]!, 'withdrawals-approve', decided));
const proof = { method: 'bank_transfer', reference: 'QNB-2026-000123', paidAt: scheduler.now() - 1000 };
const paid = await must(
  call(stage.world, finance[1]!, 'withdrawals-pay', { ...decided, amount: withdrawal.amount, ...proof }),
);
say(`finance pays ${qar(15_000)} out, with proof: ${String(paid.status)}`);
await scheduler.runUntil(scheduler.now() + 600_000);
for (const what of stage.checks.whole()) problems.push(what);
await stage.close();
const ok = problems.length === 0 && status === 'released' && paid.status === 'paid';
say(`every entry and document adds up: ${problems.length === 0 ? 'yes' : 'NO'}`);
for (const what of problems) say(`  ${what}`);
console.log(JSON.stringify({ ok, store: 'memory', violations: problems }));
process.exitCode = ok ? 0 : 1;
