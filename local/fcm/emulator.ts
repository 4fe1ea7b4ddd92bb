/** FCM's one door that is used: send to a token. https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send */
import { defineEmulator, type EmulatorContext } from 'emulate';
import { z } from 'zod';
import { under, type CallFault } from '../providers/faults.ts';

const Order = z.strictObject({
  message: z.strictObject({
    token: z.string().min(1),
    notification: z.strictObject({ title: z.string().min(1), body: z.string() }),
    data: z.record(z.string(), z.string()),
    android: z.object({ collapse_key: z.string(), notification: z.object({ tag: z.string() }) }),
    apns: z.object({ headers: z.object({ 'apns-collapse-id': z.string().max(64) }) }),
    webpush: z.object({
      headers: z.object({ Topic: z.string().regex(/^[\w-]{1,32}$/) }),
      notification: z.object({ tag: z.string() }),
    }),
  }),
});

export type Pushed = z.output<typeof Order>['message'];

/** JSON all through, so that `emulate` can copy it. */
export type Tower = { pushed: Pushed[]; asked: number };

export type FcmFaults = {
  send: CallFault;
  /** Answers every request with this status; null for none. */
  refuse: 401 | 429 | 503 | null;
  /** What FCM says of a token, by the token. */
  tokens: Record<string, 'UNREGISTERED' | 'INVALID_ARGUMENT' | 'SENDER_ID_MISMATCH' | 'QUOTA_EXCEEDED'>;
};

export const createFaults = (): FcmFaults => ({ send: 'none', refuse: null, tokens: {} });

const statusOf = { UNREGISTERED: 404, INVALID_ARGUMENT: 400, SENDER_ID_MISMATCH: 403, QUOTA_EXCEEDED: 429 };

const complaint = (code: number, status: string, errorCode?: string) =>
  Response.json(
    {
      error: {
        ...{ code, message: 'Refused.', status },
        ...(errorCode !== undefined && {
          details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
        }),
      },
    },
    { status: code },
  );
const broken = () => complaint(500, 'INTERNAL');

export const fcmEmulator = ({ faults }: { faults: FcmFaults }) =>
  defineEmulator<Tower>({
    name: 'fcm',
    state: () => ({ pushed: [], asked: 0 }),
    cors: false,
    setup({ app, state: tower, signal }: EmulatorContext<Tower>) {
      app.onError(broken);
      app.post('/v1/projects/:project/:method', async (c) => {
        if (c.req.param('method') !== 'messages:send') return complaint(404, 'NOT_FOUND');
        const body: unknown = await c.req.json();
        tower.asked += 1;
        if (faults.refuse !== null) return complaint(faults.refuse, 'UNAVAILABLE');
        const order = Order.safeParse(body);
        if (!order.success) return complaint(400, 'INVALID_ARGUMENT');
        const { message } = order.data;
        const fault = faults.tokens[message.token];
        if (fault !== undefined) return complaint(statusOf[fault], fault, fault);
        const work = () => {
          tower.pushed.push(message);
          return Response.json({ name: `projects/demo/messages/${tower.pushed.length}` });
        };
        return under(faults.send, signal, work, broken);
      });
    },
  });
