import { minor } from '../shared/money.ts';
import { checkPackages, type Wanted } from './terms.ts';
import { termsContract } from './terms.contract.ts';

const one: Wanted = {
  ...{ id: 'video', title: 'A video', pieces: 3, freeRevisions: 2, turnaroundDays: 7 },
  price: { amount: minor(10_000), currency: 'QAR' },
  revisionFee: minor(500),
  milestones: [],
};
const part = (amount: number, pieces: number) => ({ title: 'A part', amount: minor(amount), pieces });

test('F21 milestones make the price and the pieces, or nothing is offered', () => {
  const milestones = [part(4000, 1), part(6000, 2)];
  expect(checkPackages([{ ...one, milestones }])[0]?.milestones).toEqual(milestones);
  expect(() => checkPackages([{ ...one, milestones: [part(4000, 1), part(5999, 2)] }])).toThrow(
    'amount_mismatch',
  );
  expect(() => checkPackages([{ ...one, milestones: [part(4000, 1), part(6000, 1)] }])).toThrow('pieces');
  expect(checkPackages([one])[0]?.milestones).toEqual([{ title: 'A video', amount: 10_000, pieces: 3 }]);
  expect(() => checkPackages([one, one])).toThrow('same id');
});

test('F25 W0-30 free revisions are 0 to 10, two unless said, and none stays none', () => {
  const { packages } = termsContract.save.example.input;
  const read = (freeRevisions: unknown) =>
    termsContract.save.input.safeParse({ packages: [{ ...packages[0], freeRevisions }] });
  for (const refused of [11, -1, 2.5, '2', null, NaN]) expect(read(refused).success).toBe(false);
  for (const count of [0, 1, 10]) expect(read(count).data?.packages[0]?.freeRevisions).toBe(count);
  expect(read(undefined).data?.packages[0]?.freeRevisions).toBe(2);
});

test('F25 a fee is zero or more, and a whole number', () => {
  const { packages } = termsContract.save.example.input;
  const read = (revisionFee: unknown) =>
    termsContract.save.input.safeParse({ packages: [{ ...packages[0], revisionFee }] }).success;
  expect([0, 1, 500].map(read)).toEqual([true, true, true]);
  expect([-1, 0.5, '5', NaN, Infinity, 2 ** 53].map(read)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
