import { addressOf } from './address.ts';

const from = (forwarded: string | undefined, remoteAddress = '198.51.100.7') =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  }) as never;

test('F81 what the caller says of himself changes nothing', () => {
  expect(addressOf(from('203.0.113.9'), 0)).toBe('203.0.113.9');
  expect(addressOf(from('1.1.1.1, 203.0.113.9'), 0)).toBe('203.0.113.9');
  expect(addressOf(from('1.1.1.1,2.2.2.2 , 203.0.113.9'), 0)).toBe('203.0.113.9');
});

test('with a proxy of one’s own in front it is the one before', () => {
  expect(addressOf(from('1.1.1.1, 203.0.113.9, 10.0.0.1'), 1)).toBe('203.0.113.9');
});

test('without the header it is who is connected', () => {
  expect(addressOf(from(undefined), 0)).toBe('198.51.100.7');
  expect(addressOf(from('203.0.113.9'), 3)).toBe('203.0.113.9');
  expect(addressOf(from('nonsense'), 0)).toBeNull();
});

test('an IPv6 address counts with its /64', () => {
  const network = '2001:db8:0:7::/64';
  expect(addressOf(from('2001:db8:0:7:1:2:3:4'), 0)).toBe(network);
  expect(addressOf(from('2001:DB8:0:7::4'), 0)).toBe(network);
  expect(addressOf(from('2001:db8:0:0007:ffff::'), 0)).toBe(network);
  expect(addressOf(from('::1'), 0)).toBe('0:0:0:0::/64');
  expect(addressOf(from('::ffff:203.0.113.9'), 0)).toBe('203.0.113.9');
  expect(addressOf(from('::ffff:cb00:7142'), 0)).toBe('203.0.113.66');
});
