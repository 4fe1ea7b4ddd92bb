import { generationOf, walletOf } from '../ledger/chart.ts';
import { leg, type JournalEntry } from '../ledger/journal.ts';
import { post, type Posting } from '../ledger/ledger.ts';
import { sumOf } from '../ledger/lots.ts';
import { balanceOf, newLifetime, type Wallet } from '../ledger/wallet.ts';
import { quiet } from '../notifications/notice.ts';
import type { GeneratorName, WorkKind } from '../providers/generator.ts';
import { negate, zero } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Generation } from './generation.ts';
import { toldOfBalance } from './generation.texts.ts';
import { deadlines, prices } from './prices.ts';
import { firstPolicy, type ReturnPolicy } from './returns.ts';

export type StartOrder = {
  readonly uid: string;
  readonly kind: WorkKind;
  readonly provider: GeneratorName;
  readonly prompt: string;
  readonly imageUrl: string | null;
  readonly requestHash: string;
  readonly at: number;
};

export type Started = {
  readonly generation: Generation;
  /** Null when it had begun before. */
  readonly posting: Posting | null;
};

/**
 * Sets the price aside: available → generation, and notes which lots it came from. Price, cost and policy are copied.
 * @throws Refusal `request_id_reused`; `insufficient_funds` with available, needed and currency (F40); `wallet_frozen`.
 */
export function startWork(
  id: string,
  found: {
    readonly before: Generation | null;
    readonly wallet: Wallet | null;
    readonly policy: ReturnPolicy | null;
  },
  order: StartOrder,
): Started {
  const { before, wallet } = found;
  if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
  if (before) return { generation: before, posting: null };
  const { uid, kind, provider, prompt, imageUrl, requestHash, at } = order;
  const { credits: price, costMicros } = prices[provider][kind];
  const entry: JournalEntry = {
    id: `generation:${id}:reserve`,
    kind: 'generation-reserve',
    legs: [
      leg(walletOf(uid, 'available'), 'CREDIT', negate(price), 'spent'),
      leg(generationOf(id), 'CREDIT', price),
    ],
    at,
    by: uid,
    reference: `generations/${id}`,
  };
  const posting = post(entry, { wallets: { [uid]: wallet }, generations: { [id]: zero } });
  const { version, cancelBps } = found.policy ?? firstPolicy;
  const lots = posting.entry.legs[0]!.lots ?? [];
  if (sumOf(lots) !== price) throw new Error(`lots of ${sumOf(lots)} are not the price ${price}`);
  const news = toldOfBalance(quiet, crossing(uid, wallet, posting), { about: `wallets/${uid}`, at });
  const generation: Generation = {
    ...{ uid, kind, provider, prompt, imageUrl, requestHash, price, lots, costMicros },
    ...{ balance: posting.generations[id]!, policy: { version, cancelBps: cancelBps[kind] } },
    ...{ createdAt: at, deadlineAt: at + deadlines[kind], attempt: 1, asked: 0, failures: [], tasks: [] },
    ...{ loss: null, closedAt: null, version: 1, dueAt: at, ...news },
    status: 'reserved',
  };
  return { generation, posting };
}

/** What was there, what is, and what had come in until then: refunds bring back, they bring nothing in. */
function crossing(uid: string, wallet: Wallet | null, posting: Posting) {
  const before = balanceOf(wallet, 'CREDIT').available;
  const after = balanceOf(posting.wallets[uid]!.wallet, 'CREDIT').available;
  const { spent, refunded } = wallet?.lifetime.CREDIT ?? newLifetime;
  return { uid, before, after, cameIn: before + spent - refunded };
}
