import type { Course } from '../courses/course.ts';
import type { Enrolment } from './enrolment.ts';
import type { Holding, Member } from './member.ts';

/** Which package somebody has at a time; null for none. */
export const packageAt = (member: Pick<Member, 'package'> | null, at: number): Holding | null =>
  member?.package && member.package.untilAt > at ? member.package : null;

/** Whether somebody may learn a course: by a package that includes it, or because they bought it. */
export function mayLearn(
  {
    course,
    member,
    enrolment,
  }: {
    readonly course: Pick<Course, 'fromRank'>;
    readonly member: Pick<Member, 'package'> | null;
    readonly enrolment: Pick<Enrolment, 'status'> | null;
  },
  at: number,
): boolean {
  if (enrolment?.status === 'active') return true;
  const rank = packageAt(member, at)?.rank;
  return rank !== undefined && course.fromRank !== null && rank >= course.fromRank;
}
