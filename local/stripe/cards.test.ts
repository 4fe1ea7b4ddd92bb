import { AttemptTaken, BadSignature, ProviderUnavailable } from '../../functions/src/psp/gateway.ts';
import type { CardReport } from '../../functions/src/psp/ports.ts';
import { minor } from '../../functions/src/shared/money.ts';
import { fresh, order, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const intentsOf = (customer: string) =>
  Object.values(bench.stripe.vault().intents).filter((one) => one.customer === customer);

describe('customers', () => {
  it('are made once for a person, whatever was lost', async () => {
    const uid = fresh('payer');
    bench.stripe.faults.calls.customer = 'timeout_after';
    await expect(bench.hastily.cards.openCustomer(uid)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    const first = await bench.cards.openCustomer(uid);
    expect(await bench.cards.openCustomer(uid)).toBe(first);
    const made = Object.values(bench.stripe.vault().customers).filter(({ metadata }) => metadata.uid === uid);
    expect(made.map(({ id }) => id)).toEqual([first]);
  });
});

describe('a card that the payer types', () => {
  it('is awaited, and paid when it is good', async () => {
    const card = await bench.cardOrder();
    const report = await bench.cards.openCard(card);
    expect(report).toEqual<CardReport>({
      provider: 'stripe',
      attempt: card.attempt,
      intent: expect.stringMatching(/^pi_/) as string,
      state: 'awaiting_payer',
      clientSecret: expect.stringContaining(`${report.intent}_secret_`) as string,
      needs: 'method',
      failure: null,
      amount: minor(30250),
      currency: 'QAR',
      stated: '30250 qar',
    });
    expect(await bench.stripe.cards.confirm(report.intent)).toBe('succeeded');
    const now = await bench.cards.askCard(card.attempt, report.intent, '');
    expect(now).toEqual({ ...report, state: 'paid', needs: null });
    expect(await bench.told()).toEqual([{ kind: 'card', attempt: card.attempt, intent: report.intent }]);
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
  ])('may be another one after %s', async (method, failure) => {
    const { intent, attempt } = await bench.cards.openCard(await bench.cardOrder());
    expect(await bench.stripe.cards.confirm(intent, method)).toBe('requires_payment_method');
    const declined = await bench.cards.askCard(attempt, intent, '');
    expect(declined).toMatchObject({ state: 'awaiting_payer', needs: 'method', failure });
    await bench.stripe.cards.confirm(intent);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ state: 'paid', failure: null });
    const about = { kind: 'card', attempt, intent };
    expect(await bench.told()).toEqual([about, about]);
  });

  it('is given on the page, where a person passes or fails 3-D Secure', async () => {
    const { intent, attempt } = await bench.cards.openCard(await bench.cardOrder());
    const page = `${bench.stripe.url}/intents/${intent}/page`;
    const choose = (choice: string) => fetch(page, { method: 'POST', body: new URLSearchParams({ choice }) });
    expect(await (await fetch(page)).text()).toContain('QAR 302.50');
    expect((await choose('pm_card_visa_chargeDeclined')).status).toBe(402);
    expect((await choose('pass')).status).toBe(410);
    expect((await choose('pm_card_authenticationRequired')).status).toBe(200);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ needs: 'authentication' });
    expect((await choose('fail')).status).toBe(200);
    const failed = await bench.cards.askCard(attempt, intent, '');
    expect(failed).toMatchObject({ needs: 'method', failure: 'payment_intent_authentication_failure' });
    await choose('pm_card_authenticationRequired');
    expect((await choose('pass')).status).toBe(200);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ state: 'paid', failure: null });
    expect((await choose('pm_card_visa')).status).toBe(410);
  });

  it('is confirmed over the API as a browser does, with the client secret and nothing else', async () => {
    const { intent, attempt, clientSecret } = await bench.cards.openCard(await bench.cardOrder());
    const send = (key: string, body: Record<string, string>) =>
      fetch(`${bench.stripe.url}/v1/payment_intents/${intent}/confirm`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: new URLSearchParams({ payment_method: 'pm_card_visa', ...body }),
      });
    expect((await send('pk_test_local', {})).status).toBe(400);
    expect((await send('pk_test_local', { client_secret: 'another' })).status).toBe(400);
    expect((await send('pk_live_local', { client_secret: clientSecret })).status).toBe(401);
    const asked = await fetch(`${bench.stripe.url}/v1/payment_intents/${intent}`, {
      headers: { authorization: 'Bearer pk_test_local' },
    });
    expect(asked.status).toBe(401);
    expect((await send('pk_test_local', { client_secret: clientSecret })).status).toBe(200);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ state: 'paid' });
  });

  it('is under way for days when it is a bank debit, and cannot be cancelled meanwhile', async () => {
    const { intent, attempt } = await bench.cards.openCard(await bench.cardOrder());
    await bench.stripe.cards.confirm(intent, 'pm_usBankAccount_processing');
    expect(await bench.cards.cancelCard(intent)).toMatchObject({ state: 'processing', needs: null });
    await bench.stripe.cards.fail(intent);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ state: 'awaiting_payer' });
    await bench.stripe.cards.confirm(intent, 'pm_usBankAccount_processing');
    await bench.stripe.cards.pass(intent);
    expect(await bench.cards.askCard(attempt, intent, '')).toMatchObject({ state: 'paid' });
  });
});

describe('one attempt', () => {
  it('is one payment, however often it is asked for', async () => {
    const card = await bench.cardOrder({ method: 'pm_card_visa' });
    const reports = await Promise.all(Array.from({ length: 5 }, () => bench.cards.openCard(card)));
    expect(new Set(reports.map(({ intent }) => intent)).size).toBe(1);
    expect(intentsOf(card.customer)).toHaveLength(1);
    const other = bench.cards.openCard({ ...card, amount: minor(1000) });
    await expect(other).rejects.toThrow(AttemptTaken);
  });

  it('is found by its name after a lost answer, and by no other', async () => {
    const card = await bench.cardOrder({ method: 'pm_card_visa' });
    bench.stripe.faults.calls.intent = 'timeout_after';
    await expect(bench.hastily.cards.openCard(card)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    const found = await bench.cards.askCard(card.attempt, '', card.customer);
    expect(found).toMatchObject({ attempt: card.attempt, state: 'paid' });
    expect(await bench.cards.openCard(card)).toEqual(found);
    expect(intentsOf(card.customer)).toHaveLength(1);
    expect(await bench.cards.askCard('another', '', card.customer)).toBeNull();
    expect(await bench.cards.askCard('another', found?.intent ?? '', '')).toBeNull();
    expect(await bench.cards.askCard(card.attempt, 'pi_none', '')).toBeNull();
    expect(await bench.cards.askCard(card.attempt, '', '')).toBeNull();
  });

  it.each(['error_before', 'timeout_before'] as const)('has made nothing at %s', async (fault) => {
    const card = await bench.cardOrder({ method: 'pm_card_visa' });
    bench.stripe.faults.calls.intent = fault;
    await expect(bench.hastily.cards.openCard(card)).rejects.toThrow(ProviderUnavailable);
    bench.stripe.heal();
    expect(await bench.cards.askCard(card.attempt, '', card.customer)).toBeNull();
  });

  it('can be cancelled until it is paid, and then says what it is', async () => {
    const { intent } = await bench.cards.openCard(await bench.cardOrder());
    expect(await bench.cards.cancelCard(intent)).toMatchObject({ state: 'cancelled', needs: null });
    expect(await bench.cards.cancelCard(intent)).toMatchObject({ state: 'cancelled' });
    await expect(bench.stripe.cards.confirm(intent)).rejects.toThrow('does not take');
    expect(await bench.cards.cancelCard(await bench.paid())).toMatchObject({ state: 'paid' });
  });
});

describe('currencies', () => {
  it.each([
    ['JPY', 500],
    ['KWD', 5120],
    ['USD', 50],
  ] as const)('counts %s in its own smallest unit', async (currency, amount) => {
    const card = await bench.cardOrder({ currency, amount: minor(amount), method: 'pm_card_visa' });
    expect(await bench.cards.openCard(card)).toMatchObject({
      ...{ state: 'paid', amount, currency, stated: `${amount} ${currency.toLowerCase()}` },
    });
  });

  it('refuses a three-decimal amount not in tens, before anybody is asked', async () => {
    const card = await bench.cardOrder({ currency: 'KWD', amount: minor(5124) });
    await expect(bench.cards.openCard(card)).rejects.toMatchObject({ reason: 'amount_not_in_tens' });
    expect(intentsOf(card.customer)).toEqual([]);
  });

  it('refuses too little, and the attempt is free for the right amount', async () => {
    const card = await bench.cardOrder({ amount: minor(1) });
    await expect(bench.cards.openCard(card)).rejects.toMatchObject({ reason: 'amount_too_small' });
    expect(await bench.cards.openCard({ ...card, amount: minor(500) })).toMatchObject({ amount: 500 });
  });
});

describe('words of it', () => {
  it('say nothing of a checkout’s own intent, and nothing under a wrong signature', async () => {
    const { reference } = await bench.gateway.openCheckout(order());
    await bench.stripe.pay(reference);
    const [session] = bench.stripe.sessions().filter(({ id }) => id === reference);
    bench.receiver.clear();
    const event = bench.stripe.events().at(-1);
    const object = { id: session?.payment_intent, object: 'payment_intent', metadata: {} };
    await bench.stripe.deliver({ ...event, type: 'payment_intent.succeeded', data: { object } });
    expect(await bench.told()).toEqual([null]);
    bench.receiver.clear();
    bench.stripe.faults.signature = 'bad';
    await bench.paid();
    await expect(bench.told()).rejects.toThrow(BadSignature);
  });

  it('come for every step of a payment', async () => {
    const { intent, attempt } = await bench.cards.openCard(await bench.cardOrder());
    await bench.stripe.cards.confirm(intent, 'pm_card_authenticationRequired');
    await bench.stripe.cards.fail(intent);
    await bench.stripe.cards.confirm(intent, 'pm_usBankAccount_processing');
    await bench.stripe.cards.pass(intent);
    const types = bench.stripe
      .events()
      .flatMap(({ type, data }) => (data.object.id === intent ? [type] : []));
    expect(types.map((type) => type.replace('payment_intent.', ''))).toEqual([
      ...['requires_action', 'payment_failed', 'processing', 'succeeded'],
    ]);
    const about = { kind: 'card', attempt, intent };
    expect(await bench.told()).toEqual([about, about, about, about]);
  });
});
