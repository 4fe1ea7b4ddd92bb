import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format, type Minor } from '../shared/money.ts';
import type { Adjustment } from './adjustment.ts';

/** What finance is told of one that waits for a second admin. */
export function waitsFor(
  id: string,
  { uid, amount, currency, direction, corrects, by, reason }: Adjustment,
): Finding {
  const [sum, does] = [format(amount, currency), direction === 'credit' ? 'gives' : 'takes'];
  return waiting('adjustment_waits', `adjustments/${id}`, {
    title: `A correction of ${sum} waits for a second admin`,
    explanation: `It ${does} ${sum} ${direction === 'credit' ? 'to' : 'from'} ${uid} because of ${corrects} (“${reason}”). With what was asked for in these 7 days it is above what is done without a second look. Another than ${by} approves or rejects it.`,
    facts: { uid, amount, currency, direction, corrects },
    people: [uid],
  });
}

/** What the person hears whose wallet it was: how much, which way, and what to look at. */
export function told(id: string, adjustment: Adjustment, owed: Minor, at: number): Newsworthy {
  const { uid, amount, currency, direction, version } = adjustment;
  const sum = format(amount, currency);
  const given = direction === 'credit';
  const short =
    owed > 0 ? ` You owe ${format(owed, currency)} of it, which what you get next pays back.` : '';
  return tell(adjustment, { cause: `adjustment.${id}.${version}.posted`, about: `adjustments/${id}`, at }, [
    {
      to: uid,
      kind: 'adjustment-posted',
      text: `Your balance was put right: ${sum} ${given ? 'was added to it' : 'was taken from it'}.${short}`,
      facts: { adjustment: id, amount, currency, direction, owed },
    },
  ]);
}
