import { tell, type Newsworthy } from '../notifications/notice.ts';
import type { WorkKind } from '../providers/generator.ts';
import type { Generation, ReturnCode } from './generation.ts';

/** What people hear about their generations, and about how few credits they have left. */

const things: Readonly<Record<WorkKind, string>> = {
  image: 'image',
  video: 'video',
  enhance: 'enhancement',
};

export const count = (credits: number): string => `${credits} credit${credits === 1 ? '' : 's'}`;

type Ended =
  | { readonly event: 'completed' }
  | { readonly event: 'refunded' | 'expired'; readonly code: ReturnCode; readonly back: number };

export function told(id: string, generation: Generation, ended: Ended, at: number): Newsworthy {
  const thing = things[generation.kind];
  const text =
    ended.event === 'completed'
      ? `Your ${thing} is ready.`
      : ended.code === 'cancelled'
        ? `You cancelled your ${thing}. ${count(ended.back)} came back.`
        : `Your ${thing} could not be made. All ${count(ended.back)} came back.`;
  const facts = {
    ...{ generation: id, kind: generation.kind, price: generation.price },
    ...(ended.event !== 'completed' && { code: ended.code, refunded: true, back: ended.back }),
  };
  const cause = `generation.${id}.${generation.version + 1}.${ended.event}`;
  return tell(generation, { cause, about: `generations/${id}`, at }, [
    { to: generation.uid, kind: `generation-${ended.event}`, text, facts },
  ]);
}

/** Below the first it is little, below the last it is hardly anything (F49). */
export const levels = [
  { below: 10, kind: 'credits-low' },
  { below: 3, kind: 'credits-critical' },
] as const;

/**
 * Once for each crossing. The name holds what came in so far: until there is a refill, crossing again (after a refund)
 * is the same notice, which nobody is told twice.
 */
export function toldOfBalance(
  doc: Newsworthy,
  { uid, before, after, cameIn }: { uid: string; before: number; after: number; cameIn: number },
  about: { readonly about: string; readonly at: number },
): Newsworthy {
  const crossed = levels.filter(({ below }) => before >= below && after < below).at(-1);
  if (!crossed) return doc;
  const cause = `credits.${uid}.${crossed.kind}.${cameIn}`;
  const text = `You have ${count(after)} left.`;
  return tell(doc, { cause, ...about }, [
    { to: uid, kind: crossed.kind, text, facts: { available: after, below: crossed.below } },
  ]);
}
