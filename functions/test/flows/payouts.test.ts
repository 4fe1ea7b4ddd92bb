import { planCrash, takeTallies } from '../../../local/wire.ts';
import { fromStored } from '../../src/shared/stored.ts';
import type { Withdrawal } from '../../src/withdrawals/withdrawal.ts';
import { noticesOf, qar } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, together, type Actor, type FlowStage } from './stage.ts';

/** F33 D3: money that the provider pays out by itself, through lost answers, refusals and what comes back. */

jest.setTimeout(120_000);

let stage: FlowStage;
let finance: Actor;
let treasurer: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
  treasurer = await stage.actor('finance');
}, 180_000);
afterEach(async () => {
  stage.stripe.heal();
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const reason = 'Looked at it.';
type Payee = Actor & { readonly destination: string; readonly account: string };

/** Somebody with money and an account at Stripe that is ready. */
async function payee(amount = 20_000): Promise<Payee> {
  const person = await stage.buyer(amount);
  const { uid, api } = person;
  const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
  const documents = {
    id_front: paper('front'),
    id_back: paper('back'),
    selfie: paper('selfie'),
    proof_of_address: paper('letter'),
  };
  const kyc = await api.kyc.submit({ requestId: requestId(), name: 'Ann Example', country: 'QA', documents });
  await finance.api.kyc.review({ uid, application: kyc.application ?? '', decision: 'verify', reason });
  await api.connect.start({ country: 'QA' });
  const account = Object.values(stage.stripe.vault().accounts).find((one) => one.metadata?.uid === uid)!.id;
  await stage.stripe.play('complete', account);
  await stage.idle();
  const { id: destination } = await api.destinations.save({
    requestId: requestId(),
    kind: 'connected',
    currency: 'QAR',
  });
  return { ...person, destination, account };
}

const ask = async ({ api, destination }: Payee, amount = 6_000) =>
  (await api.withdrawals.request({ requestId: requestId(), amount: qar(amount), destination })).id;
const approve = (withdrawal: string, by = finance) => by.api.withdrawals.approve({ withdrawal, reason });
const stored = async (id: string) =>
  fromStored((await stage.db.doc(`withdrawals/${id}`).get()).data() ?? {}) as Withdrawal;
const statusOf = async (id: string) => (await stored(id)).status;
const transfersOf = (id: string) =>
  Object.values(stage.stripe.vault().transfers).filter((one) => one.metadata.withdrawal === id);
const payoutsOf = (id: string) =>
  Object.values(stage.stripe.vault().payouts).filter((one) => one.metadata?.withdrawal === id);
const bank = (id: string, said: 'paid' | 'failed') =>
  stage.stripe.play(`payout-${said}`, payoutsOf(id).at(-1)!.id);
const balanceOf = async ({ api }: Actor) => (await api.wallet.get({})).balances[0];
const sweep = async (after = '11m') => {
  await stage.advance(after);
  await stage.cloud.runSchedule('withdrawals-sweep');
  await stage.idle();
};
const heard = async (person: Actor, id: string) =>
  (await noticesOf(stage, person, `withdrawals/${id}`)).map((kind) => kind.replace('withdrawal-', ''));
const entriesOf = async (id: string) => {
  const { docs } = await stage.db.collection('journal').where('reference', '==', `withdrawals/${id}`).get();
  return docs.map((one) => one.id.replace(`withdrawal:${id}:`, '')).toSorted();
};
/** What Stripe holds for us less by one withdrawal. */
const gone = (id: string) => transfersOf(id).reduce((all, one) => all + one.amount - one.amount_reversed, 0);
const whole = { available: 20_000, reserved: 0, lifetime: { withdrawn: 0 } };

test('F33 approved, it is on its way: reserved until the bank has it, then withdrawn from what Stripe holds', async () => {
  const ann = await payee();
  const id = await ask(ann);
  const approved = await approve(id);
  const [transfer, payout] = [transfersOf(id)[0]!, payoutsOf(id)[0]!];
  expect(approved).toMatchObject({
    ...{ status: 'processing', approvedBy: finance.uid, secondBy: null, closedAt: null },
    payout: { step: 'sent', transfer: transfer.id, payout: payout.id, why: null, problem: null },
  });
  expect([transfer.destination, transfer.amount, payout.account, payout.amount]).toEqual([
    ...[ann.account, 6_000],
    ...[ann.account, 6_000],
  ]);
  expect(await balanceOf(ann)).toMatchObject({
    available: 14_000,
    reserved: 6_000,
    lifetime: { withdrawn: 0 },
  });
  // Nobody but the provider says what becomes of it now.
  const proof = { method: 'bank_transfer', reference: requestId(), paidAt: stage.cloud.clock.now() } as const;
  const { withdrawals } = treasurer.api;
  for (const act of [
    () => withdrawals.pay({ withdrawal: id, amount: qar(6_000), ...proof, reason }),
    () => withdrawals.fail({ withdrawal: id, reason }),
    () => withdrawals.reject({ withdrawal: id, reason }),
    () => ann.api.withdrawals.cancel({ withdrawal: id }),
  ])
    expect(await refusal(act())).toMatchObject({ reason: 'wrong_status', facts: { status: 'processing' } });
  expect(await approve(id)).toMatchObject({ status: 'processing' });
  await bank(id, 'paid');
  await stage.idle();
  expect(await balanceOf(ann)).toMatchObject({
    available: 14_000,
    reserved: 0,
    lifetime: { withdrawn: 6_000 },
  });
  const end = (await stage.db.doc(`journal/withdrawal:${id}:end`).get()).data();
  expect(end).toMatchObject({
    legs: [
      { account: `wallet:${ann.uid}:reserved`, amount: -6_000, counts: 'withdrawn' },
      { account: 'psp:stripe:clearing', amount: 6_000 },
    ],
  });
  const mine = (await ann.api.withdrawals.list({})).withdrawals[0];
  expect(mine).toMatchObject({ status: 'paid', proof: null });
  // Its owner sees nothing of the provider's.
  expect(JSON.stringify(mine)).not.toMatch(/acct_|tr_|po_/);
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'paid']);
});

test('W2-34 W3-15 the bank does not take it: the transfer is taken back first, then the owner has it, and may try again', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await approve(id);
  await bank(id, 'failed');
  await stage.idle();
  expect(await stored(id)).toMatchObject({ status: 'failed', reason: 'account_closed', paidAt: null });
  expect(gone(id)).toBe(0);
  expect(await balanceOf(ann)).toMatchObject(whole);
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'failed']);
  const again = await ask(ann);
  await approve(again);
  await bank(again, 'paid');
  await stage.idle();
  expect(await statusOf(again)).toBe('paid');
  expect(gone(again)).toBe(6_000);
});

test('W3-14 days after it was paid the bank sends it back: the owner has it once, and it was never withdrawn', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await approve(id);
  await bank(id, 'paid');
  await stage.advance('5d');
  // Stripe does not answer at first: what was paid stays so until the transfer is back.
  stage.stripe.faults.calls = { reversal: 'error_before' };
  await bank(id, 'failed');
  await stage.idle();
  expect(await stored(id)).toMatchObject({ status: 'paid', payout: { step: 'reversal' } });
  expect(await balanceOf(ann)).toMatchObject({ available: 14_000, lifetime: { withdrawn: 6_000 } });
  stage.stripe.heal();
  await sweep();
  expect(await stored(id)).toMatchObject({ status: 'failed', reason: 'account_closed', dueAt: null });
  expect(gone(id)).toBe(0);
  expect(await balanceOf(ann)).toMatchObject(whole);
  expect(await entriesOf(id)).toEqual(['bounce', 'end', 'request']);
  for (const event of stage.stripe.events().filter(({ type }) => /^(payout|transfer)\./.test(type)))
    await stage.stripe.deliver({ ...event, id: `evt_again${requestId()}` });
  expect(await balanceOf(ann)).toMatchObject(whole);
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'paid', 'bounced']);
});

test('W3-14 what comes back repays what its owner owes first', async () => {
  const ann = await payee();
  const id = await ask(ann, 20_000);
  await approve(id);
  await bank(id, 'paid');
  await stage.idle();
  const order = (await stage.db.collection('purchases').where('uid', '==', ann.uid).get()).docs[0]!.id;
  const target = { kind: 'purchase', id: order } as const;
  const { plan } = await finance.api.refunds.preview({ target, amount: 5_000 });
  await finance.api.refunds.create({ requestId: requestId(), target, amount: 5_000, plan, reason });
  const debt = (await balanceOf(ann))?.debt ?? 0;
  expect(debt).toBeGreaterThan(0);
  await bank(id, 'failed');
  await stage.idle();
  expect(await balanceOf(ann)).toMatchObject({
    available: 20_000 - debt,
    debt: 0,
    lifetime: { withdrawn: 0 },
  });
});

test('W3-14 of what it sent back no webhook tells: it is asked about days later, through an outage, and comes back once', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await approve(id);
  await bank(id, 'paid');
  await stage.idle();
  stage.stripe.faults.delivery = 'never';
  await bank(id, 'failed');
  await stage.idle();
  expect(await statusOf(id)).toBe('paid');
  await sweep('71h');
  expect(await statusOf(id)).toBe('paid');
  stage.stripe.faults.calls = { ask: 'error_before' };
  await sweep('61m');
  expect(await statusOf(id)).toBe('paid');
  stage.stripe.heal();
  await sweep('23h');
  expect(await statusOf(id)).toBe('paid');
  await sweep('61m');
  expect(await stored(id)).toMatchObject({ status: 'failed', reason: 'account_closed', dueAt: null });
  expect(gone(id)).toBe(0);
  expect(await balanceOf(ann)).toMatchObject(whole);
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'paid', 'bounced']);
});

test('W3-14 what stays paid is asked about twice, without a word to anybody, and never again', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await approve(id);
  await bank(id, 'paid');
  await stage.idle();
  const DAY = 24 * 3_600_000;
  const { closedAt } = (await stored(id)) as Withdrawal & { closedAt: number };
  const due = async () => (await stored(id)).dueAt;
  expect(await due()).toBe(closedAt + 3 * DAY);
  expect((await ann.api.withdrawals.list({})).withdrawals[0]).toMatchObject({ status: 'paid', dueAt: null });
  await sweep('73h');
  expect(await due()).toBe(closedAt + 8 * DAY);
  await sweep('121h');
  expect(await stored(id)).toMatchObject({ status: 'paid', dueAt: null });
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'paid']);
  // Somebody has it come back all the same: that is heard of as ever.
  await bank(id, 'failed');
  await stage.idle();
  expect(await statusOf(id)).toBe('failed');
});

test('F08 nothing is sent while its owner owes: neither at the first approval nor at the second', async () => {
  const ann = await payee(500_000);
  const item = { kind: 'amount', amount: 500 } as const;
  const more = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, more.id));
  await stage.idle();
  const id = await ask(ann, 500_001);
  const owe = async (amount: number) => {
    const { docs } = await stage.db.collection('purchases').where('uid', '==', ann.uid).get();
    const target = { kind: 'purchase', id: docs.find((one) => one.id !== more.id)!.id } as const;
    const { plan } = await finance.api.refunds.preview({ target, amount });
    await finance.api.refunds.create({ requestId: requestId(), target, amount, plan, reason });
    const { debt = 0 } = (await balanceOf(ann)) ?? {};
    expect(debt).toBeGreaterThan(0);
    return { debt, currency: 'QAR' };
  };
  expect(await approve(id)).toMatchObject({ status: 'approved' });
  const facts = await owe(10_000);
  expect(await refusal(approve(id, treasurer))).toEqual({ reason: 'debt_open', facts });
  await finance.api.withdrawals.reject({ withdrawal: id, reason });
  const left = 500_001 - facts.debt;
  expect(await balanceOf(ann)).toMatchObject({ available: left, reserved: 0, debt: 0 });
  const next = await ask(ann, left);
  const still = await owe(5_000);
  expect(await refusal(approve(next))).toEqual({ reason: 'debt_open', facts: still });
  expect([...transfersOf(id), ...transfersOf(next)]).toEqual([]);
});

test('F38 W4-29 another bank at the account waits a day, for what was asked for before it too', async () => {
  const ann = await payee();
  const id = await ask(ann);
  const DAY = 24 * 3_600_000;
  const at = stage.cloud.clock.now();
  await stage.stripe.accounts.changeBank(ann.account, '9999');
  await stage.idle();
  const [changed] = (await ann.api.kyc.get({})).destinations;
  expect(changed).toMatchObject({ mask: 'Stripe •••• 9999', status: 'verified' });
  const dueAt = changed!.usableAt;
  expect(dueAt).toBeGreaterThanOrEqual(at + DAY);
  expect(await noticesOf(stage, ann, `payees/${ann.uid}`)).toContain('payees-account-bank-changed');
  expect(await refusal(approve(id))).toEqual({ reason: 'not_due', facts: { dueAt } });
  expect(transfersOf(id)).toEqual([]);
  await ann.api.withdrawals.cancel({ withdrawal: id });
  expect(await refusal(ask(ann))).toEqual({ reason: 'not_due', facts: { dueAt } });
  await stage.advance('25h');
  expect(await approve(await ask(ann))).toMatchObject({ status: 'processing' });
});

test('F39 an account that has left is paid nothing, and what Stripe says of it is over', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await stage.stripe.accounts.leave(ann.account);
  await stage.idle();
  const [told] = stage.stripe.deliveries().slice(-1);
  expect(told).toMatchObject({ status: 200, answer: JSON.stringify({ result: 'settled' }) });
  expect(await ann.api.connect.status({})).toMatchObject({ status: 'restricted' });
  expect(await refusal(approve(id))).toMatchObject({ reason: 'onboarding_required' });
  expect(await noticesOf(stage, ann, `payees/${ann.uid}`)).toContain('payees-account-restricted');
  await ann.api.withdrawals.cancel({ withdrawal: id });
  expect(await balanceOf(ann)).toMatchObject(whole);
});

test('W2-24 what is signed for connected accounts pays no order, whatever it says', async () => {
  const ann = await stage.actor();
  const item = { kind: 'amount', amount: 10_000 } as const;
  const { id } = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  const session = stage.stripe.sessions().find((one) => one.id === sessionOf(stage, id))!;
  const [like] = stage.stripe.events().filter(({ type }) => type === 'checkout.session.completed');
  const object = { ...session, status: 'complete', payment_status: 'paid', payment_intent: 'pi_theirs' };
  const forged = { ...like!, id: `evt_z${requestId()}`, account: 'acct_somebody', data: { object } };
  const [answer] = await stage.stripe.deliver(forged);
  expect(answer).toMatchObject({ status: 200, answer: JSON.stringify({ result: 'nothing' }) });
  expect((await balanceOf(ann))?.available ?? 0).toBe(0);
});

test('somebody takes the transfer back in the dashboard: the owner has it, whether it was paid or not', async () => {
  const ann = await payee();
  const reverse = async (id: string) => {
    expect(await stage.stripe.play('reverse', transfersOf(id)[0]!.id)).toBe(true);
    await stage.idle();
  };
  const unpaid = await ask(ann);
  stage.stripe.faults.calls = { payout: 'error_before' };
  await approve(unpaid);
  await reverse(unpaid);
  expect(await stored(unpaid)).toMatchObject({ status: 'failed', reason: 'transfer_reversed', paidAt: null });
  expect(await balanceOf(ann)).toMatchObject(whole);
  stage.stripe.heal();
  const paid = await ask(ann);
  await approve(paid);
  await bank(paid, 'paid');
  await stage.idle();
  // The account has as much again, on its way to the bank; that is what is taken.
  const other = await ask(ann);
  stage.stripe.faults.calls = { payout: 'error_before' };
  await approve(other);
  await reverse(paid);
  expect(await stored(paid)).toMatchObject({ status: 'failed', reason: 'transfer_reversed' });
  expect(await entriesOf(paid)).toEqual(['bounce', 'end', 'request']);
  expect(await balanceOf(ann)).toMatchObject({
    available: 14_000,
    reserved: 6_000,
    lifetime: { withdrawn: 0 },
  });
  // So the other one can neither be paid nor taken back: nothing moves, and a person hears of it, once.
  stage.stripe.heal();
  await sweep();
  await sweep();
  expect(await stored(other)).toMatchObject({
    ...{ status: 'processing', overdue: 1 },
    payout: { step: 'reversal', problem: 'reversal_balance_insufficient' },
  });
  expect(await balanceOf(ann)).toMatchObject({ available: 14_000, reserved: 6_000 });
});

test.each(['transfer', 'payout'] as const)(
  'W3-12 a time-out after Stripe made the %s: it stays on its way, and is paid once',
  async (kind) => {
    const ann = await payee();
    const id = await ask(ann);
    stage.stripe.faults.calls = { [kind]: 'timeout_after' };
    stage.stripe.faults.delivery = 'never';
    expect(await approve(id)).toMatchObject({ status: 'processing', payout: { step: kind } });
    expect(await balanceOf(ann)).toMatchObject({ reserved: 6_000 });
    stage.stripe.heal();
    await sweep();
    expect([transfersOf(id).length, payoutsOf(id).length]).toEqual([1, 1]);
    await bank(id, 'paid');
    await stage.idle();
    expect(await statusOf(id)).toBe('paid');
  },
);

test('W3-12 no answer and nothing done: asked again, after a day a person hears of it, and it is paid once at last', async () => {
  const ann = await payee();
  const id = await ask(ann);
  stage.stripe.faults.calls = { transfer: 'error_before' };
  await approve(id);
  expect(await stored(id)).toMatchObject({ status: 'processing', overdue: 0, payout: { asked: 1 } });
  await sweep();
  expect(await stored(id)).toMatchObject({ payout: { step: 'transfer', asked: 2, transfer: null } });
  await sweep('25h');
  expect(await stored(id)).toMatchObject({ status: 'processing', overdue: 1 });
  stage.stripe.heal();
  await sweep('61m');
  await bank(id, 'paid');
  await stage.idle();
  expect(await statusOf(id)).toBe('paid');
  expect(transfersOf(id)).toHaveLength(1);
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'overdue', 'paid']);
});

test.each([
  [{ transfers: 'inactive' }, 'insufficient_capabilities_for_transfer', 0],
  [{}, 'payouts_not_allowed', 1],
])(
  'a definite no, of the transfer or of the payout: the owner has it again (%j)',
  async (more, why, made) => {
    const ann = await payee();
    // Stripe has stopped the account, and nobody was told yet.
    stage.stripe.faults.delivery = 'never';
    await stage.stripe.play('require', ann.account, { due: 'individual.verification.document', ...more });
    const id = await ask(ann);
    await approve(id);
    expect(await stored(id)).toMatchObject({ status: 'failed', reason: why, paidAt: null });
    expect([transfersOf(id).length, gone(id), payoutsOf(id).length]).toEqual([made, 0, 0]);
    expect(await balanceOf(ann)).toMatchObject(whole);
  },
);

test('F39 an account that is not ready is paid nothing; a frozen wallet pays nothing', async () => {
  const ann = await payee();
  const id = await ask(ann);
  await stage.stripe.play('require', ann.account, { due: 'individual.verification.document' });
  await stage.idle();
  expect(await refusal(approve(id))).toMatchObject({ reason: 'onboarding_required' });
  expect(await stored(id)).toMatchObject({ status: 'requested' });
  await stage.stripe.play('complete', ann.account);
  await stage.idle();
  await stage.db.doc(`wallets/${ann.uid}`).update({ frozen: true });
  expect(await refusal(approve(id))).toMatchObject({ reason: 'wallet_frozen' });
  await stage.db.doc(`wallets/${ann.uid}`).update({ frozen: false });
  expect(transfersOf(id)).toEqual([]);
  expect(await approve(id)).toMatchObject({ status: 'processing' });
});

test('D13 above QAR 5,000 nothing is sent before a second admin approves', async () => {
  const ann = await payee(500_000);
  const item = { kind: 'amount', amount: 500 } as const;
  const more = await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, more.id));
  await stage.idle();
  const id = await ask(ann, 500_001);
  expect(await approve(id)).toMatchObject({ status: 'approved', secondAdmin: true, payout: null });
  expect(await approve(id)).toMatchObject({ status: 'approved' });
  expect(transfersOf(id)).toEqual([]);
  expect(await approve(id, treasurer)).toMatchObject({
    ...{ status: 'processing', approvedBy: finance.uid, secondBy: treasurer.uid },
  });
  await bank(id, 'paid');
  await stage.idle();
  expect(await statusOf(id)).toBe('paid');
});

test('an amount that somebody edited by hand leaves neither before nor after the approval', async () => {
  const ann = await payee();
  const id = await ask(ann);
  const edit = (amount: number) =>
    stage.cloud.host.unheard(async () => {
      await stage.db.doc(`withdrawals/${id}`).update({ amount });
    });
  await edit(60_000);
  expect(await refusal(approve(id))).toEqual({
    reason: 'amount_mismatch',
    facts: { expected: 6_000, found: 60_000 },
  });
  await edit(6_000);
  stage.stripe.faults.calls = { transfer: 'error_before' };
  await approve(id);
  await edit(60_000);
  stage.stripe.heal();
  await sweep();
  expect([transfersOf(id), payoutsOf(id)]).toEqual([[], []]);
  await edit(6_000);
  await sweep();
  await bank(id, 'paid');
  await stage.idle();
  expect([await statusOf(id), gone(id)]).toEqual(['paid', 6_000]);
});

test('W3-11 twenty approvals at once, by two admins, send one transfer and one payout', async () => {
  const ann = await payee();
  const id = await ask(ann);
  const { answers, reasons } = await together(
    Array.from({ length: 20 }, (_, i) => approve(id, i % 2 === 0 ? finance : treasurer)),
  );
  expect(answers.length).toBeGreaterThan(0);
  expect(reasons.filter((why) => why !== 'wrong_status' && why !== 'busy')).toEqual([]);
  await stage.idle();
  await sweep();
  expect([transfersOf(id).length, payoutsOf(id).length]).toEqual([1, 1]);
  await bank(id, 'paid');
  await stage.idle();
  expect(await statusOf(id)).toBe('paid');
});

test('W3-16 events doubled, in the wrong order, of the past or of nothing of ours move nothing twice', async () => {
  const ann = await payee();
  const id = await ask(ann);
  stage.stripe.faults.delivery = 'never';
  await approve(id);
  await bank(id, 'paid');
  const events = stage.stripe
    .events()
    .filter(
      ({ data }) => (data.object as { metadata?: { withdrawal?: string } }).metadata?.withdrawal === id,
    );
  expect(events.map(({ type }) => type)).toEqual(['transfer.created', 'payout.updated', 'payout.paid']);
  // The oldest word settles it as well as the newest: it is only the reason to ask.
  const told = await Promise.all(
    events.map((event) => stage.stripe.deliver({ ...event, id: `evt_x${requestId()}` }, { times: 10 })),
  );
  const results = told
    .flat()
    .map(({ status, answer }) => [status, (JSON.parse(answer) as { result: string }).result]);
  expect(results.filter(([, result]) => result === 'settled').length).toBeGreaterThan(0);
  expect(
    results.filter(
      ([status, result]) => status === 200 && !['settled', 'nothing', 'seen'].includes(String(result)),
    ),
  ).toEqual([]);
  expect(await statusOf(id)).toBe('paid');
  expect(await entriesOf(id)).toEqual(['end', 'request']);
  for (const withdrawal of ['nothing', 'a/b', `${'f'.repeat(24)}~nobody`]) {
    const object = { ...events[2]!.data.object, metadata: { withdrawal } };
    const [answer] = await stage.stripe.deliver({
      ...{ ...events[2]!, id: `evt_y${requestId()}` },
      data: { object },
    });
    expect(answer).toMatchObject({ status: 200, answer: JSON.stringify({ result: 'unknown' }) });
  }
});

test('W2-25 another amount at Stripe moves nothing, and a person hears of it', async () => {
  const ann = await payee();
  const id = await ask(ann);
  stage.stripe.faults.calls = { payout: 'error_before' };
  await approve(id);
  const transfer = transfersOf(id)[0]!;
  stage.stripe.heal();
  // As if Stripe had taken a part of it back.
  await stage.stripe.play('reverse', transfer.id, { amount: '1000' });
  await sweep();
  expect(await stored(id)).toMatchObject({
    ...{ status: 'processing', overdue: 1 },
    payout: { step: 'payout', problem: 'transfer_partly_reversed' },
  });
  expect(await balanceOf(ann)).toMatchObject({ available: 14_000, reserved: 6_000 });
  expect(payoutsOf(id)).toEqual([]);
  await sweep();
  expect(await heard(ann, id)).toEqual(['requested', 'processing', 'overdue']);
  await stage.stripe.play('reverse', transfer.id, { amount: '5000' });
  await stage.idle();
  expect(await balanceOf(ann)).toMatchObject(whole);
});

/** Each place in which a function may die that sends so many messages. */
const places = (steps: number) =>
  Array.from({ length: steps }, (_, step) => [
    { step, when: 'before' } as const,
    { step, when: 'after' } as const,
  ]).flat();

test('W3-10 I6 wherever the approval dies, a repeat and the sweep finish what is paid or failed, once', async () => {
  const first = await ask(await payee());
  takeTallies();
  await approve(first);
  const steps = takeTallies('withdrawals-approve')[0]!.tally.steps.length;
  expect(steps).toBeGreaterThan(6);
  await bank(first, 'paid');
  const cases = [];
  for (const [i, place] of places(steps).entries()) {
    const id = await ask(await payee());
    stage.stripe.faults.delivery = 'never';
    planCrash('withdrawals-approve', place);
    await approve(id).catch(() => null);
    await approve(id);
    stage.stripe.heal();
    cases.push({ id, place, said: i % 2 === 0 ? ('paid' as const) : ('failed' as const) });
  }
  stage.stripe.faults.delivery = 'never';
  await sweep();
  for (const { id, place, said } of cases) {
    expect([place, transfersOf(id).length, payoutsOf(id).length]).toEqual([place, 1, 1]);
    await bank(id, said);
  }
  await sweep('7h');
  for (const { id, place, said } of cases)
    expect([place, await statusOf(id), gone(id)]).toEqual([place, said, said === 'paid' ? 6_000 : 0]);
}, 300_000);

test.each(['processing', 'paid'] as const)(
  'W3-10 I6 wherever it dies while %s comes back, the same event and the sweeps finish it, once',
  async (status) => {
    const begin = async () => {
      stage.stripe.heal();
      const ann = await payee();
      const id = await ask(ann);
      await approve(id);
      if (status === 'paid') await bank(id, 'paid');
      await stage.idle();
      stage.stripe.faults.delivery = 'never';
      await bank(id, 'failed');
      const event = stage.stripe.events().findLast(({ type }) => type === 'payout.failed')!;
      return { ann, id, tell: () => stage.stripe.deliver(event) };
    };
    const first = await begin();
    expect(await statusOf(first.id)).toBe(status);
    takeTallies();
    await first.tell();
    const steps = takeTallies('psp-stripe')[0]!.tally.steps.length;
    expect(await statusOf(first.id)).toBe('failed');
    const cases = [];
    for (const place of places(steps)) {
      const { ann, id, tell } = await begin();
      planCrash('psp-stripe', place);
      await tell();
      await tell();
      cases.push({ ann, id, place });
    }
    await stage.advance('11m');
    await stage.cloud.runSchedule('psp-sweep');
    await sweep();
    for (const { ann, id, place } of cases) {
      expect([place, await statusOf(id), gone(id)]).toEqual([place, 'failed', 0]);
      expect(await balanceOf(ann)).toMatchObject(whole);
    }
  },
  300_000,
);
