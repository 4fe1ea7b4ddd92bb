import { assignedJob, complaint, lockedEscrow, noticesOf, orderOf, submittedEscrow } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

const triggers = [
  'purchases-changed',
  'jobs-changed',
  'escrow-changed',
  'payees-changed',
  'withdrawals-changed',
];
const sweeps = triggers.map((name) => name.replace('changed', 'sweep'));
const iban = 'QA30AAAA123456789012345678901';
const reason = 'Looked at it.';

type Role = 'payer' | 'payee' | 'stranger' | 'support' | 'finance';
type Cast = Record<Role, Actor>;
/** What one event says to whom; whoever is not named hears nothing. Null: another table tells of it. */
type Event = readonly [event: string, told: Partial<Record<Role, string>> | null];
const both = (event: string, kind: string): Event => [event, { payer: kind, payee: kind }];

let stage: FlowStage;
let admins: Pick<Cast, 'support' | 'finance'>;
beforeAll(async () => {
  stage = await openStage();
  admins = { support: await stage.actor('support'), finance: await stage.actor('finance') };
}, 180_000);
afterEach(async () => {
  for (const name of triggers) stage.cloud.host.faults[name] = undefined;
  stage.stripe.heal();
  expect(stage.cloud.host.failures).toEqual([]);
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const paper = (uid: string, name: string) => `kyc/${uid}/${name}.jpg`;
const apply = async ({ api, uid }: Actor): Promise<string> => {
  const { application } = await api.kyc.submit({
    requestId: requestId(),
    name: 'Ann Example',
    country: 'QA',
    documents: {
      id_front: paper(uid, 'front'),
      id_back: paper(uid, 'back'),
      selfie: paper(uid, 'selfie'),
      proof_of_address: paper(uid, 'letter'),
    },
  });
  return application ?? '';
};

/** Who may be paid, and where. */
async function* papers({ payee: { uid, ...payee }, finance }: Cast): AsyncGenerator<Event> {
  const review = (application: string, decision: 'verify' | 'reject') =>
    finance.api.kyc.review({ uid, application, decision, reason });
  const decide = (destination: string, decision: 'verify' | 'reject') =>
    finance.api.destinations.verify({ uid, destination, decision, reason });
  const account = { kind: 'bank', holder: 'Ann Example', iban, currency: 'QAR' } as const;
  const save = () => payee.api.destinations.save({ requestId: requestId(), ...account });
  const first = await apply({ uid, ...payee });
  yield ['an application', {}];
  await stage.advance('49h');
  yield ['an application that waits', { payee: 'payees-kyc-overdue' }];
  await review(first, 'reject');
  yield ['a rejection', { payee: 'payees-kyc-rejected' }];
  await review(first, 'reject');
  yield ['the same rejection', {}];
  await review(await apply({ uid, ...payee }), 'verify');
  yield ['a verification', { payee: 'payees-kyc-verified' }];
  const { id } = await save();
  yield ['a destination', { payee: 'payees-destination-saved' }];
  await stage.advance('49h');
  yield ['a destination that waits', { payee: 'payees-destination-overdue' }];
  await decide(id, 'verify');
  yield ['a verified destination', { payee: 'payees-destination-verified' }];
  const other = await save();
  yield ['another destination', { payee: 'payees-destination-saved' }];
  await decide(other.id, 'reject');
  yield ['a rejected destination', { payee: 'payees-destination-rejected' }];
  await payee.api.destinations.remove({ destination: other.id });
  yield ['a removed destination', {}];
}

/** Money that leaves. */
async function* payouts({ payee, finance }: Cast): AsyncGenerator<Event> {
  const { destinations } = await payee.api.kyc.get({});
  const amount = { amount: 6000, currency: 'QAR' } as const;
  const order = () => ({ requestId: requestId(), amount, destination: destinations[0]!.id });
  const request = async () => (await payee.api.withdrawals.request(order())).id;
  const { withdrawals } = finance.api;
  const requested: Event = ['a request', { payee: 'withdrawal-requested' }];
  const approved: Event = ['an approval', { payee: 'withdrawal-approved' }];
  const once = order();
  const { id: cancelled } = await payee.api.withdrawals.request(once);
  yield requested;
  await payee.api.withdrawals.request(once);
  yield ['the same request', {}];
  await payee.api.withdrawals.cancel({ withdrawal: cancelled });
  yield ['a cancellation', { payee: 'withdrawal-cancelled' }];
  const rejected = await request();
  yield requested;
  await withdrawals.reject({ withdrawal: rejected, reason });
  yield ['a rejection', { payee: 'withdrawal-rejected' }];
  const failed = await request();
  yield requested;
  await withdrawals.approve({ withdrawal: failed, reason });
  yield approved;
  await withdrawals.fail({ withdrawal: failed, reason });
  yield ['a bank that takes nothing', { payee: 'withdrawal-failed' }];
  const withdrawal = await request();
  yield requested;
  await stage.advance('73h');
  yield ['a request that waits', { payee: 'withdrawal-overdue' }];
  await withdrawals.approve({ withdrawal, reason });
  yield approved;
  const proof = { method: 'bank_transfer', reference: requestId(), paidAt: stage.cloud.clock.now() } as const;
  await withdrawals.pay({ withdrawal, amount, ...proof, reason });
  yield ['a payment', { payee: 'withdrawal-paid' }];
  await withdrawals.pay({ withdrawal, amount, ...proof, reason });
  yield ['the same payment', {}];
}

/** What nobody does is told as well, and what a payment that went wrong comes to. */
async function* deadlines({ payer, payee, support, finance }: Cast): AsyncGenerator<Event> {
  const submitted = await submittedEscrow(payer, payee, 1000);
  yield ['a submission', null];
  await stage.advance('49h');
  yield ['a submission that waits', { payer: 'escrow-reminder' }];
  await stage.advance('24h');
  yield both('the timer', 'escrow-released');
  await payee.api.escrow.release({ escrow: submitted }).catch(() => undefined);
  yield ['a refused release', {}];
  const escrow = await lockedEscrow(payer, payee, 1000);
  yield ['a lock', null];
  await payee.api.escrow.dispute({ escrow, ...complaint });
  yield both('a dispute', 'escrow-disputed');
  await stage.advance('49h');
  yield both('a dispute that waits', 'escrow-overdue');
  await support.api.escrow.resolve({ escrow, resolution: { kind: 'split', percent: 60 }, reason });
  yield both('a split', 'escrow-split');
  const refunded = await lockedEscrow(payer, payee, 1000);
  yield ['a lock', null];
  await payee.api.escrow.refund({ escrow: refunded });
  yield both('a refund', 'escrow-refunded');
  await orderOf(payer);
  await stage.advance('2h');
  yield ['an order that nobody pays', { payer: 'purchase-expired' }];
  for (const decision of ['credit', 'dismiss'] as const) {
    const { id: purchase } = await orderOf(payer);
    const session = sessionOf(stage, purchase);
    await stage.stripe.pay(session, 'later');
    await stage.stripe.settle(session, 'failed');
    yield ['a bank that pays nothing', { payer: 'purchase-failed' }];
    const event = stage.stripe.events().findLast(({ data }) => data.object.id === session);
    const object = { ...event!.data.object, payment_status: 'paid' };
    const type = 'checkout.session.async_payment_succeeded';
    await stage.stripe.deliver({ ...event, id: `evt_${purchase.slice(0, 12)}`, type, data: { object } });
    yield ['a payment after all', { payer: 'purchase-review' }];
    await finance.api.purchases.resolve({ purchase, decision, reason });
    yield [decision, { payer: decision === 'credit' ? 'purchase-paid' : 'purchase-failed' }];
  }
  await assignedJob(payer, payee);
  yield ['an assignment', { payee: 'job-assigned' }];
  await stage.advance('91d');
  yield both('a job that nobody funds', 'job-cancelled');
}

const sweepAll = async () => {
  await stage.idle();
  for (const name of sweeps) await stage.cloud.runSchedule(name);
  await stage.idle();
};

async function inboxes(cast: Cast): Promise<Record<string, string[]>> {
  const all = Object.entries(cast).map(async ([role, who]) => [role, await noticesOf(stage, who)] as const);
  return Object.fromEntries(await Promise.all(all));
}

/** What is in the one and not in the other: what is told at one moment has no order. */
const heardSince = (before: Record<string, string[]>, after: Record<string, string[]>) =>
  Object.fromEntries(
    Object.entries(after).flatMap(([role, kinds]) => {
      const fresh = [...kinds];
      for (const kind of before[role] ?? []) fresh.splice(fresh.indexOf(kind), 1);
      return fresh.length === 0 ? [] : [[role, fresh]];
    }),
  );

test.each([
  ['once', {}, () => stage.idle()],
  ['once when every event comes twice', { double: true }, () => stage.idle()],
  ['once, by the sweeps, when no event comes at all', { drop: true }, sweepAll],
] as const)(
  'F65 W0-40 papers, payouts and deadlines are told to the right people, %s',
  async (_, fault, settle) => {
    const [payer, payee] = [await stage.buyer(100_000), await stage.buyer(100_000)];
    const cast: Cast = { ...admins, payer, payee, stranger: await stage.actor() };
    for (const name of triggers) stage.cloud.host.faults[name] = fault;
    let before = await inboxes(cast);
    for (const story of [papers, payouts, deadlines])
      for await (const [event, told] of story(cast)) {
        await settle();
        const after = await inboxes(cast);
        const expected = Object.entries(told ?? {}).map(([role, kind]) => [role, [kind]]);
        if (told) expect([event, heardSince(before, after)]).toEqual([event, Object.fromEntries(expected)]);
        before = after;
      }
  },
);
