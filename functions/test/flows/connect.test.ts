import type { AccountReport, ConnectGateway } from '../../src/psp/ports.ts';
import { AttemptTaken, ProviderRefused, ProviderUnavailable } from '../../src/psp/gateway.ts';
import type { Payee } from '../../src/payees/payee.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { noticesOf, qar } from './acts.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

/** F39 the payee's account at the provider, through a lost answer, a refusal and a late word. */

jest.setTimeout(180_000);

type Operations = typeof import('../../src/payees/connect.operations.ts');
let stage: FlowStage;
let finance: Actor;
let operations: Operations;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
  operations = await import('../../src/payees/connect.operations.ts');
}, 180_000);
afterAll(() => stage.stop());

const reason = 'Looked at it.';
const urls = { returnUrl: 'https://app.test/connect/return', refreshUrl: 'https://app.test/connect/refresh' };
const now = () => stage.cloud.clock.now();

/** A provider as far as these operations see it: one account a person, made once. */
function fakeProvider() {
  const accounts = new Map<string, AccountReport>();
  const asked: string[] = [];
  const faults = { opening: null as Error | null, answer: false, asking: false };
  const gateway: ConnectGateway = {
    async openAccount({ uid, country }) {
      if (faults.opening) throw faults.opening;
      const account = `acct_${uid}`;
      const known = accounts.get(account);
      if (known && known.country !== country) throw new AttemptTaken('another country');
      const due = ['individual.dob.day', 'individual.dob.month', 'external_account'];
      accounts.set(account, known ?? { ...blank, account, uid, country, due });
      if (faults.answer) throw new ProviderUnavailable('the answer was lost');
      return Promise.resolve(account);
    },
    async onboardingLink(account, { returnUrl }) {
      return Promise.resolve({
        url: `https://stripe.test/${account}?to=${returnUrl}`,
        expiresAt: now() + 300_000,
      });
    },
    async askAccount(account) {
      asked.push(account);
      if (faults.asking) throw new ProviderUnavailable('no answer');
      return Promise.resolve(accounts.get(account) ?? null);
    },
    async closeAccount(account) {
      accounts.delete(account);
      return Promise.resolve();
    },
  };
  const set = (uid: string, more: Partial<AccountReport>) =>
    accounts.set(`acct_${uid}`, { ...accounts.get(`acct_${uid}`)!, ...more });
  return { gateway, accounts, asked, faults, set };
}
const blank = {
  ready: false,
  submitted: false,
  checking: [],
  disabled: 'requirements.past_due',
  last4: '',
  bank: '',
} as const;
const fine = { ready: true, submitted: true, due: [], disabled: null, last4: '1234' } as const;

const stored = async (uid: string) =>
  fromStored((await stage.db.doc(`payees/${uid}`).get()).data() ?? {}) as Payee;
const connectedOf = async (uid: string) => (await stored(uid)).connected;

test('F39 a lost answer leaves the wish, and a repeat finds the one account', async () => {
  const { uid } = await stage.actor();
  const { gateway, faults, accounts } = fakeProvider();
  const start = () => operations.startAccount(gateway, { uid, country: 'QA', at: now() });
  faults.answer = true;
  await expect(start()).rejects.toMatchObject({ reason: 'provider_unavailable' });
  expect(await connectedOf(uid)).toMatchObject({ status: 'creating', account: null, country: 'QA' });
  faults.answer = false;
  const { answers, reasons } = await together(Array.from({ length: 10 }, start));
  expect(reasons.filter((why) => why !== 'busy')).toEqual([]);
  expect(answers.length).toBeGreaterThan(0);
  expect(await connectedOf(uid)).toMatchObject({ status: 'incomplete', account: `acct_${uid}` });
  expect(accounts.size).toBe(1);
  const elsewhere = operations.startAccount(gateway, { uid, country: 'IN', at: now() });
  await expect(elsewhere).rejects.toMatchObject({ reason: 'wrong_status' });
  const link = await operations.linkTo(gateway, uid, urls, now());
  expect(link.url).toContain(`acct_${uid}`);
  expect(JSON.stringify(await stored(uid))).not.toContain('stripe.test');
});

test('F39 a definite no takes the wish back; no account, no link', async () => {
  const { uid } = await stage.actor();
  const { gateway, faults } = fakeProvider();
  faults.opening = new ProviderRefused('country_unsupported', 'not there');
  await expect(operations.startAccount(gateway, { uid, country: 'KP', at: now() })).rejects.toMatchObject({
    reason: 'provider_refused',
    facts: { provider: 'stripe', code: 'country_unsupported' },
  });
  expect(await connectedOf(uid)).toBeNull();
  await expect(operations.linkTo(gateway, uid, urls, now())).rejects.toMatchObject({ reason: 'not_found' });
  faults.opening = null;
  await operations.startAccount(gateway, { uid, country: 'QA', at: now() });
  expect(await connectedOf(uid)).toMatchObject({ country: 'QA', status: 'incomplete' });
});

test('F39 the word counts for whom it names and who names it; an older one is too late', async () => {
  const { uid } = await stage.actor();
  const other = await stage.actor();
  const { gateway, set, accounts } = fakeProvider();
  await operations.startAccount(gateway, { uid, country: 'QA', at: now() });
  const settle = (account: string, at: number) => operations.settleAccount(gateway, account, at);
  expect(await settle('acct_nobody', now())).toBe('unknown');
  accounts.set('acct_stolen', { ...blank, ...fine, account: 'acct_stolen', uid, country: 'QA' });
  expect(await settle('acct_stolen', now())).toBe('unknown');
  accounts.set('acct_theirs', { ...blank, ...fine, account: 'acct_theirs', uid: other.uid, country: 'QA' });
  expect(await settle('acct_theirs', now())).toBe('unknown');
  expect((await stage.db.doc(`payees/${other.uid}`).get()).exists).toBe(false);
  set(uid, fine);
  const at = now() + 1000;
  expect(await settle(`acct_${uid}`, at)).toBe('settled');
  set(uid, { ready: false, disabled: 'listed' });
  expect(await settle(`acct_${uid}`, at - 1)).toBe('nothing');
  expect(await connectedOf(uid)).toMatchObject({
    status: 'ready',
    last4: '1234',
    askedAt: at,
    nextAt: null,
  });
});

test('I12 the sweep finishes what was cut short, asks daily, and the payee hears when it is ready', async () => {
  const ann = await stage.actor();
  const { gateway, faults, set, asked } = fakeProvider();
  faults.answer = true;
  const started = operations.startAccount(gateway, { uid: ann.uid, country: 'QA', at: now() });
  await expect(started).rejects.toMatchObject({ reason: 'provider_unavailable' });
  faults.answer = false;
  const sweepAt = (at: number) => operations.sweepAccounts(gateway, at);
  const HOUR = 3_600_000;
  const first = now() + HOUR;
  await sweepAt(first);
  expect(await connectedOf(ann.uid)).toMatchObject({ status: 'incomplete', nextAt: first + 24 * HOUR });
  const times = () => asked.filter((one) => one === `acct_${ann.uid}`).length;
  const before = times();
  await sweepAt(first + 23 * HOUR);
  expect(times()).toBe(before);
  faults.asking = true;
  await sweepAt(first + 24 * HOUR);
  expect(await connectedOf(ann.uid)).toMatchObject({ askedAt: first });
  faults.asking = false;
  set(ann.uid, fine);
  // One about which nobody answered waits like any other, and is not asked about in every run.
  const tried = times();
  await sweepAt(first + 25 * HOUR);
  expect(times()).toBe(tried);
  await sweepAt(first + 48 * HOUR);
  expect(await connectedOf(ann.uid)).toMatchObject({ status: 'ready', nextAt: null });
  await stage.idle();
  expect(await noticesOf(stage, ann)).toEqual(['payees-account-ready']);
  // Whose account the provider no longer knows cannot be paid to.
  const look = (at: number) => operations.lookAtAccount(gateway, ann.uid, at);
  expect(await look(first + 49 * HOUR)).toMatchObject({ status: 'ready' });
});

test('F39 an account that the provider shows us no more is none to pay to: whoever asks, and once', async () => {
  const ann = await stage.actor();
  const { gateway, set, asked } = fakeProvider();
  await operations.startAccount(gateway, { uid: ann.uid, country: 'QA', at: now() });
  set(ann.uid, fine);
  const account = `acct_${ann.uid}`;
  const settle = (by: ConnectGateway, at: number, of = account) => operations.settleAccount(by, of, at);
  await settle(gateway, now());
  const no = (reason: string): ConnectGateway => ({
    ...gateway,
    askAccount: (of) => {
      asked.push(of);
      return Promise.reject(new ProviderRefused(reason, 'No access to the account.'));
    },
  });
  // Our own key is wrong, say: that is no word about the account.
  await expect(settle(no('api_key_expired'), now() + 1)).rejects.toThrow(ProviderRefused);
  expect(await connectedOf(ann.uid)).toMatchObject({ status: 'ready' });
  const gone = no('account_invalid');
  expect(await settle(gone, now() + 2, 'acct_nobody')).toBe('unknown');
  expect(await settle(gone, now() + 2)).toBe('settled');
  const at = now() + 2;
  expect(await connectedOf(ann.uid)).toMatchObject({ status: 'restricted', disabled: 'account_gone' });
  await stage.idle();
  expect(await noticesOf(stage, ann)).toEqual(['payees-account-ready', 'payees-account-restricted']);
  // The sweep takes it for an answer, and asks as of any that is not ready.
  const DAY = 24 * 3_600_000;
  const times = () => asked.filter((one) => one === account).length;
  const before = times();
  await operations.sweepAccounts(gone, at + 2 * DAY);
  await operations.sweepAccounts(gone, at + 2 * DAY + 3_600_000);
  expect(times()).toBe(before + 1);
  // It is shown again.
  await operations.sweepAccounts(gateway, at + 4 * DAY);
  expect(await connectedOf(ann.uid)).toMatchObject({ status: 'ready', disabled: null });
});

test('F39 who looks sees what is stored, and a newer word once a minute', async () => {
  const { uid } = await stage.actor();
  const { gateway, set, faults } = fakeProvider();
  const look = (at: number) => operations.lookAtAccount(gateway, uid, at);
  expect(await look(now())).toBeNull();
  const at = now();
  await operations.startAccount(gateway, { uid, country: 'QA', at });
  set(uid, { due: [], submitted: true, disabled: 'requirements.pending_verification' });
  expect(await look(at + 59_000)).toMatchObject({ status: 'incomplete' });
  faults.asking = true;
  expect(await look(at + 60_000)).toMatchObject({ status: 'incomplete' });
  faults.asking = false;
  expect(await look(at + 60_000)).toMatchObject({ status: 'checking', askedAt: at + 60_000 });
  const shown = await finance.api.connect.show({ uid });
  expect(shown).toMatchObject({ uid, status: 'checking', account: `acct_${uid}`, needs: [] });
  const ann = await stage.actor();
  expect(await refusal(ann.api.connect.show({ uid }))).toMatchObject({ reason: 'role_missing' });
  expect(await refusal(finance.api.connect.show({ uid: ann.uid }))).toMatchObject({ reason: 'not_found' });
});

test('F38 F39 a ready account is a destination; one that stops takes no new withdrawal and leaves open ones', async () => {
  const ann = await stage.buyer(20_000);
  const { uid, api } = ann;
  const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
  const documents = {
    id_front: paper('front'),
    id_back: paper('back'),
    selfie: paper('selfie'),
    proof_of_address: paper('letter'),
  };
  const kyc = await api.kyc.submit({ requestId: requestId(), name: 'Ann Example', country: 'QA', documents });
  await finance.api.kyc.review({ uid, application: kyc.application ?? '', decision: 'verify', reason });
  const { gateway, set } = fakeProvider();
  await operations.startAccount(gateway, { uid, country: 'QA', at: now() });
  const save = (currency: 'QAR' | 'USD', id = requestId()) =>
    api.destinations.save({ requestId: id, kind: 'connected', currency });
  expect(await refusal(save('QAR'))).toEqual({
    reason: 'onboarding_required',
    facts: { status: 'incomplete', due: ['Your date of birth', 'A bank account to be paid to'] },
  });
  set(uid, fine);
  await operations.settleAccount(gateway, `acct_${uid}`, now());
  const id = requestId();
  const saved = await save('QAR', id);
  expect(saved).toMatchObject({ kind: 'connected', mask: 'Stripe •••• 1234', status: 'verified' });
  expect(await save('QAR', id)).toEqual(saved);
  expect(await refusal(save('QAR'))).toMatchObject({ reason: 'limit_reached', facts: { limit: 1 } });
  const details = { kind: 'connected', provider: 'stripe', account: `acct_${uid}`, currency: 'QAR' };
  const about = { uid, destination: saved.id, reason };
  expect(await finance.api.destinations.reveal(about)).toEqual(details);
  // The first one ever waits for nobody; the next one cools off like any other.
  const ask = () =>
    api.withdrawals.request({ requestId: requestId(), amount: qar(5000), destination: saved.id });
  const open = await ask();
  const dollars = await save('USD');
  expect(dollars.usableAt).toBeGreaterThanOrEqual(now() + 24 * 3_600_000 - 60_000);
  const snapshot = (await stage.db.doc(`withdrawals/${open.id}`).get()).get('destination') as object;
  expect(snapshot).toMatchObject({ kind: 'connected', account: `acct_${uid}`, mask: 'Stripe •••• 1234' });
  expect(await finance.api.withdrawals.reveal({ withdrawal: open.id, reason })).toEqual(details);

  set(uid, { ready: false, disabled: 'rejected.fraud', due: [] });
  await operations.settleAccount(gateway, `acct_${uid}`, now());
  expect((await api.withdrawals.list({})).withdrawals[0]).toMatchObject({ id: open.id, status: 'requested' });
  await api.withdrawals.cancel({ withdrawal: open.id });
  expect(await refusal(ask())).toEqual({
    reason: 'onboarding_required',
    facts: { status: 'restricted', due: [] },
  });
  await stage.idle();
  expect(await noticesOf(stage, ann, `payees/${uid}`)).toEqual(
    expect.arrayContaining(['payees-account-ready', 'payees-account-restricted']),
  );
}, 180_000);
