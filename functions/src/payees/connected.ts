import type { AccountReport } from '../psp/ports.ts';
import { Refusal } from '../shared/refusal.ts';
import { bankAfter, coolingOff, maskOfBank } from './bank.ts';
import { changed, HOUR, newPayee, told, type Connected, type OpenedStatus, type Payee } from './payee.ts';
import { needsOf, stopOf } from './requirements.ts';

/** A payee's account at the provider, which receives transfers and pays them out to a bank by itself (F39). */

const DAY = 24 * HOUR;
/** How often the sweep asks about an account that is not ready: daily at first, then weekly. */
export const patience = { often: DAY, for: 30 * DAY, then: 7 * DAY } as const;

export const connectedStatuses = [
  'creating',
  'incomplete',
  'checking',
  'ready',
  'restricted',
] as const satisfies readonly Connected['status'][];

const newConnected = (country: string, at: number): Connected => ({
  provider: 'stripe',
  country,
  due: [],
  disabled: null,
  last4: '',
  bank: '',
  bankAt: null,
  startedAt: at,
  askedAt: null,
  waitsSinceAt: at,
  nextAt: at + HOUR,
  readyAt: null,
  status: 'creating',
  account: null,
});

/**
 * Records that an account is wanted. The same country again changes nothing.
 * @throws Refusal `wrong_status` for another country.
 */
export function startConnected(
  found: Payee | null,
  { country, at }: { readonly country: string; readonly at: number },
): Payee {
  const payee = found ?? newPayee;
  const { connected } = payee;
  if (connected && connected.country !== country)
    throw new Refusal('wrong_status', { status: connected.status });
  return connected ? payee : changed(payee, { connected: newConnected(country, at) });
}

export type Opened = { readonly account: string; readonly country: string; readonly at: number };

/** Names the account that the provider made. The same one again changes nothing, nor does one too many. */
export function attachAccount(found: Payee | null, { account, country, at }: Opened): Payee {
  const payee = found ?? newPayee;
  if (payee.connected && payee.connected.status !== 'creating') return payee;
  const intent = payee.connected ?? newConnected(country, at);
  const connected: Connected = { ...intent, country, status: 'incomplete', account };
  return changed(payee, { connected });
}

/** The provider's definite no: nothing was made, so the payee may ask for another country. */
export function dropConnected(found: Payee | null, country: string): Payee {
  const payee = found ?? newPayee;
  const { connected } = payee;
  const intended = connected?.status === 'creating' && connected.country === country;
  return intended ? changed(payee, { connected: null }) : payee;
}

/** What the provider says of an account, asked at `at`; a report of `null` says that it knows of none. */
export type Asked = {
  readonly uid: string;
  readonly account: string;
  readonly report: AccountReport | null;
  readonly at: number;
};

/**
 * Takes the provider's word. Open withdrawals are not touched by it; another bank waits for its cooling-off. Null when
 * the payee has no such account. An answer that was asked for before the last one changes nothing.
 */
export function recordAccount(found: Payee | null, asked: Asked): Payee | null {
  const before = found?.connected;
  if (found === null || before?.account !== asked.account) return null;
  if (before.askedAt !== null && asked.at < before.askedAt) return found;
  const connected = withReport(found, before, asked);
  const heard = { ...found, ...newsOf(found, connected, asked) };
  if (connected.bankAt === before.bankAt) return changed(found, { news: heard.news, connected });
  return changed(found, {
    ...told(heard, asked.uid, 'account-bank-changed', asked.at, maskOfBank(connected)),
    destinations: coolingOff(found.destinations, connected),
    connected,
  });
}

function withReport(payee: Payee, before: Connected, { account, report, at }: Asked): Connected {
  const status = report ? statusOf(report, before.readyAt !== null) : 'restricted';
  const ready = status === 'ready';
  const since = ready ? null : (before.waitsSinceAt ?? at);
  return {
    ...before,
    account,
    status,
    due: report?.due ?? [],
    disabled: report ? report.disabled : 'account_gone',
    ...(report && bankAfter(payee, report, at)),
    askedAt: at,
    waitsSinceAt: since,
    nextAt: since === null ? null : nextAsk(since, at),
    readyAt: before.readyAt ?? (ready ? at : null),
  };
}

const nextAsk = (since: number, at: number): number =>
  at + (at - since < patience.for ? patience.often : patience.then);

/** Nobody answered about a due account: it is asked about again as if somebody had, and keeps no other waiting. */
export function postponeAccount(found: Payee | null, at: number): Payee {
  const payee = found ?? newPayee;
  const { connected } = payee;
  if (connected?.nextAt == null || connected.nextAt > at) return payee;
  return changed(payee, {
    connected: { ...connected, nextAt: nextAsk(connected.waitsSinceAt ?? at, at) },
  });
}

/** What the payee can still do something about, or the provider only has to finish: no stop. */
const passing = ['requirements.past_due', 'requirements.pending_verification'];

function statusOf({ ready, disabled, due, submitted }: AccountReport, wasReady: boolean): OpenedStatus {
  if (ready) return 'ready';
  const stopped = disabled !== null && !passing.includes(disabled) && !disabled.startsWith('action_required');
  if (stopped && disabled !== 'under_review') return 'restricted';
  if (due.length > 0 || !submitted) return wasReady ? 'restricted' : 'incomplete';
  return 'checking';
}

/** The payee hears when it becomes ready or stops, not of each answer. */
function newsOf(payee: Payee, after: Connected, { uid, at }: Asked): Partial<Pick<Payee, 'news'>> {
  if (after.status === payee.connected?.status) return {};
  if (after.status === 'ready') return told(payee, uid, 'account-ready', at);
  return after.status === 'restricted' ? told(payee, uid, 'account-restricted', at, whyStopped(after)) : {};
}

function whyStopped({ disabled, due }: Connected): string {
  const [first] = needsOf(due);
  if (first) return `It asks for: ${first.need}.`;
  return disabled === null ? 'Ask support.' : stopOf(disabled);
}

/** @throws Refusal `onboarding_required` unless it can be paid to now. */
export function readyAccount(payee: Payee | null): Connected & { readonly status: OpenedStatus } {
  const connected = payee?.connected ?? null;
  if (connected?.status === 'ready') return connected;
  const due = needsOf(connected?.due ?? []).map(({ need }) => need);
  throw new Refusal('onboarding_required', { status: connected?.status ?? 'none', due });
}
