/**
 * Says whether a receipt is true, with nothing but Web Crypto: in a browser, in Node, in a worker. It imports
 * nothing, so that one file is all that has to be read to trust it.
 *
 * A receipt is what `receipts-get` answers. What it proves is as good as the root it is held against: take that
 * from `roots/{day}`, from a newspaper, from last year’s backup, but never from the receipt. It speaks of the values
 * that were handed in: show those, and not the text that they were read from, which may say a thing twice.
 */

type Json = Readonly<Record<string, unknown>>;

type Path = { readonly index: number; readonly hashes: readonly string[] };

export type Verdict = { readonly valid: true } | { readonly valid: false; readonly why: string };

/** A day as it lies in `roots/{day}`; what else is in it does not count. */
export type DayRoot = {
  readonly day: string;
  readonly previous: string;
  readonly tree: string;
  readonly wallets: number;
  readonly root: string;
};

/** @param root 64 hex digits: the root of the receipt’s day */
export const verifyReceipt = (receipt: unknown, root: string): Promise<Verdict> =>
  verdict(() => check(receipt as Json, root));

/**
 * Whether a certificate was issued on its day, as `certificates-proof` answers it: what it says is under the root.
 * @param root 64 hex digits: the root of the day on which it was issued
 */
export const verifyCertificate = (proof: unknown, root: string): Promise<Verdict> =>
  verdict(() => checkCertificate(proof as Json, root));

async function verdict(work: () => Promise<void>): Promise<Verdict> {
  try {
    await work();
    return { valid: true };
  } catch (error) {
    return { valid: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether days, oldest first, follow each other: each root is over its day and holds the root before it. */
export async function verifyDays(days: readonly DayRoot[]): Promise<Verdict> {
  for (const [i, one] of days.entries()) {
    if ((await hashOfDay(one)) !== one.root) return { valid: false, why: `${one.day} has another root` };
    const before = days[i - 1];
    if (before && one.previous !== before.root)
      return { valid: false, why: `${one.day} does not follow ${before.day}` };
    if (before && Date.parse(one.day) - Date.parse(before.day) !== 86_400_000)
      return { valid: false, why: `between ${before.day} and ${one.day} there are others` };
  }
  return { valid: true };
}

async function check(receipt: Json, root: string): Promise<void> {
  const { entry, links, wallet, path, root: sealed } = isObject(receipt) ? receipt : {};
  const { index, hashes } = (path ?? {}) as Path;
  const lists = Array.isArray(links) && links.every(isObject) && Array.isArray(hashes);
  must(lists && [entry, wallet, sealed].every(isObject), 'it is no receipt');
  const { uid, n, head } = wallet as Json;
  const { day, previous, tree, wallets, root: told } = sealed as DayRoot;
  // Nothing may be in it that is not looked at.
  const known = {
    ...{ entry, links, wallet: { uid, n, head }, path: { index, hashes }, next: null },
    root: { day, previous, tree, wallets, root: told },
  };
  must(canonical(receipt) === canonical(known), 'it has more in it, or less, than a receipt');

  await mustHold(known, { uid, n, head }, root);
  let [expected, number] = [head, n as number];
  for (const one of [...(links as Json[]), entry as Json]) {
    const { hash, ...rest } = one;
    must(hash === expected && (await sha256(text(canonical(rest)))) === hash, 'the chain is broken');
    must(one.n === number, 'the numbers do not follow each other');
    [expected, number] = [one.prev, number - 1];
  }
  // Links may be of the day after, where the entry came late; itself it is of this one.
  const at = new Date((entry as Json).at as number);
  must(at.toISOString().slice(0, 10) === day, 'the entry is of another day than the root');
}

async function checkCertificate(proof: Json, root: string): Promise<void> {
  const { certificate, path, root: sealed } = isObject(proof) ? proof : {};
  must([certificate, path, sealed].every(isObject), 'it is no proof');
  const { number, uid, course, title, issuedAt } = certificate as Json;
  const { index, hashes } = path as Path;
  const { day, previous, tree, wallets, root: told } = sealed as DayRoot;
  must(Array.isArray(hashes), 'it is no proof');
  const says = { number, uid, course, title, issuedAt };
  const known = {
    ...{ certificate: says, path: { index, hashes } },
    root: { day, previous, tree, wallets, root: told },
  };
  must(canonical(proof) === canonical(known), 'it has more in it, or less, than a proof');
  // A leaf of its own, under a name that no person can have.
  const head = await sha256([3], text(canonical(says)));
  await mustHold(known, { uid: `certificates/${String(number)}`, n: 1, head }, root);
  const at = new Date(issuedAt as number);
  must(at.toISOString().slice(0, 10) === day, 'the certificate is of another day than the root');
}

/** The root is over its day, and the day’s tree over the leaf. */
async function mustHold(
  { path, root: sealed }: { readonly path: Path; readonly root: DayRoot },
  leaf: Json,
  root: string,
): Promise<void> {
  must(sealed.root === root && (await hashOfDay(sealed)) === root, 'it is of another root');
  const hash = await sha256([0], text(canonical(leaf)));
  const top = await climb(hash, path.index, sealed.wallets, path.hashes);
  must(top === sealed.tree, 'its leaf is not in the tree');
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** From a leaf to the root of the tree, as RFC 9162 §2.1.3.2 says: https://www.rfc-editor.org/rfc/rfc9162 */
async function climb(leaf: string, index: number, size: number, path: readonly string[]): Promise<string> {
  must(Number.isSafeInteger(index) && index >= 0 && index < size, 'there is no such place in the tree');
  let [hash, at, last] = [leaf, index, size - 1];
  for (const beside of path) {
    must(last > 0, 'the path is too long');
    if (at % 2 === 1 || at === last) {
      hash = await sha256([1], bytes(beside), bytes(hash));
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = await sha256([1], bytes(hash), bytes(beside));
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  must(last === 0, 'the path is too short');
  return hash;
}

const hashOfDay = ({ day, previous, tree, wallets }: Omit<DayRoot, 'root'>): Promise<string> =>
  sha256([2], text(canonical({ day, previous, tree, wallets })));

function must(holds: boolean, why: string): void {
  if (!holds) throw new Error(why);
}

/** Canonical JSON: https://www.rfc-editor.org/rfc/rfc8785 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join()}}`;
}

const text = (value: string): number[] => [...new TextEncoder().encode(value)];

/** Small letters only: a hash has one spelling. */
function bytes(hex: string): number[] {
  must(/^[0-9a-f]{64}$/.test(hex), 'it has something in it that is no hash');
  return hex.match(/../g)!.map((pair) => parseInt(pair, 16));
}

async function sha256(...parts: readonly (readonly number[])[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(parts.flat()));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
