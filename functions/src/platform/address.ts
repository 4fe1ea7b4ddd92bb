import { isIPv4, isIPv6 } from 'node:net';
import type { Request } from 'firebase-functions/https';

/**
 * The address that a request came from, as a rate counts it. Google appends what it saw itself to
 * `x-forwarded-for`; whatever stands before was said by the caller and is not believed. Each proxy of one's own
 * in front (a load balancer) appends once more.
 * https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header
 */
export function addressOf(request: Pick<Request, 'headers' | 'socket'>, proxies: number): string | null {
  const header = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  const said = header.split(',').map((one) => one.trim());
  // A header with fewer entries than proxies came past them: then its last is what Google saw.
  const own = header === '' ? undefined : (said.at(-1 - proxies) ?? said.at(-1));
  const address = own ?? request.socket.remoteAddress;
  return address === undefined ? null : networkOf(address);
}

/** `::ffff:203.0.113.66` and `::ffff:cb00:7142` are that IPv4 address. */
function v4Within(address: string): string {
  const mapped = /^::ffff:(?:(?<dotted>\d+\..*)|(?<high>[0-9a-f]{1,4}):(?<low>[0-9a-f]{1,4}))$/i.exec(
    address,
  )?.groups;
  if (!mapped) return address;
  if (mapped.dotted !== undefined) return mapped.dotted;
  const [high, low] = [parseInt(mapped.high!, 16), parseInt(mapped.low!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** An IPv4 address, or the /64 of an IPv6 one, which is what one line is given to choose from. */
function networkOf(address: string): string | null {
  const plain = v4Within(address);
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return null;
  const [head = '', tail = ''] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const zeros = Array.from({ length: Math.max(0, 8 - groups(head).length - groups(tail).length) }, () => '0');
  const all = plain.includes('::') ? [...groups(head), ...zeros, ...groups(tail)] : groups(plain);
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
