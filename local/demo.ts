/** `npm run demo`: the main job from end to end, on real parts, told step by step; `--json` ends with one object. */
import './quiet.ts';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { format } from '../functions/src/shared/money.ts';
import { readBooks, totals, violations } from './books.ts';
import { NO_EMULATOR } from './firestore.ts';
import { closeFunctions, launch } from './launch.ts';
import { freePorts, type Ports } from './ports.ts';
import type { Stack } from './stack.ts';
import { tellCardStory } from './card-story.ts';
import { tellCreatorStory } from './creator-story.ts';
import { tellCreditsStory } from './credits-story.ts';
import { learningAsTold, tellLearningStory } from './learning-story.ts';
import { tellStory, type Say } from './story.ts';
import { takeTallies } from './wire.ts';

const names = [
  'functions',
  'firestore',
  'auth',
  'tasks',
  'stripe',
  'fatora',
  'control',
  'hub',
  'logging',
  'atelier',
  'fcm',
] as const;

/** Ports of its own, so that it runs beside `npm start`. */
async function ownPorts(): Promise<Ports> {
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, i) => [name, free[i]])) as Ports;
}

/** The moves of the story, by the operation that each function's call carried out. */
const operations: Readonly<Record<string, string>> = {
  'psp-stripe': 'purchase-credit',
  'escrow-lock': 'escrow-lock',
  'escrow-due': 'escrow-release',
  'escrow-refund': 'escrow-refund',
  'escrow-resolve': 'escrow-split',
  'withdrawals-request': 'withdrawal-request',
  'withdrawals-approve': 'withdrawal-approve',
  'withdrawals-pay': 'withdrawal-pay',
};

/** What each move sent over the wire; of several, the one that wrote the most, which is the one that moved. */
function counted() {
  const counts: Record<string, { reads: number; writes: number; roundTrips: number; ms: number }> = {};
  for (const { name, tally } of takeTallies()) {
    const operation = operations[name];
    if (operation === undefined || (counts[operation]?.writes ?? 0) > tally.writes) continue;
    const { reads, writes, roundTrips, ms } = tally;
    counts[operation] = { reads, writes, roundTrips, ms: Math.round(ms) };
  }
  return counts;
}

/** The books as they are now. */
async function foldedOf(stack: Stack) {
  const db = new Firestore({ projectId: stack.cloud.projectId });
  try {
    return await readBooks(db);
  } finally {
    await db.terminate();
  }
}

async function run(stack: Stack, say: Say) {
  const began = performance.now();
  const { people, purchases, escrows, withdrawals } = await tellStory(stack, say);
  const operationsOf = counted();
  const coinFees = (await foldedOf(stack)).accounts.get('platform:fees QAR') ?? 0;
  const walletOf = async (name: 'client' | 'second' | 'freelancer') =>
    (await people[name].api.wallet.get({})).balances[0] ?? {};
  const wallets = {
    client: await walletOf('client'),
    second: await walletOf('second'),
    freelancer: await walletOf('freelancer'),
  };
  const card = await tellCardStory(stack, people, say);
  const creator = await tellCreatorStory(stack, people, say);
  const credits = await tellCreditsStory(stack, people, say);
  const learning = await tellLearningStory(stack, people, say);
  const books = await foldedOf(stack);
  const broken = violations(books);
  const byCurrency = totals(books);
  const fees = books.accounts.get('platform:fees QAR') ?? 0;
  const conserved = broken.length === 0 && Object.values(byCurrency).every((total) => total === 0);
  say('The books');
  say(`  fees earned: ${format(fees, 'QAR')}; every entry and document adds up: ${conserved ? 'yes' : 'NO'}`);
  for (const violation of broken) say(`  ${violation}`);
  return {
    ok: conserved,
    purchases,
    escrows,
    withdrawals,
    wallets,
    platform: { fees: coinFees },
    card: { ...card, conservation: { ok: conserved } },
    creator: { ...creator, conservation: { ok: conserved } },
    credits: { ...credits, conservation: { ok: conserved } },
    learning: { ...learning, conservation: { ok: conserved }, asTold: learningAsTold(learning) },
    conservation: { ok: conserved, byCurrency, violations: broken },
    operations: operationsOf,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
}

/** What the story must have come to, whatever it says of itself. */
function asTold(report: Awaited<ReturnType<typeof run>>): boolean {
  return (
    report.ok &&
    report.purchases.every(({ status }) => status === 'paid') &&
    report.escrows.map(({ status, by }) => `${String(status)} by ${String(by)}`).join() ===
      'released by timer,refunded by payer,split by admin' &&
    report.card.payment.status === 'paid' &&
    report.card.payouts.join() === 'failed,paid' &&
    report.card.debt.after > 0 &&
    report.card.debt.later === 0 &&
    report.creator.film.status === 'done' &&
    report.creator.film.revisions.used === 3 &&
    report.creator.film.revisions.paid === 1 &&
    report.creator.cancelled.percent === 25 &&
    report.creator.cancelled.progress === 40 &&
    report.creator.credit.credited === 5000 &&
    report.creator.credit.next === 'done' &&
    // 900 of a revision, 4,500 and 13,500 of the milestones, 2,250 of the cancellation, 4,500 of the photo.
    report.creator.earnedNet === 25_650 &&
    report.credits.success.status === 'completed' &&
    report.credits.failure.refunded &&
    report.credits.silent.status === 'expired' &&
    report.credits.late.available === 16 &&
    report.learning.asTold &&
    report.withdrawals.length === 1 &&
    report.withdrawals.every(({ status }) => status === 'paid')
  );
}

async function main(json: boolean): Promise<void> {
  const say: Say = json ? (line) => console.error(line) : (line) => console.log(line);
  const stack = await launch(await ownPorts(), 'manual');
  try {
    const report = await run(stack, say);
    const ok = asTold(report);
    if (json) console.log(JSON.stringify({ ...report, ok }));
    process.exitCode = ok ? 0 : 1;
  } finally {
    await stack.stop();
    await closeFunctions();
  }
}

/** In a process of its own, where no part of the stack has taken hold of anything. */
function tellInMemory(why: string): void {
  console.error(why);
  console.error(
    'So this demo runs on the simulator’s memory, without an emulator, a server or a page to click on.',
  );
  const story = join(import.meta.dirname, 'sim', 'story.ts');
  process.exitCode = spawnSync(process.execPath, [story], { stdio: 'inherit' }).status ?? 1;
}

main(process.argv.includes('--json')).catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  if (why.startsWith(NO_EMULATOR)) {
    tellInMemory(why);
    return;
  }
  console.error(why);
  process.exit(1);
});
