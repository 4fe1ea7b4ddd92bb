import { createHash } from 'node:crypto';
import { planCrash, takeTallies } from '../../../local/wire.ts';
import type { Invoice, Invoiced } from '../../src/invoices/invoice.ts';
import { invoiceEntry, sweepInvoices } from '../../src/invoices/invoices.operations.ts';
import { now } from '../../src/platform/clock.ts';
import { fromStored } from '../../src/shared/stored.ts';
import { assignedJob, disputedEscrow, lockedEscrow, orderOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** F74 W3-27 W3-32: every payment has its paper, numbered without a gap, for those whom it is for. */

jest.setTimeout(120_000);

let stage: FlowStage;
let finance: Actor;
let payer: Actor;
let payee: Actor;
const issuer = { name: 'Souq Example W.L.L.', address: '1 Example Street, Doha', taxId: 'QA-123' };
beforeAll(async () => {
  stage = await openStage({
    ...{ PAYER_FEE_BPS: '500', FEE_TAX_BPS: '500' },
    ...{ ISSUER_NAME: issuer.name, ISSUER_ADDRESS: issuer.address, ISSUER_TAX_ID: issuer.taxId },
  });
  finance = await stage.actor('finance');
}, 180_000);
beforeEach(async () => {
  [payer, payee] = await Promise.all([stage.actor(), stage.actor()]);
});
afterEach(async () => {
  stage.stripe.heal();
  stage.cloud.host.faults['invoices-due'] = undefined;
  await stage.idle();
  expect(await problems()).toEqual([]);
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const all = async <T>(name: string): Promise<Map<string, T>> => {
  const { docs } = await stage.db.collection(name).get();
  return new Map(docs.map((one) => [one.id, fromStored(one.data()) as T]));
};

/** What is wrong with the numbers: whatever ran, failed or died before. */
async function problems(): Promise<string[]> {
  const [invoices, invoiced] = [await all<Invoice>('invoices'), await all<Invoiced>('invoiced')];
  const series = await all<{ last: number }>('series');
  const found: string[] = [];
  for (const [name, { last }] of series)
    for (let n = 1; n <= last; n += 1)
      if (!invoices.has(`${name}-${String(n).padStart(6, '0')}`)) found.push(`${name} has no ${n}`);
  for (const [id, { series: of, number }] of invoices)
    if (number > (series.get(of)?.last ?? 0)) found.push(`${id} is beyond its series`);
  const named = [...invoiced.values()].map(({ invoice }) => invoice);
  if (new Set(named).size !== named.length) found.push('two sources have one invoice');
  if (named.length !== invoices.size) found.push(`${invoices.size} invoices of ${named.length} sources`);
  return found;
}

const sweep = () => stage.cloud.runSchedule('invoices-sweep');
const own = async ({ api }: Actor) => (await api.invoices.list({})).invoices;
const brief = async (person: Actor) =>
  (await own(person)).map(({ series, lines, tax, total }) => [
    series.slice(0, 1),
    lines.map(({ amount }) => amount),
    tax,
    total,
  ]);

async function bought(amount: number, person = payer): Promise<string> {
  const { id } = await orderOf(person, amount);
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  return id;
}

async function paidByCard(price: number, fromWallet?: number): Promise<{ id: string; escrow: string }> {
  const job = await assignedJob(payer, payee, price);
  const { id } = await payer.api.escrow.fund({ job, ...(fromWallet !== undefined && { fromWallet }) });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intents = Object.values(stage.stripe.vault().intents);
  await stage.stripe.play('confirm', intents.find(({ metadata }) => metadata.attempt === attempt)!.id);
  await stage.idle();
  return { id, escrow: `${job}~${payer.uid}~${payee.uid}` };
}

async function refund(target: { kind: 'purchase' | 'payment'; id: string }, amount?: number) {
  const asked = { target, ...(amount !== undefined && { amount }) };
  const { plan } = await finance.api.refunds.preview(asked);
  const order = { ...asked, plan, requestId: requestId(), reason: 'It was never done.' };
  const made = await finance.api.refunds.create(order);
  await stage.idle();
  return made;
}

test('F74 nothing is issued without an issuer; it waits, and is issued when there is one', async () => {
  const name = process.env.ISSUER_NAME;
  process.env.ISSUER_NAME = '';
  const buyer = await stage.buyer(10_000);
  await sweep();
  expect((await buyer.api.invoices.list({})).invoices).toEqual([]);
  process.env.ISSUER_NAME = name;
  await sweep();
  expect((await buyer.api.invoices.list({})).invoices).toMatchObject([{ issuer: { name } }]);
});

test('F74 coins, a card payment, a release and a refund have one document each, of the right series', async () => {
  const purchase = await bought(20_000);
  expect(await brief(payer)).toEqual([['R', [20_000, 2_000], 0, 22_000]]);
  const { id, escrow } = await paidByCard(10_000, 500);
  expect((await brief(payer))[0]).toEqual(['R', [10_000, 500, -500], 0, 10_000]);
  await payer.api.escrow.release({ escrow });
  await stage.idle();
  // 1000 of the payee's part and 500 of the payer's, and 71 of both are tax.
  expect(await brief(payee)).toEqual([['F', [953], 47, 1_000]]);
  expect((await brief(payer))[0]).toEqual(['F', [476], 24, 500]);
  await refund({ kind: 'purchase', id: purchase }, 11_000);
  const [credit] = await own(payer);
  expect(credit).toMatchObject({
    kind: 'credit',
    total: 11_000,
    reference: expect.stringMatching(/^refunds\//) as string,
  });
  expect(credit!.lines.map(({ amount }) => amount)).toEqual([10_000, 1_000]);
  const receipts = (await payer.api.invoices.list({ kind: 'receipt' })).invoices;
  expect(receipts.map(({ reference }) => reference)).toEqual([`payments/${id}`, `purchases/${purchase}`]);
  expect(credit!.corrects).toBe(receipts[1]!.id);
  expect(credit!.issuer).toEqual(issuer);
  // The rest, so that both notes together are the receipt.
  await refund({ kind: 'purchase', id: purchase });
  expect((await brief(payer))[0]).toEqual(['C', [10_000, 1_000], 0, 11_000]);
  const before = await all('invoices');
  await sweep();
  await sweep();
  expect(await all('invoices')).toEqual(before);
});

test('F74 a split bills each side its part; what a wallet locked, and an escrow that went back, have none', async () => {
  await bought(100_000);
  const escrow = await disputedEscrow(payer, payee);
  const support = await stage.actor('support');
  await support.api.escrow.resolve({
    escrow,
    resolution: { kind: 'split', percent: 60 },
    reason: 'Half done.',
  });
  await payee.api.escrow.refund({ escrow: await lockedEscrow(payer, payee) });
  await stage.idle();
  await sweep();
  expect(await brief(payee)).toEqual([['F', [572], 28, 600]]);
  expect((await brief(payer)).map(([letter, , , total]) => [letter, total])).toEqual([
    ['F', 300],
    ['R', 110_000],
  ]);
});

test('F74 a refund that its bank sends back is taken back on paper too, and can be made again', async () => {
  const purchase = await bought(10_000);
  const { id } = await refund({ kind: 'purchase', id: purchase });
  const sent = Object.values(stage.stripe.vault().refunds).find(({ metadata }) => metadata?.refund === id);
  await stage.stripe.play('refund-failed', sent!.id);
  await stage.idle();
  const [back, credit, receipt] = await own(payer);
  expect([back, credit, receipt].map((one) => [one?.kind, one?.total, one?.corrects])).toEqual([
    ['reinstatement', 11_000, credit!.id],
    ['credit', 11_000, receipt!.id],
    ['receipt', 11_000, null],
  ]);
  expect((await all<Invoiced>('invoiced')).get(`purchase:${purchase}`)?.credited).toBe(0);
});

test('W3-27 W4-30 fifty workers at once: every number once, and none left out', async () => {
  stage.cloud.host.faults['invoices-due'] = { drop: true };
  const buyers = await Promise.all(Array.from({ length: 6 }, () => stage.actor()));
  await Promise.all(
    buyers.map(async (buyer) => {
      for (let i = 0; i < 5; i += 1) await bought(1_000, buyer);
    }),
  );
  const count = (await all('invoices')).size;
  const { docs } = await stage.db.collection('journal').where('kind', '==', 'purchase').get();
  const due = docs.filter((one) => buyers.some(({ uid }) => one.id.endsWith(`~${uid}`)));
  expect(due).toHaveLength(30);
  const at = now();
  const workers = Array.from({ length: 50 }, (_, i) =>
    i % 5 === 0 ? sweepInvoices(at) : invoiceEntry(due[(i * 7) % due.length]!.id, at),
  );
  await Promise.all(workers);
  await sweep();
  expect((await all('invoices')).size).toBe(count + 30);
  for (const buyer of buyers) expect(await own(buyer)).toHaveLength(5);
});

test('I11 W3-27 wherever trigger or sweep dies, the next one goes on, without a gap and without a second number', async () => {
  for (const name of ['invoices-due', 'invoices-sweep']) {
    const drop = name === 'invoices-sweep' ? { drop: true } : undefined;
    const person = await stage.actor();
    const play = async (step: number | null, when: 'before' | 'after') => {
      await stage.cloud.wipe();
      stage.cloud.host.faults['invoices-due'] = { drop: true };
      const purchase = await bought(1_000, person);
      stage.cloud.host.faults['invoices-due'] = drop;
      takeTallies();
      if (step !== null) planCrash(name, { step, when });
      if (name === 'invoices-sweep') await sweep().catch(() => null);
      else await bought(2_000, person);
      const { steps = [] } = takeTallies(name)[0]?.tally ?? {};
      expect(await problems()).toEqual([]);
      await stage.idle();
      await sweep();
      const found = (await all<Invoiced>('invoiced')).has(`purchase:${purchase}`);
      expect([name, step, when, found]).toEqual([name, step, when, true]);
      expect(await own(person)).toHaveLength(name === 'invoices-sweep' ? 1 : 2);
      expect(await problems()).toEqual([]);
      return steps;
    };
    const steps = await play(null, 'before');
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps.keys()) for (const when of ['before', 'after'] as const) await play(step, when);
  }
}, 240_000);

test('I11 a document that cannot be written holds up neither the others nor the money, and the sweep comes back to it', async () => {
  stage.cloud.host.faults['invoices-due'] = { drop: true };
  const purchase = await bought(1_000);
  const ref = stage.db.doc(`purchases/${purchase}`);
  const kept = (await ref.get()).data()!;
  await ref.delete();
  await bought(2_000, payee);
  await sweep();
  expect([(await own(payer)).length, (await own(payee)).length]).toEqual([0, 1]);
  await stage.advance('2h');
  await bought(3_000, payee);
  await sweep();
  await ref.set(kept);
  await sweep();
  expect([(await own(payer)).length, (await own(payee)).length]).toEqual([1, 2]);
});

test('I11 an entry that took long to commit is found, though the sweep has passed its time', async () => {
  stage.cloud.host.faults['invoices-due'] = { drop: true };
  const ref = stage.db.doc(`journal/purchase:${await bought(1_000)}`);
  const kept = (await ref.get()).data()!;
  await ref.delete();
  await stage.advance('9m');
  await bought(2_000, payee);
  await sweep();
  expect([(await own(payer)).length, (await own(payee)).length]).toEqual([0, 1]);
  await ref.set(kept);
  await sweep();
  expect([(await own(payer)).length, (await own(payee)).length]).toEqual([1, 1]);
});

test('W3-32 nobody but whom it is for, and finance, sees an invoice by any way', async () => {
  await bought(10_000);
  const [mine] = await own(payer);
  const invoice = mine!.id;
  const none = { reason: 'not_found', facts: { what: 'invoice', id: invoice } };
  for (const person of [payee, await stage.actor('support')]) {
    expect(await refusal(person.api.invoices.get({ invoice }))).toEqual(none);
    expect(await refusal(person.api.invoices.pdf({ invoice }))).toEqual(none);
    expect(await refusal(person.api.invoices.list({ after: invoice }))).toEqual(none);
    expect(await own(person)).toEqual([]);
  }
  expect(await finance.api.invoices.get({ invoice })).toEqual(mine);
  expect((await finance.api.invoices.pdf({ invoice })).filename).toBe(`${invoice}.pdf`);
  // A list is one's own, whatever the role.
  expect(await own(finance)).toEqual([]);
  const paged = await payer.api.invoices.list({ limit: 1 });
  expect(paged).toEqual({ invoices: [mine], next: invoice });
  expect(await payer.api.invoices.list({ limit: 1, after: invoice })).toEqual({ invoices: [], next: null });
});

/** The text of a PDF whose streams are not compressed: each word run stands in hex before `TJ`. */
function textOf(pdf: Buffer): string {
  const runs = [...pdf.toString('latin1').matchAll(/\[((?:<[0-9a-f]*>|[-\d.\s])*)\] TJ/g)];
  return runs
    .map(([, run = '']) =>
      [...run.matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n');
}

test('F74 I14 the PDF shows number, parts and total, names nobody, and is the same bytes each time', async () => {
  await bought(123_500);
  const [mine] = await own(payer);
  const { pdf, sha256, filename } = await payer.api.invoices.pdf({ invoice: mine!.id });
  const bytes = Buffer.from(pdf, 'base64');
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  expect(filename).toBe(`${mine!.id}.pdf`);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.subarray(-6).toString().trim()).toBe('%%EOF');
  const text = textOf(bytes);
  for (const shown of [
    mine!.id,
    'Coins',
    'QAR 1,235.00',
    'Service fee',
    'QAR 123.50',
    'Total',
    'QAR 1,358.50',
  ])
    expect(text).toContain(shown);
  for (const shown of Object.values(issuer)) expect(text).toContain(shown);
  expect(text).toContain(`Customer ${payer.uid.slice(-6)}`);
  expect(text).not.toContain(payer.email);
  await stage.advance('25h');
  expect((await finance.api.invoices.pdf({ invoice: mine!.id })).sha256).toBe(sha256);
});
