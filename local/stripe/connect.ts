/** Connected accounts, and money to them and from there to a bank. https://docs.stripe.com/connect/testing */
import { Complaint, invalid, missing } from './complaint.ts';
import type { Told } from './cards.ts';
import { amountIn, readForm } from './form.ts';
import { newId } from './session.ts';
import { book, type Account, type Payout, type Reversal, type Transfer, type Vault } from './vault.ts';

const accountParams = [
  'country',
  'controller[fees][payer]',
  'controller[losses][payments]',
  'controller[requirement_collection]',
  'controller[stripe_dashboard][type]',
  'capabilities[transfers][requested]',
  'settings[payouts][schedule][interval]',
];

/** What an account has to give before it is paid. */
const wanted = [
  'external_account',
  'individual.dob.day',
  'individual.dob.month',
  'individual.verification.document',
  'tos_acceptance.date',
];

export function createAccount(vault: Vault, body: string): Account {
  const form = readForm(body, accountParams);
  const country = form.text('country');
  if (!/^[A-Z]{2}$/.test(country)) throw invalid('country', 'country_unsupported', `Unknown: ${country}`);
  const account: Account = {
    id: newId('acct_'),
    object: 'account',
    capabilities: { transfers: 'inactive' },
    charges_enabled: false,
    country,
    details_submitted: false,
    external_accounts: { data: [] },
    metadata: form.metadata,
    payouts_enabled: false,
    requirements: {
      currently_due: wanted,
      past_due: [],
      pending_verification: [],
      disabled_reason: 'requirements.past_due',
    },
  };
  vault.accounts[account.id] = account;
  return account;
}

export function accountOf(vault: Vault, id: string): Account {
  const account = vault.accounts[id];
  if (!account) throw missing('account', id);
  if (vault.left.includes(id))
    throw new Complaint(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key does not have access to account '${id}' (or that account does not exist).`,
    });
  return account;
}

const bankOf = (last4: string, fingerprint = `fp_${last4}`) => ({
  ...{ id: newId('ba_'), fingerprint, last4, default_for_currency: true },
});

/** Whoever is signed in at Stripe as the payee has another bank paid; without digits they take theirs out. */
export function changeBank(
  vault: Vault,
  id: string,
  { last4, fingerprint }: { last4: string; fingerprint: string | undefined },
  events: Told[],
): void {
  const account = accountOf(vault, id);
  account.external_accounts.data = last4 === '' ? [] : [bankOf(last4, fingerprint)];
  events.push({ type: 'account.updated', object: account });
}

/** The account is closed, or leaves the platform: that is all that is heard of it. */
export function leavePlatform(vault: Vault, id: string, events: Told[]): void {
  const { id: account } = accountOf(vault, id);
  vault.left.push(account);
  const object = { id: newId('ca_'), object: 'application', account };
  events.push({ type: 'account.application.deauthorized', object });
}

/** Only an account without money may be taken away: https://docs.stripe.com/api/accounts/delete */
export function dropAccount(vault: Vault, id: string) {
  accountOf(vault, id);
  const used = new Set(Object.values(vault.transfers).map(({ currency }) => currency));
  if ([...used].some((currency) => balanceOf(vault, id, currency) !== 0))
    throw new Complaint(400, {
      type: 'invalid_request_error',
      code: 'account_balance_not_zero',
      message: 'This account cannot be deleted: its balance is not zero.',
    });
  vault.accounts = Object.fromEntries(Object.entries(vault.accounts).filter(([one]) => one !== id));
  return { id, object: 'account', deleted: true };
}

/** The payee gave everything, and Stripe is content. */
export function complete(vault: Vault, id: string, events: Told[]): void {
  const account = accountOf(vault, id);
  account.capabilities.transfers = 'active';
  account.details_submitted = true;
  account.payouts_enabled = true;
  account.charges_enabled = true;
  if (account.external_accounts.data.length === 0) account.external_accounts.data = [bankOf('6789')];
  account.requirements = { currently_due: [], past_due: [], pending_verification: [], disabled_reason: null };
  events.push({ type: 'account.updated', object: account });
}

/** The payee gave a part, and left. */
export function leave(vault: Vault, id: string, events: Told[]): void {
  const account = accountOf(vault, id);
  const { currently_due: due } = account.requirements;
  account.requirements.currently_due = (due ?? []).filter((one) => !one.startsWith('individual.dob'));
  events.push({ type: 'account.updated', object: account });
}

/** Stripe asks for more, and pays out nothing until it has it. */
export function require(vault: Vault, id: string, due: string[], events: Told[]): void {
  const account = accountOf(vault, id);
  account.payouts_enabled = false;
  account.requirements = {
    currently_due: due,
    past_due: due,
    pending_verification: [],
    disabled_reason: 'requirements.past_due',
  };
  events.push({ type: 'account.updated', object: account });
}

/** What lies on the platform's own account: what came in less fees, and less what went back or on. */
export const balanceOfPlatform = ({ lines }: Vault, currency: string): number =>
  lines.reduce((all, line) => all + (line.currency === currency ? line.net : 0), 0);

export function createTransfer(
  vault: Vault,
  body: string,
  now: number,
  events: Told[],
  overdraft: boolean,
): Transfer {
  const form = readForm(body, ['amount', 'currency', 'destination', 'transfer_group']);
  const { amount, currency } = amountIn(form);
  const { id: destination, capabilities } = accountOf(vault, form.text('destination'));
  if (capabilities.transfers !== 'active')
    throw new Complaint(400, {
      type: 'invalid_request_error',
      code: 'insufficient_capabilities_for_transfer',
      message: 'Your destination account needs to have the transfers capability enabled.',
    });
  if (!overdraft && amount > balanceOfPlatform(vault, currency)) throw tooLittle();
  const transfer: Transfer = {
    id: newId('tr_'),
    object: 'transfer',
    amount,
    amount_reversed: 0,
    currency,
    destination,
    metadata: form.metadata,
    reversed: false,
    transfer_group: form.optional('transfer_group'),
  };
  vault.transfers[transfer.id] = transfer;
  book(vault, 'transfer', { amount: -amount, currency }, { id: transfer.id, object: 'transfer' }, now);
  events.push({ type: 'transfer.created', object: transfer });
  return transfer;
}

export function transferOf(vault: Vault, id: string): Transfer {
  const transfer = vault.transfers[id];
  if (!transfer) throw missing('transfer', id);
  return transfer;
}

/** What lies on a connected account: what came, less what was taken back or paid out. */
function balanceOf(vault: Vault, account: string, currency: string): number {
  const came = Object.values(vault.transfers).filter(
    (one) => one.destination === account && one.currency === currency,
  );
  const went = Object.values(vault.payouts).filter(
    (one) =>
      one.account === account &&
      one.currency === currency &&
      one.status !== 'failed' &&
      one.status !== 'canceled',
  );
  const sum = (amounts: number[]) => amounts.reduce((all, one) => all + one, 0);
  return sum(came.map((one) => one.amount - one.amount_reversed)) - sum(went.map((one) => one.amount));
}

const tooLittle = () =>
  new Complaint(400, {
    type: 'invalid_request_error',
    code: 'balance_insufficient',
    message: 'Insufficient funds.',
  });

/** Takes a transfer back, if the connected account still has it. */
export function reverse(
  vault: Vault,
  id: string,
  { amount, metadata = {} }: { amount: number; metadata?: Record<string, string> },
  now: number,
  events: Told[],
): Reversal {
  const transfer = transferOf(vault, id);
  const { currency, destination } = transfer;
  if (amount > transfer.amount - transfer.amount_reversed || amount > balanceOf(vault, destination, currency))
    throw tooLittle();
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  const object = 'transfer_reversal';
  const reversal: Reversal = { id: newId('trr_'), object, amount, currency, metadata, transfer: id };
  vault.reversals[reversal.id] = reversal;
  book(vault, 'transfer_refund', { amount, currency }, { id: reversal.id, object }, now);
  events.push({ type: 'transfer.reversed', object: transfer });
  return reversal;
}

export function createReversal(vault: Vault, id: string, body: string, now: number, events: Told[]) {
  const form = readForm(body, ['amount']);
  return reverse(vault, id, { amount: form.integer('amount'), metadata: form.metadata }, now, events);
}

export function createPayout(vault: Vault, account: string, body: string, events: Told[]): Payout {
  const form = readForm(body, ['amount', 'currency']);
  const { amount, currency } = amountIn(form);
  if (!accountOf(vault, account).payouts_enabled)
    throw new Complaint(400, {
      type: 'invalid_request_error',
      code: 'payouts_not_allowed',
      message: 'Cannot create payouts: the account is not enabled.',
    });
  if (amount > balanceOf(vault, account, currency)) throw tooLittle();
  const payout: Payout = {
    id: newId('po_'),
    object: 'payout',
    account,
    amount,
    currency,
    failure_code: null,
    metadata: form.metadata,
    status: 'pending',
  };
  vault.payouts[payout.id] = payout;
  events.push({ type: 'payout.updated', object: payout });
  return payout;
}

/** A payout as Stripe tells of it: whose it is goes without saying. */
export function toldOf(payout: Payout): Omit<Payout, 'account'> {
  const told: Omit<Payout, 'account'> & { account?: string } = { ...payout };
  delete told.account;
  return told;
}

/** What the bank did with it; it may send it back days after it was paid. */
export function endPayout(
  vault: Vault,
  id: string,
  status: 'paid' | 'failed',
  events: Told[],
  code = 'account_closed',
): void {
  const payout = vault.payouts[id];
  if (!payout) throw missing('payout', id);
  payout.status = status;
  payout.failure_code = status === 'failed' ? code : null;
  events.push({ type: `payout.${status}`, object: payout });
}
