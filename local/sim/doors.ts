import { EventEmitter } from 'node:events';
import type { HttpHandler } from '../host/catalog.ts';

/** What reaches a deployed function, and what it answers, without a socket between. */

export type Asked = {
  /** POST, unless it says otherwise. */
  readonly method?: 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text of the body; functions see it parsed as well. */
  readonly text: string;
};

export type Answered = { readonly status: number; readonly body: unknown };

const ADDRESS = '203.0.113.7';

/** Calls a function as its server in the cloud would, and resolves with what it sent. */
export async function knock(handle: HttpHandler, asked: Asked): Promise<Answered> {
  const headers: Record<string, string> = { 'x-forwarded-for': ADDRESS, ...asked.headers };
  const json = headers['content-type']?.startsWith('application/json') ?? false;
  const request = {
    method: asked.method ?? 'POST',
    url: asked.path,
    originalUrl: asked.path,
    path: asked.path,
    headers,
    query: Object.fromEntries(new URL(asked.path, 'http://functions.sim').searchParams),
    socket: { remoteAddress: ADDRESS },
    rawBody: Buffer.from(asked.text),
    body: json ? (JSON.parse(asked.text) as unknown) : asked.text,
    header: (name: string) => headers[name.toLowerCase()],
    get: (name: string) => headers[name.toLowerCase()],
  };
  const response = new Answer();
  await handle(request as never, response as never);
  return { status: response.statusCode, body: response.body };
}

/** As much of Express's response as the SDK and the handlers use. */
class Answer extends EventEmitter {
  statusCode = 200;
  body: unknown = null;
  headersSent = false;
  readonly #headers = new Map<string, unknown>();

  status(code: number): this {
    this.statusCode = code;
    return this;
  }
  send(body: unknown = null): this {
    this.body = body;
    return this.end();
  }
  json(body: unknown): this {
    return this.send(body);
  }
  end(): this {
    this.headersSent = true;
    this.emit('finish');
    return this;
  }
  setHeader(name: string, value: unknown): void {
    this.#headers.set(name.toLowerCase(), value);
  }
  getHeader(name: string): unknown {
    return this.#headers.get(name.toLowerCase());
  }
  set(name: string, value: unknown): this {
    this.setHeader(name, value);
    return this;
  }
  redirect(code: number, to: string): this {
    this.set('location', to);
    return this.status(code).send(to);
  }
}

const encode = (payload: object): string => Buffer.from(JSON.stringify(payload)).toString('base64url');

/** An unsigned token, as the Auth emulator makes them. */
export const tokenOf = (claims: object): string =>
  `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;

export const callOf = (name: string, input: unknown, token: string): Asked => ({
  path: `/${name}`,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  text: JSON.stringify({ data: input }),
});
