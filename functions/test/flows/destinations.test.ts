import { qar } from './acts.ts';
import { openStage, refusal, requestId, type Actor, type FlowStage } from './stage.ts';

/** F38 every kind of place to be paid to: saved sealed, shown masked, verified by finance, revealed to it alone. */

jest.setTimeout(180_000);

let stage: FlowStage;
let finance: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
}, 180_000);
afterAll(() => stage.stop());

const reason = 'Looked at it.';
const holder = 'Ann Example';
const kinds = {
  bank: [{ kind: 'bank', holder, iban: 'QA30AAAA123456789012345678901', currency: 'QAR' }, 'QA•• •••• 8901'],
  ifsc: [
    { kind: 'ifsc', holder, account: '123456789012', ifsc: 'HDFC0001234', currency: 'INR' },
    'IN •••• 9012',
  ],
  upi: [
    {
      ...({ kind: 'upi', holder, upi: 'ann.example@okbank', currency: 'INR' } as const),
      ...{ pan: 'AAPFU0939F', gstin: '27AAPFU0939F1ZV' },
    },
    'UPI •••• mple',
  ],
  e_wallet: [
    { kind: 'e_wallet', operator: 'PayPal', account: 'ann.example@example.test', currency: 'USD' },
    'E-wallet •••• mple',
  ],
  mobile_money: [
    { kind: 'mobile_money', operator: 'Ooredoo Money', phone: '+97433123456', currency: 'QAR' },
    'Mobile money •••• 3456',
  ],
  cash: [{ kind: 'cash', holder, country: 'QA', place: 'Souq Waqif office', currency: 'QAR' }, 'Cash QA'],
} as const;

const paper = (uid: string, name: string) => `kyc/${uid}/${name}.jpg`;
async function verifiedPayee(): Promise<Actor> {
  const person = await stage.buyer(20_000);
  const { uid, api } = person;
  const documents = {
    id_front: paper(uid, 'front'),
    id_back: paper(uid, 'back'),
    selfie: paper(uid, 'selfie'),
    proof_of_address: paper(uid, 'letter'),
  };
  const kyc = await api.kyc.submit({ requestId: requestId(), name: holder, country: 'QA', documents });
  const application = kyc.application ?? '';
  await finance.api.kyc.review({ uid, application, decision: 'verify', reason });
  return person;
}

test.each(Object.entries(kinds))('F38 W0-45 %s', async (kind, [details, mask]) => {
  const ann = await stage.actor();
  const id = requestId();
  const saved = await ann.api.destinations.save({ requestId: id, ...details });
  expect(saved).toMatchObject({ kind, mask, status: 'unverified', currency: details.currency });
  expect(await ann.api.destinations.save({ requestId: id, ...details })).toEqual(saved);
  const other = { ...kinds.cash[0], place: 'Another office' };
  expect(await refusal(ann.api.destinations.save({ requestId: id, ...other }))).toMatchObject({
    reason: 'request_id_reused',
  });
  const about = { uid: ann.uid, destination: saved.id, reason };
  expect(await refusal(ann.api.destinations.reveal(about))).toMatchObject({ reason: 'role_missing' });
  expect(await finance.api.destinations.reveal(about)).toEqual(details);
  expect(await finance.api.destinations.verify({ ...about, decision: 'verify' })).toMatchObject({
    status: 'verified',
  });
  const { destinations } = await ann.api.kyc.get({});
  expect(destinations).toEqual([{ ...saved, status: 'verified' }]);
});

test('F38 W4-29 money goes to any kind once it is verified; a change of kind cools off like any other', async () => {
  const ann = await verifiedPayee();
  const save = async (details: (typeof kinds)['cash' | 'mobile_money'][0]) =>
    (await ann.api.destinations.save({ requestId: requestId(), ...details })).id;
  const ask = (destination: string) =>
    ann.api.withdrawals.request({ requestId: requestId(), amount: qar(5000), destination });
  const verify = (destination: string) =>
    finance.api.destinations.verify({ uid: ann.uid, destination, decision: 'verify', reason });
  const phone = await save(kinds.mobile_money[0]);
  expect(await refusal(ask(phone))).toMatchObject({ reason: 'destination_unverified' });
  await verify(phone);
  const { id, destination } = await ask(phone);
  expect(destination.mask).toBe('Mobile money •••• 3456');
  await ann.api.destinations.remove({ destination: phone });
  expect(await finance.api.withdrawals.reveal({ withdrawal: id, reason })).toEqual(kinds.mobile_money[0]);
  await finance.api.withdrawals.approve({ withdrawal: id, reason });
  const proof = { method: 'mobile_money', reference: requestId(), paidAt: stage.cloud.clock.now() } as const;
  const paid = { withdrawal: id, amount: qar(5000), ...proof, reason };
  expect(await finance.api.withdrawals.pay(paid)).toMatchObject({ status: 'paid', proof });

  const cash = await save(kinds.cash[0]);
  await verify(cash);
  expect(await refusal(ask(cash))).toMatchObject({ reason: 'not_due' });
  await stage.advance('24h');
  expect(await ask(cash)).toMatchObject({ status: 'requested', destination: { mask: 'Cash QA' } });
}, 180_000);

test('F38 what does not fit is refused with where', async () => {
  const ann = await stage.actor();
  const wrong: [object, string][] = [
    [{ ...kinds.ifsc[0], currency: 'QAR' }, 'currency'],
    [{ ...kinds.ifsc[0], ifsc: 'HDFC1001234' }, 'ifsc'],
    [{ ...kinds.upi[0], upi: 'ann@example.test' }, 'upi'],
    [{ ...kinds.upi[0], gstin: '27AAPFU0939F1ZA' }, 'gstin'],
    [{ ...kinds.upi[0], pan: 'AAAPL1234C' }, 'gstin'],
    [{ ...kinds.mobile_money[0], phone: '33123456' }, 'phone'],
    [{ ...kinds.e_wallet[0], account: 'ann@' }, 'account'],
    [{ ...kinds.cash[0], kind: 'cheque' }, 'kind'],
  ];
  for (const [details, path] of wrong)
    expect(
      await refusal(stage.call('destinations-save', { requestId: requestId(), ...details }, ann)),
    ).toMatchObject({ reason: 'invalid_input', facts: { path } });
  expect((await ann.api.kyc.get({})).destinations).toEqual([]);
});

test('F39 a connected account has to be ready first', async () => {
  const ann = await stage.actor();
  const saving = ann.api.destinations.save({ requestId: requestId(), kind: 'connected', currency: 'QAR' });
  expect(await refusal(saving)).toEqual({
    reason: 'onboarding_required',
    facts: { status: 'none', due: [] },
  });
});
