import type { Firestore, CollectionReference } from '@google-cloud/firestore';
import { z } from 'zod';
import { contract } from '../../src/contract.ts';
import { throttles } from '../../src/platform/throttle.ts';
import { adminRoles, type AdminRole, type Call } from '../../src/shared/call.ts';
import {
  problems,
  shown,
  unclear,
  unclearInput,
  undeclared,
  type Answer,
  type CallFault,
} from './clarity.ts';
import { bodyOf, int64, spoilCall, type Fields, type Json, type Schema, type Spoilt } from './mutations.ts';
import { openStage, requestId, type Actor, type FlowStage } from './stage.ts';

/** Whatever is sent to whichever call: a clear answer, and nothing written. Made from the contract itself. */

const calls = Object.entries(contract).flatMap(([feature, own]) =>
  Object.entries(own).map(([name, call]) => [`${feature}-${name}`, call as Call] as const),
);

let stage: FlowStage;
let user: Actor;
let admins: Record<AdminRole, Actor>;
/** The things of somebody else, by the names that calls have for them. */
let theirs: Readonly<Record<string, string>>;
let owner: Actor;
let before: ReadonlyMap<string, string>;

beforeAll(async () => {
  stage = await openStage();
  user = await stage.actor();
  const made = await Promise.all(adminRoles.map(async (role) => [role, await stage.actor(role)] as const));
  admins = Object.fromEntries(made) as Record<AdminRole, Actor>;
  owner = await stage.buyer(100_000);
  theirs = await thingsOf(owner);
  await stage.idle();
  before = await everything(stage.db);
}, 180_000);
afterAll(() => stage.stop());

async function thingsOf(ann: Actor) {
  const ben = await stage.actor();
  const price = { amount: 20_000, currency: 'QAR' } as const;
  const title = 'Work';
  const job = (await ann.api.jobs.post({ requestId: requestId(), title, price })).id;
  await ann.api.jobs.assign({ job, payee: ben.uid });
  const escrow = (await ann.api.escrow.lock({ job })).id;
  const item = { kind: 'amount', amount: 5000 } as const;
  const purchase = (await ann.api.purchases.create({ requestId: requestId(), provider: 'stripe', item })).id;
  const papers = ['id_front', 'id_back', 'selfie', 'proof_of_address'] as const;
  const documents = Object.fromEntries(papers.map((name) => [name, `kyc/${ann.uid}/${name}.jpg`])) as never;
  const kyc = await ann.api.kyc.submit({ requestId: requestId(), name: 'Ann', country: 'QA', documents });
  const iban = 'QA30AAAA123456789012345678901';
  const account = { kind: 'bank', holder: 'Ann', iban, currency: 'QAR' } as const;
  const destination = (await ann.api.destinations.save({ requestId: requestId(), ...account })).id;
  const reason = 'All is well.';
  const { finance } = admins;
  const application = kyc.application ?? '';
  await finance.api.kyc.review({ uid: ann.uid, application, decision: 'verify', reason });
  await finance.api.destinations.verify({ uid: ann.uid, destination, decision: 'verify', reason });
  const amount = { amount: 10_000, currency: 'QAR' } as const;
  const withdrawal = (await ann.api.withdrawals.request({ requestId: requestId(), amount, destination })).id;
  return { uid: ann.uid, payee: ben.uid, job, escrow, purchase, application, destination, withdrawal };
}

/** Each document there is, and when it was last written; that a call was made is counted, whatever it asked. */
async function everything(db: Firestore): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (collections: readonly CollectionReference[]): Promise<void> => {
    await Promise.all(
      collections.map(async (collection) => {
        const docs = await collection.listDocuments();
        const snapshots = docs.length > 0 ? await db.getAll(...docs) : [];
        for (const one of snapshots)
          if (one.exists) found.set(one.ref.path, String(one.updateTime?.toDate().toISOString()));
        await Promise.all(docs.map(async (doc) => visit(await doc.listCollections())));
      }),
    );
  };
  await visit((await db.listCollections()).filter(({ id }) => id !== throttles.path));
  return found;
}

const nothingWritten = async () => {
  await stage.idle();
  expect(await everything(stage.db)).toEqual(before);
};

async function send(name: string, body: string, token?: string): Promise<Answer> {
  const response = await fetch(`${stage.cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body,
  });
  const text = await response.text();
  const { error = null } = JSON.parse(text) as { error?: CallFault };
  return { http: response.status, size: text.length, error };
}

/** Somebody who may make the call. */
const entitled = ({ audience }: Call): Actor =>
  audience === 'anyone' || audience === 'user' ? user : admins[audience];

/** What is heard of this call in attacks.md. */
const attacks = (name: string): string => {
  if (name.startsWith('withdrawals')) return 'W0-07 W2-32';
  return name.startsWith('purchases') || name.startsWith('catalog') ? 'W0-07 W2-22' : 'W0-07 W4-02';
};

const schemaOf = ({ input }: Call): Schema => z.toJSONSchema(input, { io: 'input' }) as Schema;
const exampleOf = ({ example }: Call) => example.input as Fields;

describe.each(calls)('%s', (name, call) => {
  const all = spoilCall(call, schemaOf(call), exampleOf(call));
  const of = (...kinds: readonly Spoilt['kind'][]) => all.filter(({ kind }) => kinds.includes(kind));
  const spoilt = (one: Spoilt) => send(name, bodyOf(one.input), entitled(call).idToken);

  test('W1-16 W1-18 lets in only whom it is for', async () => {
    const body = bodyOf(call.example.input as Json);
    const garbage = await send(name, body, 'garbage');
    // The platform itself says so, before anything of ours runs.
    expect(garbage).toMatchObject({ http: 401, error: { status: 'UNAUTHENTICATED' } });
    if (call.audience === 'anyone') return;
    expect((await send(name, body)).error).toMatchObject({ details: { reason: 'signed_out' } });
    if (call.audience === 'user') return;
    const others = adminRoles.filter((role) => role !== call.audience && role !== 'superadmin');
    for (const actor of [user, ...others.map((role) => admins[role])]) {
      const { error } = await send(name, body, actor.idToken);
      expect(error).toMatchObject({
        status: 'PERMISSION_DENIED',
        details: { reason: 'role_missing', facts: { role: call.audience } },
      });
    }
    await nothingWritten();
  });

  const numbers = of('number');
  if (numbers.length > 0)
    test(`${attacks(name)} takes no number that is none`, async () => {
      expect(await problems(numbers, async (one) => unclearInput(await spoilt(one), one), shown)).toEqual([]);
      await nothingWritten();
    });

  test('takes nothing of another shape, nothing unknown, and wants all it needs', async () => {
    expect(await problems(of('shape'), async (one) => unclearInput(await spoilt(one), one), shown)).toEqual(
      [],
    );
    await nothingWritten();
  });
});

/** The example, about things that there are. */
const aboutTheirs = (call: Call): Fields => {
  const named = Object.entries(theirs).filter(([key]) => key in exampleOf(call));
  return { ...exampleOf(call), ...Object.fromEntries(named) };
};

const idNames = ['uid', 'job', 'escrow', 'purchase', 'application', 'destination', 'withdrawal'];
/** Calls whose input names something: all but those that make or list. */
const naming = calls.filter(([, call]) => Object.keys(exampleOf(call)).some((key) => idNames.includes(key)));

describe('ids', () => {
  /** Taking out what is not there is done already. */
  const done = ['destinations-remove'];

  test.each(naming)('%s of another person is refused', async (name, call) => {
    const answer = await send(name, bodyOf(aboutTheirs(call)), user.idToken);
    const problem = unclear(answer);
    expect(done.includes(name) ? null : problem).toBeNull();
    expect(answer.error?.details?.reason).not.toBe('invalid_input');
    await nothingWritten();
  });

  test.each(naming)('%s of nobody is refused as the contract says', async (name, call) => {
    const answer = await send(name, bodyOf(exampleOf(call)), entitled(call).idToken);
    if (!done.includes(name)) expect(unclear(answer) ?? undeclared(call, answer)).toBeNull();
    expect(answer.error?.details?.reason).not.toBe('invalid_input');
    await nothingWritten();
  });
});

describe('what fits the schema and is strange all the same', () => {
  test.each(calls)('%s answers or refuses, and never breaks', async (name, call) => {
    const start = aboutTheirs(call);
    const strange = spoilCall(call, schemaOf(call), start).filter(({ kind }) => kind === 'text');
    const { idToken } = call.audience === 'user' ? owner : entitled(call);
    const ask = async ({ input }: Spoilt) => {
      const answer = await send(name, bodyOf(input), idToken);
      return answer.error === null ? null : (unclear(answer) ?? undeclared(call, answer));
    };
    expect(await problems(strange, ask, shown)).toEqual([]);
  });
});

/** As text, since no object can say it: what the SDK's own decoder breaks on, or hides from a schema. */
const beneath = {
  'fields in a prototype': '{"__proto__":{"amount":5},"currency":"QAR"}',
  'a prototype beside the fields': '{"amount":5,"currency":"QAR","__proto__":{}}',
  'a type that nobody knows': '{"amount":{"@type":"type.googleapis.com/some.Thing"},"currency":"QAR"}',
  'a 64-bit integer that is none': `{"amount":${JSON.stringify(int64('NaN'))},"currency":"QAR"}`,
  'more depth than a stack': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'nothing at all': 'null',
};

test.each(Object.entries(beneath))('%s is bad input like any other', async (_, data) => {
  const answer = await send('wallet-cover', `{"data":${data}}`, user.idToken);
  expect(unclear(answer)).toBeNull();
  expect(answer.error?.details?.reason).toBe('invalid_input');
});
