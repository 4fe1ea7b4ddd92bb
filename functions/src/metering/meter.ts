import type { Finding } from '../alerts/alert.ts';
import type { Generation } from '../generations/generation.ts';
import { generators, workKinds, type GeneratorName, type WorkKind } from '../providers/generator.ts';
import { dayOf } from '../shared/day.ts';

/**
 * How metered work went, folded from the generations themselves, off the path that moves credits (F45): what was over on
 * a day, by provider and kind. Money that it cost the platform is in millionths of a US dollar.
 */

export type Counts = {
  readonly completed: number;
  /** Failed, whoever noticed: all of it came back. */
  readonly failed: number;
  readonly cancelled: number;
  /** Credits that were earned, and that came back. */
  readonly earned: number;
  readonly back: number;
  /** What was paid for what was done, and for what was done after its credits had come back. */
  readonly costMicros: number;
  readonly lossMicros: number;
};

export type Group = Counts & { readonly provider: GeneratorName; readonly kind: WorkKind };

/** `meterDays/{day}`: made anew each time, so that running it twice is running it once. */
export type MeterDay = {
  readonly day: string;
  readonly asOfAt: number;
  readonly groups: readonly Group[];
  /** How many people had something that was over on that day. */
  readonly users: number;
};

export const nothing: Counts = {
  ...{ completed: 0, failed: 0, cancelled: 0, earned: 0, back: 0, costMicros: 0, lossMicros: 0 },
};

export const added = (one: Counts, other: Counts): Counts => ({
  completed: one.completed + other.completed,
  failed: one.failed + other.failed,
  cancelled: one.cancelled + other.cancelled,
  earned: one.earned + other.earned,
  back: one.back + other.back,
  costMicros: one.costMicros + other.costMicros,
  lossMicros: one.lossMicros + other.lossMicros,
});

function countsOf(generation: Generation): Counts {
  const { price, costMicros, loss } = generation;
  const lossMicros = loss === null ? 0 : costMicros;
  if (generation.status === 'completed')
    return { ...nothing, completed: 1, earned: price, costMicros, lossMicros };
  if (!('back' in generation)) return nothing;
  const { back, code } = generation;
  const ended = code === 'cancelled' ? { cancelled: 1 } : { failed: 1 };
  return { ...nothing, ...ended, earned: price - back, back, lossMicros };
}

/** @param over what was over on the day, each once */
export function foldDay(day: string, over: readonly Generation[], at: number): MeterDay {
  const groups = generators.flatMap((provider) =>
    workKinds.map((kind) => ({
      ...{ provider, kind },
      ...over
        .filter((one) => `${one.provider} ${one.kind}` === `${provider} ${kind}`)
        .map(countsOf)
        .reduce(added, nothing),
    })),
  );
  const users = new Set(over.map(({ uid }) => uid)).size;
  return { day, asOfAt: at, groups, users };
}

export const totalOf = (days: readonly Pick<MeterDay, 'groups'>[]): Counts =>
  days.flatMap(({ groups }) => groups as readonly Counts[]).reduce(added, nothing);

/** In basis points of what was tried; what its owner cancelled says nothing. Null before anything was. */
export const failureBps = ({ completed, failed }: Counts): number | null =>
  completed + failed === 0 ? null : Math.floor((failed * 10_000) / (completed + failed));

/** Above these somebody is told, once for each window. Fewer than `least` say nothing yet. */
export const thresholds = {
  least: 20,
  refundBps: 500,
  refundsOfOne: 3,
  lossCredits: 100,
  failingBps: 2000,
} as const;

const HOUR = 3600 * 1000;
export const WEEK = 7 * 24 * HOUR;

export type Raised = { readonly id: string; readonly finding: Finding };

const percent = (bps: number): string => `${(bps / 100).toFixed(1)}%`;

/** Of one day: how much came back of all, and to whom it came back too often. */
export function findingsOfDay(day: MeterDay, over: readonly Generation[]): Raised[] {
  const counts = totalOf([day]);
  const bps = failureBps(counts);
  const enough = counts.completed + counts.failed >= thresholds.least;
  const rate: Raised[] =
    enough && bps !== null && bps > thresholds.refundBps
      ? [
          {
            id: `metering.refundrate.${day.day}`,
            finding: {
              ...{ kind: 'refund_rate', severity: 'warning', about: `meterDays/${day.day}`, people: [] },
              title: `${percent(bps)} of the work of ${day.day} was refunded`,
              explanation: `${counts.failed} of ${counts.completed + counts.failed} generations failed and gave their credits back; below ${percent(thresholds.refundBps)} is usual. metering-show says of which provider.`,
              facts: { day: day.day, failed: counts.failed, completed: counts.completed, bps },
            },
          },
        ]
      : [];
  const failed = over.filter((one) => 'code' in one && one.code !== 'cancelled');
  const many = [...Map.groupBy(failed, ({ uid }) => uid)].filter(
    ([, own]) => own.length > thresholds.refundsOfOne,
  );
  return [
    ...rate,
    ...many.map(([uid, own]): Raised => ({
      id: `metering.refunds.${uid}.${day.day}`,
      finding: {
        ...{ kind: 'refunds_of_one', severity: 'warning', about: `wallets/${uid}`, people: [uid] },
        title: `More than ${thresholds.refundsOfOne} refunds of one person on ${day.day}`,
        explanation: `${own.length} generations of ${uid} failed on ${day.day}. Look at what they asked for: a prompt that every provider refuses costs nothing and is tried again.`,
        facts: { uid, day: day.day, refunds: own.length },
      },
    })),
  ];
}

/** Of one hour: work that was done and paid for, for credits that had come back. */
export function findingOfLosses(lost: readonly Generation[], hourAt: number): Raised[] {
  const credits = lost.reduce((all, { loss }) => all + (loss?.credits ?? 0), 0);
  if (credits <= thresholds.lossCredits) return [];
  const hour = new Date(hourAt).toISOString().slice(0, 13);
  return [
    {
      id: `metering.loss.${hour}`,
      finding: {
        ...{ kind: 'platform_loss', severity: 'critical', about: 'journal', people: [] },
        title: `${credits} credits of work were done for nothing in the hour from ${hour}:00`,
        explanation: `${lost.length} tasks succeeded after their credits had come back. The provider is slower than the deadlines, or tells of its work too late.`,
        facts: { hour, credits, generations: lost.length },
      },
    },
  ];
}

/** Of the last seven days: a provider that fails too often. One alert for each seven days. */
export function findingsOfWeek(days: readonly MeterDay[], at: number): Raised[] {
  return generators.flatMap((provider) => {
    const groups = days.flatMap((day) => day.groups.filter((one) => [provider].includes(one.provider)));
    const counts = totalOf([{ groups }]);
    const bps = failureBps(counts);
    if (bps === null || bps <= thresholds.failingBps) return [];
    if (counts.completed + counts.failed < thresholds.least) return [];
    return [
      {
        id: `metering.failing.${provider}.${Math.floor(at / WEEK)}`,
        finding: {
          ...({ kind: 'provider_failing', severity: 'critical', about: 'meterDays', people: [] } as const),
          title: `${percent(bps)} of the work at ${provider} failed in seven days`,
          explanation: `${counts.failed} of ${counts.completed + counts.failed} generations failed until ${dayOf(at)}. All of it was refunded; look at the provider’s status, and at the codes in generations.`,
          facts: { provider, failed: counts.failed, completed: counts.completed, bps },
        },
      },
    ];
  });
}
