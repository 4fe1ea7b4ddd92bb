import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Mistake } from './mistake.ts';

/** Where each part of the local stack listens, always on loopback. */
export type Ports = Readonly<
  Record<
    | 'functions'
    | 'firestore'
    | 'auth'
    | 'tasks'
    | 'stripe'
    | 'fatora'
    | 'control'
    | 'hub'
    | 'logging'
    | 'atelier'
    | 'fcm',
    number
  >
>;

/** All ports follow from one number, so that two checkouts can run side by side. */
export function ports(base = Number(process.env.COFFER_PORT_BASE ?? 9400)): Ports {
  if (!Number.isInteger(base) || base < 1024 || base > 65_000)
    throw new Mistake('COFFER_PORT_BASE must be a whole number from 1024 to 65000.');
  return {
    functions: base,
    firestore: base + 1,
    auth: base + 2,
    tasks: base + 3,
    stripe: base + 4,
    fatora: base + 5,
    control: base + 6,
    hub: base + 7,
    logging: base + 8,
    atelier: base + 9,
    fcm: base + 10,
  };
}

/** Opens a port for a moment; answers which one it was, or null when someone else has it. */
const tryPort = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });

/** Below the ports that systems give to outgoing connections, so that none of those takes one meanwhile. */
const [LOWEST, HIGHEST] = [20_000, 32_000];

/** That many ports that nobody uses, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = await tryPort(randomInt(LOWEST, HIGHEST));
    if (port !== null) found.add(port);
  }
  return [...found];
}

/** @throws Error that says which ports are taken and what to do about it. */
export async function requireFree(wanted: Partial<Ports>): Promise<void> {
  const checked = await Promise.all(
    Object.entries(wanted).map(async ([name, port]) => ({
      name,
      port,
      free: (await tryPort(port)) !== null,
    })),
  );
  const taken = checked.filter(({ free }) => !free).map(({ name, port }) => `${port} (${name})`);
  if (taken.length === 0) return;
  throw new Error(
    `Port ${taken.join(', ')} is taken. Stop what runs there, or set COFFER_PORT_BASE to move all.`,
  );
}
