import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { startAuthWithCli, type CliOptions } from './firebase-cli.ts';

/** A running Auth emulator; `host` is what FIREBASE_AUTH_EMULATOR_HOST wants. */
export type AuthEmulator = { readonly host: string; readonly stop: () => Promise<void> };

/**
 * The official Auth emulator. Started straight from firebase-tools' own server module, in a process of
 * its own, it is up in about 1.5 s; through the CLI it takes about 7. That module is internal (it was read
 * in firebase-tools 15.34), so when it is not found or does not start, the CLI does it.
 */
export async function startAuth(options: CliOptions): Promise<AuthEmulator> {
  const host = `127.0.0.1:${options.port}`;
  try {
    const { stop } = await startChild({
      name: 'The Auth emulator',
      command: process.execPath,
      args: [
        join(import.meta.dirname, 'auth', 'server.ts'),
        serverModule(),
        options.projectId,
        String(options.port),
      ],
      env: { NODE_NO_WARNINGS: '1', METADATA_SERVER_DETECTION: 'none' },
      readyWhen: 'Auth emulator ready',
    });
    return { host, stop };
  } catch {
    const { stop } = await startAuthWithCli(options);
    return { host, stop };
  }
}

const serverModule = () =>
  createRequire(join(import.meta.dirname, 'x.js')).resolve('firebase-tools/lib/emulator/auth/server.js');
