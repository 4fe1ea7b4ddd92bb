/** What Atelier keeps of a task, and its rules. Pure. */
import { z } from 'zod';

export type AtelierStatus = 'queued' | 'processing' | 'succeeded' | 'failed';

export type AtelierTask = {
  task_id: string;
  /** The idempotency key that it was made under: the same again is the same task. */
  attempt: string;
  kind: string;
  prompt: string;
  image_url: string | null;
  callback_url: string;
  status: AtelierStatus;
  output: { url: string } | null;
};

/** JSON all through, so that `emulate` can copy it. */
export type Studio = { tasks: Record<string, AtelierTask>; made: number };

export class Complaint extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const Order = z.strictObject({
  kind: z.enum(['image', 'video', 'enhance']),
  prompt: z.string().min(1),
  image_url: z.string().nullable(),
  callback_url: z.url(),
});

export function create(studio: Studio, attempt: string, body: unknown): AtelierTask {
  const known = Object.values(studio.tasks).find((task) => task.attempt === attempt);
  if (known) return known;
  const order = Order.safeParse(body);
  if (!order.success) throw new Complaint(400, 'unprocessable');
  studio.made += 1;
  const task_id = `at_${String(studio.made).padStart(6, '0')}`;
  const task: AtelierTask = { task_id, attempt, ...order.data, status: 'processing', output: null };
  studio.tasks[task_id] = task;
  return task;
}

/** How a task ends: `empty` says that it is done and shows nothing. */
export const endings = ['succeeded', 'failed', 'empty'] as const;
export type Ending = (typeof endings)[number];

export function finish(studio: Studio, id: string, ending: Ending): AtelierTask {
  const task = studio.tasks[id];
  if (!task) throw new Complaint(404, 'no such task');
  task.status = ending === 'failed' ? 'failed' : 'succeeded';
  task.output = ending === 'succeeded' ? { url: `https://cdn.atelier.example/${id}.png` } : null;
  return task;
}

export function forget(studio: Studio, id: string): void {
  if (!studio.tasks[id]) throw new Complaint(404, 'no such task');
  studio.tasks = Object.fromEntries(Object.entries(studio.tasks).filter(([one]) => one !== id));
}

/** What a callback, and the answer to a question, say of it. */
export const wordOf = ({ task_id, status, output }: AtelierTask) => ({ task_id, status, output });
