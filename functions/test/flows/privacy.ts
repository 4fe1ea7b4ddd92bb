import { join } from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { isValidIBAN } from 'ibantools';
import { CallError } from '../../../local/api.ts';
import { contract } from '../../src/contract.ts';

/** Looks for what is personal in all that is stored, answered and logged: nothing of it may be in clear. */

export type Kind = 'e-mail' | 'phone' | 'account' | 'name' | 'paper';

/** Something personal that a test put in, so that it can be looked for. */
export type Needle = { readonly kind: Kind; readonly text: string };

/** The answers that hand out what is sealed: to finance only, after the look was recorded. No others may. */
export const reveals: Readonly<Record<string, { readonly kinds: readonly Kind[]; readonly why: string }>> = {
  'kyc-reveal': { kinds: ['name', 'paper'], why: 'finance compares the papers with the person' },
  'destinations-reveal': {
    kinds: ['name', 'account', 'phone', 'e-mail'],
    why: 'finance compares the holder with the person',
  },
  'withdrawals-reveal': {
    kinds: ['name', 'account', 'phone', 'e-mail'],
    why: 'finance makes the transfer',
  },
};

const email = /[\p{L}\p{N}._+-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;
const phone = /\+\d(?:[ -]?\d){7,14}(?!\d)/;
/** Upper case only: among hashes and ids, which are lower case, one in some millions would pass for one. */
const account = /(?<![A-Z\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}/g;

/** Its country, length and check digits fit: a text of that shape alone is no account number. */
function hasIban(text: string): boolean {
  return [...text.matchAll(account)].some(([found]) => {
    const digits = found.replaceAll(/[ -]/g, '');
    // Words in capitals may follow it.
    return Array.from({ length: 20 }, (_, i) => digits.slice(0, 15 + i)).some((part) => isValidIBAN(part));
  });
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');
const bare = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z\d]/g, '');
const isWord = (letter: string | undefined): boolean => /[\p{L}\p{N}]/u.test(letter ?? '');

/** As words of their own: `Ann Lee` is not in `Ann Leeds`. */
function hasName(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at >= 0 && !isWord(text[at - 1]) && !isWord(text[at + name.length]);
}

/** The same names of fields and words stand in thousands of documents. */
const known = new WeakMap<readonly Needle[], Map<string, Kind[]>>();
function kindsIn(text: string, needles: readonly Needle[]): Kind[] {
  const seen = known.get(needles) ?? new Map<string, Kind[]>();
  known.set(needles, seen);
  const kinds = seen.get(text) ?? lookIn(text, needles);
  seen.set(text, kinds);
  return kinds;
}

/** What is personal in a text. */
function lookIn(text: string, needles: readonly Needle[]): Kind[] {
  const [words, letters] = [plain(text), bare(text)];
  const holds: Record<Kind, (needle: string) => boolean> = {
    'e-mail': (needle) => words.includes(plain(needle)),
    phone: (needle) => letters.includes(bare(needle)),
    account: (needle) => letters.includes(bare(needle)),
    name: (needle) => hasName(words, plain(needle)),
    paper: (needle) => text.includes(needle),
  };
  const found = needles.filter(({ kind, text: needle }) => holds[kind](needle)).map(({ kind }) => kind);
  if (/@|%40/.test(text) && email.test(text)) found.push('e-mail');
  if (phone.test(text)) found.push('phone');
  if (hasIban(text)) found.push('account');
  return [...new Set(found)];
}

const isSealed = (value: object): value is Record<'nonce' | 'box' | 'tag', string> =>
  Object.keys(value).sort().join() === 'box,nonce,tag,v';

/** Ciphertext is no text: what reads as UTF-8 was never sealed, only written differently. */
function isCiphertext({ nonce, box, tag }: Record<'nonce' | 'box' | 'tag', string>): boolean {
  const [iv, body, mac] = [nonce, box, tag].map((part) => Buffer.from(part, 'base64'));
  if (iv?.length !== 12 || mac?.length !== 16 || body?.toString('base64') !== box) return false;
  return body.toString('utf8').includes('\ufffd');
}

export type Finding = { readonly at: string; readonly kind: Kind | 'unsealed' };

/** Everything personal within a value, with the path of the field; the names of fields count as well. */
export function findIn(value: unknown, at: string, needles: readonly Needle[]): Finding[] {
  if (typeof value === 'string') return kindsIn(value, needles).map((kind) => ({ at, kind }));
  if (value instanceof Uint8Array) return findIn(Buffer.from(value).toString('utf8'), at, needles);
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && isSealed(value)) return isCiphertext(value) ? [] : [{ at, kind: 'unsealed' }];
  return Object.entries(value).flatMap(([key, part]) => [
    ...findIn(key, `${at}.${key}`, needles),
    ...findIn(part, `${at}.${key}`, needles),
  ]);
}

type Value = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Value>>;

/** A value as Firestore's REST API writes it: https://firebase.google.com/docs/firestore/reference/rest/v1/Value */
function valueOf(value: Value): unknown {
  const { mapValue, arrayValue, bytesValue, timestampValue, integerValue } = value as {
    readonly mapValue?: { readonly fields?: Fields };
    readonly arrayValue?: { readonly values?: readonly Value[] };
    readonly bytesValue?: string;
    readonly timestampValue?: string;
    readonly integerValue?: string;
  };
  if (mapValue) return fieldsOf(mapValue.fields);
  if (arrayValue) return (arrayValue.values ?? []).map(valueOf);
  if (timestampValue !== undefined) return new Date(timestampValue);
  if (integerValue !== undefined) return Number(integerValue);
  return bytesValue === undefined ? Object.values(value)[0] : Buffer.from(bytesValue, 'base64');
}
const fieldsOf = (fields: Fields = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, valueOf(value)]));

/** Every document there is, by its path, whatever its collection is called: one query, which the SDK has no word for. */
export async function everyDocument(db: Firestore): Promise<Map<string, Record<string, unknown>>> {
  const { projectId } = db as unknown as { projectId: string };
  const root = `projects/${projectId}/databases/(default)/documents`;
  const answer = await fetch(`http://${process.env.FIRESTORE_EMULATOR_HOST}/v1/${root}:runQuery`, {
    method: 'POST',
    headers: { authorization: 'Bearer owner' },
    body: JSON.stringify({ structuredQuery: { from: [{ allDescendants: true }] } }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const found = (await answer.json()) as { document?: { name: string; fields?: Fields } }[];
  return new Map(
    found.flatMap(({ document }) =>
      document ? [[document.name.slice(root.length + 1), fieldsOf(document.fields)]] : [],
    ),
  );
}

/** What somebody hands in with a call, once it fits: whatever does not fit is kept nowhere. */
function handedIn(name: string, input: unknown): Needle[] {
  if (name === 'kyc-submit') {
    const { data } = contract.kyc.submit.input.safeParse(input);
    if (!data) return [];
    const papers = Object.values(data.documents).map((text) => ({ kind: 'paper', text }) as const);
    return [{ kind: 'name', text: data.name }, ...papers];
  }
  if (name !== 'destinations-save') return [];
  const { data } = contract.destinations.save.input.safeParse(input);
  if (!data) return [];
  const needles: Needle[] = 'holder' in data ? [{ kind: 'name', text: data.holder }] : [];
  if ('iban' in data) needles.push({ kind: 'account', text: data.iban });
  if ('phone' in data) needles.push({ kind: 'phone', text: data.phone });
  if ('account' in data)
    needles.push({ kind: data.account.includes('@') ? 'e-mail' : 'account', text: data.account });
  return needles;
}

/** A shorter name is in too many words. */
const LEAST_NAME = 4;

type Heard = { readonly at: string; readonly what: unknown; readonly allowed: readonly Kind[] };

/** Hears what a test sends, is answered and logs, and says at its end what was personal in it. */
export type Witness = {
  readonly plant: (needle: Needle) => void;
  /** Passes the answer on, or the refusal. */
  readonly hear: (name: string, input: unknown, answer: Promise<unknown>) => Promise<unknown>;
  readonly hearLog: (line: string) => void;
  /** How many answers and refusals were heard, and the log. */
  readonly heard: () => { readonly answers: number; readonly lines: readonly string[] };
  readonly leaks: (db: Firestore) => Promise<string[]>;
};

export function createWitness(): Witness {
  const needles = new Map<string, Needle>();
  const heard: Heard[] = [];
  const lines: string[] = [];
  const plant = (needle: Needle): void => {
    if (needle.kind !== 'name' || needle.text.length >= LEAST_NAME)
      needles.set(`${needle.kind} ${needle.text}`, needle);
  };
  return {
    plant,
    async hear(name, input, answer) {
      handedIn(name, input).forEach(plant);
      try {
        const what = await answer;
        heard.push({ at: `answer of ${name}`, what, allowed: reveals[name]?.kinds ?? [] });
        return what;
      } catch (error) {
        if (error instanceof CallError) {
          const { details } = error;
          // The message of such an error repeats the details.
          const message = error.message.replace(JSON.stringify(details ?? {}), '');
          heard.push({ at: `refusal of ${name}`, what: { message, details }, allowed: [] });
        }
        throw error;
      }
    },
    hearLog: (line) => void lines.push(line),
    heard: () => ({ answers: heard.length, lines }),
    async leaks(db) {
      const all = [...needles.values()];
      const stored = [...(await everyDocument(db))].flatMap(([path, doc]) => [
        ...findIn(path, `name of ${path}`, all),
        ...findIn(doc, path, all),
      ]);
      const said = heard.flatMap(({ at, what, allowed }) =>
        findIn(what, at, all).filter(({ kind }) => !allowed.some((one) => one === kind)),
      );
      const logged = lines.flatMap((line) => findIn(line, `log ${line.slice(0, 200)}`, all));
      return [...new Set([...stored, ...said, ...logged].map(({ at, kind }) => `${kind} in ${at}`))];
    },
  };
}

/** What the logger writes through: its own copy, made when it was loaded, so the console itself is too late. */
const inside = join(import.meta.dirname, '../../../node_modules/firebase-functions/lib/logger/common.js');
const levels = ['debug', 'info', 'log', 'warn', 'error'] as const;
type Console = Record<(typeof levels)[number], (line: string) => void>;

/** Hears each line of the functions' structured log from now on, shown at the terminal or not. */
export async function listenToLog(hear: (line: string) => void): Promise<void> {
  const { UNPATCHED_CONSOLE: written } = (await import(inside)) as { UNPATCHED_CONSOLE: Console };
  for (const level of levels) {
    const write = written[level];
    written[level] = (line) => {
      hear(line);
      write(line);
    };
  }
}
