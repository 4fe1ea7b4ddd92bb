/** A place for webhooks to arrive at, with their exact bytes: for the stand-ins' own tests. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderEvent } from '../../functions/src/psp/gateway.ts';

export type Arrival = { rawBody: Buffer; headers: IncomingHttpHeaders };

/** An event about a checkout, with what it reports. */
export const checkoutIn = ({ id, type, about }: ProviderEvent) => ({
  id,
  type,
  report: about?.kind === 'checkout' ? about.report : null,
});

export async function startReceiver() {
  const arrivals: Arrival[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrivals.push({ rawBody: Buffer.concat(chunks), headers: request.headers });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/webhook`,
    arrivals,
    /** Statuses of the next answers; 200 when there is none. */
    answers,
    clear: () => {
      arrivals.length = 0;
      answers.length = 0;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
