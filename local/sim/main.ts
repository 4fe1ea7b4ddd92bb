import { parseArgs } from 'node:util';
import { misread, start } from '../command.ts';
import { Mistake } from '../mistake.ts';
import { readList } from './lists.ts';
import { exchange, plant } from './planting.ts';
import { plants } from './plants.ts';

/** `npm run sim`: plays seeds, and says what went wrong and how to see it again. docs/simulator.md */

const USAGE = 'See npm run sim -- --help.';
const HELP = `npm run sim -- --seed <42|1,2,random> --steps <500>

  --seed <numbers>   which seeds, one after the other; random takes a fresh one and says which
  --steps <number>   how many things people, banks and admins do; 2000 without it
  --json             one line for each seed
  --store <where>    memory, or emulator: the official Firestore emulator beside the memory
  --trace            everything that happened, line by line
  --only <3,17-20>   only these of the steps
  --stats            how each call ended how often, and which fault struck what how often
  --coverage         fails when a fault never struck where it is most dangerous; wants about 14 seeds of 800 steps
  --plant <bug>      with one of these in the product: ${Object.keys(plants).join(', ')}
  --mutant <f=path>  with one file of the product from elsewhere
  --shrink <60>      for how many seconds a failing seed is made shorter; 0 for not at all

It ends with 0 where nothing is wrong, with 1 where something is, and with 2 where it could not be played.`;

const wrong = (what: string): Mistake => new Mistake(`${what} ${USAGE}`);

function read(args: string[]) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
  const named = { only: text, plant: text, mutant: text, steps: text, store: text, shrink: text };
  const flags = { trace: flag, stats: flag, coverage: flag, json: flag };
  const seed = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({ args, options: { ...named, ...flags, seed } as const }).values;
  } catch (error) {
    throw misread(error, USAGE);
  }
}

function wholeNumber(name: string, given: string, least: number): number {
  if (!/^\d{1,9}$/.test(given) || Number(given) < least)
    throw wrong(`--${name} takes a whole number from ${least} on, not ${given || 'nothing'}.`);
  return Number(given);
}

function mustBeSteps(only: string, steps: number): void {
  let wanted: Set<number>;
  try {
    wanted = readList(only);
  } catch (error) {
    throw wrong(`${(error as Error).message}.`);
  }
  for (const one of wanted)
    if (one >= steps) throw wrong(`--only ${only} names step ${one}, and there are ${steps} from 0 on.`);
}

async function run(args: string[]): Promise<number> {
  const { seed = ['random'], only, store = 'memory', shrink = '60', ...values } = read(args);
  const seeds = seed.flatMap((given) => given.split(','));
  for (const one of seeds) if (one !== 'random') wholeNumber('seed', one, 0);
  const steps = wholeNumber('steps', values.steps ?? '2000', 1);
  const shrinkSeconds = wholeNumber('shrink', shrink, 0);
  if (only !== undefined) mustBeSteps(only, steps);
  if (store !== 'memory' && store !== 'emulator')
    throw wrong(`--store ${store} is none: memory or emulator.`);
  const bug = values.plant;
  if (bug !== undefined && !Object.hasOwn(plants, bug))
    throw wrong(`--plant ${bug} is none: ${Object.keys(plants).join(', ')}.`);
  if (bug !== undefined) plant(bug);
  if (values.mutant !== undefined) exchange(values.mutant);
  // What is planted has to be there before anything of the product is loaded.
  const { play } = await import('./play.ts');
  const { trace, stats, json, coverage } = values;
  return play({
    ...{ seeds, steps, only, plant: bug, store, trace, stats, shrinkSeconds, json, coverage },
  });
}

start({ help: HELP, failed: 2, run });
