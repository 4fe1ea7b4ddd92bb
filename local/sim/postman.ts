import type { Hint } from '../fatora/fatora.ts';
import type { Stored } from '../fatora/order.ts';
import type { Letter } from '../providers/courier.ts';
import { write } from '../stripe/letter.ts';
import type { Happening } from '../stripe/till.ts';
import type { Dice, Luck } from './dice.ts';
import type { Answered, Asked } from './doors.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

type Options = {
  readonly scheduler: Scheduler;
  readonly luck: Luck;
  readonly faults: Faults;
  readonly webhookSecret: string;
  readonly connectSecret: string;
  readonly reach: (name: string, about: string, asked: Asked) => Promise<Answered | null>;
  /** A letter that nobody should believe was believed. */
  readonly complain: (what: string) => void;
};

const MINUTE = 60_000;
/** As providers repeat: soon, and then ever later, for three days. */
const pauses = [1, 5, 30, 120, 360, 720, 1440, 1440].map((minutes) => minutes * MINUTE);

/** Carries what the providers tell, as badly as the seed has it. */
export type Postman = {
  readonly tellStripe: (event: Happening) => void;
  readonly tellFatora: (order: Stored) => void;
  /** How many are on their way. */
  readonly underWay: () => number;
};

export function createPostman(options: Options): Postman {
  const { scheduler, luck, faults } = options;
  let underWay = 0;

  function send(dice: Dice, name: string, type: string, letter: () => Letter): void {
    const about = `${name} ${type}`;
    const later = delay(dice, about);
    if (faults.strikes(dice, 'webhook-lost', about)) return;
    carry(name, letter, later, 0);
    if (faults.strikes(dice, 'webhook-doubled', about)) carry(name, letter, dice.below(2000), 0);
  }

  function delay(dice: Dice, about: string): number {
    if (faults.strikes(dice, 'webhook-delayed', about)) return MINUTE + dice.below(600 * MINUTE);
    if (faults.strikes(dice, 'webhook-reordered', about)) return 1000 + dice.below(20_000);
    return 20 + dice.below(400);
  }

  function carry(name: string, letter: () => Letter, ms: number, attempt: number): void {
    underWay += 1;
    scheduler.in(ms, () => {
      void deliver(name, letter).then((status) => {
        underWay -= 1;
        const pause = pauses[attempt];
        if ((status === null || status >= 300) && pause !== undefined)
          carry(name, letter, pause, attempt + 1);
      });
    });
  }

  async function deliver(name: string, letter: () => Letter): Promise<number | null> {
    const { body, headers } = letter();
    return (
      (await options.reach(name, body.slice(0, 200), { path: `/${name}`, headers, text: body }))?.status ??
      null
    );
  }

  function forge(dice: Dice, name: string, letter: () => Letter): void {
    if (!faults.strikes(dice, 'webhook-forged', name)) return;
    scheduler.in(dice.below(3000), () => {
      void deliver(name, letter).then((status) => {
        if (status !== null && status < 300) options.complain(`${name} believed a forged webhook`);
      });
    });
  }

  const secretFor = (event: object) => ('account' in event ? options.connectSecret : options.webhookSecret);
  return {
    underWay: () => underWay,
    tellStripe(event) {
      const dice = luck('letter', event.type, event.id);
      send(dice, 'psp-stripe', event.type, () => write(event, secretFor(event)));
      const tamper = dice.pick(['forged', 'unsigned', 'stale'] as const);
      forge(dice, 'psp-stripe', () => write(event, secretFor(event), tamper));
    },
    tellFatora(order) {
      const dice = luck('hint', order.order_id, order.payment_status);
      const hint: Hint = {
        order_id: order.order_id,
        transaction_id: order.transaction_id,
        amount: order.amount,
        currency: order.currency,
        payment_status: order.payment_status,
      };
      const headers = { 'content-type': 'application/json' };
      send(dice, 'psp-fatora', order.payment_status, () => ({ body: JSON.stringify(hint), headers }));
    },
  };
}
