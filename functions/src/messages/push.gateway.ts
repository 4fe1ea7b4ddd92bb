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
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';

const Problem = z.object({
  error: z.object({
    details: z
      .array(
        z.looseObject({
          '@type': z.string(),
          errorCode: z.string().optional(),
          fieldViolations: z.array(z.looseObject({ field: z.string().default('') })).default([]),
        }),
      )
      .default([]),
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

/** FCM's own word for what is wrong, '' where it says none; and whether it names a field, and none of them the token. */
function wrongIn(text: string): { readonly code: string; readonly isElsewhere: boolean } {
  try {
    const { details } = Problem.parse(JSON.parse(text)).error;
    const fields = details
      .filter((one) => one['@type'] === BAD_REQUEST)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
    const isElsewhere = fields.length > 0 && !fields.includes('message.token');
    return { code: details.find((one) => one['@type'] === FCM_ERROR)?.errorCode ?? '', isElsewhere };
  } catch {
    return { code: '', isElsewhere: false };
  }
}

/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
export function outcomeOf(status: number, text: string): PushOutcome {
  if (status >= 200 && status < 300) return 'sent';
  const { code, isElsewhere } = wrongIn(text);
  if (code === 'UNREGISTERED' || code === 'SENDER_ID_MISMATCH') return 'dead';
  // With FCM's own word beside it, 400 is about the token, unless it says what else; without, about the message.
  if (status === 400) return code === 'INVALID_ARGUMENT' && !isElsewhere ? 'dead' : 'refused';
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
