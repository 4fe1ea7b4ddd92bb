import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A page on which anybody holds a receipt against a root, in their own browser: nothing is sent anywhere. */

const verifier = join(import.meta.dirname, '../functions/client/src/verify.ts');

/** The verifier as a browser takes it: the types are gone, and nothing else. */
export async function verifierScript(): Promise<string> {
  const { transform } = await import('esbuild');
  const { code } = await transform(await readFile(verifier, 'utf8'), { loader: 'ts', target: 'es2022' });
  return code;
}

/** What is behind `#` is filled in and looked at at once: `#root=…&receipt=…`. */
export const RECEIPT_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Receipt</title>
<body style="font: 16px/1.5 system-ui; margin: 3rem; max-width: 48rem">
<h1>Is this receipt true?</h1>
<p>The answer of <code>receipts-get</code>, and the root of its day from <code>roots/{day}</code>. Both stay on this page.</p>
<p><label>Receipt<br><textarea id="receipt" rows="14" style="width: 100%"></textarea></label></p>
<p><label>Root<br><input id="root" style="width: 100%"></label></p>
<p><button id="verify">Verify</button> <output id="verdict"></output></p>
<p>What was read, and the verdict is about:</p><pre id="read"></pre>
<script type="module">
import { verifyReceipt } from '/receipt/verify.js';
const [receipt, root, verdict, read] = ['receipt', 'root', 'verdict', 'read'].map((id) => document.getElementById(id));
const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };
async function verify() {
  const one = parsed(receipt.value);
  const { valid, why } = await verifyReceipt(one, root.value.trim());
  read.textContent = JSON.stringify(one, null, 2);
  verdict.value = valid ? 'It is true.' : 'It is not: ' + why + '.';
}
document.getElementById('verify').addEventListener('click', verify);
const given = new URLSearchParams(location.hash.slice(1));
for (const field of [receipt, root]) field.value = given.get(field.id) ?? '';
if (given.has('receipt')) await verify();
</script></body></html>
`;
