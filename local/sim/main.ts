import { parseArgs } from 'node:util';
import { exchange, plant } from './planting.ts';

/** `npm run sim`: plays seeds, and says what went wrong and how to see it again. docs/simulator.md */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true, default: ['random'] },
    steps: { type: 'string', default: '2000' },
    only: { type: 'string' },
    plant: { type: 'string' },
    mutant: { type: 'string' },
    store: { type: 'string', default: 'memory' },
    trace: { type: 'boolean', default: false },
    stats: { type: 'boolean', default: false },
    shrink: { type: 'string', default: '60' },
    coverage: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

if (values.plant !== undefined) plant(values.plant);
if (values.mutant !== undefined) exchange(values.mutant);
// What is planted has to be there before anything of the product is loaded.
const { play } = await import('./play.ts');
process.exitCode = await play({
  seeds: values.seed.flatMap((text) => text.split(',')),
  steps: Number(values.steps),
  only: values.only,
  plant: values.plant,
  store: values.store,
  trace: values.trace,
  stats: values.stats,
  shrinkSeconds: Number(values.shrink),
  json: values.json,
  coverage: values.coverage,
});
