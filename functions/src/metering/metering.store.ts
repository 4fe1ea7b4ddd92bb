import { collections } from '../collections.ts';
import type { Generation } from '../generations/generation.ts';
import type { Query } from '../platform/store.ts';
import type { MeterDay } from './meter.ts';

type Span = { readonly from: number; readonly to: number };

/** What was over in a span of time, oldest first. */
export const overIn = ({ from, to }: Span): Query<Generation> => ({
  collection: collections.generations,
  where: [
    ['closedAt', '>=', from],
    ['closedAt', '<', to],
  ],
  orderBy: [['closedAt', 'asc']],
  limit: 500,
});

/** What was lost in a span of time, oldest first. */
export const lostIn = ({ from, to }: Span): Query<Generation> => ({
  collection: collections.generations,
  where: [
    ['loss.at', '>=', from],
    ['loss.at', '<', to],
  ],
  orderBy: [['loss.at', 'asc']],
  limit: 500,
});

/** Days, oldest first. */
export const daysIn = (first: string, last: string): Query<MeterDay> => ({
  collection: collections.meterDays,
  where: [
    ['day', '>=', first],
    ['day', '<=', last],
  ],
  orderBy: [['day', 'asc']],
  limit: 400,
});
