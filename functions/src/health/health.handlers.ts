import { onRequest } from 'firebase-functions/https';
import { region } from '../platform/params.ts';
import { allSecrets, wiring } from '../platform/settings.ts';

/** `GET /health`: what is wired and what is not. 200 when nothing is missing, 503 with the first problem. */
export const health = onRequest(
  { region, secrets: allSecrets, invoker: 'public', cors: false },
  (request, response) => {
    if (request.method !== 'GET') return void response.status(405).send({ error: 'GET only' });
    const { problem, ...wired } = wiring();
    response.set('cache-control', 'no-store');
    response.status(problem ? 503 : 200).send({ ok: problem === null, ...wired, problem });
  },
);
