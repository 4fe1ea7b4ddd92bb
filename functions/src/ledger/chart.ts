/**
 * The chart of accounts: which accounts there are and what each may do. Policy is data here; no feature
 * compares balances itself. An account that everyone touches keeps no document (I9): its total is folded
 * from the journal.
 */

export const buckets = ['available', 'pending', 'reserved', 'debt'] as const;
export type Bucket = (typeof buckets)[number];

/** `credits`: those that were sold, less those that went back; what is held of them is somebody’s, or was used. */
export type PlatformAccount = 'fees' | 'promotions' | 'breakage' | 'losses' | 'credits';

export type Account =
  | `wallet:${string}:${Bucket}`
  | `escrow:${string}`
  | `payment:${string}`
  | `generation:${string}`
  | `chargeback:${string}`
  | `platform:${PlatformAccount}`
  | `psp:${string}:${'clearing' | 'costs'}`
  | 'bank:payouts'
  | `tax:${string}`;

/** Documents that hold what left a wallet and has not arrived. */
export type HeldBy = 'escrow' | 'payment' | 'generation';

/** Where an account's balance is kept, and so which document a leg on it changes. */
export type Place =
  | { readonly kept: 'wallet'; readonly uid: string; readonly bucket: Bucket }
  | { readonly kept: 'document'; readonly of: HeldBy; readonly id: string }
  | { readonly kept: 'journal' };

/** A credit-normal account grows by positive legs, a debit-normal one by negative legs. */
export type Policy = {
  readonly normal: 'credit' | 'debit';
  readonly mayBeNegative: boolean;
  readonly place: Place;
};

const heldAccount = /^(?<of>escrow|payment|generation):(?<id>.+)$/su;
const walletAccount = /^wallet:(?<uid>.+):(?<bucket>available|pending|reserved|debt)$/su;

const journalPolicies: readonly (readonly [RegExp, Policy['normal'], boolean])[] = [
  [/^platform:(fees|breakage)$/, 'credit', false],
  [/^platform:(promotions|losses|credits)$/, 'credit', true],
  [/^psp:[a-z]+:(clearing|costs)$/, 'debit', true],
  [/^bank:payouts$/, 'credit', true],
  [/^tax:[a-z]+$/, 'credit', true],
  // Negative while a chargeback is open: what the platform stands to lose.
  [/^chargeback:.+$/s, 'credit', true],
];

/** What an account is. @throws Error for a name that is in no chart: a bug, never input. */
export function policyOf(account: Account): Policy {
  const wallet = walletAccount.exec(account)?.groups;
  if (wallet) {
    const bucket = wallet.bucket as Bucket;
    const place: Place = { kept: 'wallet', uid: wallet.uid!, bucket };
    return { normal: bucket === 'debt' ? 'debit' : 'credit', mayBeNegative: false, place };
  }
  const held = heldAccount.exec(account)?.groups;
  if (held) {
    const place: Place = { kept: 'document', of: held.of as HeldBy, id: held.id! };
    return { normal: 'credit', mayBeNegative: false, place };
  }
  const found = journalPolicies.find(([name]) => name.test(account));
  if (!found) throw new Error(`no such account: ${account}`);
  return { normal: found[1], mayBeNegative: found[2], place: { kept: 'journal' } };
}

export const walletOf = (uid: string, bucket: Bucket): Account => `wallet:${uid}:${bucket}`;
export const escrowOf = (id: string): Account => `escrow:${id}`;
/** The part of a card payment that its payer’s wallet gave, until the card has given the rest. */
export const paymentOf = (id: string): Account => `payment:${id}`;
/** Credits that are reserved for work that is under way. */
export const generationOf = (id: string): Account => `generation:${id}`;
export const chargebackOf = (id: string): Account => `chargeback:${id}`;
