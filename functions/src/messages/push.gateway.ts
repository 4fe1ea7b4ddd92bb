import { projectID } from 'firebase-functions/params';
import { z } from 'zod';
import { fcmApi, providerTimeoutSeconds } from '../platform/params.ts';
import type { Push, PushOutcome } from './push.ts';

/**
 * Firebase Cloud Messaging by its HTTP v1 API, one request a device, which is what the SDK's `sendEach` makes of it. The
 * SDK knows one address alone, so with it nothing that is sent could be looked at before it is deployed.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send
 */

const GOOGLE = 'https://fcm.googleapis.com';
const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';

const Problem = z.object({
  error: z.object({
    details: z.array(z.looseObject({ '@type': z.string(), errorCode: z.string().optional() })).default([]),
  }),
});

type Http = (url: string, request: RequestInit) => Promise<Pick<Response, 'status' | 'text'>>;
let http: Http = fetch;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function usePushHttp(other: Http): void {
  http = other;
}

/** Only Google's own address is told who we are. Loaded here: no function that does not push needs it. */
async function whoWeAre(): Promise<Record<string, string>> {
  if (fcmApi.value() !== GOOGLE) return {};
  const { applicationDefault } = await import('firebase-admin/app');
  return { authorization: `Bearer ${(await applicationDefault().getAccessToken()).access_token}` };
}

/** FCM's own word for what is wrong; '' where it says none. */
function codeIn(text: string): string {
  try {
    const { error } = Problem.parse(JSON.parse(text));
    return error.details.find((one) => one['@type'] === FCM_ERROR)?.errorCode ?? '';
  } catch {
    return '';
  }
}

/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
export function outcomeOf(status: number, text: string): PushOutcome {
  if (status >= 200 && status < 300) return 'sent';
  const code = codeIn(text);
  if (code === 'UNREGISTERED' || code === 'SENDER_ID_MISMATCH') return 'dead';
  // With FCM's own word beside it, 400 is about the token; without, about the message.
  if (status === 400) return code === 'INVALID_ARGUMENT' ? 'dead' : 'refused';
  return 'later';
}

/** Never throws: what went wrong is an outcome, and nothing of it, nor a token, is logged. */
export async function sendPush(message: Push): Promise<PushOutcome> {
  try {
    const answer = await http(`${fcmApi.value()}/v1/projects/${projectID.value()}/messages:send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await whoWeAre()) },
      body: JSON.stringify({ message }),
      signal: AbortSignal.timeout(providerTimeoutSeconds.value() * 1000),
      redirect: 'error',
    });
    return outcomeOf(answer.status, await answer.text());
  } catch {
    return 'later';
  }
}
