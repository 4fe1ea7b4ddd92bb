/** `npm run call -- client wallet-get '{}'`: one call on the running stack, as one of the demo's people. */
import { randomUUID } from 'node:crypto';
import { takingId } from '../functions/client/src/index.ts';
import { CallError, invoke } from './api.ts';
import { contract } from '../functions/src/contract.ts';
import { cast, enter, type Name } from './cast.ts';
import { ports } from './ports.ts';

const PROJECT = 'demo-coffer';

/** What somebody typed wrong, in one sentence. */
class Mistake extends Error {}

function check([name = '', call = '', input = '{}']: string[]): { name: Name; call: string; data: object } {
  if (!Object.hasOwn(cast, name))
    throw new Mistake(`Say who calls what: npm run call -- <${Object.keys(cast).join('|')}> <call> '<json>'`);
  const calls = Object.entries(contract).flatMap(([feature, own]) =>
    Object.keys(own).map((one) => `${feature}-${one}`),
  );
  if (!calls.includes(call))
    throw new Mistake(`There is no call ${call || '(none)'}. There are: ${calls.join(', ')}.`);
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
