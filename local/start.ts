/** `npm start`: the whole stack on this machine, with demo data, until Ctrl-C. */
import { randomUUID } from 'node:crypto';
import { emailOf, enterAll, PASSWORD, type Name, type Player } from './cast.ts';
import { closeFunctions, launch } from './launch.ts';
import { ports } from './ports.ts';
import { buyCoins, fundJob } from './steps.ts';
import type { Stack } from './stack.ts';

/** Something to look at: a client with coins, and a job whose money is in escrow. */
async function seed(stack: Stack) {
  const people = await enterAll(stack.cloud);
  const { client, freelancer } = people;
  await buyCoins(stack, client, 'stripe', 50_000);
  const escrow = await fundJob(client, freelancer, 'Draw a logo', 20_000);
  await stack.idle();
  const { id: unpaid } = await client.api.jobs.post({
    ...{ requestId: randomUUID(), title: 'Film a trailer', price: { amount: 30_000, currency: 'QAR' } },
  });
  await client.api.jobs.assign({ job: unpaid, payee: freelancer.uid });
  await stack.idle();
  return { escrow: escrow.id, job: unpaid, people };
}

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
};

type Seeded = {
  readonly escrow: string;
  readonly job: string;
  readonly people: Readonly<Record<Name, Player>>;
};

function welcome(
  { cloud, stripe, fatora, atelier, fcm }: Stack,
  { escrow, job, people }: Seeded,
  seconds: string,
): string {
  const { urls } = cloud;
  const control = urls.control ?? '';
  const base = process.env.COFFER_PORT_BASE;
  const person = (name: Name, what: string) => [name, emailOf(name), people[name].uid, what];
  const call = `${base === undefined ? '' : `COFFER_PORT_BASE=${base} `}npm run call --`;
  return `
Coffer is running (${seconds} s). Everything is on this machine; no money moves.

${columns([
  ['functions', `${urls.functions}/<name>`],
  ['health', `${urls.functions}/health`],
  ['firestore', urls.firestore],
  ['auth', urls.auth],
  ['tasks', urls.tasks],
  ['stripe stand-in', stripe.url],
  ['fatora stand-in', fatora.url],
  ['atelier stand-in', atelier.url],
  ['fcm stand-in', fcm.url],
  ['clock, tasks, schedules', control],
  ['verify a receipt', `${control}/receipt`],
])}

Sign in with the password ${PASSWORD}; what is beside the address is the uid:

${columns([
  person('client', 'has QAR 300.00, and QAR 200.00 in escrow'),
  person('freelancer', 'does the job “Draw a logo”'),
  person('learner', 'may buy packages of courses'),
  person('finance', 'approves withdrawals'),
  person('support', 'resolves disputes'),
  person('moderator', 'makes courses'),
  person('superadmin', 'gives and takes roles, says what courses cost'),
])}

Try, in another terminal:

  ${call} client wallet-get
  ${call} client purchases-create '{"provider":"stripe","item":{"kind":"amount","amount":27500}}'
      open its checkoutUrl in a browser, pay, and look at the wallet again
  ${call} freelancer escrow-submit '{"escrow":"${escrow}","note":"Here it is."}'
  curl -X POST ${control}/clock/advance -d '{"by":"72h"}'
      three days pass for the stack (not for your devices): the timer pays the freelancer 90%
  ${call} freelancer wallet-get

  ${call} client escrow-fund '{"job":"${job}"}'
      pay by card straight into escrow: its clientSecret begins with pi_…; what Stripe’s SDK does in an app is a page here,
      ${stripe.url}/intents/<that pi_…>/page, with cards that pass, are declined, or ask for 3-D Secure
      POST ${stripe.url}/play/dispute/<that pi_…> is the payer’s bank taking it back; won, lost, payout-paid and others
      play what else comes from outside

  ${call} client rewards-welcome
  ${call} client generations-start '{"kind":"image","prompt":"A lighthouse at dusk"}'
      five credits of welcome, four of which pay for a picture; POST ${atelier.url}/play/succeeded/at_000001 is its provider
      having made it, and played as failed all four come back

  ${call} learner packages-list
  ${call} learner packages-buy '{"package":"starter","card":{}}'
      a package of courses, paid on the page of its pi_… as above; then packages-mine says until when
  ${call} superadmin courses-save '{"course":"first-course","title":"First course","reason":"To try it."}'
  ${call} superadmin courses-module '{"course":"first-course","module":"one","title":"One","published":true,"reason":"To try it."}'
  ${call} superadmin courses-topic '{"course":"first-course","module":"one","topic":"a","title":"A","seconds":20,"published":true,"video":{"source":"youtube","videoId":"dQw4w9WgXcQ"},"reason":"To try it."}'
  ${call} superadmin courses-terms '{"course":"first-course","fromRank":1,"reason":"To try it."}'
  ${call} superadmin courses-publish '{"course":"first-course","published":true,"reason":"To try it."}'
      a course, which that package includes; once it is paid, learner’s calls
      learning-beat '{"course":"first-course","topic":"a","position":0}' and, ten seconds later, the same with 20 are the player:
      the second has seen all, and names the certificate, which is at ${urls.functions}/certificates-page/<it>
  ${call} learner links-make '{"channel":"whatsapp","path":"/join"}'
      its url leads to a page that your app has, with a code; partner says that code by codes-attach '{"code":"…"}', then buys
      as learner did, and learner asks for commissions-list

Ctrl-C stops everything.
`;
}

async function main(): Promise<void> {
  const began = performance.now();
  const stack = await launch(ports(), 'live');
  const stop = () => {
    void Promise.all([stack.stop(), closeFunctions()]).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const seeded = await seed(stack);
  console.log(welcome(stack, seeded, ((performance.now() - began) / 1000).toFixed(1)));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
