import './surroundings.ts';
import { parseArgs } from 'node:util';
import { loadDeployment } from './load.ts';
import { simulate } from './simulate.ts';
import { stepsOf } from './steps.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '2000' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const count = Number(values.steps);
const deployment = await loadDeployment();
const began = performance.now();
const outcome = await simulate(deployment, { seed, steps: stepsOf(seed, count), keepTrace: values.trace });
const seconds = (performance.now() - began) / 1000;
if (values.trace) for (const line of outcome.trace) process.stdout.write(`${line}\n`);
const { violations, traceHash, faults, matrix } = outcome;
for (const { what, step } of violations.slice(0, 20)) process.stdout.write(`step ${step}: ${what}\n`);
void matrix;
const line = {
  ok: violations.length === 0,
  seed,
  steps: outcome.taken,
  violations: violations.map(({ what }) => what).slice(0, 5),
  traceHash,
  stepsPerSecond: Math.round(outcome.taken / seconds),
  faults,
};
process.stdout.write(`${JSON.stringify(line)}\n`);
process.exitCode = line.ok ? 0 : 1;
