import { collections } from '../collections.ts';
import type { Query, Reader } from '../platform/store.ts';
import { lockCause, type Job, type JobState } from './job.ts';

/** The job, and whether its lock is in the journal: both by the job's id alone. */
export async function readJob(reader: Reader, id: string): Promise<JobState> {
  const { job, lock } = await reader.get({
    job: collections.jobs.doc(id),
    lock: collections.journal.doc(lockCause(id)),
  });
  return { id, job, funded: lock !== null };
}

export const dueJobs = (at: number): Query<Job> => ({
  collection: collections.jobs,
  where: [['dueAt', '<=', at]],
  orderBy: [['dueAt', 'asc']],
});
