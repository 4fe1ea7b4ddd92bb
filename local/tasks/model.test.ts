import { backoff, usualConfig } from './model.ts';

it('doubles, then grows by equal steps, as Google describes', () => {
  const config = { ...usualConfig, minBackoff: 10, maxBackoff: 300, maxDoublings: 3 };
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((retry) => backoff(retry, config));
  expect(waits).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
});
