import { PLATFORM } from '../jobs/job.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format } from '../shared/money.ts';
import { escrowId, type Escrow } from './escrow.ts';
import type { Outcome } from './fees.ts';

type Words = (escrow: Escrow, outcome: Outcome) => { readonly payer?: string; readonly payee?: string };

const held = (escrow: Escrow) => format(escrow.held, escrow.currency);
const title = (escrow: Escrow) => `“${escrow.title}”`;

/** Who hears what. An event that is missing a side says nothing to it. */
const words = {
  locked: (e) => ({
    payer: `${held(e)} for ${title(e)} is in escrow.`,
    payee: `${title(e)} is funded. You can start.`,
  }),
  submitted: (e) => ({
    payer: `The work for ${title(e)} was submitted. Release it, ask for changes or dispute it.`,
  }),
  revision: (e) => ({ payee: `Changes are wanted for ${title(e)}.` }),
  reminder: (e) => ({ payer: `${title(e)} will be released to the payee unless you answer.` }),
  released: (e, o) => ({
    payer: `${title(e)} was released.`,
    payee: `You earned ${format(o.toPayee, e.currency)} for ${title(e)}.`,
  }),
  refunded: (e, o) => ({
    payer: `${format(o.toPayer, e.currency)} for ${title(e)} is back in your wallet.`,
    payee: `${title(e)} was refunded to the payer.`,
  }),
  split: (e, o) => ({
    payer: `${title(e)} was split: ${format(o.toPayer, e.currency)} is back in your wallet.`,
    payee: `${title(e)} was split: you earned ${format(o.toPayee, e.currency)}.`,
  }),
  disputed: (e) => ({
    payer: `${title(e)} is disputed. Nothing moves until it is resolved.`,
    payee: `${title(e)} is disputed. Nothing moves until it is resolved.`,
  }),
  overdue: (e) => ({
    payer: `The dispute about ${title(e)} takes longer than planned. We are on it.`,
    payee: `The dispute about ${title(e)} takes longer than planned. We are on it.`,
  }),
  'payer-warned': (e) => ({
    payer: `The dispute about ${title(e)} ended with a warning to you. The work goes on.`,
    payee: `The dispute about ${title(e)} ended with a warning to the payer. The work goes on.`,
  }),
  'payee-warned': (e) => ({
    payer: `The dispute about ${title(e)} ended with a warning to the payee. The work goes on.`,
    payee: `The dispute about ${title(e)} ended with a warning to you. The work goes on.`,
  }),
} satisfies Record<string, Words>;

export type EscrowEvent = keyof typeof words;

const none = { toPayee: 0, toPlatform: 0, toPayer: 0 } as Outcome;

/** Adds what both parties hear about an event to what the escrow has to tell. */
export function told(escrow: Escrow, event: EscrowEvent, at: number, outcome: Outcome = none): Newsworthy {
  const said: { readonly payer?: string; readonly payee?: string } = words[event](escrow, outcome);
  const { title: called } = escrow;
  const facts = {
    job: escrow.job,
    title: called,
    amount: escrow.held,
    currency: escrow.currency,
    ...outcome,
  };
  const notices = (['payer', 'payee'] as const)
    .filter((side) => said[side] !== undefined && escrow[side] !== PLATFORM)
    .map((side) => ({ to: escrow[side], kind: `escrow-${event}` as const, text: said[side] ?? '', facts }));
  const id = `${escrow.job}.${escrow.version + (event === 'locked' ? 0 : 1)}`;
  return tell(escrow, { cause: `escrow.${id}.${event}`, about: `escrows/${escrowId(escrow)}`, at }, notices);
}
