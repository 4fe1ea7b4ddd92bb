import type { AccountReport } from '../psp/ports.ts';
import { maskOf } from './mask.ts';
import { COOLING_OFF, type Connected, type Destination, type Payee } from './payee.ts';

/**
 * The bank behind a connected account: whoever gets into the account there changes it, and nobody here is asked. So
 * another bank is another destination: it waits, and its owner hears of it (F38, W4-29).
 */

const differ = (before: string, after: string): boolean => before !== '' && after !== '' && before !== after;

type Bank = Pick<Connected, 'last4' | 'bank' | 'bankAt'>;

/** The bank as it is reported at `at`. The first one of all, and one before any destination, is no change. */
export function bankAfter({ connected, saved }: Payee, report: AccountReport, at: number): Bank {
  const before: Bank = connected ?? { last4: '', bank: '', bankAt: null };
  const bank = report.bank === '' ? report.last4 : report.bank;
  const another = differ(before.bank, bank) || differ(before.last4, report.last4);
  return {
    last4: report.last4,
    bank: bank === '' ? before.bank : bank,
    bankAt: another && saved > 0 ? at : before.bankAt,
  };
}

/** When money may go to the bank that a connected account has now. */
export const cooledAt = ({ bankAt }: Pick<Bank, 'bankAt'>): number =>
  bankAt === null ? 0 : bankAt + COOLING_OFF;

export const maskOfBank = ({ last4 }: Pick<Bank, 'last4'>): string => maskOf({ kind: 'connected', last4 });

/** Every destination that leads to it shows the new one, and waits. */
export const coolingOff = (destinations: readonly Destination[], connected: Bank): Destination[] =>
  destinations.map((one) =>
    one.kind === 'connected' ? { ...one, mask: maskOfBank(connected), usableAt: cooledAt(connected) } : one,
  );
