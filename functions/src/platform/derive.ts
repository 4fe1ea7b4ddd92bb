import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The id of what a caller asks to be made: the same caller, kind and request id name the same document. */
export const deriveId = (kind: string, uid: string, requestId: string): string =>
  digest(JSON.stringify([kind, uid, requestId])).slice(0, 24);

/** What a request id was used for: compared when it is used again. Canonical JSON, so key order is nothing. */
export const hashInput = (input: unknown): string => digest(canonicalize(input) ?? '');
