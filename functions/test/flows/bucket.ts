import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of Cloud Storage as is spoken to: lists and deletions. https://cloud.google.com/storage/docs/json_api */
export async function startBucket(name: string) {
  const files = new Set<string>();
  const faults = { down: false };
  const root = `/storage/v1/b/${name}/o`;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const answer = (status: number, body?: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
    };
    if (faults.down) {
      answer(503);
      return;
    }
    if (request.method === 'GET' && pathname === root) {
      const found = [...files].filter((one) => one.startsWith(searchParams.get('prefix') ?? '')).slice(0, 2);
      // A bucket without anything names no items at all.
      answer(200, found.length > 0 ? { items: found.map((one) => ({ name: one, generation: '1' })) } : {});
      return;
    }
    if (request.method !== 'DELETE' || !pathname.startsWith(`${root}/`)) {
      answer(400);
      return;
    }
    const gone = files.delete(decodeURIComponent(pathname.slice(root.length + 1)));
    answer(gone ? 204 : 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    files,
    faults,
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
