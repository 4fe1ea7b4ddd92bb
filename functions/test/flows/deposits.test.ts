import { availableOf, noticesOf, qar } from './acts.ts';
import { violationsOn } from './books.ts';
import { withName } from './creators.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';
import { verified } from './strangers.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
}, 180_000);
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

let slips = 0;
const slip = () => `QNB-${process.pid}-${(slips += 1)}`;
const submit = (person: Actor, reference: string, amount = 50_000) =>
  person.api.deposits.submit({
    ...{ requestId: requestId(), amount: qar(amount), reference },
    proof: `proofs/${person.uid}/slip.pdf`,
  });
const reason = 'It is on the statement.';

test('F72 W0-42 a transfer is in the wallet once finance has found it: this amount, under this reference, once', async () => {
  const brand = await stage.actor();
  const username = await withName(brand);
  const reference = slip();
  const { id: deposit } = await submit(brand, reference);
  expect(await availableOf(brand)).toBe(0);
  const queue = (await finance.api.deposits.queue({})).deposits.find(({ id }) => id === deposit);
  expect(queue).toMatchObject({ username, proof: `proofs/${brand.uid}/slip.pdf`, assignee: null });
  expect(JSON.stringify(queue)).not.toContain('@');
  await finance.api.deposits.assign({ deposit, to: finance.uid, reason });
  const found = { deposit, amount: qar(50_000), reference, reason };
  expect(await refusal(finance.api.deposits.verify({ ...found, amount: qar(49_999) }))).toMatchObject({
    reason: 'amount_mismatch',
    facts: { expected: 50_000, found: 49_999 },
  });
  expect(
    await refusal(finance.api.deposits.verify({ ...found, amount: { amount: 50_000, currency: 'USD' } })),
  ).toMatchObject({ reason: 'currency_mismatch' });
  expect(await refusal(finance.api.deposits.verify({ ...found, reference: 'QNB-other' }))).toMatchObject({
    reason: 'invalid_input',
  });
  const twice = await together(Array.from({ length: 6 }, () => finance.api.deposits.verify(found)));
  expect(twice.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect(await availableOf(brand)).toBe(50_000);
  await stage.idle();
  expect(await noticesOf(stage, brand)).toEqual(['deposit-verified']);

  // The same transfer once more, by whomever, with other spaces and dashes.
  const other = await stage.actor();
  const again = reference.replaceAll('-', ' ').toLowerCase();
  const { id: copy } = await submit(other, again);
  expect(
    await refusal(finance.api.deposits.verify({ ...found, deposit: copy, reference: again })),
  ).toMatchObject({
    reason: 'reference_reused',
  });
  await finance.api.deposits.reject({ deposit: copy, reason: 'It was found before.' });
  expect(
    await refusal(finance.api.deposits.verify({ ...found, deposit: copy, reference: again })),
  ).toHaveProperty('reason');
  expect(await availableOf(other)).toBe(0);
});

test('F72 nobody lets in their own, nor with somebody else’s proof or another kind of file; what waits is told of', async () => {
  const own = await submit(finance, slip());
  const found = { deposit: own.id, amount: qar(50_000), reference: own.reference, reason };
  expect(await refusal(finance.api.deposits.verify(found))).toMatchObject({ reason: 'own_request' });
  const brand = await stage.actor();
  const order = {
    requestId: requestId(),
    amount: qar(100),
    reference: slip(),
    proof: `proofs/${finance.uid}/a.pdf`,
  };
  expect(await refusal(brand.api.deposits.submit(order))).toMatchObject({ reason: 'not_yours' });
  for (const file of ['a.exe', 'a.svg', 'a.html', '../a.pdf'])
    expect(
      await refusal(brand.api.deposits.submit({ ...order, proof: `proofs/${brand.uid}/${file}` })),
    ).toMatchObject({
      reason: 'invalid_input',
    });
  await stage.advance('49h');
  expect((await stage.db.doc(`alerts/deposit.${own.id}.waits`).get()).get('kind')).toBe('deposit_waits');
});

test('F34 W0-45 cash-outs: finance sees the username, the age and a mask, and says who sees to each', async () => {
  const creator = await stage.buyer(20_000);
  const username = await withName(creator);
  const { destination } = await verified(finance, creator);
  const order = { requestId: requestId(), amount: qar(10_000), destination };
  const { id: withdrawal } = await creator.api.withdrawals.request(order);
  const to = (await stage.actor('finance')).uid;
  await finance.api.withdrawals.assign({ withdrawal, to, reason: 'They have the bank.' });
  await stage.advance('1h');
  const queue = (await finance.api.withdrawals.queue({ status: 'requested' })).withdrawals.find(
    ({ id }) => id === withdrawal,
  );
  expect(queue).toMatchObject({ username, assignee: to, amount: qar(10_000) });
  expect(queue!.age).toBeGreaterThanOrEqual(3_600_000);
  expect(queue!.destination.mask).toMatch(/••••/);
  const nobody = (await stage.actor()).uid;
  expect(
    await refusal(finance.api.withdrawals.assign({ withdrawal, to: nobody, reason: 'No.' })),
  ).toMatchObject({
    reason: 'role_missing',
  });
  expect(await creator.api.withdrawals.cancel({ withdrawal })).toMatchObject({ status: 'cancelled' });
  expect(await refusal(finance.api.withdrawals.assign({ withdrawal, to, reason: 'Late.' }))).toMatchObject({
    reason: 'wrong_status',
  });
  expect(await availableOf(creator)).toBe(20_000);
});
