/** `npm run call -- client wallet-get '{}'`: one call on the running stack, as one of the demo's people. */
import { CallError, invoke } from './api.ts';
import { cast, emailOf, PASSWORD, type Name } from './cast.ts';
import { ports } from './ports.ts';
import { signIn } from './people.ts';

const PROJECT = 'demo-coffer';

async function main([name = '', call = '', input = '{}']: string[]): Promise<void> {
  if (!(name in cast) || !call) {
    console.error(`Say who calls what: npm run call -- <${Object.keys(cast).join('|')}> <call> '<json>'`);
    process.exitCode = 2;
    return;
  }
  const { functions, auth } = ports();
  const role = cast[name as Name];
  const person = await signIn({
    host: `127.0.0.1:${auth}`,
    projectId: PROJECT,
    email: emailOf(name as Name),
    password: PASSWORD,
    claims: role === null ? {} : { role },
  });
  const base = `http://127.0.0.1:${functions}/${PROJECT}/europe-west1`;
  console.log(JSON.stringify(await invoke(base, call, JSON.parse(input), person.idToken), null, 2));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const unreachable = error instanceof TypeError && error.message === 'fetch failed';
  if (error instanceof CallError) console.error(error.message);
  else console.error(unreachable ? 'Nothing answers: is `npm start` running?' : error);
  process.exitCode = 1;
});
