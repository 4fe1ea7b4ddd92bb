/** Connected accounts, and money to them and from there to a bank. https://docs.stripe.com/connect/testing */
import { Complaint, invalid, missing } from './complaint.ts';
import type { Told } from './cards.ts';
import { amountIn, readForm } from './form.ts';
import { newId } from './session.ts';
import { book, type Account, type Payout, type Transfer, type Vault } from './vault.ts';

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
  return account;
}

/** The payee gave everything, and Stripe is content. */
export function complete(vault: Vault, id: string, events: Told[]): void {
  const account = accountOf(vault, id);
  account.capabilities.transfers = 'active';
  account.details_submitted = true;
  account.payouts_enabled = true;
  account.charges_enabled = true;
  account.external_accounts.data = [{ last4: '6789', default_for_currency: true }];
  account.requirements = { currently_due: [], past_due: [], pending_verification: [], disabled_reason: null };
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

export function createLink(vault: Vault, body: string, base: string, now: number) {
  const form = readForm(body, ['account', 'return_url', 'refresh_url', 'type']);
  const { id } = accountOf(vault, form.text('account'));
  form.text('return_url');
  form.text('refresh_url');
  if (form.text('type') !== 'account_onboarding') throw invalid('type', 'parameter_invalid', 'Unknown type.');
  return {
    object: 'account_link' as const,
    created: now,
    expires_at: now + 300,
    url: `${base}/onboarding/${id}`,
  };
}

export function createTransfer(vault: Vault, body: string, now: number, events: Told[]): Transfer {
  const form = readForm(body, ['amount', 'currency', 'destination', 'transfer_group']);
  const { amount, currency } = amountIn(form);
  const { id: destination, capabilities } = accountOf(vault, form.text('destination'));
  if (capabilities.transfers !== 'active')
    throw new Complaint(400, {
      type: 'invalid_request_error',
      code: 'insufficient_capabilities_for_transfer',
      message: 'Your destination account needs to have the transfers capability enabled.',
    });
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
export function reverse(vault: Vault, id: string, amount: number, now: number, events: Told[]): Transfer {
  const transfer = transferOf(vault, id);
  const { currency, destination } = transfer;
  if (amount > transfer.amount - transfer.amount_reversed || amount > balanceOf(vault, destination, currency))
    throw tooLittle();
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  book(vault, 'transfer_refund', { amount, currency }, { id, object: 'transfer' }, now);
  events.push({ type: 'transfer.reversed', object: transfer });
  return transfer;
}

export function createReversal(vault: Vault, id: string, body: string, now: number, events: Told[]) {
  const form = readForm(body, ['amount']);
  const amount = form.integer('amount');
  reverse(vault, id, amount, now, events);
  return { id: newId('trr_'), object: 'transfer_reversal' as const, amount, transfer: id };
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

/** What the bank did with it; it may send it back days after it was paid. */
export function endPayout(vault: Vault, id: string, status: 'paid' | 'failed', events: Told[]): void {
  const payout = vault.payouts[id];
  if (!payout) throw missing('payout', id);
  payout.status = status;
  payout.failure_code = status === 'failed' ? 'account_closed' : null;
  events.push({ type: `payout.${status}`, object: payout });
}
