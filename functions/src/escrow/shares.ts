import { walletOf } from '../ledger/chart.ts';
import { incoming } from '../ledger/debt.ts';
import { leg, type Leg } from '../ledger/journal.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { minor } from '../shared/money.ts';
import type { Escrow } from './escrow.ts';
import { taxIn, type Outcome } from './fees.ts';

/** Who gets what of an escrow that ends, leg by leg. What is earned may have to clear, or repays what is owed. */

type Wallets = { readonly payer: Wallet | null; readonly payee: Wallet | null };

/** A part of nothing makes no leg. */
export function sharesOf(escrow: Escrow, outcome: Outcome, { payer, payee }: Wallets): Leg[] {
  const { currency, policy } = escrow;
  const tax = taxIn(outcome.toPlatform, policy);
  const earned =
    policy.clearanceHours > 0
      ? [leg(walletOf(escrow.payee, 'pending'), currency, outcome.toPayee, 'earned')]
      : incoming({ uid: escrow.payee, wallet: payee }, currency, outcome.toPayee, 'earned');
  return [
    ...earned,
    leg('platform:fees', currency, minor(outcome.toPlatform - tax)),
    leg('tax:fees', currency, tax),
    ...incoming({ uid: escrow.payer, wallet: payer }, currency, outcome.toPayer, 'refunded'),
  ].filter((part) => part.amount !== 0);
}
