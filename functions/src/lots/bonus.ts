import type { JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import type { Wallet } from '../ledger/wallet.ts';
import { tell } from '../notifications/notice.ts';
import type { Minor } from '../shared/money.ts';
import { givingLegs, IDLE_MS, newLot, type GivenLot } from './lifetime.ts';

export type Bonus = {
  /** Names the cause: what is given once is given once. No `~` in it. */
  readonly lot: string;
  readonly uid: string;
  readonly amount: Minor;
  readonly by: string;
  readonly at: number;
  /** For the person. */
  readonly text: string;
};

export type Given = { readonly lot: GivenLot; readonly posting: Posting };

/** Credits as a present: not bought, never withdrawn, gone when they are not used for two years. */
export function giveBonus(id: string, wallet: Wallet | null, bonus: Bonus): Given {
  const { uid, lot: name, amount, by, at, text } = bonus;
  const gift = {
    uid,
    lot: name,
    kind: 'bonus',
    amount,
    expiresAt: at + IDLE_MS,
    idleMs: IDLE_MS,
    at,
  } as const;
  const entry: JournalEntry = {
    ...{ id: `lot:${id}:grant`, kind: 'grant', at, by, reference: `lots/${id}` },
    legs: givingLegs(gift, wallet),
  };
  const lot = newLot(gift);
  const facts = { amount, expiresAt: gift.expiresAt };
  const { news } = tell(lot, { cause: `lot.${id}.given`, about: `lots/${id}`, at }, [
    { to: uid, kind: 'lot-given', text, facts },
  ]);
  return { lot: { ...lot, news }, posting: post(entry, { wallets: { [uid]: wallet } }) };
}
