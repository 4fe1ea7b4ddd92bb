import { asRead } from './asread.ts';
import { isPersons } from './allowed.ts';
import type { Story } from './client.ts';
import type { Memory } from './memory.ts';

/** Whether what somebody was refused with was true while they waited for the answer. */

type Doc = Readonly<Record<string, unknown>>;
type Facts = Readonly<Record<string, unknown>>;
type Versions = (path: string) => readonly (Doc | null)[];

const collections: Readonly<Record<string, string>> = {
  escrow: 'escrows',
  job: 'jobs',
  withdrawal: 'withdrawals',
  purchase: 'purchases',
  payment: 'payments',
  refund: 'refunds',
  adjustment: 'adjustments',
  booking: 'bookings',
  generation: 'generations',
  order: 'orders',
  commission: 'commissions',
  certificate: 'certificates',
};

/** The documents that an input names. */
function named({ input, name, person }: Story): string[] {
  const fields = input as Readonly<Record<string, unknown>>;
  const target = fields.target as { kind: string; id: string } | undefined;
  const all = Object.entries(collections).flatMap(([field, collection]) =>
    typeof fields[field] === 'string' ? [`${collection}/${fields[field]}`] : [],
  );
  if (target) all.push(`${target.kind}s/${target.id}`);
  // What a call makes and finds again is under its own id.
  if (name === 'escrow-fund') all.push(`payments/${String(fields.job)}~${person.uid}`);
  return all;
}

/** All that was paid for an order went back: its escrow is the first to know. */
const isGone = (path: string, versions: Versions): boolean =>
  versions(`escrows/${path.slice('orders/'.length)}~platform`).some((one) => {
    const parts = Object.values((one?.takenBack ?? {}) as Readonly<Record<string, number>>);
    return one !== null && parts.reduce((all, part) => all + part, 0) >= Number(one.held);
  });

type Bucket = 'available' | 'pending' | 'reserved' | 'debt';
const inWallet = (wallet: Doc | null, bucket: Bucket, currency: unknown): number => {
  const balances = wallet?.balances as Readonly<Record<string, Readonly<Record<Bucket, number>>>> | undefined;
  return balances?.[String(currency)]?.[bucket] ?? 0;
};

/** Each answers whether it was so in some version of what it is about; what is not here cannot be told from outside. */
const tests: Readonly<Record<string, (facts: Facts, versions: Versions, story: Story) => boolean>> = {
  insufficient_funds: ({ available, needed, currency }, versions, { person }) =>
    Number(available) < Number(needed) &&
    versions(`wallets/${person.uid}`).some((one) => inWallet(one, 'available', currency) === available),
  withdrawal_open: ({ reserved, currency }, versions, { person }) =>
    Number(reserved) > 0 &&
    versions(`wallets/${person.uid}`).some((one) => inWallet(one, 'reserved', currency) === reserved),
  wrong_status({ status }, versions, story) {
    // Of an adjustment that was taken back only its entry tells.
    const about = status === 'reversed' ? [] : named(story);
    if (story.name === 'orders-refund' && status === 'refunded')
      return about.some((path) => isGone(path, versions));
    return about.length === 0 || about.some((path) => versions(path).some((one) => one?.status === status));
  },
  // A booking has several jobs: all of them, then.
  job_funded: ({ job }, versions, { input }) =>
    job === (input as Facts).booking ||
    versions(`journal/job:${String(job)}:lock`).some((one) => one !== null),
  payment_open: ({ payment }, versions) =>
    versions(`payments/${String(payment)}`).some((one) =>
      ['created', 'awaiting_payer', 'processing', 'review'].includes(String(one?.status)),
    ),
  payouts_stopped: ({ alert }, versions) =>
    versions('brakes/payouts').some((one) => one?.status === 'on' && one.alert === alert),
  account_gone: (_, versions, { person, input }) =>
    [person.uid, String((input as Facts).payee), String((input as Facts).uid)].some((uid) =>
      versions(`erasures/${uid}`).some((one) => one !== null),
    ),
  money_left: ({ what, id, amount, currency }, versions) =>
    ['available', 'pending', 'reserved', 'debt'].includes(String(what))
      ? versions(`wallets/${String(id)}`).some((one) => inWallet(one, what as Bucket, currency) === amount)
      : versions(`${String(what)}s/${String(id)}`).some((one) => one !== null),
  not_found({ what }, versions, story) {
    const about = named(story).filter((path) => path.startsWith(`${String(what)}s/`));
    // Whoever has nothing to do with it is told the same.
    return (
      about.length !== 1 || !isParty(about[0]!, story) || versions(about[0]!).some((one) => one === null)
    );
  },
};

/** Ids say whose they are; an admin says why, and is a person like any other without that. */
const isParty = (path: string, { person, name, input }: Story): boolean =>
  (person.role !== null && !isPersons(name) && 'reason' in (input as object)) ||
  path.split('/')[1]!.split('~').slice(1).includes(person.uid);

/** What was not true of a refusal; null for what was, or cannot be known. */
export function untrue(story: Story, memory: Memory): string | null {
  const { seen, name, from, until, input } = story;
  if (seen.kind !== 'refusal') return null;
  const versions: Versions = (path) =>
    memory.between(path, from, until).map((data) => (data === null ? null : (asRead(data) as Doc)));
  const test = tests[seen.reason];
  if (!test || test(seen.facts, versions, story)) return null;
  return `${name} was refused with ${seen.reason} ${JSON.stringify(seen.facts)}, which was not so: ${JSON.stringify(input)}`;
}
