import { tell, quiet, type Newsworthy } from '../notifications/notice.ts';
import { hashMarked } from '../roots/merkle.ts';
import { headId, type Head } from '../roots/root.ts';
import { dayOf } from '../shared/day.ts';
import { Refusal } from '../shared/refusal.ts';

/**
 * `certificates/{number}`: that somebody finished a course. The number is 128 bits of chance, so it is found by those
 * alone to whom it was shown (W4-24). What it says never changes; it is issued once for a person and a course.
 */
export type Certificate = Newsworthy & {
  readonly uid: string;
  readonly course: string;
  /** What the course was called then. */
  readonly title: string;
  readonly issuedAt: number;
  /** The hash of what it says: a leaf of the day’s root (see `headOf`). */
  readonly seal: string;
  readonly version: number;
} & (
    | { readonly status: 'valid' }
    | { readonly status: 'revoked'; readonly revokedAt: number; readonly by: string; readonly reason: string }
  );

export type Issue = {
  readonly number: string;
  readonly uid: string;
  readonly course: string;
  readonly title: string;
  readonly at: number;
};

type Said = Pick<Certificate, 'uid' | 'course' | 'title' | 'issuedAt'>;

/** What the seal is over, as a proof shows it. */
export const statementOf = (number: string, { uid, course, title, issuedAt }: Said) => ({
  ...{ number, uid, course, title, issuedAt },
});

/** Marked 3: it passes neither for a leaf (0), a pair (1) nor a day (2). */
export const sealOf = (number: string, said: Said): string => hashMarked(3, statementOf(number, said));

export function issue({ number, uid, course, title, at }: Issue): Certificate {
  const about = { uid, course, title, issuedAt: at };
  const event = { cause: `certificate.${number}.issued`, about: `certificates/${number}`, at };
  const text = `You have finished “${title}”. This is the number of your certificate: ${number}.`;
  const news = tell(quiet, event, [
    { to: uid, kind: 'certificates-issued', text, facts: { course, number } },
  ]);
  return { ...about, ...news, seal: sealOf(number, about), version: 1, status: 'valid' };
}

/**
 * Its place among the heads of the day that the day’s tree is built over. No person has a name with a `/` in it, so it
 * is nobody’s wallet.
 */
export const headOf = (number: string, { issuedAt, seal }: Certificate): Head => ({
  ...{ day: dayOf(issuedAt), uid: `certificates/${number}`, n: 1, head: seal },
});
export const headIdOf = ({ day, uid }: Head): string => headId(day, uid);

type Revocation = {
  readonly number: string;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
};

/** @throws Refusal `not_found`, `own_request`, `wrong_status` */
export function revoke(found: Certificate | null, { number, by, reason, at }: Revocation): Certificate {
  if (!found) throw new Refusal('not_found', { what: 'certificate', id: number });
  if (found.uid === by) throw new Refusal('own_request');
  if (found.status !== 'valid') throw new Refusal('wrong_status', { status: found.status });
  const version = found.version + 1;
  const event = { cause: `certificate.${number}.revoked`, about: `certificates/${number}`, at };
  const text = `Your certificate of “${found.title}” does not hold any longer: ${reason}`;
  const news = tell(found, event, [
    { to: found.uid, kind: 'certificates-revoked', text, facts: { course: found.course, number } },
  ]);
  return { ...found, ...news, version, status: 'revoked', revokedAt: at, by, reason };
}
