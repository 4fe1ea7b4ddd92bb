import { complaint, lockedEscrow } from './acts.ts';
import { openStage, refusal, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let payer: Actor;
let payee: Actor;
beforeAll(async () => {
  stage = await openStage();
  payer = await stage.buyer(50_000);
  payee = await stage.actor();
}, 180_000);
afterAll(() => stage.stop());

test('a step sent again after a lost answer is the same step, and its timer does not move', async () => {
  const escrow = await lockedEscrow(payer, payee);
  const submit = () => payee.api.escrow.submit({ escrow, note: 'Here it is.' });
  expect(await submit()).toEqual(await submit());
  expect(await refusal(payee.api.escrow.submit({ escrow, note: 'Another.' }))).toMatchObject({
    reason: 'wrong_status',
  });
  const revise = () => payer.api.escrow.revise({ escrow, wish: 'A darker blue.' });
  expect(await revise()).toEqual(await revise());
  const dispute = () => payer.api.escrow.dispute({ escrow, ...complaint });
  expect(await dispute()).toEqual(await dispute());
  expect(await refusal(payee.api.escrow.dispute({ escrow, ...complaint }))).toMatchObject({
    reason: 'wrong_status',
  });
});

test.each(['x~a~b.2Fc', 'x~a.2Fb~c', 'x~a~.2E', 'x~a~__b__', '__x~a~b__'])(
  'an id made by hand (%s) is bad input, whoever sends it',
  async (escrow) => {
    const support = await stage.actor('support');
    const resolution = { kind: 'refund' } as const;
    const expected = { reason: 'invalid_input', facts: { path: 'escrow' } };
    expect(await refusal(payer.api.escrow.release({ escrow }))).toMatchObject(expected);
    expect(
      await refusal(support.api.escrow.resolve({ escrow, resolution, reason: 'Why not' })),
    ).toMatchObject(expected);
  },
);

test('a stranger who names other people’s wallets in an id learns nothing', async () => {
  const stranger = await stage.actor();
  const escrow = `xxxxxxxx~${payer.uid}~${payee.uid}`;
  expect(await refusal(stranger.api.escrow.refund({ escrow }))).toMatchObject({ reason: 'not_found' });
  const withdrawal = `xxxxxxxx~${payer.uid}`;
  expect(await refusal(stranger.api.withdrawals.cancel({ withdrawal }))).toMatchObject({
    reason: 'not_found',
  });
});
