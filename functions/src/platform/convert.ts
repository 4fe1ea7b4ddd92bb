import { Timestamp } from '@google-cloud/firestore';

/**
 * Times are milliseconds in our code and Timestamps in the store, so that the console, rules and apps
 * see real times. A field is a time when it is called `at` or ends in `At`.
 */
const isTime = (name: string): boolean => name === 'at' || name.endsWith('At');

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function convert(value: unknown, leaf: (name: string, value: unknown) => unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, leaf));
  if (!isPlain(value)) return leaf(name, value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, leaf, key)]));
}

export const toStored = (doc: object): Plain =>
  convert(doc, (name, value) =>
    isTime(name) && typeof value === 'number' ? Timestamp.fromMillis(value) : value,
  ) as Plain;

export const fromStored = (data: object): unknown =>
  convert(data, (_, value) => (value instanceof Timestamp ? value.toMillis() : value));
