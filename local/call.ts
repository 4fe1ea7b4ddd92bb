/** `npm run call -- client wallet-get '{}'`: one call on the running stack, as one of the demo's people. */
import { randomUUID } from 'node:crypto';
import { takingId } from '../functions/client/src/index.ts';
import { CallError, invoke } from './api.ts';
import { contract } from '../functions/src/contract.ts';
import { cast, enter, type Name } from './cast.ts';
import { Mistake } from './mistake.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';

function check([name = '', call = '', input = '{}']: string[]): { name: Name; call: string; data: object } {
  if (!Object.hasOwn(cast, name))
    throw new Mistake(`Say who calls what: npm run call -- <${Object.keys(cast).join('|')}> <call> '<json>'`);
  const [feature = '', ...rest] = call.split('-');
  const own = Object.hasOwn(contract, feature) ? contract[feature as keyof typeof contract] : null;
  if (own === null)
    throw new Mistake(
      `There is no call ${call || '(none)'}. There are calls of: ${Object.keys(contract).join(', ')}; docs/api.md has them all.`,
    );
  if (!Object.hasOwn(own, rest.join('-')))
    throw new Mistake(
      `There is no call ${call}. Of ${feature} there are: ${Object.keys(own)
        .map((one) => `${feature}-${one}`)
        .join(', ')}.`,
    );
  try {
    return { name: name as Name, call, data: JSON.parse(input) as object };
  } catch {
    throw new Mistake(`This is not JSON: ${input}`);
  }
}

async function main(args: string[]): Promise<void> {
  const { name, call, data } = check(args);
  const { functions, auth } = ports();
  const urls = {
    auth: `127.0.0.1:${auth}`,
    functions: `http://127.0.0.1:${functions}/${PROJECT}/europe-west1`,
  };
  const person = await enter(urls, PROJECT, name);
  const given = takingId.includes(call) ? { requestId: randomUUID(), ...data } : data;
  console.log(JSON.stringify(await invoke(urls.functions, call, given, person.idToken), null, 2));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const unreachable = error instanceof TypeError && error.message === 'fetch failed';
  if (error instanceof CallError || error instanceof Mistake) console.error(error.message);
  else console.error(unreachable ? 'Nothing answers: is `npm start` running?' : error);
  process.exitCode = 1;
});
