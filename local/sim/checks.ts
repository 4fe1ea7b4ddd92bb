import type { Brake } from '../../functions/src/brake/brake.ts';
import type { Clearance } from '../../functions/src/clearance/clearance.ts';
import type { Escrow } from '../../functions/src/escrow/escrow.ts';
import { hashEntry } from '../../functions/src/ledger/chain.ts';
import type { JournalEntry } from '../../functions/src/ledger/journal.ts';
import type { Wallet, WalletEntry } from '../../functions/src/ledger/wallet.ts';
import type { Notice } from '../../functions/src/notifications/notice.ts';
import type { CardPayment } from '../../functions/src/payments/funding.ts';
import type { Plain } from '../../functions/src/shared/stored.ts';
import { asRead } from './asread.ts';
import { assemble, violations, type Books } from '../books.ts';
import { causeProblems } from '../books/causes.ts';
import { commissionProblems } from '../books/commissioned.ts';
import { agreedProblems } from './agreed.ts';
import { notAllowed } from './allowed.ts';
import { boughtProblems } from './bought.ts';
import { Earned } from './earned.ts';
import { clearanceProblems, endProblems } from './ends.ts';
import type { Change, Memory } from './memory.ts';
import { isMarked } from './marked.ts';
import { lotProblems, meteredProblems } from './metered.ts';
import { Model } from './model.ts';
import { compare } from './values.ts';
import { watchedProblems } from './watched.ts';
import { weeklyProblems } from './weekly.ts';
import { Window } from './window.ts';

type Options = {
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly complain: (what: string) => void;
};

/** What is final: a document that says so says so for ever. */
const final: Readonly<Record<string, readonly string[]>> = {
  escrows: ['released', 'refunded', 'split'],
  withdrawals: ['rejected', 'failed', 'cancelled'],
  jobs: ['cancelled'],
  adjustments: ['posted', 'rejected'],
  bookings: ['done', 'rejected', 'withdrawn', 'expired', 'cancelled', 'resolved'],
  generations: ['completed', 'refunded', 'expired'],
  sales: ['done', 'lapsed'],
  orders: ['done', 'lapsed'],
  commissions: ['refused'],
  certificates: ['revoked'],
};

/** These are written once. */
const unchanging = /^(journal|wallets\/[^/]+\/entries|inboxes\/[^/]+\/notices|adminActions|invoices)$/;

/** Of these there is one in the life of what they are about. */
const happensOnce =
  /^(purchase-paid|withdrawal-(requested|cancelled|rejected|paid)|escrow-(locked|released|refunded|split)|generation-(completed|refunded|expired)|booking-(requested|accepted|rejected|withdrawn|expired|done|cancelled|returned|resolved)|plans-bought|packages-bought|courses-bought|orders-returned)$/;

type Docs = Map<string, unknown>;

/** I1 to I12 after each commit, about what it has changed; and about everything, now and then. */
export class Checks {
  readonly #options: Options;
  readonly #model = new Model();
  readonly #earned = new Earned();
  readonly #docs = new Map<string, Docs>();
  readonly #histories = new Map<string, WalletEntry[]>();
  /** What was to be told, and to whom. */
  readonly #news = new Set<string>();
  readonly #told = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** After each commit. */
  committed(changes: readonly Change[]): void {
    const { complain } = this.#options;
    const touched = new Set<string>();
    for (const change of changes) for (const problem of this.#take(change, touched)) complain(problem);
    for (const change of changes) for (const problem of this.#judge(change, changes)) complain(problem);
    for (const problem of this.#balances(touched)) complain(problem);
    const around = this.#around(touched);
    for (const problem of causeProblems(around)) complain(problem);
    for (const problem of commissionProblems(around)) complain(problem);
  }

  /** Takes a change over; `touched` collects documents by their paths. */
  *#take({ path, before, after }: Change, touched: Set<string>): Generator<string> {
    const collection = path.slice(0, path.lastIndexOf('/'));
    const id = path.slice(path.lastIndexOf('/') + 1);
    const doc = after === null ? null : asRead(after);
    const same =
      after === null ? this.#mayGo(collection) : before === null || isSame(collection, before, after);
    if (before !== null && unchanging.test(collection) && !same) yield `I7 ${path} was changed`;
    const ended = String(before?.status);
    if (final[collection]?.includes(ended) && after?.status !== ended)
      yield `I7 ${path} was ${ended} and is ${String(after?.status)}`;
    if (collection === 'escrows' && doc !== null) yield* endProblems(path, before, doc as Escrow);
    touched.add(path);
    const docs = this.#docs.get(collection) ?? new Map<string, unknown>();
    this.#docs.set(collection, docs);
    if (doc === null) docs.delete(id);
    else docs.set(id, doc);
    yield* this.#held(path, before, after);
    if (collection === 'clearances') this.#clear(before, after, touched);
    if (collection === 'journal' && before === null) yield* this.#entry(id, doc as JournalEntry, touched);
    if (collection.endsWith('/entries') && before === null)
      yield* this.#history(collection.split('/')[1] ?? '', doc as WalletEntry);
    yield* this.#tidings(path, collection, doc as { readonly news?: readonly Notice[] } | null);
  }

  /** Whether it may be, with everything as the commit left it. */
  *#judge({ path, before, after }: Change, changes: readonly Change[]): Generator<string> {
    const [collection = '', id = '', ...deeper] = path.split('/');
    if (after === null || deeper.length > 0) return;
    const was = before === null ? null : (asRead(before) as Plain);
    const is = asRead(after) as Plain;
    const became = { collection, id, before: was, after: is };
    yield* notAllowed(became, this.#docs);
    if (collection === 'bookings') yield* agreedProblems(became, this.#docs, this.#options.now());
    if (collection === 'generations') yield* meteredProblems(became);
    yield* boughtProblems(became, this.#docs);
    yield* this.#earned.problems(became, this.#docs, this.#options.now());
    yield* watchedProblems(became, this.#docs, this.#options.now());
    yield* weeklyProblems(became, this.#docs);
    if (collection === 'wallets') yield* lotProblems(id, is as unknown as Wallet);
    if (collection !== 'clearances') return;
    const isCleared = changes.some((one) => one.path.startsWith('journal/clearance:'));
    const earned = this.#docs.get('commissions')?.get(id) ?? this.#docs.get('escrows')?.get(id);
    const now = isCleared ? this.#options.now() : Infinity;
    yield* clearanceProblems(id, was as Clearance | null, is as unknown as Clearance, now, earned as Escrow);
  }

  /** An inbox goes with its owner. */
  #mayGo(collection: string): boolean {
    const [parent, uid = ''] = collection.split('/');
    return parent === 'inboxes' && (this.#docs.get('erasures')?.has(uid) ?? false);
  }

  /** While the brake is on nothing is let go, and no balance is put right. The audit finds nothing in books that nobody edits. */
  *#held(path: string, before: Plain | null, after: Plain | null): Generator<string> {
    if (path.startsWith('alerts/') && after?.kind === 'books_differ') yield `the audit raised ${path}`;
    const brake = this.#docs.get('brakes')?.get('payouts') as Brake | undefined;
    if (brake?.status !== 'on' || before?.status === after?.status) return;
    if (path.startsWith('withdrawals/') && before?.status === 'requested' && after?.status === 'approved')
      yield `${path} was approved while the brake was on`;
    if (path.startsWith('adjustments/') && after?.status === 'posted')
      yield `${path} was posted while the brake was on`;
  }

  *#entry(id: string, entry: JournalEntry, touched: Set<string>): Generator<string> {
    const { problems, touched: accounts } = this.#model.book(id, entry);
    yield* problems;
    if (entry.id !== id) yield `I6 ${id} calls itself ${entry.id}`;
    touched.add(entry.reference);
    for (const name of accounts) {
      const [kind = '', ...rest] = name.slice(0, name.lastIndexOf(' ')).split(':');
      if (kind === 'wallet') touched.add(`wallets/${rest.slice(0, -1).join(':')}`);
      if (['escrow', 'payment', 'chargeback', 'generation'].includes(kind))
        touched.add(`${kind}s/${rest.join(':')}`);
    }
  }

  #clear(before: Plain | null, after: Plain | null, touched: Set<string>): void {
    for (const [data, sign] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (data === null) continue;
      const { uid, currency, amount } = data as unknown as Clearance;
      const name = `${uid} ${currency}`;
      this.#model.clearing.set(name, (this.#model.clearing.get(name) ?? 0) + sign * amount);
      touched.add(`wallets/${uid}`);
    }
  }

  *#history(uid: string, entry: WalletEntry): Generator<string> {
    const history = this.#histories.get(uid) ?? [];
    this.#histories.set(uid, history);
    const last = history.at(-1);
    const { hash, ...rest } = entry;
    if (entry.n !== history.length + 1) yield `chain ${uid}: entry ${entry.n} after ${history.length}`;
    if (entry.prev !== (last?.hash ?? '')) yield `chain ${uid}: entry ${entry.n} follows another one`;
    if (hashEntry(rest) !== hash) yield `chain ${uid}: entry ${entry.n} is not what its hash says`;
    history.push(entry);
  }

  /** Nobody is told of what did not happen, nor twice of what did. */
  *#tidings(path: string, collection: string, doc: { readonly news?: readonly Notice[] } | null) {
    for (const notice of doc?.news ?? []) {
      const inbox = `inboxes/${notice.to}/notices/${notice.id}`;
      if (this.#news.has(inbox)) continue;
      this.#news.add(inbox);
      const event = `${notice.to} ${notice.kind} ${notice.about}`;
      if (happensOnce.test(notice.kind) && this.#told.has(event)) yield `I11 ${event} is told twice`;
      this.#told.add(event);
    }
    if (collection.startsWith('inboxes/') && !this.#news.has(path))
      yield `I11 ${path} tells of what never happened`;
  }

  *#balances(touched: ReadonlySet<string>): Generator<string> {
    for (const path of touched) {
      const [collection = '', id = '', ...deeper] = path.split('/');
      if (deeper.length > 0) continue;
      const doc = this.#docs.get(collection)?.get(id);
      if (collection === 'wallets') {
        const wallet = (doc ?? null) as Wallet | null;
        const history = this.#histories.get(id) ?? [];
        yield* this.#model.wallet(id, wallet);
        if ((wallet?.version ?? 0) !== history.length)
          yield `chain ${id}: version ${wallet?.version ?? 0} of ${history.length}`;
        if ((wallet?.head ?? '') !== (history.at(-1)?.hash ?? '')) yield `chain ${id}: the head is another’s`;
      } else if (doc !== undefined && /^(escrows|payments|generations)$/.test(collection)) {
        const { currency = 'CREDIT', balance } = doc as Partial<Escrow | CardPayment> & { balance: number };
        yield* this.#model.held(`${collection.slice(0, -1)}:${id}`, currency, balance);
      }
    }
  }

  /** The books with nothing but what was touched to go through, and everything to look up. */
  #around(touched: ReadonlySet<string>): Books {
    const ids = (collection: string) =>
      [...touched].flatMap((path) => {
        const [name, id = '', ...deeper] = path.split('/');
        return name === collection && deeper.length === 0 ? [id] : [];
      });
    const window = <T>(collection: string) =>
      new Window((this.#docs.get(collection) ?? new Map()) as ReadonlyMap<string, T>, ids(collection));
    return {
      ...assemble(window, new Window(this.#histories, ids('wallets'))),
      accounts: this.#model.accounts,
    };
  }

  /** All of the books from nothing but documents, by the tests' own judge; and whether everybody was told. */
  *whole(): Generator<string> {
    const { memory } = this.#options;
    yield* this.#model.lost();
    yield* this.#earned.whole(this.#docs);
    const all = <T>(name: string) =>
      new Map([...memory.all(name)].map(([id, data]) => [id, asRead(data) as T]));
    yield* violations(assemble(all, this.#histories));
    for (const inbox of this.#news)
      if (memory.get(inbox) === null && !this.#mayGo(inbox)) yield `I11 ${inbox} was never told`;
  }
}

const isSame = (collection: string, one: Plain, other: Plain): boolean =>
  compare(one, other) === 0 || (collection.startsWith('inboxes/') && isMarked(one, other));
