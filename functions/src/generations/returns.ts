import { workKinds, type WorkKind } from '../providers/generator.ts';
import { feeOf, minor, type Bps, type Minor } from '../shared/money.ts';

/**
 * `returnPolicies/{version}`, and the one that holds as `returnPolicies/current`: how much of the price comes back when
 * somebody cancels work that was handed over (F42). Before that all of it does, and after any failure all of it does: no
 * row can say otherwise. Each generation keeps a copy.
 */
export type ReturnPolicy = {
  readonly version: number;
  /** Of the price, by kind of work. */
  readonly cancelBps: Readonly<Record<WorkKind, Bps>>;
  readonly at: number;
  readonly by: string;
};

/** What holds until an admin says otherwise (D16). */
export const firstPolicy: ReturnPolicy = {
  version: 1,
  cancelBps: { image: 0, video: 0, enhance: 0 },
  at: 0,
  by: 'system',
};

export const nextPolicy = (
  before: ReturnPolicy | null,
  cancelBps: ReturnPolicy['cancelBps'],
  by: { readonly uid: string; readonly at: number },
): ReturnPolicy => ({
  version: (before ?? firstPolicy).version + 1,
  cancelBps,
  at: by.at,
  by: by.uid,
});

export const samePolicy = (one: ReturnPolicy, other: Pick<ReturnPolicy, 'cancelBps'>): boolean =>
  workKinds.every((kind) => one.cancelBps[kind] === other.cancelBps[kind]);

/** What comes back and what is kept; they make the price. */
export function returned(price: Minor, bps: Bps): { readonly back: Minor; readonly kept: Minor } {
  const back = feeOf(price, bps);
  return { back, kept: minor(price - back) };
}
