import type { EmulatorContext } from 'emulate';

/**
 * A provider stand-in without a server: the same pages and doors (`emulate` would serve them over HTTP), called in this
 * process. It has the few things of `emulate`'s app that the stand-ins use.
 */
export type Site = {
  readonly request: (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ) => Promise<{ readonly status: number; readonly text: string }>;
};

type Handler = (context: Context) => unknown;
type Middleware = (context: Context, next: () => Promise<void>) => unknown;
type Route = { readonly method: string; readonly pattern: RegExp; readonly handle: Handler };

class Context {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #body: string;
  readonly #url: URL;
  params: Readonly<Record<string, string>> = {};

  constructor(url: URL, headers: Readonly<Record<string, string>>, body: string) {
    this.#url = url;
    this.#headers = headers;
    this.#body = body;
  }

  get req() {
    return {
      url: this.#url.href,
      path: this.#url.pathname,
      param: (name: string) => this.params[name],
      header: (name: string) => this.#headers[name.toLowerCase()],
      query: (name: string) => this.#url.searchParams.get(name) ?? undefined,
      queries: (name: string) => this.#url.searchParams.getAll(name),
      text: () => Promise.resolve(this.#body),
    };
  }
  readonly header = (): void => undefined;
  readonly json = (data: unknown, status = 200) => new Page(status, JSON.stringify(data));
  readonly html = (text: string, status = 200) => new Page(status, text);
  readonly redirect = (to: string, status = 302) => new Page(status, to);
}

class Page {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    this.status = status;
    this.body = body;
  }
}

/** @param setUp what the stand-in opens, as `emulate` would ask it to */
export function openSite<State extends object>(
  origin: string,
  state: State,
  setUp: (context: EmulatorContext<State>) => void,
): Site {
  const routes: Route[] = [];
  let between: Middleware = (_, next) => next();
  let failed: (error: unknown, context: Context) => unknown = (error) => {
    throw error;
  };
  const route = (method: string) => (path: string, handle: Handler) =>
    void routes.push({
      method,
      handle,
      pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
    });
  const app = {
    get: route('GET'),
    post: route('POST'),
    delete: route('DELETE'),
    use: (handler: Middleware) => void (between = handler),
    onError: (handler: typeof failed) => void (failed = handler),
  };
  const { signal } = new AbortController();
  setUp({ app, state, signal, baseUrl: origin } as unknown as EmulatorContext<State>);

  async function reach(context: Context, method: string, path: string): Promise<unknown> {
    for (const one of routes) {
      const match = one.method === method ? one.pattern.exec(path) : null;
      if (!match) continue;
      context.params = match.groups ?? {};
      return await one.handle(context);
    }
    throw new Error(`nothing is at ${method} ${path}`);
  }

  return {
    async request(method, path, headers, body) {
      const url = new URL(path, origin);
      const context = new Context(url, headers, body);
      let answer: unknown;
      try {
        await between(context, async () => void (answer = await reach(context, method, url.pathname)));
      } catch (error) {
        answer = failed(error, context);
      }
      if (answer instanceof Page) return { status: answer.status, text: answer.body };
      const response = answer as Response;
      return { status: response.status, text: await response.text() };
    },
  };
}

/** Cloud Storage: as much of it as lists a folder, and deletes. */
export const openFiles = (files: Set<string>): Site => ({
  request(method, path) {
    const { pathname, searchParams } = new URL(path, 'http://storage.sim');
    if (method === 'DELETE') {
      const was = files.delete(decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1)));
      return Promise.resolve({ status: was ? 204 : 404, text: '' });
    }
    const found = [...files].filter((name) => name.startsWith(searchParams.get('prefix') ?? ''));
    const items = found.slice(0, 2).map((name) => ({ name, generation: '1' }));
    return Promise.resolve({ status: 200, text: JSON.stringify({ items }) });
  },
});
