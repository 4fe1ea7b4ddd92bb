import type { DisputeReport } from '../psp/ports.ts';
import { minor } from '../shared/money.ts';
import { closeMonth, openMonth } from './month.ts';

const report: DisputeReport = {
  ...{ provider: 'stripe', dispute: 'du_1', payment: 'pi_1', status: 'open', reason: 'fraudulent' },
  ...{ amount: minor(1900), currency: 'QAR', fee: minor(1500) },
};
const month = { lot: 'allowance-1~ann', uid: 'ann' };
const legsOf = ({ posting }: ReturnType<typeof openMonth>) =>
  Object.fromEntries(posting?.entry.legs.map(({ account, amount }) => [account, amount]) ?? []);

test('F47 W4-18 what a bank took of a month of credits is ours to bear, with the provider’s fee', () => {
  const opened = openMonth(month, report, 'QAR', 5);
  expect(legsOf(opened)).toEqual({
    ...{ 'psp:stripe:clearing': 3400, 'psp:stripe:costs': -1500, 'platform:losses': -1900 },
  });
  expect(opened.chargeback).toMatchObject({
    ...{ status: 'open', target: 'lots/allowance-1~ann', payer: 'ann', loss: 1900, frozen: null },
  });
  expect(opened.chargeback.news.map(({ to, kind }) => `${to} ${kind}`)).toEqual(['ann chargeback-open']);
  expect(opened.posting?.entry).toMatchObject({ psp: { provider: 'stripe', source: 'du_1' } });
});

test('lost, nothing more moves; won, at once or after that, the amount is there again once, and the fee is not', () => {
  const { chargeback } = openMonth(month, report, 'QAR', 5);
  const lost = closeMonth('du_1', chargeback, 'lost', 6);
  expect([lost.posting, lost.chargeback.status, lost.chargeback.dueAt]).toEqual([null, 'lost', null]);
  expect(closeMonth('du_1', lost.chargeback, 'lost', 7).chargeback).toBe(lost.chargeback);
  for (const [before, cause] of [
    [chargeback, 'chargeback-end:du_1'],
    [lost.chargeback, 'chargeback-appeal:du_1'],
  ] as const) {
    const won = closeMonth('du_1', before, 'won', 8);
    expect(won.posting?.entry.id).toBe(cause);
    expect(legsOf(won)).toEqual({ 'psp:stripe:clearing': -1900, 'platform:losses': 1900 });
    expect(closeMonth('du_1', won.chargeback, 'won', 9).chargeback).toBe(won.chargeback);
    expect(closeMonth('du_1', won.chargeback, 'lost', 9).chargeback).toBe(won.chargeback);
  }
});

test('what costs no fee has no leg for it', () => {
  expect(legsOf(openMonth(month, { ...report, fee: minor(0) }, 'QAR', 5))).toEqual({
    ...{ 'psp:stripe:clearing': 1900, 'platform:losses': -1900 },
  });
});
