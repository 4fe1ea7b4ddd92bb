import type { Generation } from '../../functions/src/generations/generation.ts';
import type { Wallet } from '../../functions/src/ledger/wallet.ts';
import type { Became } from './allowed.ts';
import type { World } from './world.ts';
import { asRead } from './asread.ts';

/** Credits and the work that they pay for, counted once more. */

/** What work costs, written out here: taken from the product it would be whatever that says. */
const costs: Readonly<Record<string, number>> = { image: 4, video: 20, enhance: 2 };

/** After a commit, about work that it wrote: nobody pays for a failure (D16). */
export function* meteredProblems({ id, before, after }: Became): Generator<string> {
  const path = `generations/${id}`;
  const was = before as Generation | null;
  const is = after as unknown as Generation;
  const { price, kind, balance, policy } = is;
  if (price !== costs[kind]) yield `W1-06 ${path}: ${kind} for ${price}`;
  if (was && (was.price !== price || was.uid !== is.uid || was.policy.cancelBps !== policy.cancelBps))
    yield `W1-06 ${path} is not as it was ordered`;
  const open = is.status === 'reserved' || is.status === 'running';
  if (balance !== (open ? price : 0)) yield `I5 ${path} is ${is.status} and holds ${balance}`;
  if (!('back' in is)) return;
  const cancelled = is.code === 'cancelled';
  const least =
    cancelled && was?.status === 'running' ? Math.floor((price * policy.cancelBps) / 10_000) : price;
  if (was && was.status !== is.status && is.back !== least)
    yield `D16 ${path} is ${is.status} (${is.code}), and ${is.back} of ${price} came back`;
  if (after.refunded !== true) yield `D16 ${path} does not say that it was refunded`;
}

/** A wallet’s credits and the lots that they are in are the same. */
export function* lotProblems(uid: string, wallet: Wallet): Generator<string> {
  const available = wallet.balances.CREDIT?.available ?? 0;
  const lots = (wallet as { readonly lots?: Readonly<Record<string, readonly { amount: number }[]>> }).lots;
  const inLots = lots?.CREDIT?.reduce((all, { amount }) => all + amount, 0) ?? 0;
  if (available !== inLots) yield `D15 wallet ${uid}: ${available} credits, and ${inLots} in lots`;
}

/** In the end: what is done here was done at the provider’s, for this very order, and asked for once. */
export function* unmade({ memory, providers }: World): Generator<string> {
  const tasks = Object.values(providers.studio.tasks);
  const names = Map.groupBy(tasks, ({ attempt }) => attempt);
  for (const [attempt, made] of names)
    if (made.length > 1) yield `I13 ${made.length} tasks were made for ${attempt}`;
  for (const [id, data] of memory.all('generations')) {
    const generation = asRead(data) as Generation;
    const mine = (task: string) => {
      const found = providers.studio.tasks[task];
      return found?.attempt.startsWith(`${id.replaceAll('~', ':')}:`) ? found : undefined;
    };
    for (const task of generation.tasks)
      if (!mine(task)) yield `I13 generation ${id} has a task that is none of its own: ${task}`;
    if (generation.status === 'completed' && !generation.tasks.includes(generation.task))
      yield `I13 generation ${id} is completed by ${generation.task}`;
    if (generation.loss !== null && !mine(generation.loss.task))
      yield `I13 generation ${id} lost ${generation.loss.task}, which was not done`;
  }
}
