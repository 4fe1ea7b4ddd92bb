import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { LOCAL } from '../../../local/command.ts';
import { signInAgain } from '../../../local/people.ts';
import { auth } from '../../src/platform/accounts.ts';
import { everything } from './acts.ts';
import { openStage, refusal, requestId, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
beforeAll(async () => {
  stage = await openStage({}, { projectId: LOCAL });
}, 180_000);
afterAll(() => stage.stop());

const claimsOf = async (uid: string) => (await auth().getUser(uid)).customClaims ?? {};
async function recordsOn(uid: string) {
  const found = await stage.db.collection('adminActions').where('target', '==', `accounts/${uid}`).get();
  return found.docs.map((one) => one.data());
}

const root = join(import.meta.dirname, '..', '..', '..');
/** The command as a person types it; the emulators are those of this test. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'local', 'grant.ts'), ...args], {
    env: { ...process.env, COFFER_PORT_BASE: '9400' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

test('npm run grant makes the first superadmin, who makes the others', async () => {
  const ann = await stage.actor();
  const said = await run(ann.email, 'superadmin');
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out).toMatch(/^\S+ \(\S+\) has superadmin in demo-coffer from the next token on\.\n$/);
  expect(await recordsOn(ann.uid)).toMatchObject([
    {
      action: 'admin-grant',
      by: 'cli',
      role: 'cli',
      ip: null,
      before: { role: null },
      after: { role: 'superadmin' },
    },
  ]);
  const { idToken } = await signInAgain({ host: stage.cloud.urls.auth, projectId: LOCAL, email: ann.email });
  const ben = await stage.actor();
  const grant = () => {
    const given = { requestId: requestId(), uid: ben.uid, role: 'finance', reason: 'Joins the team.' };
    return stage.call('admin-grant', given, { ...ann, idToken });
  };
  expect(await grant()).toEqual({ uid: ben.uid, role: 'finance' });

  expect(await run(ann.email, 'none')).toMatchObject({ code: 0, err: '' });
  expect(await claimsOf(ann.uid)).toEqual({});
  expect(await refusal(grant())).toMatchObject({ reason: 'role_missing' });
  expect((await recordsOn(ben.uid)).length).toBe(1);
});

test('npm run grant gives nothing to an address that is unknown, unverified or shut out, and no role that is none', async () => {
  const stranger = await stage.cloud.person({ emailVerified: false });
  const shut = await stage.actor();
  await auth().updateUser(shut.uid, { disabled: true });
  const before = await everything(stage);
  const ann = await stage.actor();
  const refused = [
    [['nobody@example.test', 'finance'], 'Nobody in demo-coffer has the address nobody@example.test.'],
    [[stranger.email, 'finance'], 'is not verified'],
    [[shut.email, 'finance'], 'disabled'],
    [[ann.email, 'king'], 'There is no role king.'],
    [[ann.email], 'There is no role (none given).'],
    [[], 'Say who is to have which role'],
    [[ann.email, 'finance', 'more'], 'Say who is to have which role'],
    [[ann.email, 'finance', '--force'], 'Say who is to have which role'],
  ] as const;
  for (const [args, sentence] of refused) {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  }
  expect(await everything(stage)).toEqual(before);
  for (const { uid } of [stranger, shut, ann]) expect(await claimsOf(uid)).toEqual({});
});
