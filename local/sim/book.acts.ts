import type { Root } from '../../functions/src/roots/root.ts';
import { verifyReceipt } from '../../functions/client/src/verify.ts';
import { asRead } from './asread.ts';
import type { Acts } from './acts.ts';
import type { Person } from './client.ts';
import { exportProblems, type Told } from './exported.ts';
import { call, docOf, type World } from './world.ts';
import { collections } from '../../functions/src/collections.ts';

const reason = 'Looked at it twice.';
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** What proves the books, and what stops money from leaving. */
export const bookActs = {
  brake: (world, dice) => call(world, dice.pick(world.finance), 'brake-engage', { reason }),
  liftBrake: (world) => call(world, world.superadmins[0]!, 'brake-lift', { reason }),
  audit(world, dice) {
    const nightly = ['audit-daily', 'audit-sweep', 'roots-daily', 'roots-sweep', 'totals-fold'];
    return world.platform.runSchedule(dice.pick(nightly));
  },
  async exportBooks(world, dice) {
    const by = dice.pick(world.finance);
    const to = world.scheduler.now() - dice.pick([5 * MINUTE, 20 * MINUTE, 61 * MINUTE, DAY]);
    const span = { from: to - dice.pick([7 * MINUTE, 100 * MINUTE, DAY, 300 * DAY]), to };
    const told: Told = { entries: [], balances: null };
    const balances = await call(world, by, 'exports-balances', span);
    if (balances.kind === 'answer') told.balances = balances.result as Told['balances'];
    const limit = dice.pick([1, 7, 500]);
    for (let after: unknown = undefined, page = 0; page < 40; page += 1) {
      const wish = { ...span, format: 'jsonl', limit, ...(after !== undefined && { after }) };
      const seen = await call(world, by, 'exports-journal', wish);
      if (seen.kind !== 'answer') return;
      const lines = String(seen.result.text).split('\n').slice(0, -1);
      told.entries.push(...lines.map((line) => (JSON.parse(line) as { entry: string }).entry));
      after = seen.result.next;
      if (after === null) {
        for (const what of exportProblems(world.memory, span, told)) world.complain(what);
        return;
      }
    }
  },
  receipt(world, dice) {
    const person = dice.pick(world.users);
    const { version = 0 } = docOf(world, collections.wallets, person.uid) ?? {};
    return version === 0 ? undefined : receiptOf(world, person, 1 + dice.below(version));
  },
} satisfies Acts;

/** Asks for a receipt, in pages where it has more than one, and holds it against the root of its day, as anybody may. */
export async function receiptOf(world: World, person: Person, entry: number): Promise<boolean> {
  const seen = await call(world, person, 'receipts-get', { entry });
  if (seen.kind !== 'answer' || seen.result.next !== null) return false;
  const { day } = seen.result.root as Root;
  const root = docOf(world, collections.roots, day)?.root ?? '';
  world.aside.push(
    verifyReceipt(seen.result, root).then((verdict) => {
      if (!verdict.valid) world.complain(`the receipt ${entry} of ${person.uid} is not true: ${verdict.why}`);
    }),
  );
  return true;
}

/** Every day has a root that is over the one before it, and the audit finds nothing in all of it. */
export function* rootProblems({ memory }: World): Generator<string> {
  const roots = [...memory.all('roots').values()].map((data) => asRead(data) as Root);
  roots.sort((one, other) => (one.day < other.day ? -1 : 1));
  if (roots.length === 0) yield 'no day has a root';
  for (const [i, { day, previous }] of roots.entries()) {
    const before = roots[i - 1];
    if (previous !== (before?.root ?? '')) yield `the root of ${day} is not over the one before it`;
    if (before && Date.parse(day) - Date.parse(before.day) !== DAY)
      yield `no root lies before that of ${day}`;
  }
}
