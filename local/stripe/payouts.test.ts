import { AttemptTaken, ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { PayoutOrder } from '../../functions/src/psp/ports.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { fresh, hour, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const wish = async (more: Partial<PayoutOrder> = {}): Promise<PayoutOrder> => ({
  withdrawal: `${fresh('withdrawal')}~maryam`,
  account: more.account ?? (await bench.payee()),
  amount: minor(30250),
  currency: 'QAR',
  ...more,
});

const transfersOf = ({ withdrawal }: PayoutOrder) =>
  Object.values(bench.stripe.vault().transfers).filter((one) => one.transfer_group === withdrawal);
const payoutsOf = ({ account }: PayoutOrder) =>
  Object.values(bench.stripe.vault().payouts).filter((one) => one.account === account);

describe('a withdrawal', () => {
  it('goes to the account, from there to the bank, and is told of at each step', async () => {
    const order = await wish();
    bench.receiver.clear();
    const before = bench.stripe.balance().qar ?? 0;
    const transfer = await bench.payouts.sendTransfer(order);
    const { amount, account, withdrawal } = order;
    expect(transfer).toEqual({ transfer: transfer.transfer, account, amount, currency: 'QAR', reversed: 0 });
    expect(bench.stripe.balance().qar).toBe(before - 30250);
    expect(transfersOf(order)).toMatchObject([{ metadata: { withdrawal }, transfer_group: withdrawal }]);

    const payout = await bench.payouts.sendPayout(order);
    const pending = { payout: payout.payout, status: 'pending', amount, currency: 'QAR', failure: null };
    expect(payout).toEqual(pending);
    await bench.stripe.payouts.pay(payout.payout);
    expect(await bench.payouts.findPayout(withdrawal, account)).toEqual({ ...pending, status: 'paid' });
    const about = { kind: 'payout', withdrawal };
    expect(await bench.told()).toEqual([about, about, about]);
    expect(bench.stripe.events().at(-1)).toMatchObject({ type: 'payout.paid', account });
    expect(bench.stripe.events().at(-1)?.data.object).not.toHaveProperty('account');
  });

  it('says why the bank sent it back, also days after it was paid', async () => {
    const order = await wish();
    await bench.payouts.sendTransfer(order);
    const { payout } = await bench.payouts.sendPayout(order);
    await bench.stripe.payouts.pay(payout);
    await bench.stripe.payouts.fail(payout, 'no_account');
    const found = await bench.payouts.findPayout(order.withdrawal, order.account);
    expect(found).toMatchObject({ status: 'failed', failure: 'no_account' });
  });

  it.each([
    ['JPY', 500],
    ['KWD', 5120],
  ] as const)('counts %s in its own smallest unit', async (currency, amount) => {
    const order = await wish({ currency, amount: minor(amount) });
    expect(await bench.payouts.sendTransfer(order)).toMatchObject({ amount, currency });
    expect(await bench.payouts.sendPayout(order)).toMatchObject({ amount, currency });
  });

  it('refuses a three-decimal amount not in tens at every step, before anybody is asked', async () => {
    const order = { ...(await wish({ currency: 'KWD', amount: minor(5124) })), transfer: 'tr_none' };
    for (const step of ['sendTransfer', 'sendPayout', 'reverseTransfer'] as const)
      await expect(bench.payouts[step](order)).rejects.toMatchObject({ reason: 'amount_not_in_tens' });
    expect(transfersOf(order)).toEqual([]);
  });
});

describe('a lost answer', () => {
  it('of a transfer leaves one, which is found by our name', async () => {
    const order = await wish();
    expect(await bench.payouts.findTransfer(order.withdrawal)).toBeNull();
    bench.stripe.faults.calls.transfer = 'timeout_after';
    await expect(bench.hastily.payouts.sendTransfer(order)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    const found = await bench.payouts.findTransfer(order.withdrawal);
    expect(found).toMatchObject({ account: order.account, amount: 30250 });
    expect(await bench.payouts.sendTransfer(order)).toEqual(found);
    expect(transfersOf(order)).toHaveLength(1);
    const other = bench.payouts.sendTransfer({ ...order, amount: minor(100) });
    await expect(other).rejects.toThrow(AttemptTaken);
  });

  it('of a payout leaves one, which is found among more than a hundred of the account', async () => {
    const order = await wish();
    await bench.payouts.sendTransfer(order);
    bench.stripe.faults.calls.payout = 'timeout_after';
    await expect(bench.hastily.payouts.sendPayout(order)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    const { account } = order;
    await bench.payouts.sendTransfer(await wish({ account, amount: minor(101 * 200) }));
    for (let i = 0; i < 101; i += 1)
      await bench.payouts.sendPayout(await wish({ account, amount: minor(200) }));
    const found = await bench.payouts.findPayout(order.withdrawal, account);
    expect(found).toMatchObject({ status: 'pending', amount: 30250 });
    expect(await bench.payouts.sendPayout(order)).toEqual(found);
    expect(payoutsOf(order)).toHaveLength(102);
    expect(await bench.payouts.findPayout(order.withdrawal, await bench.payee())).toBeNull();
  });

  it('of a reversal leaves it taken back once', async () => {
    const order = await wish();
    const { transfer } = await bench.payouts.sendTransfer(order);
    bench.stripe.faults.calls.reversal = 'timeout_after';
    const reversal = { ...order, transfer };
    await expect(bench.hastily.payouts.reverseTransfer(reversal)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    expect(await bench.payouts.findTransfer(order.withdrawal)).toMatchObject({ reversed: 30250 });
    expect(await bench.payouts.reverseTransfer(reversal)).toMatchObject({ amount: 30250, reversed: 30250 });
    expect(Object.values(bench.stripe.vault().reversals)).toMatchObject([{ transfer, amount: 30250 }]);
  });

  it.each(['error_before', 'timeout_before'] as const)('at %s leaves nothing', async (fault) => {
    const order = await wish();
    Object.assign(bench.stripe.faults.calls, { transfer: fault, payout: fault });
    await expect(bench.hastily.payouts.sendTransfer(order)).rejects.toThrow(ProviderUnavailable);
    await expect(bench.hastily.payouts.sendPayout(order)).rejects.toThrow(ProviderUnavailable);
    expect([transfersOf(order), payoutsOf(order)]).toEqual([[], []]);
  });
});

describe('a definite no', () => {
  it('comes from an account that takes nothing in, and is remembered for a day', async () => {
    const order = await wish();
    await bench.stripe.accounts.require(order.account, [], { transfers: 'inactive' });
    const no = { name: 'ProviderRefused', reason: 'insufficient_capabilities_for_transfer' };
    await expect(bench.payouts.sendTransfer(order)).rejects.toMatchObject(no);
    await bench.stripe.accounts.complete(order.account);
    // As Stripe has it: what a key was answered once, a refusal too, it is answered again.
    await expect(bench.payouts.sendTransfer(order)).rejects.toMatchObject(no);
    bench.clock.shift = 24 * hour;
    expect(await bench.payouts.sendTransfer(order)).toMatchObject({ amount: 30250 });
  });

  it('comes when the account has less, or may not pay out', async () => {
    const order = await wish();
    const poor = bench.payouts.sendPayout(order);
    await expect(poor).rejects.toMatchObject({ reason: 'balance_insufficient' });
    const other = await wish();
    await bench.payouts.sendTransfer(other);
    await bench.stripe.accounts.require(other.account, ['external_account']);
    const stopped = bench.payouts.sendPayout(other);
    await expect(stopped).rejects.toMatchObject({ reason: 'payouts_not_allowed' });
  });

  it('comes when the platform has less, where that counts', async () => {
    bench.stripe.faults.overdraft = false;
    await bench.paid({ currency: 'USD', amount: minor(10_000) });
    // 2.5% stay with Stripe.
    const short = bench.payouts.sendTransfer(await wish({ currency: 'USD', amount: minor(9_751) }));
    await expect(short).rejects.toMatchObject({ reason: 'balance_insufficient' });
    const enough = await wish({ currency: 'USD', amount: minor(9_750) });
    expect(await bench.payouts.sendTransfer(enough)).toMatchObject({ amount: 9_750 });
    expect(bench.stripe.balance().usd).toBe(0);
  });

  it('comes when what was transferred is with the bank already', async () => {
    const order = await wish();
    const { transfer } = await bench.payouts.sendTransfer(order);
    await bench.payouts.sendPayout(order);
    const late = bench.payouts.reverseTransfer({ ...order, transfer });
    await expect(late).rejects.toMatchObject({ reason: 'balance_insufficient' });
  });
});

describe('a reversal by hand', () => {
  it('is told of, and shows how much came back', async () => {
    const order = await wish();
    const { transfer } = await bench.payouts.sendTransfer(order);
    await bench.stripe.idle();
    bench.receiver.clear();
    await bench.stripe.transfers.reverse(transfer, 10_000);
    expect(await bench.payouts.findTransfer(order.withdrawal)).toMatchObject({ reversed: 10_000 });
    await bench.stripe.transfers.reverse(transfer, 20_250);
    expect(await bench.payouts.findTransfer(order.withdrawal)).toMatchObject({ reversed: 30_250 });
    const about = { kind: 'payout', withdrawal: order.withdrawal };
    expect(await bench.told()).toEqual([about, about]);
    await expect(bench.stripe.transfers.reverse(transfer, 1)).rejects.toThrow('not possible');
  });
});
