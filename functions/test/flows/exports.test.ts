import { collections } from '../../src/collections.ts';
import { toStored } from '../../src/platform/convert.ts';
import { SETTLED } from '../../src/totals/totals.ts';
import { takeTallies } from '../../../local/wire.ts';
import { booksOf, violationsOn } from './books.ts';
import { assignedJob, lockedEscrow, orderOf, qar } from './acts.ts';
import { openStage, refusal, requestId, sessionOf, type Actor, type FlowStage } from './stage.ts';

/** The journal for an accountant: a file in pages, and balances before and after that it leads from and to. */

jest.setTimeout(120_000);

/** Of a person, in the texts that are theirs to choose. */
const FORMULA = '=HYPERLINK("http://evil.test","pay")';
const reason = 'Looked at it.';

let stage: FlowStage;
let finance: Actor;
/** Somebody whose id a sheet would take for a formula. */
let sly: Actor;
let began: number;
let middle: number;
beforeAll(async () => {
  stage = await openStage();
  began = stage.cloud.clock.now();
  finance = await stage.actor('finance');
  sly = await slyActor();
  const payee = await stage.actor();
  await bought(sly, 60_000);
  const escrow = await lockedEscrow(sly, payee);
  await sly.api.escrow.release({ escrow });
  await payee.api.escrow.refund({ escrow: await lockedEscrow(sly, payee) });
  await stage.advance('1h');
  middle = stage.cloud.clock.now();
  await stage.cloud.runSchedule('totals-fold');
  const { id: job } = await sly.api.jobs.post({ requestId: requestId(), title: FORMULA, price: qar(7_000) });
  await sly.api.jobs.assign({ job, payee: payee.uid });
  await sly.api.escrow.lock({ job });
  await refunded(await stage.actor(), 10_000);
  await withdrawn(20_000, 6_000);
  await fundedByCard(await stage.actor(), payee);
  await stage.idle();
}, 120_000);
afterEach(async () => {
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

async function slyActor(): Promise<Actor> {
  const { clientOf } = await import('../../../local/api.ts');
  const person = await stage.cloud.person({
    uid: `=1+1;"'@${requestId().slice(0, 6)}`,
    email: `${requestId()}@example.test`,
  });
  return { ...person, api: clientOf(stage.cloud.urls.functions, person.idToken) };
}

async function bought(person: Actor, amount: number): Promise<string> {
  const item = { kind: 'amount', amount } as const;
  const { id } = await person.api.purchases.create({ requestId: requestId(), provider: 'stripe', item });
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  return id;
}

async function refunded(person: Actor, amount: number): Promise<void> {
  const { id } = await orderOf(person, amount);
  await stage.stripe.pay(sessionOf(stage, id));
  await stage.idle();
  const target = { kind: 'purchase', id } as const;
  const { plan } = await finance.api.refunds.preview({ target, amount: 3_000 });
  await finance.api.refunds.create({ requestId: requestId(), target, plan, reason, amount: 3_000 });
}

async function withdrawn(amount: number, out: number): Promise<void> {
  const person = await stage.buyer(amount);
  const papers = ['id_front', 'id_back', 'selfie', 'proof_of_address'] as const;
  const documents = Object.fromEntries(
    papers.map((name) => [name, `kyc/${person.uid}/${name}.jpg`]),
  ) as never;
  const kyc = { requestId: requestId(), name: 'Ann Example', country: 'QA', documents };
  const { application } = await person.api.kyc.submit(kyc);
  const review = { uid: person.uid, decision: 'verify', reason } as const;
  await finance.api.kyc.review({ ...review, application: application ?? '' });
  const account = {
    kind: 'bank',
    holder: 'Ann',
    iban: 'QA30AAAA123456789012345678901',
    currency: 'QAR',
  } as const;
  const { id: destination } = await person.api.destinations.save({ requestId: requestId(), ...account });
  await finance.api.destinations.verify({ ...review, destination });
  const order = { requestId: requestId(), amount: qar(out), destination };
  const { id: withdrawal } = await person.api.withdrawals.request(order);
  await finance.api.withdrawals.approve({ withdrawal, reason });
  const treasurer = await stage.actor('finance');
  const proof = { method: 'bank_transfer', reference: FORMULA, paidAt: stage.cloud.clock.now() } as const;
  await treasurer.api.withdrawals.pay({ withdrawal, amount: qar(out), ...proof, reason });
}

async function fundedByCard(payer: Actor, payee: Actor): Promise<void> {
  const { id } = await payer.api.escrow.fund({ job: await assignedJob(payer, payee, 9_000) });
  const attempt = `card:${id.replace('~', ':')}:1`;
  const intent = Object.values(stage.stripe.vault().intents).find(
    ({ metadata }) => metadata.attempt === attempt,
  )!;
  await stage.stripe.play('confirm', intent.id);
  await stage.idle();
}

type Span = { readonly from: number; readonly to: number };
async function exported(span: Span, format: 'csv' | 'jsonl', limit?: number) {
  const pages: string[] = [];
  let entries = 0;
  for (let after: string | null = null; ;) {
    const wish = { ...span, format, ...(limit && { limit }), ...(after !== null && { after }) };
    const page: Awaited<ReturnType<typeof finance.api.exports.journal>> =
      await finance.api.exports.journal(wish);
    pages.push(page.text);
    entries += page.entries;
    if (limit !== undefined && page.next !== null) expect(page.entries).toBe(limit);
    if (page.next === null) return { text: pages.join(''), pages: pages.length, entries };
    after = page.next;
  }
}

/** A minimal reader of RFC 4180. */
function cellsOf(csv: string): Record<string, string>[] {
  const rows = csv.split('\r\n').slice(0, -1);
  const [names = [], ...all] = rows.map((row) =>
    [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
  return all.map((cells) => {
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
  });
}

type Leg = {
  readonly account: string;
  readonly class: string;
  readonly currency: string;
  readonly amount: number;
};
type Line = {
  readonly time: string;
  readonly entry: string;
  readonly kind: string;
  readonly actor: string;
  readonly reference: string;
  readonly legs: readonly Leg[];
};
const linesOf = (jsonl: string) =>
  jsonl
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

const wholeSpan = async (): Promise<Span> => {
  const to = stage.cloud.clock.now();
  await stage.advance('21m');
  return { from: began - 3_600_000, to: to + 1 };
};

test('both formats tell the same, all of it, whatever the size of the pages', async () => {
  const span = await wholeSpan();
  const [csv, jsonl] = [await exported(span, 'csv'), await exported(span, 'jsonl')];
  expect([csv.pages, jsonl.pages]).toEqual([1, 1]);
  for (const size of [1, 3, csv.entries])
    for (const [format, whole] of [
      ['csv', csv],
      ['jsonl', jsonl],
    ] as const) {
      const cut = await exported(span, format, size);
      expect(cut.text).toBe(whole.text);
      expect(cut.pages).toBe(Math.ceil(whole.entries / size));
    }
  const lines = linesOf(jsonl.text);
  const books = await booksOf(stage);
  expect(lines.map(({ entry }) => entry).toSorted()).toEqual([...books.journal.keys()].toSorted());
  expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted());
  for (const { entry, kind, actor, reference, legs, time } of lines) {
    const stored = books.journal.get(entry)!;
    expect([kind, actor, reference, Date.parse(time)]).toEqual([
      stored.kind,
      stored.by,
      stored.reference,
      stored.at,
    ]);
    expect(legs.map(({ account, currency, amount }) => ({ account, currency, amount }))).toEqual(
      stored.legs.map(({ account, currency, amount }) => ({ account, currency, amount })),
    );
    expect(legs.every(({ amount }) => Number.isSafeInteger(amount))).toBe(true);
  }
  const moves = ['purchase', 'escrow-lock', 'escrow-release', 'escrow-refund', 'refund'];
  expect([...new Set(lines.map(({ kind }) => kind))].toSorted()).toEqual(
    [...moves, 'withdrawal-request', 'withdrawal-paid'].toSorted(),
  );
  const unquoted = (cell: string) => cell.replace(/^'(?=[=+\-@])/, '');
  const rows = cellsOf(csv.text);
  expect(
    rows.map(({ time, entry, kind, actor, reference, account, class: of, currency, ...row }) => ({
      ...{ time, entry, kind, actor: unquoted(actor!), reference, account, class: of, currency },
      amount: Number(row.credit_minor) - Number(row.debit_minor),
      text: Number(row.credit) - Number(row.debit),
    })),
  ).toEqual(
    lines.flatMap(({ legs, time, entry, kind, actor, reference }) =>
      legs.map((one) => ({ time, entry, kind, actor, reference, ...one, text: one.amount / 100 })),
    ),
  );
});

test('a formula in what people choose does nothing in a sheet', async () => {
  const { text } = await exported(await wholeSpan(), 'csv');
  const rows = cellsOf(text);
  for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  expect(rows.some(({ actor }) => actor === `'${sly.uid}`)).toBe(true);
});

test('opening and rows are the closing, for every account and any span; the books say the same', async () => {
  const whole = await wholeSpan();
  const spans = [
    whole,
    { from: whole.from, to: middle },
    { from: middle, to: whole.to },
    { from: middle - 1, to: middle },
  ];
  for (const span of spans) {
    const { balances, addsUp } = await finance.api.exports.balances(span);
    expect(addsUp).toBe(true);
    const moved: Record<string, number> = {};
    for (const { legs } of linesOf((await exported(span, 'jsonl', 5)).text))
      for (const { class: of, currency, amount } of legs)
        moved[`${of} ${currency}`] = (moved[`${of} ${currency}`] ?? 0) + amount;
    for (const { account, currency, opening, movement, closing } of balances) {
      expect([account, movement]).toEqual([account, moved[`${account} ${currency}`] ?? 0]);
      expect(opening + movement).toBe(closing);
    }
    expect(
      Object.keys(moved).filter((name) => !balances.some((one) => `${one.account} ${one.currency}` === name)),
    ).toEqual([]);
  }
  const { balances: first } = await finance.api.exports.balances(spans[1]!);
  const { balances: second } = await finance.api.exports.balances(spans[2]!);
  for (const { account, closing } of first)
    expect(second.find((one) => one.account === account)).toMatchObject({ opening: closing });
  const { accounts } = await booksOf(stage);
  const sumOf = (name: RegExp) =>
    [...accounts].reduce((all, [account, amount]) => all + (name.test(account) ? amount : 0), 0);
  const closingOf = (name: string) => second.find(({ account }) => account === name)?.closing;
  expect(closingOf('wallet:available')).toBe(sumOf(/^wallet:.*:available QAR$/s));
  expect(closingOf('escrow')).toBe(sumOf(/^escrow:/));
  expect(closingOf('psp:stripe:clearing')).toBe(sumOf(/^psp:stripe:clearing /));
  expect(closingOf('escrow')).toBeGreaterThan(0);
});

test('what is told of a moment stays, whatever is folded or happens later', async () => {
  const span = await wholeSpan();
  const before = [await finance.api.exports.balances(span), await exported(span, 'csv')];
  await stage.cloud.runSchedule('totals-fold');
  await stage.buyer(5_000);
  await stage.advance('1h');
  await stage.cloud.runSchedule('totals-fold');
  expect([await finance.api.exports.balances(span), await exported(span, 'csv')]).toEqual(before);
  takeTallies();
  await finance.api.exports.balances(span);
  // Two instants, and a checkpoint and the entries since it for each.
  expect(takeTallies('exports-balances')[0]?.tally).toMatchObject({ writes: 0 });
});

test('a span that is not settled, one that is none, and a place in another one are refused', async () => {
  const now = stage.cloud.clock.now();
  const { journal, balances } = finance.api.exports;
  const early = { from: began, to: now - SETTLED + 60_000 };
  const expected = { reason: 'not_due', facts: { dueAt: early.to + SETTLED } };
  expect(await refusal(journal({ ...early, format: 'csv' }))).toEqual(expected);
  expect(await refusal(balances(early))).toEqual(expected);
  for (const to of [began, began - 1])
    expect(await refusal(balances({ from: began, to }))).toMatchObject({
      reason: 'invalid_input',
      facts: { path: 'to' },
    });
  const [line] = linesOf((await exported(await wholeSpan(), 'jsonl')).text);
  const none = { from: 1, to: began, format: 'csv' } as const;
  expect(await journal(none)).toMatchObject({ entries: 0, next: null });
  for (const after of [line!.entry, 'purchase:nothing~nobody'])
    expect(await refusal(journal({ ...none, to: began - 1, after }))).toMatchObject({ reason: 'not_found' });
});

test('finance alone may', async () => {
  const span = { from: began, to: began + 1 };
  for (const person of [sly, await stage.actor('support'), await stage.actor('moderator')]) {
    expect(await refusal(person.api.exports.balances(span))).toMatchObject({ reason: 'role_missing' });
    expect(await refusal(person.api.exports.journal({ ...span, format: 'csv' }))).toMatchObject({
      reason: 'role_missing',
    });
  }
});

test('many at one moment are told once each, wherever the pages are cut', async () => {
  const at = began - 86_400_000;
  const span = { from: at, to: at + 1 };
  const ids = Array.from({ length: 7 }, (_, i) => `made:${i}`);
  const doc = (id: string) => stage.db.doc(collections.journal.doc(id).path);
  for (const id of ids)
    await doc(id).set(
      toStored({
        ...{ id, kind: 'adjustment', at, by: 'system', reference: 'x/1' },
        legs: [
          { account: 'platform:fees', currency: 'QAR', amount: 1 },
          { account: 'platform:losses', currency: 'QAR', amount: -1 },
        ],
      }),
    );
  for (const size of [1, 2, 3, 7, 8])
    expect(linesOf((await exported(span, 'jsonl', size)).text).map(({ entry }) => entry)).toEqual(ids);
  await Promise.all(ids.map((id) => doc(id).delete()));
});
