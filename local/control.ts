import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Cloud } from './cloud.ts';
import { RECEIPT_PAGE, verifierScript } from './receipt.ts';

type Controlled = Pick<Cloud, 'clock' | 'tasks' | 'host' | 'advance' | 'runSchedule' | 'idle'>;

/** Where the checkout pages send a payer back to: an app would have its own page here. */
const BACK = `<!doctype html><title>Coffer</title><body style="font: 16px/1.5 system-ui; margin: 3rem">
<p>You are back from the checkout. Your app would be here.</p>
<p>Look at the wallet: <code>npm run call -- client wallet-get</code></p>`;

/** What a browser is shown here, by its address. */
async function pageAt({ url = '/' }: IncomingMessage): Promise<{ type: string; text: string } | null> {
  if (url.startsWith('/app/')) return { type: 'text/html', text: BACK };
  if (/^\/receipt(\?.*)?$/.test(url)) return { type: 'text/html', text: RECEIPT_PAGE };
  return url === '/receipt/verify.js' ? { type: 'text/javascript', text: await verifierScript() } : null;
}

/** A problem of whoever asks; everything else is one of the stack. */
class Mistake extends Error {}

/**
 * For a person with curl: `GET /clock`, `POST /clock/advance {"by":"72h"}`, `GET /tasks`, `GET /schedules`,
 * `POST /schedules/<name>`. Answers JSON. For a browser: `/receipt`, on which a receipt is verified.
 */
export async function startControl(port: number, cloud: Controlled) {
  const server = createServer((request, response) => {
    pageAt(request)
      .then(async (page) => {
        if (page) response.writeHead(200, { 'content-type': `${page.type}; charset=utf-8` }).end(page.text);
        else answer(response, 200, await route(cloud, request));
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        answer(response, error instanceof Mistake ? 400 : 500, { error: message });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, stop };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

const timeOf = ({ clock }: Controlled) => ({ now: new Date(clock.now()).toISOString() });

async function route(cloud: Controlled, request: IncomingMessage): Promise<unknown> {
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  switch (`${request.method ?? 'GET'} ${path}`) {
    case 'GET /clock':
      return timeOf(cloud);
    case 'POST /clock/advance': {
      await cloud.advance(await durationOf(request));
      return timeOf(cloud);
    }
    case 'GET /tasks':
      return cloud.tasks.list().map((task) => ({ ...task, dueAt: new Date(task.dueAt).toISOString() }));
    case 'GET /schedules':
      return cloud.host.schedules;
  }
  const [, schedule] = /^\/schedules\/([\w-]+)$/.exec(path) ?? [];
  if (request.method === 'POST' && schedule !== undefined) {
    if (!cloud.host.schedules.some(({ name }) => name === schedule))
      throw new Mistake(`No schedule ${schedule}.`);
    await cloud.runSchedule(schedule);
    await cloud.idle();
    return { ran: schedule };
  }
  throw new Mistake(
    `Nothing here. Try GET /clock, POST /clock/advance {"by":"72h"}, GET /tasks, GET /schedules.`,
  );
}

async function durationOf(request: IncomingMessage): Promise<string> {
  const body: unknown = await json(request).catch(() => null);
  const by = (body as { by?: unknown } | null)?.by;
  if (typeof by !== 'string' || !/^\d+(ms|s|m|h|d)$/.test(by)) throw new Mistake('Send {"by":"72h"}.');
  return by;
}
