import type { GeneratorName, WorkKind } from '../providers/generator.ts';
import { minor, type Minor } from '../shared/money.ts';

/**
 * What work costs a person, in credits, and what it costs the platform, in millionths of a US dollar. Both are written
 * into the generation when it begins, once (W1-06): a change of these numbers changes none that has begun.
 */
export type Price = { readonly credits: Minor; readonly costMicros: number };

const price = (credits: number, costMicros: number): Price => ({ credits: minor(credits), costMicros });

export const prices: Readonly<Record<GeneratorName, Readonly<Record<WorkKind, Price>>>> = {
  atelier: { image: price(4, 40_000), video: price(20, 350_000), enhance: price(2, 25_000) },
};

const MINUTE = 60 * 1000;

/** How long work may take from its start; then it is refunded. */
export const deadlines: Readonly<Record<WorkKind, number>> = {
  image: 10 * MINUTE,
  video: 45 * MINUTE,
  enhance: 10 * MINUTE,
};
