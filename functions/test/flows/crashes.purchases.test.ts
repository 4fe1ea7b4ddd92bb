import { orderOf } from './acts.ts';
import { dieEverywhere, scene, type Scene, sweepAlone } from './crash.ts';
import { openStage, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let buyer: Actor;
beforeAll(async () => {
  stage = await openStage();
  buyer = await stage.actor();
});
afterAll(() => stage.stop());

const payAt = (url: string | null) =>
  fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ choice: 'pay' }), redirect: 'manual' });
const deliver = async (purchase: string) => {
  const id = sessionOf(stage, purchase);
  await stage.stripe.deliver(stage.stripe.events().findLast(({ data }) => data.object.id === id)!);
};
/** Paid on the page, and no webhook has come yet. */
async function unheard(provider: 'stripe' | 'fatora'): Promise<string> {
  const { id, checkoutUrl } = await orderOf(buyer, 10_000, provider);
  stage[provider].faults.delivery = 'never';
  await payAt(checkoutUrl);
  stage[provider].heal();
  return id;
}

const create = (provider: 'stripe' | 'fatora') =>
  scene({
    name: 'purchases-create',
    title: `an order at ${provider}, repeated with its request id and paid`,
    prepare: () =>
      Promise.resolve({
        requestId: requestId(),
        provider,
        item: { kind: 'amount', amount: 10_000 } as const,
      }),
    act: (order) => buyer.api.purchases.create(order),
    recover: async (order) => payAt((await buyer.api.purchases.create(order)).checkoutUrl),
  });

const scenes: Scene[] = [
  create('stripe'),
  create('fatora'),
  scene({
    name: 'psp-stripe',
    title: 'a webhook that Stripe sends again',
    prepare: () => orderOf(buyer, 10_000),
    act: ({ id }) => stage.stripe.pay(sessionOf(stage, id)),
    recover: () => Promise.resolve(),
  }),
  scene({
    name: 'psp-stripe',
    title: 'a webhook that Stripe sends but once',
    prepare: () => unheard('stripe'),
    act: deliver,
    recover: () => stage.advance('15m'),
  }),
  scene({
    name: 'psp-fatora',
    title: 'a hint that Fatora sends again',
    prepare: () => orderOf(buyer, 10_000, 'fatora'),
    act: ({ id }) => stage.fatora.pay(`${id.replace('~', ':')}:1`),
    recover: () => Promise.resolve(),
  }),
  scene({
    name: 'purchases-sweep',
    title: 'a sweep that finds a payment nobody told of, run again',
    prepare: async () => {
      await unheard('stripe');
      stage.cloud.clock.move(10 * 60_000);
    },
    act: () => sweepAlone(stage, 'purchases-changed', () => stage.cloud.runSchedule('purchases-sweep')),
    recover: () => stage.cloud.runSchedule('purchases-sweep'),
  }),
  scene({
    name: 'purchases-changed',
    title: 'the telling of a payment, repeated by the event',
    prepare: () => unheard('stripe'),
    act: deliver,
    recover: () => Promise.resolve(),
  }),
];

test.each(scenes.map((one) => [one.name, one.title, one] as const))(
  'I6 W3-10 W0-25 %s may die between any two awaits: %s',
  async (_, __, one) => {
    expect(await dieEverywhere(stage, { buyer }, one)).toBeGreaterThanOrEqual(3);
  },
);
