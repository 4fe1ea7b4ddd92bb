import { contract } from '../../functions/src/contract.ts';
import type { Call } from '../../functions/src/shared/call.ts';
import { common, type Facts } from '../../functions/src/shared/refusal.ts';
import type { Dice, Luck } from './dice.ts';
import { callOf, tokenOf, type Answered, type Asked } from './doors.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** Somebody with an account; an admin where a role is named. */
export type Person = { readonly uid: string; readonly role: string | null };

export type Refused = { readonly reason: string; readonly facts: Facts };

/** What a person saw of a call; `unknown` when no answer came. */
export type Seen =
  | { readonly kind: 'answer'; readonly result: Readonly<Record<string, unknown>> }
  | ({ readonly kind: 'refusal' } & Refused)
  | { readonly kind: 'unknown' };

/** A call from the first try to what its caller saw in the end, for the checks. */
export type Story = {
  readonly name: string;
  readonly person: Person;
  readonly input: unknown;
  /** Microseconds between which it was tried last. */
  readonly from: number;
  readonly until: number;
  readonly seen: Seen;
};

type Options = {
  readonly scheduler: Scheduler;
  readonly luck: Luck;
  readonly faults: Faults;
  readonly reach: (name: string, about: string, asked: Asked) => Promise<Answered | null>;
  readonly tell: (story: Story) => void;
  readonly complain: (what: string) => void;
  /** When they signed in, in milliseconds; null for those who cannot any more. */
  readonly signedInAt: (uid: string) => number | null;
};

type CallBody = {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly status: string; readonly details?: Refused };
};

const declaredBy = new Map(
  Object.entries(contract).flatMap(([feature, all]) =>
    Object.entries(all as Readonly<Record<string, Call>>).map(([name, call]) => [`${feature}-${name}`, call]),
  ),
);

/** What is said before a request id is looked at. */
const mayComeFirst: readonly string[] = ['request_id_reused', ...common];

/** After these a person tries again, with the same input. */
const again = ['busy', 'provider_unavailable'];

/** People and their apps: they call, keep their request ids until they know the outcome, and try again. */
export function createClients({ scheduler, luck, faults, reach, tell, complain, signedInAt }: Options) {
  const once = async (person: Person, name: string, input: unknown, dice: Dice): Promise<Seen> => {
    const signedIn = signedInAt(person.uid);
    if (signedIn === null) return unknown;
    const token = tokenOf({
      sub: person.uid,
      auth_time: Math.floor(signedIn / 1000),
      ...(person.role !== null && { role: person.role }),
    });
    const from = scheduler.now() * 1000;
    const answered = await reach(name, `${person.uid} ${dice.next()}`, callOf(name, input, token));
    const seen =
      answered === null || faults.strikes(dice, 'answer-lost', name)
        ? unknown
        : seenOf(name, answered, complain);
    tell({ name, person, input, from, until: scheduler.now() * 1000 + 999, seen });
    return seen;
  };

  /** How often each call was made in one moment: the same luck for each would be none for the second. */
  const calls = new Map<string, number>();
  /** What each request made, and of what: the same one makes the same thing, and of other input nothing. */
  const made = new Map<string, { readonly id: string; readonly of: string; readonly at: number }>();
  const compare = ({ uid }: Person, name: string, input: unknown, seen: Seen, from: number): void => {
    const { requestId } = input as { requestId?: string };
    if (requestId === undefined) return;
    const key = `${uid} ${name} ${requestId}`;
    const before = made.get(key);
    const of = JSON.stringify(input);
    const isOther = before !== undefined && before.of !== of;
    if (isOther && seen.kind === 'answer')
      complain(`I6 ${name}: ${requestId} was ${before.of}, and is ${of}`);
    // What was on its way meanwhile may have come too early to know.
    const isLater = isOther && before.at < from;
    if (isLater && seen.kind === 'refusal' && !mayComeFirst.includes(seen.reason))
      complain(`I6 ${name}: ${requestId} of other input is refused with ${seen.reason}`);
    if (seen.kind !== 'answer' || typeof seen.result.id !== 'string') return;
    const { id } = seen.result;
    if (before !== undefined && before.id !== id)
      complain(`I6 ${name}: ${requestId} made ${before.id} and ${id}`);
    made.set(key, before ?? { id, of, at: scheduler.now() });
  };

  return {
    /** Until the outcome is known, or the person gives up. */
    async call(person: Person, name: string, input: unknown, patience = 3): Promise<Seen> {
      const what = `${person.uid} ${name} ${JSON.stringify(input)} ${scheduler.now()}`;
      const nth = (calls.get(what) ?? 0) + 1;
      calls.set(what, nth);
      const dice = luck('call', what, nth);
      for (let attempt = 1; ; attempt += 1) {
        const from = scheduler.now();
        const seen = await once(person, name, input, dice);
        compare(person, name, input, seen, from);
        const unsure = seen.kind === 'unknown' || (seen.kind === 'refusal' && again.includes(seen.reason));
        if (!unsure || attempt > patience) return seen;
        await scheduler.sleep(500 + dice.below(20_000));
      }
    },
  };
}

export type Clients = ReturnType<typeof createClients>;

const unknown: Seen = { kind: 'unknown' };

function seenOf(name: string, { status, body }: Answered, complain: (what: string) => void): Seen {
  const { result, error } = body as CallBody;
  if (status === 200 && result !== undefined) return { kind: 'answer', result };
  const refused = error?.details;
  if (refused?.reason === undefined) return unknown;
  const declared: readonly string[] = [...common, ...(declaredBy.get(name)?.refusals ?? [])];
  if (!declared.includes(refused.reason))
    complain(`${name} refuses with ${refused.reason}, which it does not declare`);
  return { kind: 'refusal', ...refused };
}
