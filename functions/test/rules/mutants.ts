import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFirestore } from '../../../local/firestore.ts';
import { freePorts } from '../../../local/ports.ts';
import { tryMutants } from './trial.ts';

/**
 * Changes firestore.rules in every small way there is and sees whether the probes notice. One line a mutant;
 * with `--json` one object instead. Ends with 1 when a mutant survives without a written reason.
 */
const json = process.argv.includes('--json');
const rules = await readFile(join(import.meta.dirname, '..', '..', '..', 'firestore.rules'), 'utf8');
const [port = 0, functionsPort = 0] = await freePorts(2);
const projectId = 'demo-coffer-mutants';
const started = Date.now();
// One that runs already holds somebody's data.
Reflect.deleteProperty(process.env, 'FIRESTORE_EMULATOR_HOST');
const emulator = await startFirestore({ port, functionsPort, projectId });
try {
  const { wrong, ...outcome } = await tryMutants({ host: emulator.host, projectId, rules }, (tried) => {
    if (!json) console.log(`${tried.mutant.text}  # ${tried.by ?? 'SURVIVES'}`);
  });
  for (const text of wrong) console.error(text);
  if (wrong.length > 0) process.exitCode = 1;
  const seconds = Math.round((Date.now() - started) / 1000);
  const summary = `${outcome.killed} of ${outcome.mutants} killed, ${outcome.equivalent.length} equivalent, ${seconds} s`;
  console.log(json ? JSON.stringify(outcome) : summary);
} finally {
  await emulator.stop();
}
