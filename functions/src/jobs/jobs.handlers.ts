import type { z } from 'zod';
import { collections } from '../collections.ts';
import { deliverNews, sweepNews } from '../notifications/notifications.operations.ts';
import { accountOf } from '../platform/accounts.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { jobsContract, type JobView } from './jobs.contract.ts';
import type { Job } from './job.ts';
import { assign, cancel, makeJob, sweepJobs } from './jobs.operations.ts';

const handlers: Handlers<typeof jobsContract> = {
  post: async ({ requestId, ...order }, { uid }, at) => {
    const id = deriveId('job', uid, requestId);
    return view(id, await makeJob(id, { ...order, payer: uid, at, requestHash: hashInput(order) }));
  },
  assign: async ({ job, payee }, { uid }, at) => {
    if ((await accountOf(payee)) === null) throw new Refusal('not_found', { what: 'user', uid: payee });
    return view(job, await assign(job, { by: uid, payee, at }));
  },
  cancel: async ({ job }, { uid }, at) => view(job, await cancel(job, { by: uid, at })),
};

const view = (id: string, job: Job): z.input<typeof JobView> => ({
  id,
  status: job.status,
  title: job.title,
  price: job.price,
  payer: job.payer,
  payee: job.status === 'open' ? null : job.payee,
  createdAt: job.createdAt,
});

export const jobs = {
  ...serveCalls('jobs', jobsContract, handlers),
  changed: serveWritten('jobs', (id) => deliverNews(collections.jobs.doc(id))),
  sweep: serveSchedule('10 * * * *', async (at) => {
    await sweepJobs(at);
    await sweepNews(collections.jobs);
  }),
};
