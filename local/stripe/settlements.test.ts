import { ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { SettlementLine } from '../../functions/src/psp/ports.ts';
import { minor, sum } from '../../functions/src/shared/money.ts';
import { hour, startBench, type Bench } from './bench.ts';

let bench: Bench;
/** Each test has days of its own. */
let days = 0;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.reset();
  bench.clock.shift = (days += 10) * 24 * hour;
});

const now = () => Date.now() + bench.clock.shift;

/** All lines since some time ago, oldest first. */
async function linesOf(from = now() - hour, to = now() + hour): Promise<SettlementLine[]> {
  const lines: SettlementLine[] = [];
  for (let after: string | null = null; ;) {
    const { lines: some, next } = await bench.settlements.settlements(from, to, after);
    lines.push(...some);
    if (next === null) return lines.toReversed();
    after = next;
  }
}

it('names the payment, refund, transfer and dispute behind each line, and ours where it has one', async () => {
  const payment = await bench.paid();
  const back = { refund: 'r-1', payment, attempt: '', amount: minor(1000), whole: false };
  const { id: refund } = await bench.refunds.refund({ ...back, currency: 'QAR' });
  const order = {
    ...{ withdrawal: 'w-1~maryam', account: await bench.payee() },
    ...{ amount: minor(2000), currency: 'QAR' as const },
  };
  const { transfer } = await bench.payouts.sendTransfer(order);
  await bench.payouts.reverseTransfer({ ...order, transfer });
  const dispute = await bench.stripe.disputes.open(payment, { amount: 5000 });
  await bench.stripe.disputes.close(dispute, 'won');
  await bench.stripe.refunds.fail(refund);
  const [reversal] = Object.keys(bench.stripe.vault().reversals);

  const line = (type: string, gross: number, source: string | undefined, ours: string | null, fee = 0) => ({
    ...{ id: expect.stringMatching(/^txn_/) as string, type, at: expect.any(Number) as number },
    ...{ currency: 'QAR', gross, fee, stated: `${gross} qar`, source, ours },
  });
  expect(await linesOf()).toEqual([
    line('charge', 30250, payment, null, 756),
    line('refund', -1000, refund, 'refund:r-1'),
    line('transfer', -2000, transfer, 'payout:w-1~maryam'),
    line('transfer_refund', 2000, reversal, 'payout:w-1~maryam'),
    line('adjustment', -5000, dispute, null, 1500),
    line('adjustment', 5000, dispute, null),
    line('refund_failure', 1000, refund, 'refund:r-1'),
  ]);
});

it('adds up to what the balance changed by', async () => {
  const before = bench.stripe.balance().qar ?? 0;
  const payment = await bench.paid({ amount: minor(9_999) });
  await bench.stripe.refunds.byHand(payment);
  const moved = sum((await linesOf()).map(({ gross, fee }) => gross - fee));
  expect(moved).toBe((bench.stripe.balance().qar ?? 0) - before);
});

it.each([
  [250, 756],
  [290, 877],
  [0, 0],
])('keeps %i basis points of a charge, rounded down', async (feeBps, fee) => {
  bench.stripe.faults.feeBps = feeBps;
  await bench.paid();
  expect((await linesOf()).map((line) => line.fee)).toEqual([fee]);
});

it('comes page by page, each line once, in any number', async () => {
  for (let i = 1; i <= 205; i += 1)
    await bench.stripe.play('book', 'charge', { amount: String(i), source: `ch_${i}`, intent: `pi_${i}` });
  const lines = await linesOf();
  expect(lines.map(({ gross }) => gross)).toEqual(Array.from({ length: 205 }, (_, i) => i + 1));
  expect(new Set(lines.map(({ id }) => id)).size).toBe(205);
  const first = await bench.settlements.settlements(now() - hour, now() + hour, null);
  expect([first.lines.length, first.next]).toEqual([100, first.lines[99]?.id]);
  const nowhere = bench.settlements.settlements(now() - hour, now() + hour, 'txn_none');
  await expect(nowhere).rejects.toMatchObject({ reason: 'resource_missing' });
});

it('has the lines of its span alone: the beginning inside, the end not', async () => {
  const at = Math.floor(now() / 1000) * 1000 + 60_000;
  bench.clock.shift += at - now();
  await bench.stripe.play('book', 'charge', { amount: '7' });
  const [line] = await linesOf(at - hour, at + hour);
  const then = line?.at ?? 0;
  expect((await linesOf(then, then + 1000)).map(({ gross }) => gross)).toEqual([7]);
  expect(await linesOf(then - hour, then)).toEqual([]);
  expect(await linesOf(then + 1000, then + hour)).toEqual([]);
});

it('is null for a currency that we do not know, as Stripe wrote it beside', async () => {
  await bench.stripe.play('book', 'charge', { amount: '7', currency: 'eur', source: 'ch_x' });
  expect(await linesOf()).toMatchObject([{ currency: null, gross: 7, stated: '7 eur', source: 'ch_x' }]);
});

it('has no end, rather than a false one, where nobody answers', async () => {
  bench.stripe.faults.calls.ask = 'error_before';
  await expect(linesOf()).rejects.toThrow(ProviderUnavailable);
});
