import { randomBytes } from 'node:crypto';
import { issue } from '../../src/certificates/certificate.ts';
import { joinId } from '../../src/shared/ids.ts';
import { assignedJob, disputedEscrow, lockedEscrow, orderOf, qar, submittedEscrow } from './acts.ts';
import { basic, begunBooking, book, deliver, withName } from './creators.ts';
import { upiOf } from './weekly.ts';
import { requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** People with things of their own, and one who may do all that they may, but has no part in them. */

export type Fields = Readonly<Record<string, unknown>>;
export type Cast = Record<'payer' | 'payee' | 'saver' | 'newcomer' | 'stranger', Actor>;

export const castOf = async (stage: FlowStage): Promise<Cast> => ({
  payer: await stage.buyer(300_000),
  payee: await stage.actor(),
  saver: await stage.buyer(20_000),
  newcomer: await stage.actor(),
  // Verified below, with money and a destination: refused for nothing but being a stranger.
  stranger: await stage.buyer(20_000),
});

const reason = 'Looked at it.';
const nobody = randomBytes(14).toString('hex');

const papersOf = ({ uid }: Pick<Actor, 'uid'>) => ({
  id_front: `kyc/${uid}/front.jpg`,
  id_back: `kyc/${uid}/back.jpg`,
  selfie: `kyc/${uid}/selfie.jpg`,
  proof_of_address: `kyc/${uid}/letter.pdf`,
});
const account = { kind: 'bank', iban: 'QA58DOHB00001234567890ABCDEFG', currency: 'QAR' } as const;

export async function verified(
  finance: Actor,
  person: Actor,
): Promise<{ uid: string; application: string; destination: string }> {
  const { api, uid } = person;
  const [name, documents] = ['Person Example', papersOf(person)];
  const kyc = await api.kyc.submit({ requestId: requestId(), name, country: 'QA', documents });
  const application = kyc.application ?? '';
  await finance.api.kyc.review({ uid, application, decision: 'verify', reason });
  const saved = await api.destinations.save({ requestId: requestId(), holder: name, ...account });
  const destination = saved.id;
  await finance.api.destinations.verify({ uid, destination, decision: 'verify', reason });
  return { uid, application, destination };
}

/** A card that somebody paid with once, and kept. */
async function savedCard(stage: FlowStage, payer: Actor, payee: Actor): Promise<string> {
  const { id } = await payer.api.escrow.fund({ job: await assignedJob(payer, payee), save: true });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intents = Object.values(stage.stripe.vault().intents);
  await stage.stripe.play('confirm', intents.find(({ metadata }) => metadata.attempt === attempt)!.id);
  await stage.idle();
  return (await payer.api.payments.methods({})).methods[0]!.id;
}

/** What somebody is called whom this person brought. */
async function broughtBy(stage: FlowStage, { uid: referrer }: Actor): Promise<string> {
  const child = await stage.actor();
  const at = new Date(stage.cloud.clock.now());
  const times = { createdAt: at, untilAt: at, dueAt: null };
  const said = { uid: child.uid, referrer, link: null, status: 'over', news: [] };
  await stage.db.doc(`referrals/${child.uid}`).set({ ...said, ...times });
  return withName(child);
}

/** One of each, in a state in which whoever it belongs to may do the call. */
export async function thingsOf(stage: FlowStage, cast: Cast): Promise<Record<string, Fields>> {
  const { payer, payee, saver, newcomer, stranger } = cast;
  const finance = await stage.actor('finance');
  const [paid, saved] = [await verified(finance, payer), await verified(finance, saver)];
  await verified(finance, stranger);
  const spare = await saver.api.destinations.save({ requestId: requestId(), holder: 'Saver', ...account });
  const job = () => assignedJob(payer, payee);
  const held = async () => ({ escrow: await lockedEscrow(payer, payee) });
  const order = { requestId: requestId(), amount: qar(5000), destination: paid.destination };
  const { id: withdrawal } = await payer.api.withdrawals.request(order);
  const { id: purchase } = await orderOf(payer);
  stage.stripe.faults.amount = 9000;
  await stage.stripe.pay(sessionOf(stage, purchase));
  stage.stripe.heal();
  await stage.idle();
  const history = await payer.api.wallet.entries({});
  const gift = { uid: payer.uid, credits: 50, reason };
  await finance.api.lots.grant({ requestId: requestId(), ...gift });
  const make = async () =>
    (await payer.api.generations.start({ requestId: requestId(), kind: 'image', prompt: 'A lighthouse' })).id;
  const [generation, another] = [await make(), await make()];
  const { invoices } = await payer.api.invoices.list({});
  const invoice = invoices[0]!.id;
  const { id: link } = await payer.api.links.make({ channel: 'x', path: '/join' });
  const learning = { requestId: requestId(), package: 'starter', card: {} };
  const { id: learned } = await payer.api.packages.buy(learning);
  const creatorNames = await bookingThings(stage, payer, payee);
  const told = await toldOf(stage, payer);
  const certificate = await certificateOf(stage, payer);
  return {
    ...creatorNames,
    ...courseThings,
    ...told,
    'certificates-list': { after: certificate },
    ...Object.fromEntries(
      ['pdf', 'proof', 'revoke'].map((name) => [`certificates-${name}`, { certificate }]),
    ),
    'profiles-save': { avatar: `avatars/${payer.uid}/me.png` },
    'deposits-submit': { proof: `proofs/${payer.uid}/slip.pdf` },
    'deposits-queue': { after: `${'a'.repeat(24)}~${payer.uid}` },
    ...Object.fromEntries(
      ['assign', 'verify', 'reject'].map((name) => [
        `deposits-${name}`,
        { deposit: `${'a'.repeat(24)}~${payer.uid}`, to: payer.uid },
      ]),
    ),
    'jobs-assign': { job: await job(), payee: saver.uid },
    'jobs-cancel': { job: await job() },
    'escrow-lock': { job: await job() },
    'escrow-fund': { job: await job(), method: await savedCard(stage, payer, payee) },
    'payments-cancel': { payment: (await payer.api.escrow.fund({ job: await job() })).id },
    'payments-forget': { method: await savedCard(stage, saver, payee) },
    'payments-credit': { payment: (await payer.api.escrow.fund({ job: await job() })).id },
    'refunds-preview': { target: { kind: 'purchase', id: purchase } },
    'refunds-create': { target: { kind: 'purchase', id: purchase } },
    'refunds-get': { refund: 'a'.repeat(24) },
    'refunds-resolve': { refund: 'a'.repeat(24), decision: 'failed', reason: 'No.' },
    'escrow-submit': await held(),
    'escrow-revise': { escrow: await submittedEscrow(payer, payee) },
    'escrow-release': await held(),
    'escrow-refund': await held(),
    'escrow-dispute': await held(),
    'escrow-resolve': { escrow: await disputedEscrow(payer, payee) },
    'purchases-resolve': { purchase },
    'kyc-submit': { documents: papersOf(newcomer) },
    'kyc-queue': { after: payer.uid },
    'kyc-reveal': paid,
    'kyc-review': paid,
    'destinations-remove': { destination: spare.id },
    'destinations-verify': { uid: saver.uid, destination: spare.id },
    'destinations-reveal': paid,
    'connect-show': { uid: payer.uid },
    'withdrawals-request': { amount: qar(5000), destination: saved.destination },
    'commissions-list': { after: `${'a'.repeat(24)}~${payer.uid}~1` },
    'commissions-review': { commission: `${'a'.repeat(24)}~${payer.uid}~1` },
    'orders-get': { order: learned },
    'orders-list': { after: learned },
    'orders-refund': { order: learned },
    'payruns-join': { destination: await upiOf(finance, saver, 'saver@okbank') },
    'payruns-list': { after: '2026-W01-INR' },
    'payruns-show': { run: '2026-W01-INR', after: `2026-W01-INR~${payer.uid}` },
    'payruns-approve': { run: '2026-W01-INR', withdrawals: [withdrawal] },
    'withdrawals-list': { after: withdrawal },
    'withdrawals-queue': { after: withdrawal },
    'wallet-entries': {
      after: `${history.entries[0]!.n}`.padStart(12, '0'),
      reference: history.entries.at(-1)!.reference,
    },
    'invoices-list': { after: invoice },
    'invoices-get': { invoice },
    'invoices-pdf': { invoice },
    'generations-get': { generation },
    'generations-list': { after: generation },
    'generations-cancel': { generation: another },
    'generations-overdue': { after: generation },
    'lots-grant': { uid: payer.uid },
    'metering-show': { first: '2026-01-01', last: '2026-01-01' },
    'adjustments-request': { uid: payer.uid, corrects: history.entries.at(-1)!.journal },
    'adjustments-reverse': { entry: history.entries.at(-1)!.journal },
    'adjustments-approve': { adjustment: 'a'.repeat(24) },
    'adjustments-reject': { adjustment: 'a'.repeat(24) },
    'adjustments-get': { adjustment: 'a'.repeat(24) },
    'adjustments-list': { uid: payer.uid, after: 'a'.repeat(24) },
    'alerts-list': { after: 'settled.stripe.txn_1' },
    'alerts-close': { alert: 'settled.stripe.txn_1' },
    'reconciliation-run': { day: '2026-01-01' },
    'exports-journal': { after: history.entries.at(-1)!.journal },
    'wallet-explain': { uid: payer.uid },
    'wallet-at': { uid: payer.uid },
    'wallet-statement': { uid: payer.uid },
    'tree-show': { level: 2, of: await broughtBy(stage, payer) },
    'links-list': { after: link },
    'links-share': { link },
    'links-banner': { link },
    'privacy-kept': { uid: payer.uid },
    'privacy-fulfil': { uid: payer.uid },
    'admin-grant': { uid: payer.uid },
    'admin-revoke': { uid: payer.uid },
    ...Object.fromEntries(
      ['cancel', 'approve', 'assign', 'reject', 'reveal', 'pay', 'fail'].map((name) => [
        `withdrawals-${name}`,
        { withdrawal, ...(name === 'assign' && { to: payer.uid }) },
      ]),
    ),
  };
}

/** As if they had finished a course. */
async function certificateOf({ db }: FlowStage, { uid }: Actor): Promise<string> {
  const number = randomBytes(16).toString('hex');
  const about = { number, uid, course: 'selling-online', title: 'Selling online', at: 1_767_225_600_000 };
  const { issuedAt, ...rest } = issue(about);
  await db.doc(`certificates/${number}`).set({ ...rest, news: [], issuedAt: new Date(issuedAt) });
  return number;
}

/** For those who make courses alone, so there need be none. */
const courseThings: Readonly<Record<string, Fields>> = Object.fromEntries(
  ['drafts', 'draft', 'save', 'terms', 'publish', 'remove', 'module', 'topic', 'drop', 'order'].map(
    (name) => [
      `courses-${name}`,
      {
        ...{ course: 'selling-online', after: 'selling-online', module: 'basics', topic: 'first-steps' },
        ...{ part: { kind: 'topic', id: 'first-steps' }, order: ['basics'] },
      },
    ],
  ),
);

/** A booking for each step, in a state in which whoever it belongs to may make it. */
async function bookingThings(
  stage: FlowStage,
  brand: Actor,
  creator: Actor,
): Promise<Record<string, Fields>> {
  await withName(brand, 'brand');
  const pair = { brand, creator, name: await withName(creator, 'maker') };
  await creator.api.terms.save({ packages: [{ ...basic, price: qar(1000), freeRevisions: 0 }] });
  const begun = async (delivered = false) => {
    const booking = await begunBooking(pair);
    if (delivered) await deliver(pair, booking);
    return booking;
  };
  const disputed = async () => {
    const booking = await begun();
    await brand.api.bookings.dispute({ booking, reason: 'other', statement: 'It is not what we had said.' });
    return booking;
  };
  const revisable = await begun(true);
  await brand.api.bookings.extra({ booking: revisable });
  const admins = { booking: await disputed(), to: brand.uid, after: await disputed() };
  return {
    'bookings-get': { booking: await book(pair) },
    'bookings-pay': { booking: await book(pair) },
    'bookings-accept': { booking: await book(pair) },
    'bookings-reject': { booking: await book(pair) },
    'bookings-withdraw': { booking: await book(pair) },
    'bookings-deliver': { booking: await begun(), links: ['https://files.example/1'] },
    'bookings-approve': { booking: await begun(true) },
    'bookings-revise': { booking: revisable },
    'bookings-extra': { booking: await begun(true) },
    'bookings-cancel': { booking: await begun() },
    'bookings-dispute': { booking: await begun() },
    'bookings-evidence': { booking: await disputed(), file: `proofs/${creator.uid}/chat.png` },
    ...Object.fromEntries(
      ['decide', 'assign', 'resolve', 'queue'].map((name) => [`bookings-${name}`, admins]),
    ),
  };
}

/** What the payer was told, and on which device. */
async function toldOf(stage: FlowStage, payer: Actor): Promise<Record<string, Fields>> {
  await stage.idle();
  const { notices } = await payer.api.messages.list({});
  const [first, second] = notices.filter(({ id }) => /[0-9a-f]{24}/.test(id));
  const token = `${'a1'.repeat(12)}:APA91b`;
  await payer.api.push.add({ token, platform: 'web' });
  return {
    'messages-list': { after: joinId(String(first!.at), first!.id) },
    'messages-read': { notice: first!.id },
    'messages-unmark': { notice: first!.id },
    'messages-delete': { notice: second!.id },
    'push-remove': { token },
  };
}

/** An id of the same kind that names nothing there is, though the people it names are the same. */
export function madeUp(id: unknown): unknown {
  if (typeof id === 'object' && id !== null) return papersOf({ uid: nobody });
  const text = String(id);
  if (/^(proofs|avatars)\//.test(text)) return text.replace(/\/[^/]+\//, `/${nobody}/`);
  if (/^\d{12}$/.test(text)) return '000000000999';
  if (/^[A-Z]\d{4}-\d{6}$/.test(text)) return `${text.slice(0, 6)}999999`;
  const unused = randomBytes(12).toString('hex');
  const known = /[0-9a-f]{24}/;
  return known.test(text) ? text.replace(known, unused) : nobody;
}
