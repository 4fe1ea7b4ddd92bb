import fc from 'fast-check';
import type { Message } from '../notifications/message.ts';
import { newReach, type Device, type Reach } from '../notifications/reach.ts';
import { MOST_ATTEMPTS, type Mail } from './mail.ts';
import {
  KEPT_MS,
  mailed,
  MOST,
  MOST_OTHERS,
  pauseAfter,
  shown,
  take,
  type Found,
  type Order,
} from './sending.ts';

const HOUR = 3_600_000;
const entry = {
  kind: 'job-assigned',
  text: 'You.',
  facts: {},
  about: 'jobs/j',
  at: 0,
  readAt: null,
} as const;
const device: Device = { id: 'd', token: 'token-of-d', platform: 'ios', language: 'ar', seenAt: 0 };
const message: Message = {
  ...{ uid: 'ann', notice: 'n', mail: 'waiting', devices: ['d'] },
  ...{ at: 0, tries: 0, dueAt: 0, version: 1 },
};
const reach = { ...newReach, devices: [device] };
const written = { subject: 'You were chosen', text: 'You.', html: '<p>You.</p>' };
const order = (at: number, address: string | null = 'ann@example.test'): Order => ({
  ...{ at, address, write: () => written },
});
const found = (more: Partial<Found> = {}): Found => ({ message, entry, reach, mail: null, ...more });

test('F66 a mail is handed over in the commit that says so, and never again', () => {
  const taken = take(found(), order(1));
  expect(taken.mail).toEqual({ to: ['ann@example.test'], message: written });
  expect(taken.devices).toEqual([device]);
  expect(taken.message).toMatchObject({ mail: 'handed', devices: ['d'], tries: 1, version: 2 });
  const leased = taken.message as Message;
  expect(leased.dueAt).toBe(1 + pauseAfter(0));
  expect(take(found({ message: leased }), order(leased.dueAt - 1)).message).toBeNull();
  const again = take(found({ message: leased, mail: taken.mail as Mail }), order(leased.dueAt));
  expect(again.mail).toBeNull();
  expect(again.devices).toEqual([device]);
});

test('F66 whoever has no address, or deleted it before, is not mailed; a device that is gone is not told', () => {
  expect(take(found(), order(1, null))).toMatchObject({
    mail: null,
    message: { mail: 'none', devices: ['d'] },
  });
  expect(take(found({ reach: null }), order(1, null))).toMatchObject({ message: 'gone', reach: null });
  expect(take(found({ entry: { deletedAt: 1 } }), order(2))).toMatchObject({ message: 'gone', mail: null });
});

test.each([
  ['SUCCESS', 1, { mail: 'gone', message: 'gone' }],
  ['ERROR', 3, { mail: { delivery: { state: 'RETRY', attempts: 3 } }, message: { mail: 'handed' } }],
  ['ERROR', MOST_ATTEMPTS, { mail: 'gone', message: 'gone' }],
  ['PROCESSING', 3, { mail: null, message: { mail: 'handed' } }],
] as const)('F66 a mail that is %s after %s attempts', (state, attempts, outcome) => {
  const mail: Mail = { to: ['a'], message: written, delivery: { state, attempts } };
  const handed = { ...message, mail: 'handed', devices: [] } as const;
  expect(take(found({ message: handed, mail }), order(1))).toMatchObject(outcome);
});

test('F66 it is given up in the end, with the address in it', () => {
  const mail: Mail = { to: ['a'], message: written };
  const handed = { ...message, mail: 'handed' } as const;
  expect(take(found({ message: handed, mail }), order(KEPT_MS - 1)).message).not.toBe('gone');
  expect(take(found({ message: handed, mail }), order(KEPT_MS))).toMatchObject({
    message: 'gone',
    mail: 'gone',
  });
});

test('F66 a flood: nobody hears of more than so many in an hour, and each is still sent in its turn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 * MOST_OTHERS }), (count) => {
      let own: Reach = reach;
      let waiting = Array.from({ length: count }, () => message);
      const sentIn = new Map<number, number>();
      for (let at = 0; waiting.length > 0 && at < 10 * HOUR; at += HOUR / 4) {
        waiting = waiting.flatMap((one) => {
          const taken = take(found({ message: one, reach: own }), order(at));
          own = taken.reach ?? own;
          if (taken.devices.length > 0) {
            sentIn.set(own.hourAt, (sentIn.get(own.hourAt) ?? 0) + 1);
            return [];
          }
          return taken.message === null || taken.message === 'gone' ? [one] : [taken.message];
        });
      }
      expect(waiting).toEqual([]);
      expect(Math.max(...sentIn.values())).toBeLessThanOrEqual(MOST_OTHERS);
      expect([...sentIn.values()].reduce((sum, one) => sum + one, 0)).toBe(count);
    }),
  );
});

test('F66 a flood of what others may cause keeps nothing back that is about money, and that has a limit of its own', () => {
  const money = { ...entry, kind: 'payees-destination-saved' } as const;
  const after = (sent: number): Reach => ({ ...reach, hourAt: 1, sent });
  const isSent = (own: typeof entry | typeof money, sent: number) =>
    take(found({ entry: own, reach: after(sent) }), order(2)).devices.length > 0;
  expect([MOST_OTHERS - 1, MOST_OTHERS].map((sent) => isSent(entry, sent))).toEqual([true, false]);
  expect([MOST_OTHERS, MOST - 1, MOST].map((sent) => isSent(money, sent))).toEqual([true, true, false]);
});

test('F66 what its owner deleted counts for nothing', () => {
  expect(take(found({ entry: { deletedAt: 1 } }), order(2)).reach).toBeNull();
});

test('F66 each pause is longer, up to some hours', () => {
  const pauses = Array.from({ length: 12 }, (_, tries) => pauseAfter(tries));
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(pauses[0]).toBe(300_000);
  expect(pauses.at(-1)).toBe(6 * HOUR);
});

test('F66 what was shown is taken off; what is left waits', () => {
  const two = { ...message, mail: 'none', devices: ['d', 'e'] } as const;
  expect(shown(two, ['d'])).toMatchObject({ devices: ['e'] });
  expect(shown(two, ['d', 'e'])).toBe('gone');
  expect(shown(two, [])).toBeNull();
  expect(shown(null, ['d'])).toBeNull();
});

test('F66 a mail that has left goes, and its message where no device waits', () => {
  const sent: Mail = { to: ['a'], message: written, delivery: { state: 'SUCCESS', attempts: 1 } };
  const handed = { ...message, mail: 'handed' } as const;
  expect(mailed(handed, sent)).toMatchObject({ mail: 'gone', message: { mail: 'none', devices: ['d'] } });
  expect(mailed({ ...handed, devices: [] }, sent)).toEqual({ mail: 'gone', message: 'gone' });
  expect(mailed(null, sent)).toEqual({ mail: 'gone', message: null });
  expect(mailed(handed, { to: ['a'], message: written })).toEqual({ mail: null, message: null });
});
