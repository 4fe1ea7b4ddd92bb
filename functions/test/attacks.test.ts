import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Failures of earlier systems that moved the same kinds of money. Each has a test whose title names it; here
 * stands what each must not do again, and a line without a test fails.
 */
const attacks: Readonly<Record<string, string>> = {
  'W0-02': 'a withdrawal lowers the balance exactly once over its life',
  'W0-03': 'a rejected withdrawal is given back to the cent, once',
  'W0-04': 'paid is unreachable without an approval',
  'W0-06': 'parallel withdrawals of one balance: one succeeds',
  'W0-07': 'no amount but a positive safe integer passes',
  'W0-08': 'payment references are unique under load',
  'W0-12': 'an admin’s release is the same function as a party’s',
  'W0-13': 'parallel releases pay once',
  'W0-14': 'the fee policy is a snapshot',
  'W0-15': 'nothing is released that is not held',
  'W0-16': 'a dispute stops the release',
  'W0-18': 'the parts re-add to what was held',
  'W0-19': 'an unsigned or wrongly signed event changes nothing',
  'W0-20': 'under-payment, over-payment and other currencies complete nothing',
  'W0-21': 'only named states of the provider pay',
  'W0-22': 'a replay never moves a state backwards',
  'W0-26': 'only the right party, only legal edges',
  'W0-40': 'a listener on somebody else’s data is denied',
  'W0-45': 'account numbers are masked; who sees them whole is finance, and it is recorded',
  'W2-01': 'nobody writes a wallet',
  'W2-02': 'nobody creates a withdrawal or a purchase from a client',
  'W2-04': 'the ledger is append-only for everyone',
  'W2-05': 'a role is a claim and never a document',
  'W2-06': 'parties do not write their escrow',
  'W2-07': 'records of events and admins are closed to clients',
  'W2-08': 'KYC files are their owner’s to put and finance’s to read',
  'W2-10': 'an operation happens whole or not at all',
  'W2-11': 'all reads come before all writes',
  'W2-12': 'the key of a cause is its document’s id',
  'W2-13': 'the key guards the whole operation',
  'W2-14': 'two hundred entries at once, numbered by wallet without a gap',
  'W2-16': 'the platform’s fee is a leg and cannot be skipped',
  'W2-17': 'payee and platform together get what was locked',
  'W2-18': 'what was issued is somewhere, escrow and withdrawals included',
  'W2-19': 'a cover agrees with a real payment',
  'W2-20': 'the price shown is the price charged',
  'W2-22': 'only known coins in positive whole numbers',
  'W2-23': 'price and parties of an escrow come from its job, once',
  'W2-24': 'an unsigned webhook is refused',
  'W2-25': 'a mismatch goes to review and issues nothing',
  'W2-26': 'fifty copies of an event issue once',
  'W2-28': 'an event is kept before it is dealt with',
  'W2-29': 'what is being withdrawn cannot be spent',
  'W2-30': 'open withdrawals never exceed the balance',
  'W2-31': 'approve and reject cannot both win',
  'W2-32': 'a negative or unknown amount withdraws nothing',
  'W2-34': 'an approved withdrawal that the bank refuses is given back',
  'W2-35': 'the provider’s fee is a leg of its own',
  'W2-36': 'the timer starts at the submission, and stops',
  'W2-37': 'after the submission the payer alone gets nothing back',
  'W2-38': 'a payee never releases',
  'W2-40': 'clients hold no money logic',
  'W2-41': 'nobody awards himself anything',
  'W2-42': 'a request id makes one thing',
  'W2-44': 'prices are integers',
  'W2-46': 'a notice that fails turns no move into an error',
  'W2-48': 'parallel first credits lose nothing',
  'W2-49': 'a split takes its fee',
  'W2-50': 'every query has its index',
  'W3-24': 'a screen moves by a listener on the document, not by a message that may not be sent',
  'W3-32': 'a stranger gets nothing by any call, whatever id he knows',
  'W4-24': 'what anybody may see has no e-mail in it',
  'W4-25': 'other people are named by their id alone',
  'W4-35': 'limits hold over all instances, by person and by address',
};

const root = join(import.meta.dirname, '..', '..');
const sources = ['functions/test', 'functions/src', 'local'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(folder === 'functions/test' ? '.ts' : '.test.ts'))
    .filter((name) => name !== 'attacks.test.ts')
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

test.each(Object.entries(attacks))('%s has a test: %s', (id) => {
  expect(sources.some((source) => new RegExp(`${id}\\b`).test(source))).toBe(true);
});
