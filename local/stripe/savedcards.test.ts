import { fresh, startBench, type Bench } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const intentsOf = (customer: string) =>
  Object.values(bench.stripe.vault().intents).filter((one) => one.customer === customer);

describe('a saved card', () => {
  const saved = async (method = 'pm_card_visa') => {
    const customer = await bench.cards.openCustomer(fresh('payer'));
    const { intent } = await bench.cards.openCard(await bench.cardOrder({ customer, save: true }));
    if ((await bench.stripe.cards.confirm(intent, method)) === 'requires_action')
      await bench.stripe.cards.pass(intent);
    const [one] = await bench.cards.methodsOf(customer);
    if (!one) throw new Error('not saved');
    return { customer, method: one.id, shown: one };
  };

  it('is kept only where that was wished, and shown by its last four', async () => {
    const { customer, shown } = await saved();
    expect(shown).toEqual({ id: shown.id, brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 });
    await bench.paid({ customer });
    expect(await bench.cards.methodsOf(customer)).toEqual([shown]);
  });

  it('is charged at once', async () => {
    const report = await bench.cards.openCard(await bench.cardOrder(await saved()));
    expect(report).toMatchObject({ state: 'paid', needs: null, failure: null });
  });

  it('asks for 3-D Secure as a report, not as an error', async () => {
    const card = await bench.cardOrder(await saved('pm_card_authenticationRequired'));
    const report = await bench.cards.openCard(card);
    expect(report).toMatchObject({ state: 'awaiting_payer', needs: 'authentication', failure: null });
    await bench.stripe.cards.pass(report.intent);
    expect(await bench.cards.askCard(card.attempt, report.intent, '')).toMatchObject({ state: 'paid' });
  });

  it('that is declined is a report, not an error; and the intent takes another', async () => {
    const card = await bench.cardOrder({ method: 'pm_card_visa_chargeDeclined' });
    const report = await bench.cards.openCard(card);
    const declined = { state: 'awaiting_payer', needs: 'method', failure: 'generic_decline' };
    expect(report).toMatchObject({ attempt: card.attempt, ...declined });
    // The same question has the same answer, and one intent.
    expect(await bench.cards.openCard(card)).toEqual(report);
    expect(intentsOf(card.customer)).toHaveLength(1);
    await bench.stripe.cards.confirm(report.intent);
    expect(await bench.cards.askCard(card.attempt, report.intent, '')).toMatchObject({ state: 'paid' });
  });

  it('is forgotten by its owner alone', async () => {
    const { customer, method } = await saved();
    const other = await bench.cards.openCustomer(fresh('payer'));
    expect(await bench.cards.forgetMethod(other, method)).toBe(false);
    expect(await bench.cards.forgetMethod(customer, 'pm_none')).toBe(false);
    expect(await bench.cards.methodsOf(customer)).toHaveLength(1);
    const stolen = bench.cards.openCard(await bench.cardOrder({ customer: other, method }));
    await expect(stolen).rejects.toMatchObject({ name: 'ProviderRefused', reason: 'resource_missing' });
    expect(await bench.cards.forgetMethod(customer, method)).toBe(true);
    expect(await bench.cards.methodsOf(customer)).toEqual([]);
    expect(await bench.cards.forgetMethod(customer, method)).toBe(false);
  });
});
