import { applicationDefault } from 'firebase-admin/app';
import { z } from 'zod';

/** Identity documents in Cloud Storage, by its JSON API: https://cloud.google.com/storage/docs/json_api/v1/objects */

export type Bucket = { readonly api: string; readonly name: string };

const List = z.object({
  items: z.array(z.object({ name: z.string(), generation: z.string() })).default([]),
});

type Http = (url: string, request: RequestInit) => Promise<Pick<Response, 'ok' | 'status' | 'json'>>;
let http: Http = fetch;

/** For the simulator alone: an architecture test keeps every deployed file from calling it. */
export function useFilesHttp(other: Http): void {
  http = other;
}

/** Only Google's own address is told who we are. */
async function tokenFor(api: string): Promise<Record<string, string>> {
  if (api !== 'https://storage.googleapis.com') return {};
  return { authorization: `Bearer ${(await applicationDefault().getAccessToken()).access_token}` };
}

/** Deletes everything in a folder, older versions too. `folder` ends in `/`. Safe to repeat. @throws Error when Storage does not answer so. */
export async function deleteFolder({ api, name }: Bucket, folder: string): Promise<void> {
  const headers = await tokenFor(api);
  const objects = `${api}/storage/v1/b/${encodeURIComponent(name)}/o`;
  const signal = () => AbortSignal.timeout(20_000);
  for (;;) {
    // Always the first page: what was on it is gone the next time.
    const found = await http(`${objects}?prefix=${encodeURIComponent(folder)}&versions=true`, {
      headers,
      signal: signal(),
    });
    if (!found.ok) throw new Error(`Storage answered ${found.status} to a list`);
    const { items } = List.parse(await found.json());
    if (items.length === 0) return;
    for (const one of items) {
      const url = `${objects}/${encodeURIComponent(one.name)}?generation=${one.generation}`;
      const { ok, status } = await http(url, { method: 'DELETE', headers, signal: signal() });
      if (!ok && status !== 404) throw new Error(`Storage answered ${status} to a deletion`);
    }
  }
}
