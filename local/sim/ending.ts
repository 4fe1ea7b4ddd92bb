import { asRead } from './asread.ts';
import type { WalletEntry } from '../../functions/src/ledger/wallet.ts';
import { receiptOf, rootProblems } from './book.acts.ts';
import { rememberedProblems } from './guest.acts.ts';
import type { Deployment } from './load.ts';
import { unreal } from './reality.ts';
import type { Stage } from './stage.ts';
import { call, docOf, type World } from './world.ts';
import { collections } from '../../functions/src/collections.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Nothing goes wrong any more, time passes every deadline, and then nothing may be left waiting. */
export async function finish({ world, checks }: Stage, deployment: Deployment): Promise<void> {
  const { scheduler, faults, platform, complain } = world;
  faults.pause(true);
  await scheduler.runUntil(scheduler.now() + 2 * HOUR);
  await liftBrake(world);
  for (const days of [1, 4, 9, 31, 100]) {
    const until = scheduler.now() + days * DAY;
    platform.quiet(until - 100 * MINUTE, days < 9);
    await scheduler.runUntil(until);
  }
  for (const what of checks.whole()) complain(what);
  for (const what of waiting(world)) complain(what);
  for (const what of unreal(world)) complain(what);
  for (const what of rootProblems(world)) complain(what);
  for (const what of rememberedProblems(world)) complain(what);
  const verdict = await deployment.auditAll();
  if (!verdict.ok) complain(`the audit finds ${JSON.stringify(verdict.violations.slice(0, 3))}`);
  await everyReceipt(world);
  // A sweep may just be running; not for ten minutes without a pause.
  for (let i = 0; scheduler.running > 0 && i < 10; i += 1) await scheduler.runUntil(scheduler.now() + MINUTE);
  if (scheduler.running > 0) complain(`${scheduler.running} functions never ended`);
}

/** I12: every deadline lies ahead, and everything was told. */
function* waiting({ memory, scheduler }: World): Generator<string> {
  const now = scheduler.now() - 30 * MINUTE;
  for (const path of memory.collections())
    for (const [id, data] of memory.all(path)) {
      const doc = asRead(data) as Record<string, unknown>;
      for (const name of ['dueAt', 'askAt'])
        if (typeof doc[name] === 'number' && doc[name] < now)
          yield `I12 ${path}/${id} has waited since ${new Date(doc[name]).toISOString()} (${name})`;
      if (Array.isArray(doc.news) && doc.news.length > 0) yield `I11 ${path}/${id} was never told`;
    }
}

/** While it is on, what is to leave waits. */
async function liftBrake(world: World): Promise<void> {
  const reason = 'Nothing was wrong.';
  if (docOf(world, collections.brakes, 'payouts')?.status !== 'on') return;
  void call(world, world.superadmins[0]!, 'brake-lift', { reason });
  await world.scheduler.runUntil(world.scheduler.now() + MINUTE);
  if (docOf(world, collections.brakes, 'payouts')?.status === 'on') world.complain('the brake stays on');
}

/** A day's root is there an hour and a half after the day. */
const ROOTED = DAY + 2 * HOUR;

/** Everybody has a receipt of the last entry that is old enough. */
async function everyReceipt(world: World): Promise<void> {
  const { scheduler, memory, users, aside, complain } = world;
  for (const person of users) {
    if (docOf(world, collections.erasures, person.uid) !== null) continue;
    const entries = [...memory.all(collections.entries(person.uid).path).values()];
    const old = entries.map((data) => asRead(data) as WalletEntry);
    const [last] = old
      .filter(({ at }) => at < scheduler.now() - ROOTED)
      .sort((one, other) => other.n - one.n);
    if (!last) continue;
    const got: boolean[] = [];
    void receiptOf(world, person, last.n).then((one) => got.push(one));
    await scheduler.runUntil(scheduler.now() + MINUTE);
    if (got[0] !== true) complain(`${person.uid} has no receipt of entry ${last.n}`);
  }
  await Promise.all(aside);
}
