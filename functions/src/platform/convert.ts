import { Timestamp, type DocumentSnapshot } from '@google-cloud/firestore';
import { convert, fromStored, isTime, type Plain } from '../shared/stored.ts';
import { counted } from './observe.ts';

/** Times become Timestamps, so that the console, rules and apps see real times; stored.ts has the way back. */
export const toStored = (doc: object): Plain =>
  convert(doc, (name, value) =>
    isTime(name) && typeof value === 'number' ? Timestamp.fromMillis(value) : value,
  ) as Plain;

/** What was found, or null; counted for whoever watches the operation. */
export function read(found: DocumentSnapshot): unknown {
  counted('reads');
  return found.exists ? fromStored(found.data()!) : null;
}

/** What is about to be written, counted. */
export function written(doc: object): Plain {
  counted('writes');
  return toStored(doc);
}
