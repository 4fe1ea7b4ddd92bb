import fc from 'fast-check';
import { problemWithAddress, problemWithUrl } from './weburl.ts';

/** Each names a private, metadata or link-local address, or hides one. */
const refused = [
  'http://example.com/a.png',
  'ftp://example.com/a.png',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:image/png;base64,iVBORw0KGgo=',
  'blob:https://example.com/1',
  '',
  'no address',
  'https://',
  'https:///a.png',
  'https://localhost/a.png',
  'https://LOCALHOST./a.png',
  'https://foo.localhost/a.png',
  'https://printer.local/a.png',
  'https://intranet/a.png',
  'https://metadata.google.internal/computeMetadata/v1/',
  'https://127.0.0.1/a.png',
  'https://127.1/a.png',
  'https://2130706433/a.png',
  'https://0x7f000001/a.png',
  'https://0x7f.0.0.1/a.png',
  'https://0177.0.0.1/a.png',
  'https://017700000001/a.png',
  'https://127.0.0.1./a.png',
  'https://①②⑦.⓪.⓪.①/a.png',
  'https://0.0.0.0/a.png',
  'https://10.1.2.3/a.png',
  'https://172.16.0.1/a.png',
  'https://172.31.255.255/a.png',
  'https://192.168.1.1/a.png',
  'https://100.64.0.1/a.png',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/latest/meta-data/',
  'https://0xa9fea9fe/latest/meta-data/',
  'https://0251.0376.0251.0376/',
  'https://[::1]/a.png',
  'https://[::]/a.png',
  'https://[::ffff:127.0.0.1]/a.png',
  'https://[::ffff:7f00:1]/a.png',
  'https://[0:0:0:0:0:ffff:a9fe:a9fe]/a.png',
  'https://[64:ff9b::7f00:1]/a.png',
  'https://[fe80::1]/a.png',
  'https://[fd00:ec2::254]/a.png',
  'https://[2002:7f00:1::]/a.png',
  'https://[2001:db8::1]/a.png',
  'https://[3fff::1]/a.png',
  'https://[3fff:fff:ffff::1]/a.png',
  'https://kubernetes.default/api',
  'https://user@example.com/a.png',
  'https://user:pass@example.com/a.png',
  'https://example.com@127.0.0.1/a.png',
  'https://example.com:443@127.0.0.1/a.png',
  'https://@example.com/a.png',
  'https://example.com:8080/a.png',
  'https://example.com\\@127.0.0.1/a.png',
  'https://exam ple.com/a.png',
  ' https://example.com/a.png',
  'https://exam\tple.com/a.png',
  'https://exam\u200bple.com/a.png',
  'https://7f000001.nip.io/a.png',
  'https://--1.sslip.io/a.png',
  'https://customer1.localtest.me/a.png',
  'https://kubernetes.default.svc/api',
  'https://kubernetes.default.svc.cluster.local/api',
  'https://127\u30020\u30020\u30021/a.png',
  'https://\uff11\uff12\uff17.0.0.1/a.png',
  'https://%31%32%37.0.0.1/a.png',
  'https://%6c%6f%63alhost/a.png',
  'https://ⓛocalhost/a.png',
  'https://metadata.google.internal./a.png',
  'https://[64:ff9b:1::a00:1]/a.png',
  'https://[::7f00:1]/a.png',
  'https://[fec0::1]/a.png',
  'https://[ff02::1]/a.png',
  'https://[2002:a9fe:a9fe::]/a.png',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/a.png',
  'https://example.com/go?to=http:127.0.0.1',
  'https://example.com/go?to=https:/169.254.169.254/latest',
  'https://example.com/go?to=http:\u2044\u2044localhost',
  `https://example.com/go?to=http${'%25'.repeat(1)}3A%2F%2F10.0.0.1`,
  `https://example.com/go?to=%${'25'.repeat(9)}2F%${'25'.repeat(9)}2F10.0.0.1`,
  'https://example.com/go?to=//%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/',
  'https://127.0.0.1.nip.io/a.png',
  'https://a.10-0-0-1.sslip.io/a.png',
  'https://169.254.169.254.xip.io/a.png',
  'https://example.com/go?to=http://127.0.0.1/a.png',
  'https://example.com/go?to=http%3A%2F%2F169.254.169.254%2Flatest',
  'https://example.com/go?to=http%253A%252F%252F169.254.169.254%252Flatest',
  'https://example.com/http://localhost/a.png',
  'https://example.com//2130706433/a.png',
  'https://example.com/go#https://user@10.0.0.1/x',
  `https://example.com/${'a'.repeat(2000)}`,
];

test.each(refused)('W1-26 refused: %s', (url) => {
  expect(problemWithUrl(url)).not.toBeNull();
});

test.each([
  'https://example.com/a.png',
  'https://cdn.example.com/a/b/c.jpg?w=100&h=200#x',
  'https://8.8.8.8/a.png',
  'https://[2606:4700::6810:84e5]/a.png',
  'https://[3ffe::1]/a.png',
  'https://images.example.co.uk/2026/01/10.0/a.png',
  'https://example.com/go?to=https%3A%2F%2Fcdn.example.com%2Fa.png',
  'https://172.32.0.1/a.png',
  'https://xn--bcher-kva.example.com/a.png',
  'https://bücher.example.com/a.png',
  'https://example.com./a.png',
  'https://example.com/100%25-wool.png?size=http',
])('a public address passes: %s', (url) => {
  expect(problemWithUrl(url)).toBeNull();
});

test('a result may be signed by whatever looks like an address; it lies at a public one itself', () => {
  expect(problemWithAddress('https://cdn.example.com/a.png?sig=aGk//ZXY%2F%2Fx')).toBeNull();
  expect(problemWithAddress(`https://cdn.example.com/a.png?token=${'x'.repeat(3000)}`)).toBeNull();
  for (const url of ['https://10.0.0.1/a.png', 'http://cdn.example.com/a.png', 'javascript:alert(1)', ''])
    expect(problemWithAddress(url)).not.toBeNull();
});

/** Every way in which the parser takes an IPv4 address. */
const spellings = (address: number): string[] => {
  const parts = [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
  const [a, b, c, d] = parts as [number, number, number, number];
  return [
    parts.join('.'),
    String(address),
    `0x${address.toString(16)}`,
    `0${address.toString(8)}`,
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `[::ffff:${parts.join('.')}]`,
    `[::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}]`,
    `[2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::1]`,
  ];
};

test('W1-26 a private address is refused in every spelling there is, by itself and carried along', () => {
  const closed = fc.oneof(
    fc.integer({ min: 0x0a000000, max: 0x0affffff }),
    fc.integer({ min: 0x7f000000, max: 0x7fffffff }),
    fc.integer({ min: 0xa9fe0000, max: 0xa9feffff }),
    fc.integer({ min: 0xac100000, max: 0xac1fffff }),
    fc.integer({ min: 0xc0a80000, max: 0xc0a8ffff }),
  );
  fc.assert(
    fc.property(closed, (address) => {
      for (const host of spellings(address)) {
        expect([host, problemWithUrl(`https://${host}/a.png`)]).not.toEqual([host, null]);
        expect([host, problemWithUrl(`https://example.com/?u=http://${host}/a`)]).not.toEqual([host, null]);
        expect([host, problemWithUrl(`https://example.com/${encodeURIComponent(`//${host}/`)}`)]).not.toEqual(
          [host, null],
        );
      }
    }),
  );
});

test('whatever is handed in, it is answered and nothing throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void problemWithUrl(text)));
  fc.assert(fc.property(fc.webUrl(), (text) => void problemWithUrl(text)));
});
