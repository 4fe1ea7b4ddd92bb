/** I5, I6 and I12 of credits: what they were set aside for, who gave them, and what expired. */
import { isOpen, type Generation } from '../../functions/src/generations/generation.ts';
import type { GivenLot } from '../../functions/src/lots/lifetime.ts';
import type { Books } from '../books.ts';
import { broughtTo, failed, onAccount, type Journal } from './moves.ts';

/** The entries that they call for. */
export function* expectedOfCredits({ generations, lots }: Books): Generator<string> {
  for (const [id, generation] of generations) {
    yield `generation:${id}:reserve`;
    if (!isOpen(generation)) yield `generation:${id}:end`;
    if (generation.loss !== null && generation.loss.credits > 0) yield `generation:${id}:loss`;
  }
  for (const [id, { expiries }] of lots) {
    yield `lot:${id}:grant`;
    for (let n = 1; n <= expiries; n += 1) yield `lot:${id}:expiry:${n}`;
  }
}

export const creditProblems = ({ generations, lots, journal }: Books): string[] => [
  ...[...generations].flatMap(([id, generation]) => generationProblems(id, generation, journal)),
  ...[...lots].flatMap(([id, lot]) => lotProblems(id, lot, journal)),
];

/** It gave what it says, and what expired of it went to breakage alone. */
function lotProblems(id: string, { uid, given, expired, expiries }: GivenLot, journal: Journal): string[] {
  const ends = Array.from({ length: expiries }, (_, n) => journal.get(`lot:${id}:expiry:${n + 1}`));
  const gone = ends.reduce((all, entry) => all + onAccount(entry, 'platform:breakage'), 0);
  const brought = broughtTo(journal.get(`lot:${id}:grant`), uid);
  return failed([
    [`I6 lot ${id}: brought ${brought} of ${given}`, brought === given],
    [`I6 lot ${id}: ${gone} of ${expired} expired`, gone === expired],
  ]);
}

/** What was set aside was earned or came back, once, and what is over holds nothing. */
function generationProblems(id: string, generation: Generation, journal: Journal): string[] {
  const { uid, price, balance, status, dueAt, lots } = generation;
  const open = isOpen(generation);
  const end = journal.get(`generation:${id}:end`);
  const back = 'back' in generation ? generation.back : 0;
  const earned = onAccount(end, 'platform:fees');
  const came = broughtTo(end, uid);
  const reserved = onAccount(journal.get(`generation:${id}:reserve`), `generation:${id}`);
  return failed([
    [`I6 generation ${id}: set ${reserved} of ${price} aside`, reserved === price],
    [
      `I6 generation ${id}: lots do not make its price`,
      lots.reduce((all, one) => all + one.amount, 0) === price,
    ],
    [`I5 generation ${id}: is ${status} and holds ${balance}`, balance === (open ? price : 0)],
    [`I5 generation ${id}: ${came} came back, not ${back}`, came === back],
    [`I5 generation ${id}: ${earned} earned of ${price}`, open || earned === price - back],
    [
      `D16 generation ${id}: failed and ${back} of ${price} came back`,
      !('code' in generation) || generation.code === 'cancelled' || back === price,
    ],
    [`I12 generation ${id}: ${status}, due at ${dueAt ?? 'no time'}`, open === (dueAt !== null)],
  ]);
}
