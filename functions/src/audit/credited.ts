import { isOpen, type Generation } from '../generations/generation.ts';
import { generationOf } from '../ledger/chart.ts';
import { sumOf } from '../ledger/lots.ts';
import { lotId, type GivenLot } from '../lots/lifetime.ts';
import { callFor, lotPart, tellParts, walletIn } from './causes.ts';
import { must } from './documents.ts';
import type { Sink } from './tally.ts';

/** What generations and given lots call for: credits set aside, earned or given back, given, and expired. */

export function foldGeneration(id: string, generation: Generation, sink: Sink): void {
  const { uid, balance, price, lots, loss, status, dueAt } = generation;
  const self = ['I5', `generations/${id}`] as const;
  const [account, wallet] = [generationOf(id), walletIn(uid)];
  sink.tell('accounts', 'documents', `${account} CREDIT`, balance);
  const open = isOpen(generation);
  must(sink, self, `holds ${open ? price : 0}`, `holds ${balance}`);
  must(sink, self, `lots of ${price}`, `lots of ${sumOf(lots)}`);
  // Nothing else would ever settle it.
  must(sink, self, open ? 'due some time' : 'not due', dueAt === null ? 'not due' : 'due some time');
  callFor(sink, { id: `generation:${id}:reserve`, kind: 'generation-reserve' }, 'CREDIT', {
    ...{ [wallet]: 0 - price, [account]: price },
    ...Object.fromEntries(lots.map((lot) => [lotPart(lot), 0 - lot.amount])),
  });
  const end = `generation:${id}:end`;
  if (status === 'completed')
    callFor(sink, { id: end, kind: 'generation-capture' }, 'CREDIT', {
      ...{ [account]: 0 - price, 'platform:fees': price },
    });
  else if ('back' in generation) {
    const { back, code } = generation;
    if (code !== 'cancelled')
      must(sink, self, `failed, and ${price} came back`, `failed, and ${back} came back`);
    callFor(sink, { id: end, kind: 'generation-refund' }, 'CREDIT', {
      ...{ [account]: 0 - price, [wallet]: back, 'platform:fees': price - back },
    });
  }
  if (loss === null || loss.credits === 0) return;
  callFor(sink, { id: `generation:${id}:loss`, kind: 'generation-loss' }, 'CREDIT', {
    ...{ 'platform:losses': 0 - loss.credits, 'platform:fees': loss.credits },
  });
}

/** What is left of a lot, its owner's wallet says; this is what it was, and what of it expired. */
export function foldGivenLot(id: string, given: GivenLot, sink: Sink): void {
  const { uid, lot, given: amount, paid, expired, expiries } = given;
  must(sink, ['I5', `lots/${id}`], lotId(lot, uid), id);
  const grant = { id: `lot:${id}:grant`, kind: 'grant' } as const;
  const from = paid ? 'platform:credits' : 'platform:promotions';
  callFor(sink, grant, 'CREDIT', { [walletIn(uid)]: amount, [from]: 0 - amount });
  if (paid)
    tellParts(sink, 'documents', `journal/${grant.id}`, paid.currency, {
      ...{ 'psp:stripe': 0 - paid.amount, 'platform:fees': paid.amount },
    });
  for (let n = 1; n <= expiries; n += 1)
    sink.tell('causes', 'documents', `journal/lot:${id}:expiry:${n} lot-expiry`, 1);
  tellParts(sink, 'documents', `lots/${id}`, 'CREDIT', {
    ...{ [walletIn(uid)]: 0 - expired, 'platform:breakage': expired },
  });
}
