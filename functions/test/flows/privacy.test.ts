import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CallError } from '../../../local/api.ts';
import { contract } from '../../src/contract.ts';
import { seal } from '../../src/platform/seal.ts';
import type { Call } from '../../src/shared/call.ts';
import { complaint, disputedEscrow, lockedEscrow, orderOf, submittedEscrow } from './acts.ts';
import type { Schema } from './mutations.ts';
import { createWitness, findIn, reveals, type Finding, type Needle } from './privacy.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let finance: Actor;
let treasurer: Actor;
let support: Actor;
beforeAll(async () => {
  stage = await openStage();
  finance = await stage.actor('finance');
  treasurer = await stage.actor('finance');
  support = await stage.actor('support');
}, 180_000);
let stopped = false;
afterAll(() => (stopped ? undefined : stage.stop()));

const iban = 'QA58DOHB00001234567890ABCDEFG';
const holder = 'Noor Al-Example';
const reason = 'Looked at it.';
const paper = (uid: string, name: string) => `kyc/${uid}/${name}.jpg`;
const papersOf = ({ uid }: Actor) => ({
  id_front: paper(uid, 'front'),
  id_back: paper(uid, 'back'),
  selfie: paper(uid, 'selfie'),
  proof_of_address: paper(uid, 'letter'),
});

const needles: readonly Needle[] = [
  { kind: 'e-mail', text: 'noor@example.test' },
  { kind: 'account', text: iban },
  { kind: 'name', text: holder },
  { kind: 'paper', text: 'kyc/noor/front.jpg' },
];

describe('W4-25 the scan finds', () => {
  const found = (value: unknown) => findIn(value, 'x/1', needles).map(({ kind }: Finding) => kind);

  test.each<[string, string, Finding['kind']]>([
    ['an e-mail', 'to NOOR@example.test now', 'e-mail'],
    ['anybody’s e-mail', 'x.y+z@mail.example.org', 'e-mail'],
    ['one in an address', 'https://app.example/?who=ben%40example.test', 'e-mail'],
    ['an account number', `paid to ${iban}`, 'account'],
    ['one with spaces and in small letters', 'qa58 dohb 0000 1234 5678 90ab cdef g', 'account'],
    ['anybody’s account number', 'GB29 NWBK 6016 1331 9268 19 PLEASE', 'account'],
    ['a name', 'for noor  al-example, urgent', 'name'],
    ['a paper', 'see kyc/noor/front.jpg', 'paper'],
    ['a phone number', 'call +974 4412 3456', 'phone'],
    ['one without spaces', '+97444123456', 'phone'],
  ])('%s', (_, text, kind) => {
    expect(findIn(text, 'x/1', needles)).toEqual([{ at: 'x/1', kind }]);
    expect(findIn({ a: [{ b: text }] }, 'x/1', needles)).toEqual([{ at: 'x/1.a.0.b', kind }]);
    expect(found({ [text]: 1 })).toEqual([kind]);
    expect(found(Buffer.from(text))).toEqual([kind]);
  });

  test('what only looks sealed', () => {
    const box = seal(JSON.stringify({ holder, iban }), 'x/1', randomBytes(32).toString('base64'));
    expect(found({ sealed: box })).toEqual([]);
    const written = Buffer.from(JSON.stringify({ holder, iban })).toString('base64');
    for (const wrong of [{ box: written }, { box: iban }, { nonce: '' }, { tag: '' }])
      expect(found({ sealed: { ...box, ...wrong } })).toEqual(['unsealed']);
    // Anything beside the four parts is looked at like everything else.
    expect(found({ sealed: { ...box, holder } })).toEqual(['name']);
  });

  test('nothing in what is harmless', () => {
    const codes = Array.from({ length: 2000 }, () => randomBytes(32));
    const near = [
      'Noor Al-Examples',
      'QA59DOHB00001234567890ABCDEFG',
      'QA•• •••• DEFG',
      'kyc/noor/',
      '@bank',
    ];
    const texts = [...near, '2026-11-21T07:00:00+00:00', 'a@1.2.3', 'QNB-2026-000123', '~ann~ben'];
    expect(found([texts, codes.map((one) => [one.toString('hex'), one.toString('base64')])])).toEqual([]);
  });

  test('an answer, a refusal and a line of the log', async () => {
    const witness = createWitness();
    const documents = papersOf({ uid: 'noor' } as Actor);
    const input = { requestId: requestId(), name: holder, country: 'QA', documents };
    const shown = { application: 'x', name: holder, country: 'QA', documents };
    // What the call itself reveals is what it is for; the same from another call is a leak.
    await witness.hear('kyc-reveal', {}, Promise.resolve(shown));
    await witness.hear('kyc-submit', input, Promise.resolve({ status: 'pending', for: holder }));
    await witness.hear('kyc-queue', {}, Promise.resolve({ reviews: [{ paper: documents.selfie }] }));
    await witness.hear('kyc-reveal', {}, Promise.resolve({ ...shown, country: 'ben@example.test' }));
    const refused = new CallError(400, 'X', 'No.', { reason: 'not_found', facts: { holder } });
    const refusing = witness.hear('kyc-reveal', {}, Promise.reject(refused));
    await expect(refusing).rejects.toBe(refused);
    witness.hearLog(`{"severity":"INFO","message":"${holder} asks"}`);
    expect((await witness.leaks(stage.db)).map((leak) => leak.split(' {')[0])).toEqual([
      'name in answer of kyc-submit.for',
      'paper in answer of kyc-queue.reviews.0.paper',
      'e-mail in answer of kyc-reveal.country',
      'name in refusal of kyc-reveal.details.facts.holder',
      'name in log',
    ]);
  });
});

/** A checkout as Stripe tells of it: with all that the payer typed on Stripe's page. */
async function payAsThemselves(buyer: Actor, amount: number): Promise<void> {
  const { id } = await orderOf(buyer, amount);
  stage.stripe.faults.delivery = 'never';
  await stage.stripe.pay(sessionOf(stage, id));
  stage.stripe.heal();
  const event = stage.stripe.events().findLast(({ data }) => data.object.id === sessionOf(stage, id));
  const customer_details = { email: buyer.email, name: holder, phone: '+97444123456' };
  const object = { ...event!.data.object, customer_email: buyer.email, customer_details };
  for (const amount_total of [1, object.amount_total])
    await stage.stripe.deliver({
      ...event,
      id: `evt_${requestId()}`,
      data: { object: { ...object, amount_total } },
    });
  await stage.idle();
}

async function cashOut(payee: Actor): Promise<void> {
  const { api, uid } = payee;
  const apply = () =>
    api.kyc.submit({ requestId: requestId(), name: holder, country: 'QA', documents: papersOf(payee) });
  const first = (await apply()).application ?? '';
  await finance.api.kyc.review({ uid, application: first, decision: 'reject', reason });
  const application = (await apply()).application ?? '';
  await stage.advance('49h');
  await finance.api.kyc.queue({});
  await finance.api.kyc.reveal({ uid, reason });
  await finance.api.kyc.review({ uid, application, decision: 'verify', reason });
  const save = () =>
    api.destinations.save({ requestId: requestId(), kind: 'bank', holder, iban, currency: 'QAR' });
  const [{ id: destination }, unwanted] = [await save(), await save()];
  await finance.api.destinations.reveal({ uid, destination, reason });
  await finance.api.destinations.verify({ uid, destination, decision: 'verify', reason });
  await finance.api.destinations.verify({ uid, destination: unwanted.id, decision: 'reject', reason });
  await api.kyc.get({});
  await api.destinations.remove({ destination: unwanted.id });

  const amount = { amount: 5000, currency: 'QAR' } as const;
  const ask = async () => (await api.withdrawals.request({ requestId: requestId(), amount, destination })).id;
  const failed = await ask();
  await stage.advance('73h');
  await finance.api.withdrawals.approve({ withdrawal: failed, reason });
  await finance.api.withdrawals.fail({ withdrawal: failed, reason });
  const withdrawal = await ask();
  await finance.api.withdrawals.queue({});
  await finance.api.withdrawals.approve({ withdrawal, reason });
  await finance.api.withdrawals.reveal({ withdrawal, reason });
  const proof = { method: 'bank_transfer', reference: requestId(), paidAt: stage.cloud.clock.now() } as const;
  await treasurer.api.withdrawals.pay({ withdrawal, amount, ...proof, reason });
  await api.withdrawals.list({});
}

test('W4-24 W4-25 W0-45 a whole story: people are uids wherever they are stored, shown or logged', async () => {
  const [payer, payee] = [await stage.buyer(60_000), await stage.actor()];
  await payAsThemselves(payer, 10_000);
  await stage.stripe.deliver({ id: 'evt_1', type: 'checkout.session.completed' }, { tamper: 'forged' });
  const order = await orderOf(payer, 10_000, 'fatora');
  const attempt = `${order.id.replace('~', ':')}:1`;
  const typed = { client_name: holder, client_email: payer.email, client_phone: '+97444123456' };
  await stage.fatora.deliver({ ...stage.fatora.hint(attempt), ...typed });
  await stage.fatora.pay(attempt);

  const released = await submittedEscrow(payer, payee, 30_000);
  await payer.api.escrow.release({ escrow: released });
  await payee.api.escrow.refund({ escrow: await lockedEscrow(payer, payee) });
  const fought = await disputedEscrow(payer, payee);
  await stage.advance('49h');
  const half = { kind: 'split', percent: 50 } as const;
  await support.api.escrow.resolve({ escrow: fought, resolution: half, reason });
  await refusal(payee.api.escrow.dispute({ escrow: fought, ...complaint }));
  await cashOut(payee);
  for (const { api } of [payer, payee]) await Promise.all([api.wallet.get({}), api.wallet.entries({})]);
  await stage.idle();

  expect(await stage.witness.leaks(stage.db)).toEqual([]);
  const { answers, lines } = stage.witness.heard();
  expect(answers).toBeGreaterThan(40);
  for (const told of ['payee_waits', 'withdrawal_waits', 'a payment event needs a look'])
    expect(lines.some((line) => line.includes(told))).toBe(true);

  const { docs } = await stage.db.collection('adminActions').get();
  for (const name of Object.keys(reveals)) {
    const looks = docs.map((one) => one.data()).filter(({ action }) => action === name);
    expect(looks).toMatchObject([{ by: finance.uid, role: 'finance', reason }]);
  }
});

/** The fields of free text in an answer: `reviews.destinations.mask`. */
function textsIn(schema: Schema & { anyOf?: readonly Schema[] }, path: readonly string[] = []): string[] {
  const { type, properties = {}, items, oneOf = [], anyOf = [], additionalProperties: rest } = schema;
  if (type === 'string' && !schema.enum && schema.const === undefined) return [path.join('.')];
  return [
    ...Object.entries(properties).flatMap(([key, part]) => textsIn(part, [...path, key])),
    ...[...oneOf, ...anyOf, ...(items ? [items] : [])].flatMap((part) => textsIn(part, path)),
    ...(typeof rest === 'object' ? textsIn(rest, [...path, '*']) : []),
  ];
}

/** What somebody is told of their own cards and of their account at the provider: four digits, and what is missing. */
const own: Readonly<Record<string, string>> = {
  'payments-methods': 'user',
  'connect-start': 'user',
  'connect-link': 'user',
  'connect-status': 'user',
  'connect-show': 'finance',
  // Papers about what they themselves paid, in the issuer's words.
  'invoices-get': 'user',
  'invoices-list': 'user',
  'invoices-pdf': 'user',
  // An entry of their own wallet, as it is hashed.
  'receipts-get': 'user',
  // What moved in their own wallet, in our words, and the provider's ids of it.
  'wallet-explain': 'user',
  'wallet-statement': 'user',
  // Ids of admins and of entries of the journal.
  'adjustments-request': 'finance',
  'adjustments-reverse': 'finance',
  'adjustments-approve': 'finance',
  'adjustments-reject': 'finance',
  'adjustments-get': 'finance',
  'adjustments-list': 'finance',
  // The names of the platform's own accounts.
  'totals-show': 'finance',
  // The journal, and the names of accounts.
  'exports-journal': 'finance',
  'exports-balances': 'finance',
  // Differences in figures, and the provider's ids of a payout.
  'alerts-close': 'finance',
  'alerts-list': 'finance',
  // Which collections and fields there are, and what law says of them.
  'privacy-erase': 'user',
  'privacy-status': 'user',
  'privacy-kept': 'support',
  'privacy-fulfil': 'superadmin',
  // What somebody shows of themselves to everybody.
  'profiles-get': 'anyone',
  'profiles-save': 'user',
  'usernames-claim': 'user',
  // Their own links, and what they look like.
  'links-make': 'user',
  'links-list': 'user',
  'links-stats': 'user',
  'links-share': 'user',
  'links-banner': 'user',
  // What the platform calls what it sells.
  'plans-list': 'anyone',
  'plans-mine': 'user',
  'plans-buy': 'user',
  'plans-define': 'superadmin',
  'packages-list': 'anyone',
  'packages-mine': 'user',
  'packages-buy': 'user',
  'packages-define': 'superadmin',
  'courses-buy': 'user',
  'codes-mine': 'user',
  'codes-check': 'anyone',
  'commissions-list': 'user',
  'orders-get': 'user',
  'orders-list': 'user',
  'orders-refund': 'finance',
  // Where they are paid to every week, by its id.
  'payruns-join': 'user',
  'payruns-leave': 'user',
  'payruns-mine': 'user',
  // Which admin began it, usernames, and withdrawals by their ids.
  'payruns-list': 'finance',
  'payruns-show': 'finance',
  'payruns-start': 'finance',
  'payruns-approve': 'finance',
  // What they were told, in our words.
  'messages-list': 'user',
  // What can be learned, in the words of who made it; a video only where it is opened, or edited.
  'courses-list': 'user',
  'courses-show': 'user',
  'courses-drafts': 'moderator',
  'courses-draft': 'moderator',
  'learning-show': 'user',
  'learning-open': 'user',
  'learning-beat': 'user',
  'learning-claim': 'user',
  // A certificate’s number is for its owner and whom they show it to; what it is of says the course.
  'certificates-list': 'user',
  'certificates-pdf': 'user',
  'certificates-proof': 'user',
  'certificates-verify': 'anyone',
  'certificates-revoke': 'moderator',
  // Where the proof of a transfer lies.
  'deposits-assign': 'finance',
  'deposits-queue': 'finance',
  'deposits-reject': 'finance',
  'deposits-verify': 'finance',
};

/** Ids, masks, and words of people who know that others read them. Anything else is somebody's own. */
const harmless =
  /(^|\.)(id|uid|job|payer|payee|approvedBy|application|journal|next|mask|title|reason|reference|checkoutUrl|target|why|plan|legs\.account|escrow|lot|referrer|day|assignee|secondBy|badge|brief|note|deliveries\.links|evidence\.text)$/;

test('W4-24 W0-45 the answers that may hold more than ids are those that reveal, and only finance gets them', () => {
  const calls = Object.entries(contract).flatMap(([feature, own]) =>
    Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
  );
  const telling = calls.flatMap(([name, { audience, output }]) => {
    const schema = z.toJSONSchema(output, { io: 'input' }) as Schema;
    const texts = textsIn(schema).filter((path) => !harmless.test(path));
    return texts.length > 0 ? [[name, audience, texts] as const] : [];
  });
  const [coins, ...others] = telling;
  expect(coins).toEqual(['catalog-list', 'anyone', ['coins.name']]);
  expect(others.map(([name]) => name).sort()).toEqual([...Object.keys(reveals), ...Object.keys(own)].sort());
  for (const [name, audience] of others) expect([name, audience]).toEqual([name, own[name] ?? 'finance']);
});

test('W4-25 a flow that left something personal behind fails when it stops', async () => {
  const left = stage.db.doc('inboxes/somebody/notices/1');
  await left.set({ text: `Hello ${finance.email}` });
  stopped = true;
  await expect(stage.stop()).rejects.toThrow('e-mail in inboxes/somebody/notices/1.text');
});
