import { addDevice, MOST_DEVICES, withoutDevices } from './devices.ts';
import { markRead, markUnread, remove } from './inbox.ts';
import { chosen, prefer } from './preferences.ts';
import { allKinds, groupOf } from '../notifications/kinds.ts';
import { newReach, waysOf, type Device, type Reach } from '../notifications/reach.ts';

const device = (id: string, seenAt: number): Device => ({
  ...{ id, token: `token-of-${id}`, platform: 'web', language: null, seenAt },
});

test('F66 what is about money cannot be switched off, by any channel', () => {
  expect(() => prefer(null, { push: { money: false } })).toThrow(
    'always_sent {"channel":"push","group":"money"}',
  );
  expect(() => prefer(null, { mail: { money: false } })).toThrow('always_sent');
  const off = { work: false, social: false };
  const quiet = { ...prefer(null, { mail: off, push: off }), devices: [device('a', 1)] };
  for (const kind of allKinds) {
    const ways = waysOf(kind, quiet, true);
    expect([kind, ways]).toEqual([kind, groupOf(kind) === 'money' ? { mail: true, devices: ['a'] } : null]);
  }
});

test('F66 a wish changes what it names, and nothing else', () => {
  const first = prefer(null, { push: { social: false }, language: 'ar' });
  const second = prefer(first, { mail: { work: false } });
  expect(chosen(second)).toEqual({
    mail: { money: true, work: false, social: true },
    push: { money: true, work: true, social: false },
    language: 'ar',
  });
  expect(prefer(second, { push: { social: true }, language: null })).toMatchObject({
    off: { mail: ['work'], push: [] },
    language: null,
  });
});

test('F66 without mail and without a device nothing leaves the inbox', () => {
  expect(waysOf('escrow-released', null, false)).toBeNull();
  expect(waysOf('escrow-released', null, true)).toEqual({ mail: true, devices: [] });
});

test('F66 a person has a bounded number of devices; the one unseen for longest gives way', () => {
  let reach: Reach | null = null;
  for (let i = 0; i < MOST_DEVICES; i += 1) reach = addDevice(reach, device(`d${i}`, i)).reach;
  reach = addDevice(reach, device('d0', 100)).reach;
  expect(reach.devices).toHaveLength(MOST_DEVICES);
  const { reach: after, dropped } = addDevice(reach, device('new', 101));
  expect(dropped).toEqual(['d1']);
  expect(after.devices.map(({ id }) => id).slice(0, 2)).toEqual(['new', 'd0']);
  expect(withoutDevices(after, ['d0'])?.devices).toHaveLength(MOST_DEVICES - 1);
  expect(withoutDevices(newReach, ['d0'])).toBeNull();
});

const notice = {
  kind: 'job-assigned',
  text: 'You.',
  facts: {},
  about: 'jobs/j',
  at: 1,
  readAt: null,
} as const;

test('F65 marking twice is marking once, and a deleted notice is not there', () => {
  const read = markRead('n', notice, 5)!;
  expect(read.readAt).toBe(5);
  expect(markRead('n', read, 9)).toBeNull();
  expect(markUnread('n', read)).toEqual(notice);
  expect(markUnread('n', notice)).toBeNull();
  const gone = remove('n', read, 7)!;
  expect(gone).toEqual({ deletedAt: 7 });
  expect(remove('n', gone, 8)).toBeNull();
  for (const act of [() => markRead('n', gone, 8), () => markUnread('n', gone), () => remove('n', null, 8)])
    expect(act).toThrow('not_found');
});
