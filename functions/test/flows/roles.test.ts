import { contract } from '../../src/contract.ts';
import { adminRoles, type AdminRole, type Audience, type Call } from '../../src/shared/call.ts';
import type { CallFault } from './clarity.ts';
import { openStage, type Actor, type FlowStage } from './stage.ts';

/** Who may make which call: every call by everybody, made from the contract itself. */

jest.setTimeout(180_000);

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries<Call>(own).map(([name, call]) => [`${feature}-${name}`, call] as const),
);
const everybody = ['signed out', 'user', ...adminRoles] as const;
type Who = (typeof everybody)[number];

/** What the door says: null lets in. Written out once more, so that it is not the code that says what is right. */
function refused(audience: Audience, who: Who): 'signed_out' | 'role_missing' | null {
  if (audience === 'anyone') return null;
  if (who === 'signed out') return 'signed_out';
  if (audience === 'user' || who === 'superadmin' || who === audience) return null;
  return 'role_missing';
}

let stage: FlowStage;
let people: Record<Exclude<Who, 'signed out'>, Actor>;
beforeAll(async () => {
  stage = await openStage();
  const make = async (role: AdminRole) => [role, await stage.actor(role)] as const;
  const admins = Object.fromEntries(await Promise.all(adminRoles.map(make))) as Record<AdminRole, Actor>;
  people = { ...admins, user: await stage.actor() };
}, 180_000);
afterAll(() => stage.stop());

async function send(name: string, input: unknown, who: Who) {
  const response = await fetch(`${stage.cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(who !== 'signed out' && { authorization: `Bearer ${people[who].idToken}` }),
    },
    body: JSON.stringify({ data: input }),
  });
  const { error } = (await response.json()) as { error?: CallFault };
  return { http: response.status, error };
}

const pairs = calls.flatMap(([name, call]) => everybody.map((who) => ({ name, call, who })));
const outside = pairs.filter(({ call, who }) => refused(call.audience, who) !== null);
const inside = pairs.filter(({ call, who }) => refused(call.audience, who) === null);

test('the matrix is whole', () => {
  expect(outside.length + inside.length).toBe(calls.length * everybody.length);
  for (const role of ['user', ...adminRoles] as const)
    expect([role, calls.some(([, { audience }]) => audience === role)]).toEqual([role, true]);
});

/** Input that does what it says, so that whoever came in by mistake would leave a trace or an answer. */
test('W1-18 W2-05 W3-32 keeps out everybody else, says what is missing, and writes nothing', async () => {
  for (const { name, call, who } of outside)
    for (const input of [call.example.input, {}, { nonsense: 1 }, null]) {
      const { http, error } = await send(name, input, who);
      const reason = refused(call.audience, who);
      const found = { name, who, http, reason: error?.details?.reason, facts: error?.details?.facts };
      const facts = reason === 'role_missing' ? { role: call.audience } : {};
      expect(found).toEqual({ name, who, http: reason === 'signed_out' ? 401 : 403, reason, facts });
    }
  await stage.idle();
  // Not even how often they knocked: the store is as empty as it was.
  expect((await stage.db.listCollections()).map(({ id }) => id)).toEqual([]);
});

test.each(calls)('W1-18 %s lets in whom it is for, and a superadmin', async (name, call) => {
  const guests = inside.filter((pair) => pair.name === name).map(({ who }) => who);
  expect(guests).toContain('superadmin');
  for (const who of guests) {
    // Past the door, and no further: nothing takes this input.
    const { error } = await send(name, { nonsense: 1 }, who);
    expect({ who, reason: error?.details?.reason }).toEqual({ who, reason: 'invalid_input' });
    const empty = await send(name, {}, who);
    const said = empty.error?.details?.reason ?? 'answered';
    if (!call.input.safeParse({}).success) expect({ who, said }).toEqual({ who, said: 'invalid_input' });
    // Answered, or refused for what there is and not for who asks.
    else expect(['answered', 'not_found']).toContain(said);
  }
});
