import { collections } from '../collections.ts';
import { atomically } from '../platform/firestore.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import { Refusal } from '../shared/refusal.ts';
import { assignJob, cancelJob, expireJob, postJob, unassignJob, type Job, type JobState } from './job.ts';
import { dueJobs, readJob } from './jobs.store.ts';

type NewJob = Parameters<typeof postJob>[0];

/** Makes a job, once for each request id. @throws Refusal `request_id_reused`. */
export async function makeJob(id: string, order: NewJob): Promise<Job> {
  const { job } = await atomically({
    read: (reader) => reader.get({ before: collections.jobs.doc(id) }),
    decide: ({ before }) => {
      if (before && before.requestHash !== order.requestHash) throw new Refusal('request_id_reused');
      return { job: before ?? postJob(order), isNew: before === null };
    },
    write: (writer, { job, isNew }) => {
      if (isNew) writer.create(collections.jobs.doc(id), job);
    },
  });
  return job;
}

/** Names the payee. */
export const assign = (id: string, order: { by: string; payee: string; at: number }): Promise<Job> =>
  changeJob(id, (state) => assignJob(state, order));

export const cancel = (id: string, order: { by: string; at: number }): Promise<Job> =>
  changeJob(id, (state) => cancelJob(state, order));

/** Takes somebody who was erased out of a job that holds no money. */
export const unassign = (id: string, payee: string, at: number): Promise<Job> =>
  changeJob(id, (state) => unassignJob(state, payee, at));

/** Closes what nobody funded in time. */
export const sweepJobs = (at: number): Promise<Swept> =>
  sweep(dueJobs(at), (id) => changeJob(id, (state) => expireJob(state, at)));

async function changeJob(id: string, decide: (state: JobState) => Job | null): Promise<Job> {
  const { job } = await atomically({
    read: (reader) => readJob(reader, id),
    decide: (state) => {
      const changed = decide(state);
      const job = changed ?? state.job;
      if (!job) throw new Refusal('not_found', { what: 'job', id });
      return { job, changed: changed !== null };
    },
    write: (writer, { job, changed }) => {
      if (changed) writer.set(collections.jobs.doc(id), job);
    },
  });
  return job;
}
