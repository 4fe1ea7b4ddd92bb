import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Every command of docs/simulator.md, typed. */

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'simulator.md'), 'utf8');
const run = promisify(execFile);
const block = /^```sh\n(.*?)^```/ms.exec(page)?.[1] ?? '';
const inline = [...page.matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command);
/** These take hours; sim.test.ts looks at what they do with what survives. */
const long = (command: string): boolean => command.startsWith('npm run mutants');

test.each([...block.trim().split('\n'), ...inline].filter((one) => !long(one)))(
  '%s',
  async (command) => {
    const [npm = '', ...args] = command.split(' ');
    const env = { ...process.env };
    delete env.FIRESTORE_EMULATOR_HOST;
    // What is to be seen in the end is a matter of more seeds than these.
    const { stdout } = await run(
      npm,
      args.filter((one) => one !== '--coverage'),
      {
        cwd: root,
        env,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    expect(stdout).toMatch(/"ok":true|: fine, /);
  },
  300_000,
);

test('the page names every file of the simulator that it speaks of', () => {
  const files = [...page.matchAll(/`((?:local\/sim\/)?[a-z.]+\.ts)`/g)].map(([, name = '']) => name);
  const missing = files.filter((name) => {
    try {
      readFileSync(join(root, 'local', 'sim', name.replace('local/sim/', '')));
      return false;
    } catch {
      return true;
    }
  });
  expect(missing).toEqual([]);
});
