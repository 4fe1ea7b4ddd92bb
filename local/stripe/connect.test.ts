import { AttemptTaken, BadSignature, ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { AccountReport } from '../../functions/src/psp/ports.ts';
import { fresh, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const urls = { returnUrl: 'http://127.0.0.1/done', refreshUrl: 'http://127.0.0.1/again' };
const opened = async () => {
  const uid = fresh('payee');
  return { uid, account: await bench.connect.openAccount({ uid, country: 'QA' }) };
};
const click = (url: string, choice: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ choice }), redirect: 'manual' });

describe('accounts', () => {
  it('begin with everything due, and may be paid once all of it was given', async () => {
    const { uid, account } = await opened();
    const before = await bench.connect.askAccount(account);
    expect(before).toMatchObject({ account, uid, country: 'QA', ready: false, submitted: false, last4: '' });
    expect(before?.due).toContain('external_account');
    await bench.stripe.accounts.complete(account);
    expect(await bench.connect.askAccount(account)).toEqual<AccountReport>({
      ...{ account, uid, country: 'QA', ready: true, submitted: true },
      ...{ due: [], checking: [], disabled: null, last4: '6789', bank: 'fp_6789' },
    });
    expect(await bench.told()).toEqual([{ kind: 'account', account }]);
  });

  it('are stopped when Stripe wants more', async () => {
    const account = await bench.payee();
    await bench.stripe.accounts.require(account, ['individual.verification.document']);
    expect(await bench.connect.askAccount(account)).toMatchObject({
      ...{ ready: false, due: ['individual.verification.document'], disabled: 'requirements.past_due' },
    });
    await bench.stripe.accounts.complete(account);
    await bench.stripe.accounts.require(account, [], { transfers: 'inactive' });
    expect(await bench.connect.askAccount(account)).toMatchObject({ ready: false, due: [] });
  });

  it('are made once for a person, whatever was lost, and in one country', async () => {
    const wish = { uid: fresh('payee'), country: 'QA' };
    bench.stripe.faults.calls.account = 'timeout_after';
    await expect(bench.hastily.connect.openAccount(wish)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    const account = await bench.connect.openAccount(wish);
    expect(await bench.connect.openAccount(wish)).toBe(account);
    await expect(bench.connect.openAccount({ ...wish, country: 'IN' })).rejects.toThrow(AttemptTaken);
    const made = Object.values(bench.stripe.vault().accounts).filter((one) => one.metadata?.uid === wish.uid);
    expect(made.map(({ id }) => id)).toEqual([account]);
  });

  it('pay out to another bank once their owner says so there, even one of the same digits', async () => {
    const account = await bench.payee();
    bench.receiver.clear();
    await bench.stripe.accounts.changeBank(account, '6789', 'fp_other');
    expect(await bench.connect.askAccount(account)).toMatchObject({ last4: '6789', bank: 'fp_other' });
    await bench.stripe.accounts.changeBank(account, '');
    expect(await bench.connect.askAccount(account)).toMatchObject({ last4: '', bank: '' });
    expect(await bench.told()).toEqual([
      { kind: 'account', account },
      { kind: 'account', account },
    ]);
  });

  it('may leave the platform, and are shown no more', async () => {
    const account = await bench.payee();
    bench.receiver.clear();
    await bench.stripe.accounts.leave(account);
    await expect(bench.connect.askAccount(account)).rejects.toMatchObject({
      ...{ name: 'ProviderRefused', reason: 'account_invalid' },
    });
    expect(await bench.told()).toEqual([{ kind: 'account', account }]);
  });

  it('are null where there is none', async () => {
    expect(await bench.connect.askAccount('acct_none')).toBeNull();
    bench.stripe.faults.calls.ask = 'error_before';
    await expect(bench.connect.askAccount('acct_none')).rejects.toThrow(ProviderUnavailable);
  });
});

describe('the way in', () => {
  it('is a page on which everything can be given, once', async () => {
    const { account } = await opened();
    const { url, expiresAt } = await bench.connect.onboardingLink(account, urls);
    expect(Math.abs(expiresAt - Date.now() - 300_000)).toBeLessThan(5_000);
    expect(await (await fetch(url)).text()).toContain('QA');
    expect((await click(url, 'complete')).headers.get('location')).toBe(urls.returnUrl);
    expect(await bench.connect.askAccount(account)).toMatchObject({ ready: true });
    expect((await click(url, 'complete')).headers.get('location')).toBe(urls.refreshUrl);
    expect((await fetch(url, { redirect: 'manual' })).headers.get('location')).toBe(urls.refreshUrl);
  });

  it('leads back from the middle, with less due and nothing ready', async () => {
    const { account } = await opened();
    const due = (await bench.connect.askAccount(account))?.due.length ?? 0;
    const { url } = await bench.connect.onboardingLink(account, urls);
    expect((await click(url, 'leave')).headers.get('location')).toBe(urls.returnUrl);
    await bench.stripe.idle();
    const left = await bench.connect.askAccount(account);
    expect(left).toMatchObject({ ready: false });
    expect(left?.due.length).toBeLessThan(due);
    expect(await bench.told()).toEqual([{ kind: 'account', account }]);
    const next = await bench.connect.onboardingLink(account, urls);
    await click(next.url, 'complete');
    expect(await bench.connect.askAccount(account)).toMatchObject({ ready: true });
  });

  it('is over after minutes', async () => {
    const { account } = await opened();
    const { url } = await bench.connect.onboardingLink(account, urls);
    bench.clock.shift = 301_000;
    expect((await click(url, 'complete')).headers.get('location')).toBe(urls.refreshUrl);
    expect(await bench.connect.askAccount(account)).toMatchObject({ ready: false });
  });

  it('leads to no account that is not there', async () => {
    await expect(bench.connect.onboardingLink('acct_none', urls)).rejects.toMatchObject({
      ...{ name: 'ProviderRefused', reason: 'resource_missing' },
    });
  });
});

describe('words from connected accounts', () => {
  it('name the account and are signed by a secret of their own', async () => {
    const account = await bench.payee();
    expect(bench.stripe.events().at(-1)).toMatchObject({ type: 'account.updated', account });
    const deaf = bench.make({ connectSecret: '' });
    await expect(bench.told(deaf)).rejects.toThrow(BadSignature);
    const wrong = bench.make({ webhookSecret: 'whsec_other', connectSecret: 'whsec_another' });
    await expect(bench.told(wrong)).rejects.toThrow(BadSignature);
    // Each secret speaks for its own endpoint: this one for the platform’s.
    const swapped = bench.make({ webhookSecret: 'whsec_local_connect', connectSecret: 'whsec_local' });
    await expect(bench.told(swapped)).rejects.toThrow(BadSignature);
    expect(await bench.told()).toEqual([{ kind: 'account', account }]);
  });

  it('under their secret say nothing of our own account, nor under ours of theirs', async () => {
    const event = await bench.completed();
    const connected = bench.make({ webhookSecret: 'whsec_other', connectSecret: 'whsec_local' });
    await bench.stripe.deliver(event);
    await expect(bench.told(connected)).rejects.toThrow(BadSignature);
    expect(await bench.told()).toMatchObject([{ kind: 'checkout' }]);
  });

  it.each([
    ['checkout.session.completed', {}],
    ['payment_intent.succeeded', { metadata: { attempt: 'a' } }],
    ['refund.updated', { metadata: { refund: 'r' }, payment_intent: 'pi_theirs' }],
    ['charge.dispute.created', {}],
    ['transfer.reversed', { metadata: { withdrawal: 'w' } }],
  ])('say nothing of a payment, a refund or a transfer of ours: %s', async (type, more) => {
    const event = await bench.completed();
    const object = { ...event.data.object, id: 'theirs', ...more };
    await bench.stripe.deliver({ ...event, type, data: { object } });
    await bench.stripe.deliver({ ...event, type, account: 'acct_somebody', data: { object } });
    const [ours, theirs] = await bench.told();
    expect(ours).not.toBeNull();
    expect(theirs).toBeNull();
  });

  it.each([
    ['payout.failed', { kind: 'payout', withdrawal: 'w' }],
    ['account.updated', { kind: 'account', account: 'acct_somebody' }],
    ['account.external_account.updated', { kind: 'account', account: 'acct_somebody' }],
    ['account.application.deauthorized', { kind: 'account', account: 'acct_somebody' }],
  ])('are about %s only where they name the account', async (type, about) => {
    const event = { ...(await bench.completed()), type };
    const data = { object: { id: 'theirs', object: 'any', metadata: { withdrawal: 'w' } } };
    await bench.stripe.deliver({ ...event, data, account: 'acct_somebody' });
    await bench.stripe.deliver({ ...event, data });
    expect(await bench.told()).toEqual([about, null]);
  });
});
