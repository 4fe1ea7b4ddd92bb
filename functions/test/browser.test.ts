import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startControl } from '../../local/control.ts';
import { freePorts } from '../../local/ports.ts';
import { verifierScript } from '../../local/receipt.ts';
import { receiptIn } from './receipts.ts';

/** The verifier where people have it: as one script, outside of all that is built here. */

const { receipt, root } = receiptIn(13, 5, 3, 2);
const wrong = { ...receipt, entry: { ...receipt.entry, at: receipt.entry.at + 1 } };

test('it runs in plain Node, as one file', async () => {
  const asked = [receipt, wrong].map((one) => `await verifyReceipt(${JSON.stringify(one)}, '${root.root}')`);
  const script = `${await verifierScript()}\nconsole.log(JSON.stringify([${asked.join()}]));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([{ valid: true }, { valid: false, why: 'the chain is broken' }]);
});

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

// Skipped where no browser is installed (`apt install chromium`): nothing else can show what a browser does.
(chromium === undefined ? describe.skip : describe)('in a browser', () => {
  let control: Awaited<ReturnType<typeof startControl>>;
  const home = mkdtempSync(join(tmpdir(), 'coffer-browser-'));
  beforeAll(async () => {
    // The page asks nothing of the stack.
    const [port = 0] = await freePorts(1);
    control = await startControl(port, null as never);
  });
  afterAll(async () => {
    await control.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** What the page says of a receipt. */
  async function verdictOn(one: object, held: string): Promise<string | undefined> {
    const given = new URLSearchParams({ receipt: JSON.stringify(one), root: held });
    const how = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${home}`, '--dump-dom'];
    const asked = [...how, '--virtual-time-budget=10000', `${control.url}/receipt#${given.toString()}`];
    const { stdout } = await promisify(execFile)(chromium!, asked, { timeout: 50_000 });
    return /<output id="verdict">([^<]*)</.exec(stdout)?.[1];
  }

  test('it accepts what is true, and nothing else', async () => {
    expect(await verdictOn(receipt, root.root)).toBe('It is true.');
    expect(await verdictOn(wrong, root.root)).toBe('It is not: the chain is broken.');
    expect(await verdictOn(receipt, '0'.repeat(64))).toBe('It is not: it is of another root.');
  }, 120_000);
});
