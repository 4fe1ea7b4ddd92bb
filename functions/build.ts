import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/**
 * What is deployed: one file for each feature, and one of all of them for who asks what there is. An instance serves one
 * function, whose name it finds in its environment, so it loads the feature of that function and no other, from one file
 * instead of some hundreds. `node build.ts [folder]`; types are another check's affair (`npm run types`).
 */
const source = join(import.meta.dirname, 'src');
const lib = process.argv[2] ?? join(import.meta.dirname, 'lib');

/** They find files beside their own, load their parts when these are needed, or have to be there only once. */
const external = ['firebase-functions', 'firebase-admin', '@google-cloud/*', '@grpc/*', '@opentelemetry/api'];
const heavy = ['stripe', 'pdfkit', 'csv-stringify', 'merkletreejs', 'xmlbuilder2'];

const bundle = (contents: string, more: BuildOptions) =>
  build({
    stdin: { contents, resolveDir: source, loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node24', legalComments: 'none' },
    external: [...external, ...heavy].flatMap((name) => (name.endsWith('*') ? name : [name, `${name}/*`])),
    // Looked at only where there is no `__filename`, which is not here.
    logOverride: { 'empty-import-meta': 'silent' },
    ...more,
  });

/** The names that index.ts exports, as the bundler reads it. */
async function exported(): Promise<readonly string[]> {
  const all = "export * from './index.ts'";
  const { metafile } = await bundle(all, { format: 'esm', write: false, metafile: true, outfile: 'x.js' });
  return Object.values(metafile!.outputs).flatMap((output) => output.exports);
}

const features = await exported();
rmSync(lib, { recursive: true, force: true });
mkdirSync(lib, { recursive: true });
await bundle("export * from './index.ts'", { outfile: join(lib, 'all.cjs') });
for (const name of features)
  await bundle(`export { ${name} } from './index.ts'`, {
    outfile: join(lib, 'only', `${name}.cjs`),
  });
// FUNCTION_TARGET is the entry point that the manifest names, `escrow.release`; a deploy that looks around has none.
writeFileSync(
  join(lib, 'index.cjs'),
  `const [feature] = (process.env.FUNCTION_TARGET ?? '').split('.');
const features = ${JSON.stringify(features)};
module.exports = require(features.includes(feature) ? './only/' + feature + '.cjs' : './all.cjs');
`,
);
