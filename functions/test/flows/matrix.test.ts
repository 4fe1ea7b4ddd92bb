import { complaint, disputedEscrow, escrowOn, lockedEscrow, submittedEscrow } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, type Actor, type FlowStage } from './stage.ts';

/** D17 the state diagram of functions/src/escrow/README.md: from, by what call, by whom, to. */
const edges = [
  ['held', 'submit', ['payee'], 'submitted'],
  ['revision', 'submit', ['payee'], 'submitted'],
  ['submitted', 'revise', ['payer'], 'revision'],
  ['held', 'dispute', ['payer', 'payee'], 'disputed'],
  ['submitted', 'dispute', ['payer', 'payee'], 'disputed'],
  ['revision', 'dispute', ['payer', 'payee'], 'disputed'],
  ['held', 'release', ['payer', 'support'], 'released'],
  ['submitted', 'release', ['payer', 'support'], 'released'],
  ['revision', 'release', ['payer', 'support'], 'released'],
  ['held', 'refund', ['payer', 'payee', 'support'], 'refunded'],
  ['submitted', 'refund', ['payee', 'support'], 'refunded'],
  ['revision', 'refund', ['payee', 'support'], 'refunded'],
  ['disputed', 'resolve', ['support'], 'split'],
  // The same again is no edge: it answers what was, and changes nothing.
  ['released', 'release', ['payer', 'support'], 'released'],
  ['refunded', 'refund', ['payer', 'payee', 'support'], 'refunded'],
  ['split', 'resolve', ['support'], 'split'],
] as const satisfies readonly (readonly [Status, Action, readonly Role[], Status])[];

const statuses = ['held', 'submitted', 'revision', 'disputed', 'released', 'refunded', 'split'] as const;
const actions = ['submit', 'revise', 'release', 'refund', 'dispute', 'resolve'] as const;
const roles = ['payer', 'payee', 'stranger', 'support', 'finance'] as const;
type Status = (typeof statuses)[number];
type Action = (typeof actions)[number];
type Role = (typeof roles)[number];
type Cell = readonly [action: Action, role: Role];

/** Whose call it is at all; an admin has a power of their own only where a reason is given. */
const callers: Record<Action, readonly Role[]> = {
  submit: ['payee'],
  revise: ['payer'],
  dispute: ['payer', 'payee'],
  release: ['payer', 'support'],
  refund: ['payer', 'payee', 'support'],
  resolve: ['support'],
};

/** Where a step leads; null when there is none. */
const target = (from: Status, [action, role]: Cell): Status | null =>
  edges.find(
    ([status, call, by]) => status === from && call === action && by.some((one) => one === role),
  )?.[3] ?? null;

/** The call is not for them; or it is, and only the state forbids it, which is named. */
function refusalFor(from: Status, [action, role]: Cell) {
  if (callers[action].includes(role)) return { reason: 'wrong_status', facts: { status: from } };
  if (action === 'resolve') return { reason: 'role_missing' };
  return { reason: role === 'payer' || role === 'payee' ? 'not_yours' : 'not_found' };
}

let stage: FlowStage;
let others: Record<Exclude<Role, 'payer'>, Actor>;
beforeAll(async () => {
  stage = await openStage();
  const [payee, stranger] = [await stage.actor(), await stage.actor()];
  others = { payee, stranger, support: await stage.actor('support'), finance: await stage.actor('finance') };
}, 180_000);
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Both parties asked for it.';
const wish = 'A darker blue.';
const half = { kind: 'split', percent: 50 } as const;

/** Everybody gives a reason: it is the role that counts. The words are others than those of `make`. */
const attempt = ({ api }: Actor, action: Action, escrow: string) =>
  ({
    submit: () => api.escrow.submit({ escrow, note: 'Here is another one.' }),
    revise: () => api.escrow.revise({ escrow, wish: 'A lighter blue.' }),
    release: () => api.escrow.release({ escrow, reason }),
    refund: () => api.escrow.refund({ escrow, reason }),
    dispute: () => api.escrow.dispute({ escrow, reason: 'other', statement: 'It is not what we said.' }),
    resolve: () => api.escrow.resolve({ escrow, resolution: half, reason }),
  })[action]();

/** An escrow in this status, made by calls alone. */
async function make(status: Status, payer: Actor): Promise<string> {
  const { payee, support } = others;
  const worked = status === 'submitted' || status === 'revision';
  const fought = status === 'disputed' || status === 'split';
  const escrow = await (worked ? submittedEscrow : fought ? disputedEscrow : lockedEscrow)(
    payer,
    payee,
    1000,
  );
  if (status === 'revision') await payer.api.escrow.revise({ escrow, wish });
  if (status === 'released') await attempt(payer, 'release', escrow);
  if (status === 'refunded') await attempt(payee, 'refund', escrow);
  if (status === 'split') await attempt(support, 'resolve', escrow);
  await stage.idle();
  expect(await escrowOn(stage, escrow)).toMatchObject({ status });
  return escrow;
}

const cells: Cell[] = actions.flatMap((action) => roles.map((role): Cell => [action, role]));

test.each(statuses)('W0-26 W0-15 F27 only the right party, only legal edges: from %s', async (from) => {
  const payer = await stage.buyer(20_000);
  const cast: Record<Role, Actor> = { ...others, payer };
  const kept = await make(from, payer);
  const before = await escrowOn(stage, kept);
  const isStep = (cell: Cell) => ![null, from].includes(target(from, cell));
  const said = await Promise.all(
    cells
      .filter((cell) => !isStep(cell))
      .map(async (cell) => {
        const call = attempt(cast[cell[1]], cell[0], kept);
        return {
          cell,
          ...(target(from, cell) === null ? await refusal(call) : { reason: (await call).status }),
        };
      }),
  );
  expect(said).toMatchObject(
    said.map(({ cell }) => ({
      cell,
      ...(target(from, cell) === null ? refusalFor(from, cell) : { reason: from }),
    })),
  );
  await stage.idle();
  expect(await escrowOn(stage, kept)).toEqual(before);

  const led = await Promise.all(
    cells.filter(isStep).map(async (cell) => {
      const escrow = await make(from, payer);
      const { status } = await attempt(cast[cell[1]], cell[0], escrow);
      return [cell, status, (await escrowOn(stage, escrow)).status];
    }),
  );
  expect(led).toEqual(cells.filter(isStep).map((cell) => [cell, target(from, cell), target(from, cell)]));
});

test.each(['held', 'submitted', 'revision'] as const)(
  'F20 a dispute from %s ends where support says, and a warning leads back',
  async (from) => {
    const payer = await stage.buyer(10_000);
    const ends = [
      [{ kind: 'release' }, 'released'],
      [{ kind: 'refund' }, 'refunded'],
      [half, 'split'],
      [{ kind: 'warning', to: 'payee' }, from],
    ] as const;
    const led = await Promise.all(
      ends.map(async ([resolution]) => {
        const escrow = await make(from, payer);
        await attempt(others.payee, 'dispute', escrow);
        return (await others.support.api.escrow.resolve({ escrow, resolution, reason })).status;
      }),
    );
    expect(led).toEqual(ends.map(([, to]) => to));
  },
);

test('I6 a step sent again in the same words is the same step, and changes nothing', async () => {
  const payer = await stage.buyer(10_000);
  const again = {
    submitted: (escrow: string) => others.payee.api.escrow.submit({ escrow, note: 'Here it is.' }),
    revision: (escrow: string) => payer.api.escrow.revise({ escrow, wish }),
    disputed: (escrow: string) => payer.api.escrow.dispute({ escrow, ...complaint }),
  };
  for (const status of ['submitted', 'revision', 'disputed'] as const) {
    const escrow = await make(status, payer);
    const before = await escrowOn(stage, escrow);
    expect(await again[status](escrow)).toMatchObject({ status });
    await stage.idle();
    expect(await escrowOn(stage, escrow)).toEqual(before);
  }
});
