import { createClock, parseDuration } from './clock.ts';
import { latestRun, nextRun } from './host/schedules.ts';
import { freePorts, ports, requireFree } from './ports.ts';
import { createServer } from 'node:http';

it('reads durations as people write them', () => {
  expect(['72h', '30m', '15d', '10s', '250ms'].map(parseDuration)).toEqual([
    259_200_000, 1_800_000, 1_296_000_000, 10_000, 250,
  ]);
  expect(() => parseDuration('soon')).toThrow('soon');
});

it('moves and goes on', () => {
  const clock = createClock();
  clock.move(1_000_000);
  expect(clock.now() - Date.now()).toBeGreaterThanOrEqual(999_999);
});

describe('schedules', () => {
  const at = (time: string) => Date.parse(`2026-03-10T${time}:00Z`);
  const nightly = { name: 'nightly', cron: '0 3 * * *', timeZone: 'Etc/UTC' };

  it('know their next time in their own zone, and App Engine’s words', () => {
    expect(nextRun(nightly, at('02:00'))).toBe(at('03:00'));
    expect(nextRun({ ...nightly, timeZone: 'Asia/Qatar' }, at('02:00'))).toBe(at('24:00'));
    expect(nextRun({ ...nightly, cron: 'every 5 minutes' }, at('02:01'))).toBe(at('02:05'));
    expect(() => nextRun({ ...nightly, cron: 'often' }, 0)).toThrow('nightly');
  });

  it('know the latest time that was missed, whole or not', () => {
    expect(latestRun(nightly, at('02:00'), at('03:00'))).toBe(at('03:00'));
    expect(latestRun(nightly, at('02:00'), at('03:00') - 1)).toBeNull();
    expect(latestRun(nightly, at('03:00'), at('23:00'))).toBeNull();
    expect(latestRun({ ...nightly, cron: '*/5 * * * *' }, at('02:00'), at('02:58') + 500)).toBe(at('02:55'));
  });
});

it('says which port is taken', async () => {
  const [port = 0] = await freePorts(1);
  await requireFree({ tasks: port });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await expect(requireFree({ tasks: port })).rejects.toThrow(`Port ${port} (tasks) is taken`);
  await new Promise((resolve) => server.close(resolve));
  expect(ports(9500)).toMatchObject({ functions: 9500, logging: 9508 });
});
