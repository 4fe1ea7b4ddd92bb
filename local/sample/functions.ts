import { FieldValue, Firestore } from '@google-cloud/firestore';
import { onDocumentWritten } from 'firebase-functions/firestore';
import { HttpsError, onCall, onRequest, type Request } from 'firebase-functions/https';
import { defineInt } from 'firebase-functions/params';
import { onSchedule } from 'firebase-functions/scheduler';
import { onTaskDispatched } from 'firebase-functions/tasks';

/** A few functions of every kind that the host serves, for the tests of the local stack itself. */

const region = 'europe-west1';
const size = defineInt('SAMPLE_SIZE', { default: 7 });
let clock: () => number = Date.now;
export const useSampleClock = (source: () => number): void => void (clock = source);

let opened: Firestore | undefined;
export const sampleStore = (): Firestore => (opened ??= new Firestore());
export const closeSample = (): Promise<void> => sampleStore().terminate();

const note = (id: string, data: object) => sampleStore().doc(`notes/${id}`).create(data);

/** What failed so far, by document: the event handler below fails the first two times for `stubborn`. */
const failed = new Map<string, number>();

export const sample = {
  whoami: onCall({ region }, (request) => {
    if (!request.auth) throw new HttpsError('unauthenticated', 'Sign in.', { reason: 'signed_out' });
    return { uid: request.auth.uid, role: (request.auth.token.role as unknown) ?? null, size: size.value() };
  }),
  slow: onCall({ region }, () => new Promise((resolve) => setTimeout(() => resolve({ done: true }), 1000))),
  raw: onRequest({ region }, (request: Request, response) => {
    response.json({ raw: request.rawBody.toString(), body: request.body as unknown, path: request.path });
  }),
  broken: onRequest({ region }, () => {
    throw new Error('a secret detail');
  }),
  tick: onTaskDispatched<{ id: string; fail?: number }>(
    { region, retryConfig: { maxAttempts: 4, minBackoffSeconds: 10, maxDoublings: 1 } },
    async ({ data, retryCount, auth }) => {
      if (retryCount < (data.fail ?? 0)) throw new Error('not yet');
      await note(data.id, { at: clock(), retryCount, by: auth?.token.email ?? null });
    },
  ),
  sweep: onSchedule({ region, schedule: '0 3 * * *', timeZone: 'Etc/UTC' }, async ({ scheduleTime }) => {
    await note(`sweep-${scheduleTime}`, { at: clock() });
  }),
  copy: onDocumentWritten({ region, document: 'things/{id}', retry: true }, async (event) => {
    const { id } = event.params;
    const times = (failed.get(id) ?? 0) + 1;
    failed.set(id, times);
    if (id === 'stubborn' && times < 3) throw new Error('try again');
    const after = event.data?.after;
    if (!after?.exists) return;
    const seen = { events: FieldValue.increment(1), name: (after.get('name') as unknown) ?? null };
    await sampleStore().doc(`copies/${id}`).set(seen, { merge: true });
  }),
};
