import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { WalletEntry } from './wallet.ts';

/**
 * SHA-256 over the canonical JSON (RFC 8785) of everything in the entry but its hash; the entry before is
 * in it by `prev`, so one changed unit breaks every later hash.
 */
export const hashEntry = (entry: Omit<WalletEntry, 'hash'>): string =>
  createHash('sha256')
    .update(canonicalize(entry) ?? '')
    .digest('hex');
