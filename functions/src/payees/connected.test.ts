import { refused } from '../../test/refused.ts';
import type { AccountReport } from '../psp/ports.ts';
import fc from 'fast-check';
import { Refusal } from '../shared/refusal.ts';
import { cooledAt } from './bank.ts';
import {
  attachAccount,
  dropConnected,
  patience,
  postponeAccount,
  recordAccount,
  startConnected,
} from './connected.ts';
import { destinationOf, MOST_DESTINATIONS, removeDestination, saveDestination } from './destination.ts';
import { COOLING_OFF, destinationKinds, HOUR, newPayee, type Connected, type Payee } from './payee.ts';

const DAY = 24 * HOUR;
const sealed = { v: 1, nonce: 'n', box: 'b', tag: 't' } as const;
const account = 'acct_1';
const report = (more: Partial<AccountReport> = {}): AccountReport => ({
  account,
  uid: 'ann',
  country: 'QA',
  ready: false,
  submitted: false,
  due: ['individual.dob.day', 'individual.dob.month', 'external_account'],
  checking: [],
  disabled: 'requirements.past_due',
  last4: '',
  bank: '',
  ...more,
});
const fine = report({ ready: true, submitted: true, due: [], disabled: null, last4: '1234' });

const start = (payee: Payee | null = null, country = 'QA', at = 1000) =>
  startConnected(payee, { country, at });
const attach = (payee: Payee | null, more = {}) =>
  attachAccount(payee, { account, country: 'QA', at: 1000, ...more });
const record = (payee: Payee | null, said: AccountReport | null, at: number, of = account) =>
  recordAccount(payee, { uid: 'ann', account: of, report: said, at });
const open = () => attach(start());
const told = (payee: Payee, said: AccountReport | null, at: number): Payee =>
  record(payee, said, at) ?? payee;
const statusOf = (said: AccountReport | null, payee = open(), at = 2000) =>
  told(payee, said, at).connected?.status;
const save = (payee: Payee | null, id: string, more: object = {}) =>
  saveDestination(payee, {
    ...{ uid: 'ann', id, requestHash: id, currency: 'QAR', sealed, at: 5000 },
    kind: 'connected',
    account,
    ...more,
  });

test('F39 the wish is recorded once, for one country, and a definite no takes it back', () => {
  const wished = start();
  expect(wished.connected).toMatchObject({ status: 'creating', account: null, country: 'QA' });
  expect(wished.askAt).toBe(1000 + HOUR);
  expect(start(wished)).toBe(wished);
  expect(refused(() => start(wished, 'IN'))).toEqual({ reason: 'wrong_status', status: 'creating' });
  expect(dropConnected(wished, 'IN')).toBe(wished);
  const dropped = dropConnected(wished, 'QA');
  expect(dropped).toMatchObject({ connected: null, askAt: null });
  expect(start(dropped, 'IN').connected).toMatchObject({ status: 'creating', country: 'IN' });
});

test('F39 an account is named once, even where its wish was taken back meanwhile', () => {
  const opened = open();
  expect(opened.connected).toMatchObject({ status: 'incomplete', account });
  expect(attach(opened)).toBe(opened);
  expect(attach(opened, { account: 'acct_2' })).toBe(opened);
  expect(dropConnected(opened, 'QA')).toBe(opened);
  expect(attach(null).connected).toMatchObject({ account, country: 'QA' });
  expect(attach(start(null, 'IN')).connected).toMatchObject({ account, country: 'QA' });
});

test('F39 the provider’s word is one of four', () => {
  expect(statusOf(report())).toBe('incomplete');
  expect(statusOf(report({ due: [], disabled: null }))).toBe('incomplete');
  expect(statusOf(report({ due: [], submitted: true, disabled: 'requirements.pending_verification' }))).toBe(
    'checking',
  );
  expect(statusOf(report({ due: [], submitted: true, disabled: 'under_review' }))).toBe('checking');
  expect(statusOf(report({ disabled: 'rejected.fraud' }))).toBe('restricted');
  expect(statusOf(report({ disabled: 'platform_paused', due: [] }))).toBe('restricted');
  expect(statusOf(fine)).toBe('ready');
  // What was ready and is not any more was stopped, whatever it waits for.
  const ready = told(open(), fine, 2000);
  expect(statusOf(report({ submitted: true }), ready, 3000)).toBe('restricted');
  expect(statusOf(null)).toBe('restricted');
});

test('an older answer never overwrites a newer one, and one about another account changes nothing', () => {
  const ready = told(open(), fine, 3000);
  expect(record(ready, report(), 2999)).toBe(ready);
  expect(record(ready, fine, 3000)?.connected).toEqual(ready.connected);
  expect(record(ready, fine, 4000, 'acct_2')).toBeNull();
  expect(record(null, fine, 4000)).toBeNull();
  expect(record(start(), fine, 4000)).toBeNull();
});

test('F39 the payee hears once when it is ready, and once when it stops', () => {
  let payee = told(told(told(open(), report(), 2000), fine, 3000), fine, 4000);
  expect(payee.news.map(({ kind }) => kind)).toEqual(['payees-account-ready']);
  payee = told(told(payee, report({ submitted: true }), 5000), report({ submitted: true }), 6000);
  expect(payee.news.map(({ kind }) => kind)).toEqual(['payees-account-ready', 'payees-account-restricted']);
  expect(payee.news[1]?.text).toContain('Your date of birth');
  payee = told(payee, fine, 7000);
  expect(payee.news).toHaveLength(3);
  expect(new Set(payee.news.map(({ id }) => id)).size).toBe(3);
});

test('I12 an account that is not ready is asked about daily for 30 days, then weekly', () => {
  let payee = open();
  const asked: number[] = [];
  while ((payee.askAt ?? Infinity) < 60 * DAY) {
    asked.push(payee.askAt ?? 0);
    payee = told(payee, report(), payee.askAt ?? 0);
  }
  const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
  expect(gaps.filter((gap) => gap === patience.often)).toHaveLength(30);
  expect(gaps.slice(30).every((gap) => gap === patience.then)).toBe(true);
  expect(gaps.length).toBeGreaterThan(32);
  const ready = told(payee, fine, 61 * DAY);
  expect(ready.askAt).toBeNull();
  // From then on it counts anew.
  expect(told(ready, report(), 90 * DAY).askAt).toBe(91 * DAY);
});

test('F38 a connected destination needs a ready account, is verified by it, and still cools off', () => {
  expect(refused(() => save(null, 'a'))).toEqual({ reason: 'onboarding_required', status: 'none', due: [] });
  expect(refused(() => save(told(open(), report(), 2000), 'a'))).toEqual({
    reason: 'onboarding_required',
    status: 'incomplete',
    due: ['Your date of birth', 'A bank account to be paid to'],
  });
  const ready = told(open(), fine, 2000);
  expect(refused(() => save(ready, 'a', { account: null }))).toMatchObject({ reason: 'onboarding_required' });
  const one = save(ready, 'a');
  expect(destinationOf(one, 'a')).toMatchObject({
    ...{ kind: 'connected', mask: 'Stripe •••• 1234', status: 'verified', by: 'psp:stripe' },
    ...{ decidedAt: 5000, usableAt: 5000 },
  });
  expect(one.dueAt).toBeNull();
  expect(save(one, 'a')).toBe(one);
  expect(save(told(one, report(), 6000), 'a').connected?.status).toBe('restricted');
  expect(refused(() => save(one, 'b'))).toEqual({
    reason: 'limit_reached',
    limit: 1,
    used: 1,
    retryAt: null,
  });
  const two = save(one, 'b', { currency: 'USD' });
  expect(destinationOf(two, 'b').usableAt).toBe(5000 + COOLING_OFF);
  expect(destinationOf(save(removeDestination(one, 'a'), 'c'), 'c').usableAt).toBe(5000 + COOLING_OFF);
});

test('F38 W4-29 another bank behind the account waits like another destination, and its owner hears of it', () => {
  const one = save(told(open(), fine, 2000), 'a');
  const usableAt = (payee: Payee) => destinationOf(payee, 'a').usableAt;
  const same = told(one, fine, 6000);
  expect([usableAt(same), cooledAt(same.connected!)]).toEqual([5000, 0]);
  const other = told(same, { ...fine, last4: '9999' }, 7000);
  expect(destinationOf(other, 'a')).toMatchObject({
    ...{ mask: 'Stripe •••• 9999', status: 'verified', usableAt: 7000 + COOLING_OFF },
  });
  expect(cooledAt(other.connected!)).toBe(7000 + COOLING_OFF);
  expect(other.news.at(-1)).toMatchObject({
    ...{ kind: 'payees-account-bank-changed', facts: { detail: 'Stripe •••• 9999' } },
  });
  // The same word again starts nothing anew; the old bank again is a change too.
  const again = told(other, { ...fine, last4: '9999' }, 8000);
  expect([usableAt(again), again.news.length]).toEqual([7000 + COOLING_OFF, other.news.length]);
  expect(usableAt(told(again, fine, 9000))).toBe(9000 + COOLING_OFF);
  // What is not the provider's account is left alone.
  const home = save(one, 'home', { kind: 'bank', mask: 'QA•• •••• 8901' });
  const moved = told(home, { ...fine, last4: '9999' }, 7000);
  expect(destinationOf(moved, 'home')).toEqual(destinationOf(home, 'home'));
});

test('F38 a bank is another by the provider’s name for it, and after there was none', () => {
  const known = { ...fine, bank: 'fp_1' };
  const one = save(told(open(), known, 2000), 'a');
  expect(told(one, known, 6000).connected?.bankAt).toBeNull();
  expect(told(one, { ...fine, bank: 'fp_2' }, 6000).connected?.bankAt).toBe(6000);
  const none = told(one, { ...known, last4: '', bank: '' }, 6000);
  expect(none.connected).toMatchObject({ last4: '', bankAt: null });
  expect(told(none, known, 7000).connected?.bankAt).toBeNull();
  expect(told(none, { ...fine, bank: 'fp_2' }, 7000).connected?.bankAt).toBe(7000);
  // It stopped and was replaced at once: its owner hears both, each once.
  const both = told(one, { ...known, bank: 'fp_2', ready: false, disabled: 'listed' }, 6000);
  expect(both.news.slice(-2).map(({ kind }) => kind)).toEqual([
    'payees-account-restricted',
    'payees-account-bank-changed',
  ]);
  expect(new Set(both.news.map(({ id }) => id)).size).toBe(both.news.length);
});

test('F38 the first bank, and any before there is a destination, is no change', () => {
  const ready = told(told(open(), report(), 1500), { ...fine, bank: 'fp_1' }, 2000);
  expect(ready.connected).toMatchObject({ bank: 'fp_1', bankAt: null });
  const other = told(ready, { ...fine, bank: 'fp_2' }, 3000);
  expect(other.connected).toMatchObject({ bank: 'fp_2', bankAt: null });
  expect(other.news.map(({ kind }) => kind)).toEqual(['payees-account-ready']);
  // Whoever took theirs out has an open withdrawal perhaps: that waits, too.
  const removed = removeDestination(save(other, 'a'), 'a');
  expect(told(removed, { ...fine, bank: 'fp_3' }, 6000).connected?.bankAt).toBe(6000);
});

test('I12 an account about which nobody answers is asked about on another day, and waits for no other', () => {
  const due = told(open(), report(), 2000);
  const at = due.askAt!;
  expect(postponeAccount(due, at - 1)).toBe(due);
  const later = postponeAccount(due, at);
  expect(later).toMatchObject({ askAt: at + patience.often, connected: { askedAt: 2000 } });
  expect(postponeAccount(later, at)).toBe(later);
  expect(postponeAccount(due, 40 * DAY).askAt).toBe(40 * DAY + patience.then);
  const ready = told(due, fine, 3000);
  expect(postponeAccount(ready, 90 * DAY)).toBe(ready);
  expect(postponeAccount(null, at)).toBe(newPayee);
});

test('F38 any sequence of saves keeps at most five, one connected for each currency', () => {
  const currencies = ['QAR', 'USD', 'INR'] as const;
  const step = fc.record({
    id: fc.integer({ min: 0, max: 9 }).map(String),
    kind: fc.constantFrom(...destinationKinds),
    currency: fc.constantFrom(...currencies),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let payee = told(open(), fine, 2000);
      for (const { remove, id, ...more } of steps) {
        try {
          payee = remove ? removeDestination(payee, id) : save(payee, id, { ...more, mask: 'x' });
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        expect(payee.destinations.length).toBeLessThanOrEqual(MOST_DESTINATIONS);
        const connected = payee.destinations.filter(({ kind }) => kind === 'connected');
        expect(new Set(connected.map(({ currency }) => currency)).size).toBe(connected.length);
        expect(new Set(payee.destinations.map((one) => one.id)).size).toBe(payee.destinations.length);
      }
    }),
  );
});

test('F39 whatever is said, an account keeps its name, and is asked about exactly while it is not ready', () => {
  const said = fc.oneof(
    fc.constant(null),
    fc.record({
      ready: fc.boolean(),
      submitted: fc.boolean(),
      due: fc.constantFrom([], ['external_account']),
      disabled: fc.constantFrom(null, 'under_review', 'listed', 'requirements.past_due'),
    }),
  );
  const asked = fc.record({ said, at: fc.integer({ min: 1000, max: 100 * DAY }) });
  fc.assert(
    fc.property(fc.array(asked), (answers) => {
      let payee = open();
      let newest = 0;
      for (const { said, at } of answers) {
        const before: Connected | null = payee.connected;
        payee = told(payee, said && report(said), at);
        if (at < newest) expect(payee.connected).toBe(before);
        newest = Math.max(newest, at);
        expect(payee.connected).toMatchObject({ account, askedAt: newest });
        expect(payee.askAt === null).toBe(payee.connected?.status === 'ready');
        expect(payee.askAt ?? Infinity).toBeGreaterThan(newest);
        expect(JSON.stringify(payee)).not.toContain('undefined');
      }
      expect(newPayee.connected).toBeNull();
    }),
  );
});
