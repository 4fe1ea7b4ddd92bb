/** Atelier's doors: create a task, ask about it. */
import { defineEmulator, type EmulatorContext } from 'emulate';
import { under, type CallFault } from '../providers/faults.ts';
import * as atelier from './task.ts';
import { Complaint, endings, type AtelierTask, type Ending, type Studio } from './task.ts';

export type AtelierFaults = {
  create: CallFault;
  ask: CallFault;
  /** Answers every create call with this status; null for none. */
  refuse: 400 | 402 | 429 | 500 | 503 | null;
  /** The answer to a create call is no JSON, though the task is made. */
  garbled: boolean;
  /** Ends a task before its create call is answered, and tells of it first. */
  hasty: Ending | null;
  delivery: 'none' | 'twice' | 'never';
  signature: 'good' | 'bad';
};

export const createFaults = (): AtelierFaults => ({
  ...{ create: 'none', ask: 'none', refuse: null, garbled: false, hasty: null },
  ...{ delivery: 'none', signature: 'good' },
});

export type AtelierWiring = {
  apiKey: string;
  faults: AtelierFaults;
  /** Tells of a task; resolves when it has arrived, or will not. */
  tell: (task: AtelierTask) => Promise<void>;
};

const broken = () => Response.json({ error: 'internal' }, { status: 500 });

export const atelierEmulator = ({ apiKey, faults, tell }: AtelierWiring) =>
  defineEmulator<Studio>({
    name: 'atelier',
    state: () => ({ tasks: {}, made: 0 }),
    cors: false,
    setup({ app, state: studio, signal }: EmulatorContext<Studio>) {
      app.onError((error) =>
        error instanceof Complaint
          ? Response.json({ error: error.message }, { status: error.status })
          : broken(),
      );
      app.use(async (c, next) => {
        if (c.req.path.startsWith('/v1/') && c.req.header('authorization') !== `Bearer ${apiKey}`)
          throw new Complaint(401, 'unknown key');
        await next();
      });
      app.post('/v1/tasks', async (c) => {
        const body: unknown = await c.req.json();
        const attempt = c.req.header('idempotency-key') ?? '';
        if (faults.refuse !== null) return Response.json({ error: 'refused' }, { status: faults.refuse });
        if (faults.hasty !== null && faults.create === 'none') {
          const { task_id } = atelier.create(studio, attempt, body);
          await tell(atelier.finish(studio, task_id, faults.hasty));
        }
        const work = () => {
          const { task_id, status } = atelier.create(studio, attempt, body);
          return faults.garbled ? new Response('<html>') : Response.json({ task_id, status });
        };
        return under(faults.create, signal, work, broken);
      });
      app.get('/v1/tasks/:id', (c) => {
        const work = () => {
          const task = studio.tasks[c.req.param('id')];
          if (!task) throw new Complaint(404, 'no such task');
          return Response.json(atelier.wordOf(task));
        };
        return under(faults.ask, signal, work, broken);
      });
      app.delete('/v1/tasks/:id', (c) => {
        const work = () => {
          atelier.forget(studio, c.req.param('id'));
          return new Response(null, { status: 204 });
        };
        return under(faults.ask, signal, work, broken);
      });
      // Of the stand-in alone: how a task ends. Nothing of Atelier's own.
      app.post('/play/:ending/:id', async (c) => {
        const ending = endings.find((one) => one === c.req.param('ending'));
        if (!ending) throw new Complaint(404, `a task ends ${endings.join(', ')}`);
        const task = atelier.finish(studio, c.req.param('id'), ending);
        await tell(task);
        return Response.json(atelier.wordOf(task));
      });
    },
  });
