import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { Deployed } from './catalog.ts';
import { withinCall } from '../wire.ts';
import { bearerOf, isServiceToken } from './tokens.ts';

/** The platform's limit for a request. */
const LIMIT = '10mb';

export type Doors = {
  readonly projectId: string;
  readonly region: string;
  readonly find: (name: string) => Deployed | undefined;
  readonly isForged: (token: string) => Promise<boolean>;
  readonly acceptEvent: (trigger: string, request: Request, body: Buffer) => void;
  /** Called for each request; answers what to call when it is over. */
  readonly begin: () => () => void;
};

type Raw = { rawBody?: Buffer };
const keepRaw = (request: object, _response: unknown, body: Buffer) => void ((request as Raw).rawBody = body);

/** The functions at the URLs that the functions emulator has, with bodies as the functions framework reads them. */
export function doors(options: Doors): Express {
  const app = express();
  app.disable('x-powered-by');
  app.enable('trust proxy');
  const reading = { limit: LIMIT, verify: keepRaw };
  app.use(express.json(reading));
  app.use(express.text(reading));
  app.use(express.urlencoded({ ...reading, extended: true }));
  app.use(express.raw({ ...reading, type: () => true }));
  app.post('/functions/projects/:project/triggers/:trigger', (request, response) => {
    // An emulator that others used before may still tell of what was theirs.
    if (request.params.project === options.projectId)
      options.acceptEvent(request.params.trigger, request, (request as Raw).rawBody ?? Buffer.alloc(0));
    response.json({ status: 'acknowledged' });
  });
  app.use('/:project/:region/:name', (request, response, next) => {
    serve(options, request, response).catch(next);
  });
  app.use((request, response) => void response.status(404).send(`Nothing is served at ${request.path}.`));
  app.use(hideError);
  return app;
}

async function serve(options: Doors, request: Request, response: Response): Promise<void> {
  const { project, region, name = '' } = request.params as Record<string, string | undefined>;
  const found = project === options.projectId && region === options.region ? options.find(name) : undefined;
  if (found === undefined || found.kind === 'event') {
    response.status(404).send(`There is no function ${String(project)}/${String(region)}/${name}.`);
    return;
  }
  const end = options.begin();
  response.once('close', end);
  const token = bearerOf(request.header('authorization'));
  if ((found.kind === 'task' || found.kind === 'schedule') && !isServiceToken(token)) {
    response.status(403).send('Forbidden');
  } else if (found.kind === 'callable' && token !== null && (await options.isForged(token))) {
    response.status(401).json({ error: { message: 'Unauthenticated', status: 'UNAUTHENTICATED' } });
  } else {
    // A deployed function sees its own path, not the host's.
    request.originalUrl = request.url;
    await withinCall(name, () => found.handle(request, response));
  }
}

/** Never says what went wrong inside: the log does. */
const hideError: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  const status = error.status ?? 500;
  if (status === 500) console.error(error);
  if (response.headersSent) {
    next(error);
    return;
  }
  const words: Record<number, string | undefined> = { 413: 'Request Entity Too Large', 400: 'Bad Request' };
  response.status(status).send(words[status] ?? 'Internal Server Error');
};

/** Listens on loopback. Kept connections stay open, so that an event is never posted to a closing one. */
export function listen(app: Express, port: number): Promise<() => Promise<void>> {
  const server = createServer(app);
  server.keepAliveTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve(
        () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      ),
    );
  });
}
