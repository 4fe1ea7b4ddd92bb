import { isbot } from 'isbot';
import type { IncomingHttpHeaders } from 'node:http';

/** What a browser says that fetches a page before anybody wants to see it. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose */
const early = /prefetch|prerender|preview/i;

/**
 * Whether somebody follows the link, as far as their browser says: no robot, by the list that `isbot` keeps; nothing that
 * only looks ahead; no HEAD.
 */
export function isPerson(method: string, headers: IncomingHttpHeaders): boolean {
  const said = (name: string): string => [headers[name] ?? []].flat().join(',');
  const agent = said('user-agent');
  if (method !== 'GET' || agent === '' || isbot(agent)) return false;
  return !['purpose', 'sec-purpose', 'x-purpose', 'x-moz'].some((name) => early.test(said(name)));
}
