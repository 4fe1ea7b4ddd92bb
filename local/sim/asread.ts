import { fromStored, type Plain } from '../../functions/src/shared/stored.ts';

const read = new WeakMap<Plain, unknown>();

/**
 * A version of a document as our code has it: made once however often it is read, so nobody may change it. A version
 * in the memory never changes either.
 */
export function asRead(data: Plain): unknown {
  let doc = read.get(data);
  if (doc === undefined) {
    doc = frozen(fromStored(data));
    read.set(data, doc);
  }
  return doc;
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) frozen(item);
    Object.freeze(value);
  }
  return value;
}
