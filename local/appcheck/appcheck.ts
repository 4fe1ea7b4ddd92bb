import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { appToken, newKey, publicPart, type AppToken } from './tokens.ts';

const HOST = 'firebaseappcheck.googleapis.com';

export type AppCheckStandIn = {
  /** A token of an app of this project, unless told otherwise. */
  readonly token: (wanted?: Partial<AppToken>) => string;
  /** While true, it answers nobody's question whether a token was used. */
  faults: { down: boolean };
  /** How often the keys were fetched and tokens were used up, as the SDK asked for it. */
  readonly asked: { keys: number; consumed: number };
  readonly stop: () => Promise<void>;
};

/**
 * A stand-in for Google's App Check. firebase-admin asks Google at fixed addresses, but by the agent of its app;
 * so this makes the default app, which the functions then use, with an agent that leads here. Call it before
 * the functions first answer, and after FIREBASE_AUTH_EMULATOR_HOST is set.
 */
export async function startAppCheck(projectId: string): Promise<AppCheckStandIn> {
  const key = newKey();
  const used = new Set<string>();
  const asked = { keys: 0, consumed: 0 };
  const faults = { down: false };

  async function serve(request: IncomingMessage): Promise<{ status: number; body: object }> {
    if (request.method === 'GET' && request.url === '/v1/jwks') {
      asked.keys += 1;
      return { status: 200, body: { keys: [publicPart(key)] } };
    }
    if (request.method === 'POST' && request.url === `/v1beta/projects/${projectId}:verifyAppCheckToken`) {
      if (faults.down) return { status: 500, body: { error: { status: 'INTERNAL' } } };
      const { app_check_token: token } = (await json(request)) as { app_check_token: string };
      const alreadyConsumed = used.has(token);
      used.add(token);
      asked.consumed += 1;
      // Google leaves out what is false.
      return { status: 200, body: alreadyConsumed ? { alreadyConsumed } : {} };
    }
    return { status: 404, body: { error: { status: 'NOT_FOUND', message: request.url } } };
  }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    void serve(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  };
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const agent = agentTo((server.address() as AddressInfo).port);
  const credential = {
    getAccessToken: () => Promise.resolve({ access_token: 'local', expires_in: 3600 }),
  };
  const app = initializeApp({ projectId, credential, httpAgent: agent });
  return {
    token: (wanted = {}) => appToken({ projectId, key, ...wanted }),
    ...{ faults, asked },
    async stop() {
      await deleteApp(app);
      agent.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Leads what goes to Google's App Check here, in plain HTTP, what goes to this machine there, and no more. */
function agentTo(port: number): Agent {
  class Detour extends Agent {
    override createConnection(options: { host?: string; port?: number }) {
      if (options.host === HOST) return connect(port, '127.0.0.1');
      if (options.host === '127.0.0.1') return connect(Number(options.port), options.host);
      throw new Error(`A test would have spoken to ${String(options.host)}.`);
    }
  }
  // One agent serves both of firebase-admin's protocols: one that names none is taken for either.
  return Object.assign(new Detour({ keepAlive: false }), { protocol: undefined });
}
