import { clientOf } from '../../../local/api.ts';
import { signInAgain } from '../../../local/people.ts';
import { planCrash, takeTallies } from '../../../local/wire.ts';
import { contract } from '../../src/contract.ts';
import { auth } from '../../src/platform/accounts.ts';
import type { AdminRole, Call } from '../../src/shared/call.ts';
import { everything } from './acts.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(180_000);

let stage: FlowStage;
let chief: Actor;
beforeAll(async () => {
  stage = await openStage();
  chief = await stage.actor('superadmin');
}, 180_000);
afterAll(() => stage.stop());

const reason = 'Joins the payouts team.';
const grantTo = ({ uid }: Actor, role: AdminRole, by = chief, request = requestId()) =>
  by.api.admin.grant({ requestId: request, uid, role, reason });
const revokeFrom = ({ uid }: Actor, by = chief, request = requestId()) =>
  by.api.admin.revoke({ requestId: request, uid, reason });

const claimsOf = async ({ uid }: Actor) => (await auth().getUser(uid)).customClaims ?? {};
async function again(who: Actor): Promise<Actor> {
  const person = await signInAgain({
    host: stage.cloud.urls.auth,
    projectId: stage.cloud.projectId,
    email: who.email,
  });
  return { ...person, api: clientOf(stage.cloud.urls.functions, person.idToken) };
}

const recordsOn = async ({ uid }: Actor) =>
  (
    await stage.db.collection('adminActions').where('target', '==', `accounts/${uid}`).orderBy('at').get()
  ).docs.map((one) => one.data());

async function refusedWithoutTrace(act: () => Promise<unknown>, expected: object): Promise<void> {
  const before = await everything(stage);
  expect(await refusal(act())).toMatchObject(expected);
  expect(await everything(stage)).toEqual(before);
}

test('W2-05 a superadmin gives a role, on the record; the next token has it, and other claims stay', async () => {
  const ann = await stage.actor();
  await auth().setCustomUserClaims(ann.uid, { plan: 'pro' });
  expect(await grantTo(ann, 'support')).toEqual({ uid: ann.uid, role: 'support' });
  expect(await grantTo(ann, 'finance')).toEqual({ uid: ann.uid, role: 'finance' });
  expect(await claimsOf(ann)).toEqual({ plan: 'pro', role: 'finance' });
  expect(await recordsOn(ann)).toMatchObject([
    {
      action: 'admin-grant',
      by: chief.uid,
      role: 'superadmin',
      reason,
      before: { role: null },
      after: { role: 'support' },
    },
    { action: 'admin-grant', before: { role: 'support' }, after: { role: 'finance' } },
  ]);
  expect(await refusal(ann.api.kyc.queue({}))).toMatchObject({ reason: 'role_missing' });
  await (await again(ann)).api.kyc.queue({});

  expect(await revokeFrom(ann)).toEqual({ uid: ann.uid, role: null });
  expect(await claimsOf(ann)).toEqual({ plan: 'pro' });
  expect((await recordsOn(ann)).at(-1)).toMatchObject({
    action: 'admin-revoke',
    before: { role: 'finance' },
    after: { role: null },
  });
});

/** All that an admin of this role may do and that asks for the account. */
const powers = (role: AdminRole) =>
  Object.entries(contract).flatMap(([feature, own]) =>
    Object.entries<Call>(own)
      .filter(([, { audience, guard }]) => audience === role && guard !== 'token')
      .map(([name, { example }]) => [`${feature}-${name}`, example.input] as const),
  );

test.each(['support', 'finance', 'superadmin'] as const)(
  'W3-32 F73 whoever was %s does nothing more with the token of then',
  async (role) => {
    const ann = await stage.actor(role);
    expect(powers(role).length).toBeGreaterThan(0);
    const [[first, input] = ['', {}]] = powers(role);
    // Until then the call is let in; most find nothing under the name.
    expect((await together([stage.call(first, input, ann)])).reasons).not.toContain('role_missing');

    await revokeFrom(ann);
    const before = await everything(stage);
    const fresh = await again(ann);
    for (const who of [ann, fresh])
      for (const [name, input] of powers(role))
        expect([name, await refusal(stage.call(name, input, who))]).toMatchObject([
          name,
          { reason: 'role_missing', facts: { role } },
        ]);
    expect(await everything(stage)).toEqual(before);
    await fresh.api.wallet.get({});
  },
);

test('a role that became another holds no longer as the old one', async () => {
  const [ann, ben] = [await stage.actor('superadmin'), await stage.actor()];
  await ann.api.wallet.get({});
  await grantTo(ann, 'support');
  await refusedWithoutTrace(() => grantTo(ben, 'finance', ann), {
    reason: 'role_missing',
    facts: { role: 'superadmin' },
  });
  expect(await claimsOf(ben)).toEqual({});
});

test('W2-05 nobody gives themselves a role, and only a superadmin gives one to others', async () => {
  const ben = await stage.actor();
  await refusedWithoutTrace(() => grantTo(chief, 'superadmin'), { reason: 'own_request' });
  await refusedWithoutTrace(() => revokeFrom(chief), { reason: 'own_request' });
  for (const role of [undefined, 'support', 'finance', 'moderator'] as const) {
    const other = await stage.actor(role);
    await refusedWithoutTrace(() => grantTo(ben, 'support', other), {
      reason: 'role_missing',
      facts: { role: 'superadmin' },
    });
    await refusedWithoutTrace(() => revokeFrom(ben, other), { reason: 'role_missing' });
  }
  expect([await claimsOf(ben), await claimsOf(chief)]).toEqual([{}, { role: 'superadmin' }]);
});

test('nobody there has no role, and who is shut out is given none, but loses theirs', async () => {
  const nobody = { ...chief, uid: 'nobody-at-all' };
  await refusedWithoutTrace(() => grantTo(nobody, 'support'), { reason: 'not_found' });
  await refusedWithoutTrace(() => revokeFrom(nobody), { reason: 'not_found' });
  const ann = await stage.actor('finance');
  await auth().updateUser(ann.uid, { disabled: true });
  await refusedWithoutTrace(() => grantTo(ann, 'support'), {
    reason: 'wrong_status',
    facts: { status: 'disabled' },
  });
  expect(await revokeFrom(ann)).toMatchObject({ role: null });
  expect(await claimsOf(ann)).toEqual({});
});

test('an account with no room for a role gets none, and the answer says so', async () => {
  const ann = await stage.actor();
  const full = { data: 'x'.repeat(985) };
  await auth().setCustomUserClaims(ann.uid, full);
  expect(await refusal(grantTo(ann, 'superadmin'))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'claims_full' },
  });
  expect(await claimsOf(ann)).toEqual(full);
});

test('the same request is one act, and with other input it is refused', async () => {
  const [ann, ben] = [await stage.actor(), await stage.actor()];
  const request = requestId();
  const { answers, reasons } = await together(
    [1, 2, 3, 4, 5].map(() => grantTo(ann, 'finance', chief, request)),
  );
  expect([answers, reasons]).toEqual([Array(5).fill({ uid: ann.uid, role: 'finance' }), []]);
  expect(await recordsOn(ann)).toHaveLength(1);
  const others = [
    () => grantTo(ann, 'support', chief, request),
    () => grantTo(ben, 'finance', chief, request),
    () => revokeFrom(ann, chief, request),
    () =>
      chief.api.admin.grant({ requestId: request, uid: ann.uid, role: 'finance', reason: 'Another reason.' }),
  ];
  for (const other of others) await refusedWithoutTrace(other, { reason: 'request_id_reused' });
  expect([await claimsOf(ann), await claimsOf(ben)]).toEqual([{ role: 'finance' }, {}]);
});

test('a request that is repeated late gives back no role that was taken meanwhile', async () => {
  const ann = await stage.actor();
  const request = requestId();
  await grantTo(ann, 'finance', chief, request);
  await revokeFrom(ann);
  expect(await grantTo(ann, 'finance', chief, request)).toEqual({ uid: ann.uid, role: null });
  expect(await claimsOf(ann)).toEqual({});
  expect(await recordsOn(ann)).toHaveLength(2);
});

test('of decisions at once, the claim is what the latest record says', async () => {
  const second = await stage.actor('superadmin');
  for (let round = 0; round < 5; round += 1) {
    const ann = await stage.actor();
    const roles = ['finance', 'support', null, 'moderator', null] as const;
    await Promise.all(
      roles.map((role, i) => {
        const by = i % 2 === 0 ? chief : second;
        return role === null ? revokeFrom(ann, by) : grantTo(ann, role, by);
      }),
    );
    const docs = await recordsOn(ann);
    expect(docs).toHaveLength(roles.length);
    const { role } = docs.at(-1)!.after as { role: AdminRole | null };
    expect((await claimsOf(ann)).role ?? null).toBe(role);
  }
});

test('of two superadmins who take each other’s role at once, one keeps theirs', async () => {
  const [ann, ben] = await Promise.all([stage.actor('superadmin'), stage.actor('superadmin')]);
  const { answers, reasons } = await together([revokeFrom(ben, ann), revokeFrom(ann, ben)]);
  expect([answers.length, reasons]).toEqual([1, ['role_missing']]);
  const claims: { role?: unknown }[] = await Promise.all([claimsOf(ann), claimsOf(ben)]);
  const roles = claims.map(({ role }) => role ?? null);
  expect(roles.sort()).toEqual([null, 'superadmin']);
});

test('a claim that does not follow what was decided last is put right by the sweep', async () => {
  const ann = await stage.actor();
  await grantTo(ann, 'finance');
  await revokeFrom(ann);
  // As an older grant does that was under way, and whose function then died.
  await auth().setCustomUserClaims(ann.uid, { role: 'finance' });
  await stage.db.doc(`roleDecisions/${ann.uid}`).update({ dueAt: new Date(stage.cloud.clock.now()) });
  await stage.cloud.runSchedule('admin-sweep');
  expect(await claimsOf(ann)).toEqual({});
  expect((await stage.db.doc(`roleDecisions/${ann.uid}`).get()).get('dueAt')).toBeNull();
});

test('an account whose address nobody verified is given no role', async () => {
  const ann = await stage.actor();
  await auth().updateUser(ann.uid, { emailVerified: false });
  await refusedWithoutTrace(() => grantTo(ann, 'support'), {
    reason: 'wrong_status',
    facts: { status: 'email_unverified' },
  });
});

test('F70 wherever the function dies, no role is there without its record, and the repeat finishes it', async () => {
  takeTallies();
  await grantTo(await stage.actor(), 'finance');
  const { steps } = takeTallies('admin-grant')[0]!.tally;
  expect(steps).toContain('Commit');
  for (const step of steps.keys())
    for (const when of ['before', 'after'] as const) {
      const ann = await stage.actor();
      const request = requestId();
      planCrash('admin-grant', { step, when });
      await Promise.allSettled([grantTo(ann, 'finance', chief, request)]);
      const { role } = await claimsOf(ann);
      const left = await recordsOn(ann);
      const where = `died ${when} ${step}`;
      expect([where, role !== undefined && left.length === 0]).toEqual([where, false]);
      if (step === steps.indexOf('Commit'))
        expect([where, left.length, role]).toEqual([where, when === 'before' ? 0 : 1, undefined]);
      expect(await grantTo(ann, 'finance', chief, request)).toEqual({ uid: ann.uid, role: 'finance' });
      expect(await claimsOf(ann)).toEqual({ role: 'finance' });
      expect(await recordsOn(ann)).toMatchObject([{ before: { role: null }, after: { role: 'finance' } }]);
    }
});
