import { Timestamp } from '@google-cloud/firestore';
import type { Plain } from '../../functions/src/shared/stored.ts';
import { WireError } from './scheduler.ts';

/** What Firestore can hold, how it compares it, and how large it is. https://firebase.google.com/docs/firestore/quotas */

const INVALID_ARGUMENT = 3;
const MOST_BYTES = 1024 * 1024;
const MOST_NAME = 1500;
const DEEPEST = 20;

/** The order of kinds. https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering */
function rankOf(value: unknown): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'number') return 2;
  if (value instanceof Timestamp) return 3;
  if (typeof value === 'string') return 4;
  if (Array.isArray(value)) return 8;
  return 10;
}

/** Whether two values can be compared by more or less. */
export const sameKind = (one: unknown, other: unknown): boolean => rankOf(one) === rankOf(other);

const byNumber = (one: number, other: number): number => (one < other ? -1 : one > other ? 1 : 0);

/** Strings by their UTF-8 bytes, which is their code points' order. */
function byText(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i += 1) {
    const [unit, against] = [one.charCodeAt(i), other.charCodeAt(i)];
    if (unit === against) continue;
    // Only half characters sort otherwise in JavaScript.
    if (unit >= 0xd800 && against >= 0xd800) return Buffer.compare(Buffer.from(one), Buffer.from(other));
    return unit < against ? -1 : 1;
  }
  return one.length < other.length ? -1 : 1;
}

export function compare(one: unknown, other: unknown): number {
  const kinds = rankOf(one) - rankOf(other);
  if (kinds !== 0) return Math.sign(kinds);
  if (typeof one === 'number') return byNumber(one, other as number);
  if (typeof one === 'boolean') return byNumber(Number(one), Number(other));
  if (typeof one === 'string') return byText(one, other as string);
  if (one instanceof Timestamp) return byMoment(one, other as Timestamp);
  if (Array.isArray(one)) return byItems(one, other as unknown[]);
  return one === null ? 0 : byFields(one as Plain, other as Plain);
}

const byMoment = (one: Timestamp, other: Timestamp): number =>
  byNumber(one.seconds, other.seconds) || byNumber(one.nanoseconds, other.nanoseconds);

function byItems(one: readonly unknown[], other: readonly unknown[]): number {
  for (const [i, item] of one.entries()) {
    if (i >= other.length) return 1;
    const found = compare(item, other[i]);
    if (found !== 0) return found;
  }
  return byNumber(one.length, other.length);
}

function byFields(one: Plain, other: Plain): number {
  const flat = (map: Plain) =>
    Object.keys(map)
      .sort(byText)
      .flatMap((name) => [name, map[name]]);
  return byItems(flat(one), flat(other));
}

const refuse = (what: string): never => {
  throw new WireError(INVALID_ARGUMENT, what);
};

/** @throws WireError INVALID_ARGUMENT for what Firestore takes from nobody. */
export function mustHold(path: string, data: Plain): void {
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || /^__.*__$/.test(part)))
    refuse(`${path} is not the name of a document`);
  if (Buffer.byteLength(path.slice(path.lastIndexOf('/') + 1)) > MOST_NAME) refuse(`${path} is too long`);
  const size = Buffer.byteLength(path) + 32 + sizeOf(path, data, 0);
  if (size > MOST_BYTES) refuse(`${path} is larger than 1 MiB: ${size}`);
}

/** In bytes. https://firebase.google.com/docs/firestore/storage-size */
function sizeOf(path: string, value: unknown, depth: number): number {
  if (depth > DEEPEST) refuse(`${path} is nested too deep`);
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return Buffer.byteLength(value) + 1;
  if (value instanceof Timestamp) return 8;
  if (typeof value === 'number') {
    if (Number.isInteger(value) && Math.abs(value) >= 2 ** 63)
      refuse(`${path} holds ${value}, no 64-bit integer`);
    return 8;
  }
  if (Array.isArray(value))
    return value.reduce<number>(
      (all, item) =>
        all + (Array.isArray(item) ? refuse(`${path} has a list in a list`) : sizeOf(path, item, depth + 1)),
      0,
    );
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return refuse(`${path} holds what cannot be stored: ${typeof value}`);
  return Object.entries(value).reduce((all, [name, item]) => {
    if (name === '' || /^__.*__$/.test(name)) refuse(`${path} has a field called ${name}`);
    return all + Buffer.byteLength(name) + 1 + sizeOf(path, item, depth + 1);
  }, 0);
}
