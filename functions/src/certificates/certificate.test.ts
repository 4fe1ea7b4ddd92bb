import { dayOf } from '../shared/day.ts';
import { headIdOf, headOf, issue, revoke, sealOf, statementOf } from './certificate.ts';
import { NUMBER_FORM } from './number.ts';

const number = 'ab'.repeat(16);
const made = issue({ number, uid: 'ann', course: 'selling', title: 'Selling', at: 1_767_225_600_000 });

test('W4-24 a number has 128 bits, and nothing else is one', () => {
  expect(NUMBER_FORM.test(number)).toBe(true);
  for (const other of ['abcdef12', 'AB'.repeat(16), `${number}0`, `${number}\n`])
    expect(NUMBER_FORM.test(other)).toBe(false);
});

test('F62 the seal is over every word of what it says, and lies under no name that a person can have', () => {
  const seal = sealOf(number, made);
  expect(made.seal).toBe(seal);
  for (const change of [
    { uid: 'ben' },
    { course: 'other' },
    { title: 'Selling!' },
    { issuedAt: made.issuedAt + 1 },
  ])
    expect(sealOf(number, { ...made, ...change })).not.toBe(seal);
  expect(sealOf('cd'.repeat(16), made)).not.toBe(seal);
  expect(Object.keys(statementOf(number, made)).sort()).toEqual([
    'course',
    'issuedAt',
    'number',
    'title',
    'uid',
  ]);
  expect(headOf(number, made)).toEqual({
    day: dayOf(made.issuedAt),
    uid: `certificates/${number}`,
    n: 1,
    head: seal,
  });
  expect(headIdOf(headOf(number, made))).not.toContain('/');
});

test('F62 it is taken back once, by another than its owner, and its seal stays', () => {
  const by = { number, by: 'mo', reason: 'It was done by somebody else.', at: 1_767_225_700_000 };
  const gone = revoke(made, by);
  expect(gone).toMatchObject({ status: 'revoked', seal: made.seal, version: 2, reason: by.reason });
  expect(gone.news.map(({ kind }) => kind)).toEqual(['certificates-issued', 'certificates-revoked']);
  expect(() => revoke(gone, by)).toThrow('wrong_status');
  expect(() => revoke(made, { ...by, by: 'ann' })).toThrow('own_request');
  expect(() => revoke(null, by)).toThrow('not_found');
});
