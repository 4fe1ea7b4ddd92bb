import { Timestamp } from '@google-cloud/firestore';
import { convert, isTime, type Plain } from '../shared/stored.ts';

/** Times become Timestamps, so that the console, rules and apps see real times; stored.ts has the way back. */
export const toStored = (doc: object): Plain =>
  convert(doc, (name, value) =>
    isTime(name) && typeof value === 'number' ? Timestamp.fromMillis(value) : value,
  ) as Plain;
