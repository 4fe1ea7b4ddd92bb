/**
 * The Auth emulator alone, in its own process: `node server.ts <module> <project> <port>`.
 *
 * Most of its start goes into compiling validators for its API description, and most of those are for query
 * parameters that every Google API has and no client of this stack sends. Without them, and without tenants,
 * identity providers' set-up and passkeys, it is up in 1.1 s instead of 6.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';

type Item = { parameters?: { $ref?: string }[] };
type Spec = { default: { paths: Record<string, Item> } };
type AuthServer = {
  createApp(projectId: string, mode: number, states: Map<string, object>): Promise<RequestListener>;
};

const [modulePath = '', projectId = '', port = ''] = process.argv.slice(2);
const require = createRequire(modulePath);

const UNUSED_PATHS = /tenants|passkey|\/v2\/projects\//;
const UNUSED_PARAMETERS =
  /\/(access_token|alt|callback|fields|oauth_token|prettyPrint|quotaUser|uploadType|upload_protocol)$/;
/** firebase-tools' SingleProjectMode.NO_WARNING: any project may be named. */
const NO_WARNING = 0;

const { paths } = (require('./apiSpec.js') as Spec).default;
for (const [path, item] of Object.entries(paths)) {
  if (UNUSED_PATHS.test(path)) Reflect.deleteProperty(paths, path);
  if (item.parameters)
    item.parameters = item.parameters.filter(({ $ref }) => !UNUSED_PARAMETERS.test($ref ?? ''));
}

/**
 * An API key belongs to a project; the emulator takes each for its own project's. Here the name of another project is that
 * project's key, so that one emulator serves many: each file of the tests has one.
 */
const keys = new AsyncLocalStorage<string>();
class States extends Map<string, object> {
  override get(id: string): object | undefined {
    return (id === projectId ? super.get(keys.getStore() ?? id) : undefined) ?? super.get(id);
  }
}

const app = await (require(modulePath) as AuthServer).createApp(projectId, NO_WARNING, new States());
const server = createServer((request, response) => {
  const key = new URL(request.url ?? '/', 'http://local').searchParams.get('key') ?? projectId;
  keys.run(key, () => app(request, response));
});
server.listen(Number(port), '127.0.0.1', () => console.log('Auth emulator ready'));
