import { z } from 'zod';
import { CallError } from '../../../local/api.ts';
import { contract } from '../../src/contract.ts';
import type { Call } from '../../src/shared/call.ts';
import type { Reason } from '../../src/shared/refusal.ts';
import { violationsOn } from './books.ts';
import type { Schema } from './mutations.ts';
import { everyDocument } from './privacy.ts';
import { openStage, requestId, type Actor, type FlowStage } from './stage.ts';
import { castOf, madeUp, thingsOf, type Cast, type Fields } from './strangers.ts';

/** Who knows an id and nothing else: learns nothing by it, and changes nothing. Made from the contract. */

jest.setTimeout(180_000);

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
);

/** Texts of an input that name nothing that there is: words, what is made with the call, and the bank's own. */
const words =
  /-(save\.(holder|iban)|submit\.(name|country|note)|start\.country|create\.plan|pay\.reference|statement\.month|start\.(prompt|imageUrl)|deliver\.(note|links)|evidence\.(text|file)|request\.brief|save\.(bio|links|packages|summary)|topic\.video|define\.(offer|package)|(submit|verify)\.reference|\w+\.(requestId|title|reason|note|wish|statement))$/;

const hasText = ({ type, enum: choice, const: one, properties = {}, oneOf = [], items }: Schema): boolean =>
  (type === 'string' && !choice && one === undefined) ||
  [...Object.values(properties), ...oneOf, ...(items ? [items] : [])].some(hasText);

/** Every field that names something: `escrow-release.escrow`. A text that nobody decided about is one. */
const naming = calls.flatMap(([name, { input }]) => {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input' }) as Schema;
  const fields = Object.entries(properties).filter(([, schema]) => hasText(schema));
  return fields.map(([field]) => `${name}.${field}`).filter((field) => !words.test(field));
});

type Row = {
  /** Why the stranger is refused. Null: is answered, and hears of nothing but their own. */
  readonly refused: Reason | null;
  /** Whose it is, and may do it: nobody, where only admins may. */
  readonly by?: Exclude<keyof Cast, 'stranger'>;
  /** The owner's answer tells of it. */
  readonly shows?: true;
};
const role: Row = { refused: 'role_missing' };

const rows: Readonly<Record<string, Row>> = {
  'jobs-assign.job': { refused: 'not_found', by: 'payer' },
  'jobs-cancel.job': { refused: 'not_found', by: 'payer' },
  'escrow-lock.job': { refused: 'not_found', by: 'payer' },
  'escrow-fund.job': { refused: 'not_found', by: 'payer' },
  'escrow-fund.method': { refused: 'not_found', by: 'payer' },
  'payments-cancel.payment': { refused: 'not_found', by: 'payer' },
  'payments-forget.method': { refused: 'not_found', by: 'saver' },
  'payments-credit.payment': role,
  'refunds-preview.target': role,
  'refunds-create.target': role,
  'refunds-get.refund': role,
  'refunds-resolve.refund': role,
  'escrow-submit.escrow': { refused: 'not_found', by: 'payee' },
  'escrow-revise.escrow': { refused: 'not_found', by: 'payer' },
  'escrow-release.escrow': { refused: 'not_found', by: 'payer' },
  'escrow-refund.escrow': { refused: 'not_found', by: 'payee' },
  'escrow-dispute.escrow': { refused: 'not_found', by: 'payee' },
  'escrow-resolve.escrow': role,
  'purchases-resolve.purchase': role,
  'kyc-submit.documents': { refused: 'not_yours', by: 'newcomer' },
  'kyc-queue.after': role,
  'kyc-reveal.uid': role,
  'kyc-review.uid': role,
  'kyc-review.application': role,
  // Taking out what is not there is done already; the answer is what is left of one's own.
  'destinations-remove.destination': { refused: null, by: 'saver' },
  'destinations-verify.uid': role,
  'destinations-verify.destination': role,
  'destinations-reveal.uid': role,
  'destinations-reveal.destination': role,
  'connect-show.uid': role,
  'withdrawals-request.destination': { refused: 'not_found', by: 'saver' },
  'withdrawals-cancel.withdrawal': { refused: 'not_found', by: 'payer' },
  'orders-get.order': { refused: 'not_found', by: 'payer' },
  'orders-list.after': { refused: 'not_found', by: 'payer' },
  // An id names the buyer, not who earns; one of somebody else’s is as one of nobody’s (flows/commissions).
  'commissions-list.after': { refused: 'not_found' },
  'commissions-review.commission': role,
  'orders-refund.order': role,
  'withdrawals-list.after': { refused: 'not_found', by: 'payer' },
  'withdrawals-queue.after': role,
  'withdrawals-approve.withdrawal': role,
  'withdrawals-reject.withdrawal': role,
  'withdrawals-reveal.withdrawal': role,
  'withdrawals-pay.withdrawal': role,
  'withdrawals-fail.withdrawal': role,
  'payruns-join.destination': { refused: 'not_found', by: 'saver' },
  'payruns-list.after': role,
  'payruns-show.run': role,
  'payruns-show.after': role,
  'payruns-approve.run': role,
  'payruns-approve.withdrawals': role,
  'adjustments-request.uid': role,
  'adjustments-request.corrects': role,
  'adjustments-reverse.entry': role,
  'adjustments-approve.adjustment': role,
  'adjustments-reject.adjustment': role,
  'adjustments-get.adjustment': role,
  'adjustments-list.uid': role,
  'adjustments-list.after': role,
  // Looks into one's own history only: what is not in it is not found, or leaves nothing to show.
  'wallet-entries.after': { refused: 'not_found', by: 'payer' },
  'wallet-entries.reference': { refused: null, by: 'payer', shows: true },
  'wallet-explain.uid': { refused: 'role_missing', by: 'payer' },
  'wallet-at.uid': { refused: 'role_missing', by: 'payer' },
  'wallet-statement.uid': { refused: 'role_missing', by: 'payer' },
  'profiles-save.avatar': { refused: 'not_yours', by: 'payer' },
  'deposits-submit.proof': { refused: 'not_yours', by: 'payer' },
  'deposits-queue.after': role,
  'deposits-assign.deposit': role,
  'deposits-assign.to': role,
  'deposits-verify.deposit': role,
  'deposits-reject.deposit': role,
  'withdrawals-assign.withdrawal': role,
  'withdrawals-assign.to': role,
  'bookings-get.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-pay.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-accept.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-reject.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-withdraw.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-deliver.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-approve.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-revise.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-extra.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-cancel.booking': { refused: 'not_found', by: 'payer', shows: true },
  'bookings-dispute.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-evidence.booking': { refused: 'not_found', by: 'payee', shows: true },
  'bookings-decide.booking': role,
  'bookings-assign.booking': role,
  'bookings-assign.to': role,
  'bookings-resolve.booking': role,
  'bookings-queue.after': role,
  'certificates-list.after': { refused: 'not_found', by: 'payer' },
  'certificates-pdf.certificate': { refused: 'not_found', by: 'payer', shows: true },
  // Its owner waits for the root of the day (flows/learning).
  'certificates-proof.certificate': { refused: 'not_found' },
  'certificates-revoke.certificate': role,
  'courses-drafts.after': role,
  'courses-module.module': role,
  'courses-topic.module': role,
  'courses-topic.topic': role,
  'courses-drop.part': role,
  'courses-order.module': role,
  'courses-order.order': role,
  ...Object.fromEntries(
    ['draft', 'save', 'terms', 'publish', 'remove', 'module', 'topic', 'drop', 'order'].map((name) => [
      `courses-${name}.course`,
      role,
    ]),
  ),
  'invoices-list.after': { refused: 'not_found', by: 'payer' },
  'invoices-get.invoice': { refused: 'not_found', by: 'payer', shows: true },
  'invoices-pdf.invoice': { refused: 'not_found', by: 'payer', shows: true },
  'generations-get.generation': { refused: 'not_found', by: 'payer', shows: true },
  'generations-list.after': { refused: 'not_found', by: 'payer' },
  'generations-cancel.generation': { refused: 'not_found', by: 'payer' },
  'generations-overdue.after': role,
  'lots-grant.uid': role,
  'metering-show.first': role,
  'metering-show.last': role,
  'tree-show.of': { refused: 'not_found', by: 'payer' },
  'links-list.after': { refused: 'not_found', by: 'payer' },
  'links-share.link': { refused: 'not_found', by: 'payer' },
  'links-banner.link': { refused: 'not_found', by: 'payer' },
  'privacy-kept.uid': role,
  'privacy-fulfil.uid': role,
  'admin-grant.uid': role,
  'admin-revoke.uid': role,
  'alerts-list.after': role,
  'alerts-close.alert': role,
  'reconciliation-run.day': role,
  'exports-journal.after': role,
  // A place in one's own inbox, whoever's it was.
  'messages-list.after': { refused: null, by: 'payer' },
  'messages-read.notice': { refused: 'not_found', by: 'payer' },
  'messages-unmark.notice': { refused: 'not_found', by: 'payer' },
  'messages-delete.notice': { refused: 'not_found', by: 'payer' },
  'push-remove.token': { refused: null, by: 'payer' },
};

/** Whom a payer chooses is the payer's word: somebody else by purpose, so no stranger is kept from it. */
const chosen = [
  'jobs-assign.payee',
  // Names and offers are there for everybody to know; a card of somebody else’s is refused by the provider (flows/plans).
  ...['usernames-claim.username', 'usernames-check.username', 'profiles-get.username', 'terms-get.username'],
  ...['bookings-request.creator', 'bookings-request.package', 'plans-buy.offer', 'plans-buy.card'],
  // What there is to learn everybody may know; what is in it opens by what was paid (flows/learning).
  ...['courses-list.after', 'courses-show.course', 'learning-show.course', 'learning-claim.course'],
  ...['learning-open.course', 'learning-open.topic', 'learning-beat.course', 'learning-beat.topic'],
  // Whoever was shown the number of a certificate may look whether it holds.
  'certificates-verify.certificate',
  ...['packages-buy.package', 'packages-buy.card', 'courses-buy.course', 'courses-buy.card'],
  ...['bookings-pay.card', 'bookings-extra.card', 'rewards-refer.referrer'],
  // A page of the app, and days; a place in a list is sealed for who was told it (flows/tree).
  ...['links-make.path', 'links-stats.first', 'links-stats.last', 'tree-show.after'],
  // What an app calls its device names nothing of ours: a hash of it counts who came from there.
  ...['rewards-refer.device', 'rewards-welcome.device', 'codes-mine.device', 'codes-attach.device'],
  // A code is there for everybody to have; a link is kept as it was given.
  ...['codes-check.code', 'codes-attach.code', 'codes-attach.link'],
  // A device is whoever’s is signed in on it (flows/messages).
  'push-add.token',
];

test('W0-40 W3-32 every field of the contract that names something has a row', () => {
  expect(naming.toSorted()).toEqual([...Object.keys(rows), ...chosen].toSorted());
});

let stage: FlowStage;
let cast: Cast;
/** What each call is told to be about, as its owner would. */
let about: Readonly<Record<string, Fields>>;
beforeAll(async () => {
  stage = await openStage();
  cast = await castOf(stage);
  about = await thingsOf(stage, cast);
  await stage.idle();
}, 120_000);
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

/** The example of the contract about these things, only with fields that it knows. */
function inputOf(call: Call, name: string, field: string, value: unknown): Fields {
  const known = Object.keys((z.toJSONSchema(call.input, { io: 'input' }) as Schema).properties ?? {});
  const example = Object.entries({ ...(call.example.input as Fields), ...about[name] });
  // A page is asked for by one filter at a time.
  const kept = example.filter(
    ([key]) => known.includes(key) && !(name === 'wallet-entries' && key !== 'limit'),
  );
  const fresh = known.includes('requestId') ? { requestId: requestId() } : {};
  return { ...Object.fromEntries(kept), ...fresh, [field]: value };
}

/** What somebody hears, with the id that they sent taken out: whatever differs then tells something. */
async function hears(name: string, input: Fields, id: unknown, by: Actor) {
  try {
    return { answer: await stage.call(name, input, by) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { status, code, message, details } = error;
    const blind = JSON.stringify({ status, code, message, details }).replaceAll(String(id), 'ID');
    return JSON.parse(blind) as { readonly details: { readonly reason: Reason } };
  }
}

async function stored(): Promise<Record<string, unknown>> {
  await stage.idle();
  const all = await everyDocument(stage.db);
  return Object.fromEntries([...all].filter(([path]) => !path.startsWith('throttles/')));
}

test.each(Object.entries(rows))('W3-32 W0-40 a stranger who knows the id: %s', async (key, row) => {
  const [name = '', field = ''] = key.split('.');
  const call = calls.find(([known]) => known === name)![1];
  const real = about[name]![field];
  expect(real).toBeDefined();
  const before = await stored();
  const input = inputOf(call, name, field, real);
  expect(call.input.safeParse(input).error).toBeUndefined();
  const theirs = await hears(name, input, real, cast.stranger);
  const unused = madeUp(real);
  const none = await hears(name, inputOf(call, name, field, unused), unused, cast.stranger);
  // Not a word tells whether there is such a thing.
  expect(theirs).toEqual(none);
  if (row.refused === null) expect(JSON.stringify(theirs)).not.toContain(String(real));
  else expect(theirs).toMatchObject({ details: { reason: row.refused } });
  expect(await stored()).toEqual(before);
  // It was the person and nothing else in the input.
  if (!row.by) return;
  const owners = await hears(name, input, real, cast[row.by]);
  expect(owners).toHaveProperty('answer');
  if (row.shows) expect(JSON.stringify(owners)).toContain(String(real));
});

test('W3-32 W0-40 an id that is bent to name the stranger opens nothing', async () => {
  const escrow = String(about['escrow-resolve']!.escrow);
  const withdrawal = String(about['withdrawals-list']!.after);
  const before = await stored();
  for (const person of [cast.payer, cast.payee]) {
    const bent = escrow.replace(person.uid, cast.stranger.uid);
    for (const name of ['submit', 'revise', 'release', 'refund', 'dispute']) {
      const call = calls.find(([known]) => known === `escrow-${name}`)![1];
      const input = { ...(call.example.input as Fields), escrow: bent };
      expect(await hears(`escrow-${name}`, input, bent, cast.stranger)).toMatchObject({
        details: { reason: 'not_found' },
      });
    }
  }
  const own = withdrawal.replace(cast.payer.uid, cast.stranger.uid);
  for (const [name, field] of [
    ['cancel', 'withdrawal'],
    ['list', 'after'],
  ] as const)
    expect(await hears(`withdrawals-${name}`, { [field]: own }, own, cast.stranger)).toMatchObject({
      details: { reason: 'not_found' },
    });
  expect(await stored()).toEqual(before);
});

/** What the provider makes for whoever asks; a link is for those who have an account. */
const making = [
  'connect-start',
  'connect-link',
  'profiles-save',
  'terms-save',
  'rewards-welcome',
  'codes-mine',
  'links-make',
  'leaders-hide',
];

/** Ends the one who asks: see flows/erasure. */
const ending = ['privacy-erase'];

/** Of what one has: who has nothing is told so (flows/receipts). */
const ofWhatOneHas = ['receipts-get', 'allowance-cancel'];

/** Changes what is one’s own, and tells how much of it (flows/messages). */
const changing = ['messages-preferences', 'messages-readall'];

/** Calls that show somebody their own, without being told of what. */
const shows = calls.filter(([name, { audience, input, example }]) => {
  const { required = [] } = z.toJSONSchema(input, { io: 'input' }) as Schema;
  const asked = required.some((field) => naming.includes(`${name}.${field}`));
  const makes =
    [...making, ...ending, ...ofWhatOneHas, ...changing].includes(name) ||
    'requestId' in (example.input as Fields);
  return audience === 'user' && !asked && !makes;
});

test('W0-40 W3-32 what shows one’s own shows nothing of others', async () => {
  const buckets = { available: 0, pending: 0, reserved: 0, debt: 0 };
  const zero = { ...buckets, inEscrow: 0 };
  const lifetime = { earned: 0, spent: 0, withdrawn: 0, refunded: 0, purchased: 0 };
  const empty: Record<string, unknown> = {
    'kyc-get': { status: 'none', application: null, reason: null, submittedAt: null, destinations: [] },
    'payments-methods': { methods: [] },
    'messages-list': { notices: [], next: null },
    'messages-unread': { count: 0 },
    'plans-mine': { plan: null, badges: [] },
    'packages-mine': { package: null },
    'orders-list': { orders: [], next: null },
    'commissions-list': { commissions: [], next: null },
    'commissions-table': expect.objectContaining({ mostBps: 7000 }) as unknown,
    'courses-list': { courses: [], next: null },
    'certificates-list': { certificates: [], next: null },
    'connect-status': { status: 'none', country: null, last4: null, needs: [], reason: null, askedAt: null },
    'withdrawals-list': { withdrawals: [], next: null },
    'payruns-mine': { weekly: null, minimum: { amount: 50_000, currency: 'INR' } },
    'payruns-leave': { weekly: null, minimum: { amount: 50_000, currency: 'INR' } },
    'invoices-list': { invoices: [], next: null },
    'generations-list': { generations: [], next: null },
    'lots-list': { available: 0, lots: [] },
    'allowance-show': { subscription: null },
    'links-list': { links: [], next: null },
    'tree-show': { people: [], totals: { children: 0, grandchildren: 0 }, next: null },
    'leaders-show': { rows: [], asOf: null, next: null },
    'leaders-mine': { rank: null, net: 0, count: 0, hidden: false },
    'privacy-status': expect.objectContaining({ erasure: null, left: null }) as unknown,
    'wallet-get': {
      balances: [{ currency: 'QAR', ...zero, lifetime }],
      coins: { coins: {}, rest: 0 },
      frozen: false,
    },
    'wallet-cover': expect.objectContaining({ covered: false, available: 0 }) as unknown,
    'wallet-entries': { entries: [], next: null },
    'wallet-explain': { opening: 0, closing: 0, moved: 0, addsUp: true, entries: [], next: null },
    'wallet-at': { currency: 'QAR', balance: buckets, n: 0 },
    'wallet-statement': expect.objectContaining({
      entries: 0,
      opening: buckets,
      closing: buckets,
    }) as unknown,
  };
  expect(shows.map(([name]) => name).toSorted()).toEqual(Object.keys(empty).toSorted());
  const { stranger, ...owners } = cast;
  const others = Object.values(owners).map(({ uid }) => uid);
  const things = Object.values(about).flatMap((fields) =>
    Object.values(fields).filter((one) => typeof one === 'string'),
  );
  /** Their examples begin at one thing among one’s own, which the newest has none of. */
  const fromTheStart: Readonly<Record<string, object>> = { 'wallet-entries': {}, 'tree-show': { level: 1 } };
  const newest = await stage.actor();
  const before = await stored();
  for (const [name, { example }] of shows) {
    const input = fromTheStart[name] ?? example.input;
    expect([name, await stage.call(name, input, newest)]).toEqual([name, empty[name]]);
    const told = JSON.stringify(await stage.call(name, input, stranger));
    // A place in a history is a number that everybody's has.
    for (const id of [...others, ...things].filter((one) => !/^\d{12}$/.test(one)))
      expect(told).not.toContain(id);
  }
  expect(await stored()).toEqual(before);
});
