/**
 * Addresses that people hand in for a provider to fetch. We fetch none of them; a provider should not be led to a private
 * network by us either (W1-26). The URL parser of the WHATWG writes every spelling of an address in one way (decimal,
 * octal, hexadecimal, short, mapped), so that is what is looked at. https://url.spec.whatwg.org/#concept-ipv4-parser
 */

/** Of what people hand in, and of a result, which may be signed at length. */
const MOST_LENGTH = 2000;
const MOST_RESULT = 8000;

/** First and last of the IPv4 ranges that are not public. https://www.iana.org/assignments/iana-ipv4-special-registry */
const closed: readonly (readonly [from: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const numberOf = (dotted: string): number =>
  dotted.split('.').reduce((all, part) => all * 256 + Number(part), 0);

function isClosedV4(dotted: string): boolean {
  const address = numberOf(dotted);
  return closed.some(([from, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(numberOf(from) / size);
  });
}

/** The eight groups of an IPv6 address as the parser writes it. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  if (tail === undefined) return numbers(head);
  const zeros = 8 - numbers(head).length - numbers(tail).length;
  return [...numbers(head), ...Array.from({ length: zeros }, () => 0), ...numbers(tail)];
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** Only 2000::/3 is public, and in it some stand for an IPv4 address (6to4), or lead elsewhere. */
function isClosedV6(address: string): boolean {
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  if (first >> 13 !== 1) return true;
  if (first === 0x2002) return isClosedV4(dotted(second, third));
  if (first === 0x3fff) return second < 0x1000;
  return first === 0x2001 && (second < 0x200 || second === 0xdb8);
}

const names =
  /(^|\.)(localhost|localdomain|local|internal|intranet|intra|lan|home|corp|private|svc|cluster|default|consul|docker|test|invalid|arpa|onion)$/;
/** Names that stand for whatever address is written into them, in more ways than are worth reading, or for this machine. */
const wildcards =
  /(^|\.)(nip\.io|sslip\.io|xip\.io|traefik\.me|backname\.io|1u\.ms|rbndr\.us|ip6\.name|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|localho\.st|fuf\.me|local\.gd)$/;
/** `10.0.0.1.nip.io` and `10-0-0-1.sslip.io` are that address. */
const within = /(?<!\d)(?=(\d{1,3}[.-]\d{1,3}[.-]\d{1,3}[.-]\d{1,3})(?!\d))/g;

/** Why a host is not public, or null when it may be. */
function problemWithHost(hostname: string): string | null {
  const host = hostname.replace(/\.+$/, '');
  if (host.startsWith('[')) return isClosedV6(host.slice(1, -1)) ? 'is a private address' : null;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isClosedV4(host) ? 'is a private address' : null;
  if (!host.includes('.') || names.test(host)) return 'is a name of a private network';
  if (wildcards.test(host)) return 'names a private address';
  const hidden = [...host.matchAll(within)].some(([, found = '']) => isClosedV4(found.replaceAll('-', '.')));
  return hidden ? 'names a private address' : null;
}

/** Decoded until nothing changes, so that no layer of percent signs hides an address. */
function bare(text: string): string {
  let now = text;
  // Each layer is shorter than the one around it.
  for (;;) {
    const next = now.replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
    if (next === now) return now;
    now = next;
  }
}

/** Addresses that a URL carries within itself: what redirects would lead there. */
function carried({ pathname, search, hash }: URL): string[] {
  const bytes = bare(pathname + search + hash);
  // A digit may be written in another script, which takes more bytes than one.
  const text = `${bytes} ${Buffer.from(bytes, 'latin1').toString('utf8')}`;
  const found = text.matchAll(/(?:https?:[\\/]*|[\\/]{2,})([^\s\\/"'<>?#&]+)/gi);
  return [...found].map(([, host = '']) => host);
}

/** Why an address leads nowhere public, or null: https alone, no names and passwords, no port, no private host. */
export function problemWithAddress(text: string): string | null {
  if (text.length > MOST_RESULT) return 'is too long';
  // The parser drops these without a word; who writes them hides something.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) return 'has characters that an address has not';
  if (!URL.canParse(text)) return 'is no address';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'has to begin with https://';
  if (!/^https:\/\/[^/]/i.test(text)) return 'is no address';
  if (url.username !== '' || url.password !== '' || /^https:\/\/[^/?#]*@/i.test(text))
    return 'has a name or a password in it';
  if (url.port !== '') return 'names a port';
  return problemWithHost(url.hostname);
}

/**
 * What is wrong with an address that a provider is to fetch, or null when nothing is: it is public, in every spelling,
 * and carries none along that is not.
 */
export function problemWithUrl(text: string): string | null {
  if (text.length > MOST_LENGTH) return 'is too long';
  const own = problemWithAddress(text);
  if (own !== null) return own;
  for (const host of carried(new URL(text))) {
    const inner = `https://${host.slice(host.lastIndexOf('@') + 1)}`;
    if (URL.canParse(inner) && problemWithHost(new URL(inner).hostname) !== null)
      return 'carries a private address';
  }
  return null;
}
