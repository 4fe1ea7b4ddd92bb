import { takeTallies, type Tally } from '../../../local/wire.ts';
import { assignedJob, disputedEscrow, lockedEscrow, orderOf, qar, submittedEscrow } from './acts.ts';
import { affiliating } from './spending.affiliates.ts';
import { bringing } from './spending.bringing.ts';
import { creating, growing, offering } from './spending.creators.ts';
import { weekly } from './spending.payruns.ts';
import { generating, giving, subscribing } from './spending.credits.ts';
import { teaching } from './spending.learning.ts';
import { learning } from './spending.packages.ts';
import { messaging } from './spending.messages.ts';
import { verified } from './strangers.ts';
import { requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/**
 * Every operation once, as people and providers set it off, with what it sent over the wire: a list has one thing on its
 * page, a balance one entry behind it. The longer the page the more is read, one document for each line.
 */

export type Spent = Map<string, Tally>;

const reason = 'Looked at it.';
const DAY = 24 * 3_600_000;

export async function spendAll(stage: FlowStage): Promise<Spent> {
  const spent: Spent = new Map();
  /** @param door the function whose call is counted, where it is none of the contract or is counted twice */
  const cost = async <T>(row: string, act: () => Promise<T>, door = row): Promise<T> => {
    await stage.idle();
    takeTallies();
    const answer = await act();
    await stage.idle();
    const tallies = takeTallies(door).map(({ tally }) => tally);
    // Timers come for what is over, too; the one that moves money is meant.
    const [one, ...more] = door === row ? tallies : tallies.toSorted((a, b) => b.writes - a.writes);
    if (!one || (door === row && more.length > 0) || spent.has(row))
      throw new Error(`${row}: ${one ? more.length : 'none'} more calls`);
    spent.set(row, one);
    return answer;
  };
  const [payer, payee, support, finance, treasurer, chief] = await Promise.all([
    stage.buyer(300_000),
    stage.actor(),
    stage.actor('support'),
    stage.actor('finance'),
    stage.actor('finance'),
    stage.actor('superadmin'),
  ]);
  const all = { stage, cost, payer, payee, support, finance, treasurer, chief };
  const chapters = [buying, working, cards, identities, takingOut, correcting, looking, leaving];
  chapters.push(offering, creating, growing, generating, giving, subscribing, learning, affiliating);
  chapters.push(bringing, teaching, messaging, weekly);
  for (const chapter of chapters) await chapter(all);
  return spent;
}

export type All = {
  readonly stage: FlowStage;
  readonly cost: <T>(row: string, act: () => Promise<T>, door?: string) => Promise<T>;
} & Readonly<Record<'payer' | 'payee' | 'support' | 'finance' | 'treasurer' | 'chief', Actor>>;

async function buying({ stage, cost, payer, finance }: All): Promise<void> {
  const item = { kind: 'amount', amount: 5_000 } as const;
  await cost('catalog-list', () => payer.api.catalog.list({}));
  await cost('catalog-quote', () => payer.api.catalog.quote({ item }));
  await cost('wallet-get', () => payer.api.wallet.get({}));
  await cost('wallet-cover', () => payer.api.wallet.cover(qar(20_000)));
  await cost('wallet-entries', () => payer.api.wallet.entries({}));
  await cost('wallet-explain', () => payer.api.wallet.explain({}));
  await cost('wallet-at', () => payer.api.wallet.at({ at: stage.cloud.clock.now() + 1, currency: 'QAR' }));
  const month = new Date(stage.cloud.clock.now()).toISOString().slice(0, 7);
  await cost('wallet-statement', () =>
    payer.api.wallet.statement({ month, currency: 'QAR', format: 'csv', limit: 500 }),
  );
  await cost('invoices-list', () => payer.api.invoices.list({}));
  const { invoices } = await payer.api.invoices.list({});
  await cost('invoices-get', () => payer.api.invoices.get({ invoice: invoices[0]!.id }));
  await cost('invoices-pdf', () => payer.api.invoices.pdf({ invoice: invoices[0]!.id }));

  const order = { requestId: requestId(), provider: 'stripe', item } as const;
  const { id } = await cost('purchases-create', () => payer.api.purchases.create(order));
  await cost(
    'a paid order, credited by its event',
    () => stage.stripe.pay(sessionOf(stage, id)),
    'psp-stripe',
  );
  const { id: odd } = await orderOf(payer);
  stage.stripe.faults.amount = 9_000;
  await stage.stripe.pay(sessionOf(stage, odd));
  stage.stripe.heal();
  await cost('purchases-resolve', () =>
    finance.api.purchases.resolve({ purchase: odd, decision: 'dismiss', reason }),
  );
}

async function working({ stage, cost, payer, payee, support }: All): Promise<void> {
  const title = 'Work';
  const { id: job } = await cost('jobs-post', () =>
    payer.api.jobs.post({ requestId: requestId(), title, price: qar(10_000) }),
  );
  await cost('jobs-assign', () => payer.api.jobs.assign({ job, payee: payee.uid }));
  const { id: escrow } = await cost('escrow-lock', () => payer.api.escrow.lock({ job }));
  await cost('escrow-submit', () => payee.api.escrow.submit({ escrow, note: 'Here.' }));
  await cost('escrow-revise', () => payer.api.escrow.revise({ escrow, wish: 'Darker.' }));
  await cost('escrow-release', () => payer.api.escrow.release({ escrow }));
  const other = await lockedEscrow(payer, payee);
  await cost('escrow-refund', () => payer.api.escrow.refund({ escrow: other }));
  const third = await lockedEscrow(payer, payee);
  const complaint = { reason: 'not_as_agreed', statement: 'We agreed on three and got one.' } as const;
  await cost('escrow-dispute', () => payer.api.escrow.dispute({ escrow: third, ...complaint }));
  const resolution = { kind: 'split', percent: 60 } as const;
  const disputed = await disputedEscrow(payer, payee);
  await cost('escrow-resolve', () => support.api.escrow.resolve({ escrow: disputed, resolution, reason }));
  await support.api.escrow.resolve({ escrow: third, resolution: { kind: 'refund' }, reason });
  const open = await assignedJob(payer, payee);
  await cost('jobs-cancel', () => payer.api.jobs.cancel({ job: open }));
  await submittedEscrow(payer, payee);
  await cost('a release by the timer', () => stage.advance('73h'), 'escrow-due');
}

async function cards({ stage, cost, payer, payee, finance }: All): Promise<void> {
  const intent = () => Object.values(stage.stripe.vault().intents).at(-1)!.id;
  const job = await assignedJob(payer, payee, 20_000);
  const { id } = await cost('escrow-fund', () => payer.api.escrow.fund({ job, save: true }));
  await cost(
    'a card’s escrow, filled by its event',
    () => stage.stripe.play('confirm', intent()),
    'psp-stripe',
  );
  const { methods } = await cost('payments-methods', () => payer.api.payments.methods({}));
  await cost('payments-forget', () => payer.api.payments.forget({ method: methods[0]!.id }));
  const { id: unpaid } = await payer.api.escrow.fund({ job: await assignedJob(payer, payee) });
  await cost('payments-cancel', () => payer.api.payments.cancel({ payment: unpaid }));
  const { id: odd } = await payer.api.escrow.fund({ job: await assignedJob(payer, payee) });
  const changed = intent();
  await stage.stripe.play('change', changed, { amount: '9999' });
  await stage.stripe.play('confirm', changed);
  await stage.idle();
  await cost('payments-credit', () => finance.api.payments.credit({ payment: odd, reason }));

  await payer.api.escrow.release({ escrow: `${id}~${payee.uid}` });
  const target = { kind: 'payment', id } as const;
  const { plan } = await cost('refunds-preview', () => finance.api.refunds.preview({ target }));
  const { id: refund } = await cost('refunds-create', () =>
    finance.api.refunds.create({ requestId: requestId(), target, plan, reason }),
  );
  await cost('refunds-get', () => finance.api.refunds.get({ refund }));
  const { id: bought } = await orderOf(payer);
  await stage.stripe.pay(sessionOf(stage, bought));
  await stage.idle();
  const { payment } = (await stage.db.doc(`purchases/${bought}`).get()).data() as {
    payment: { payment: string };
  };
  await stage.stripe.play('refund', payment.payment);
  const again = { kind: 'purchase', id: bought } as const;
  const { plan: other } = await finance.api.refunds.preview({ target: again });
  const { id: stuck } = await finance.api.refunds.create({
    ...{ requestId: requestId(), target: again, plan: other, reason },
  });
  await cost('refunds-resolve', () =>
    finance.api.refunds.resolve({ refund: stuck, decision: 'refunded', reason }),
  );
}

async function identities({ stage, cost, finance }: All): Promise<void> {
  const ann = await stage.actor();
  const { uid, api } = ann;
  const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
  const documents = {
    ...{ id_front: paper('front'), id_back: paper('back') },
    ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
  };
  const { application } = await cost('kyc-submit', () =>
    api.kyc.submit({ requestId: requestId(), name: 'Ann Example', country: 'QA', documents }),
  );
  await cost('kyc-get', () => api.kyc.get({}));
  await cost('kyc-queue', () => finance.api.kyc.queue({}));
  await cost('kyc-reveal', () => finance.api.kyc.reveal({ uid, reason }));
  await cost('kyc-review', () =>
    finance.api.kyc.review({ uid, application: application ?? '', decision: 'verify', reason }),
  );
  const iban = 'QA58DOHB00001234567890ABCDEFG';
  const account = { kind: 'bank', holder: 'Ann Example', iban, currency: 'QAR' } as const;
  const { id: destination } = await cost('destinations-save', () =>
    api.destinations.save({ requestId: requestId(), ...account }),
  );
  await cost('destinations-reveal', () => finance.api.destinations.reveal({ uid, destination, reason }));
  await cost('destinations-verify', () =>
    finance.api.destinations.verify({ uid, destination, decision: 'verify', reason }),
  );
  await cost('destinations-remove', () => api.destinations.remove({ destination }));
  await cost('connect-start', () => api.connect.start({ country: 'QA' }));
  await cost('connect-link', () => api.connect.link({}));
  await cost('connect-status', () => api.connect.status({}));
  await cost('connect-show', () => finance.api.connect.show({ uid }));
}

async function takingOut({ stage, cost, finance, treasurer, chief }: All): Promise<void> {
  const ann = await stage.buyer(60_000);
  const { destination } = await verified(finance, ann);
  const order = () => ({ requestId: requestId(), amount: qar(6_000), destination });
  const { id: first } = await cost('withdrawals-request', () => ann.api.withdrawals.request(order()));
  await cost('withdrawals-list', () => ann.api.withdrawals.list({}));
  await cost('withdrawals-queue', () => finance.api.withdrawals.queue({}));
  await cost('withdrawals-cancel', () => ann.api.withdrawals.cancel({ withdrawal: first }));
  const { id: second } = await ann.api.withdrawals.request(order());
  await cost('withdrawals-reject', () => finance.api.withdrawals.reject({ withdrawal: second, reason }));
  const { id: withdrawal } = await ann.api.withdrawals.request(order());
  const assigned = { withdrawal, to: finance.uid, reason };
  await cost('withdrawals-assign', () => finance.api.withdrawals.assign(assigned));
  await cost('withdrawals-approve', () => finance.api.withdrawals.approve({ withdrawal, reason }));
  await cost('withdrawals-reveal', () => finance.api.withdrawals.reveal({ withdrawal, reason }));
  await cost('withdrawals-pay', () =>
    treasurer.api.withdrawals.pay({
      ...{ withdrawal, amount: qar(6_000), method: 'bank_transfer', reference: requestId(), reason },
      paidAt: stage.cloud.clock.now(),
    }),
  );
  stage.cloud.clock.move(8 * DAY);
  const { id: last } = await ann.api.withdrawals.request(order());
  await finance.api.withdrawals.approve({ withdrawal: last, reason });
  await cost('withdrawals-fail', () => finance.api.withdrawals.fail({ withdrawal: last, reason }));
  await cost('brake-show', () => finance.api.brake.show({}));
  await cost('brake-engage', () => finance.api.brake.engage({ reason }));
  await cost('brake-lift', () => chief.api.brake.lift({ reason }));
}

async function correcting({ stage, cost, finance, treasurer, chief }: All): Promise<void> {
  const ann = await stage.buyer(30_000);
  const corrects = (await ann.api.wallet.entries({})).entries[0]!.journal;
  const ask = (amount: number) =>
    finance.api.adjustments.request({
      ...{ requestId: requestId(), uid: ann.uid, amount: qar(amount), direction: 'credit', corrects, reason },
    });
  const { entry, id } = await cost('adjustments-request', () => ask(1_000));
  await cost('adjustments-get', () => finance.api.adjustments.get({ adjustment: id }));
  await cost('adjustments-list', () => finance.api.adjustments.list({ uid: ann.uid }));
  await cost('adjustments-reverse', () =>
    finance.api.adjustments.reverse({ requestId: requestId(), entry: entry ?? '', reason }),
  );
  const { id: adjustment } = await ask(90_000);
  await cost('adjustments-approve', () => treasurer.api.adjustments.approve({ adjustment, reason }));
  const { id: other } = await ask(90_000);
  await cost('adjustments-reject', () => treasurer.api.adjustments.reject({ adjustment: other, reason }));
  const bob = await stage.actor();
  await cost('admin-grant', () =>
    chief.api.admin.grant({ requestId: requestId(), uid: bob.uid, role: 'support', reason }),
  );
  await cost('admin-revoke', () => chief.api.admin.revoke({ requestId: requestId(), uid: bob.uid, reason }));
}

async function looking({ stage, cost, finance }: All): Promise<void> {
  const ann = await stage.buyer(30_000);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const now = stage.cloud.clock.now();
  const { payment } = (
    await stage.db.collection('purchases').where('uid', '==', ann.uid).get()
  ).docs[0]!.data() as {
    payment: { payment: string };
  };
  await stage.stripe.play('misprint', payment.payment, { amount: '1' });
  stage.cloud.clock.move(DAY + DAY / 2 - (now % DAY));
  await stage.cloud.runSchedule('roots-daily');
  await cost('receipts-get', () => ann.api.receipts.get({ entry: 1 }));
  await cost('reconciliation-run', () => finance.api.reconciliation.run({ day: day(now) }));
  const { alerts } = await cost('alerts-list', () => finance.api.alerts.list({ status: 'open', limit: 1 }));
  await cost('alerts-close', () => finance.api.alerts.close({ alert: alerts[0]!.id, reason }));
  await stage.cloud.runSchedule('totals-fold');
  await cost('totals-show', () => finance.api.totals.show({}));
  const span = { from: now - (now % DAY), to: now - (now % DAY) + DAY };
  await cost('exports-balances', () => finance.api.exports.balances(span));
  await cost('exports-journal', () => finance.api.exports.journal({ ...span, format: 'csv', limit: 1 }));
}

async function leaving({ stage, cost, support, chief }: All): Promise<void> {
  const [ann, bob] = [await stage.actor(), await stage.actor()];
  await cost('privacy-status', () => ann.api.privacy.status({}));
  await cost('privacy-kept', () => support.api.privacy.kept({ uid: ann.uid }));
  await cost('privacy-erase', () => ann.api.privacy.erase({ confirm: 'erase' }));
  await cost('privacy-fulfil', () => chief.api.privacy.fulfil({ uid: bob.uid, reason }));
}
