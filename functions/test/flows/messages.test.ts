import { Timestamp } from '@google-cloud/firestore';
import { planCrash } from '../../../local/wire.ts';
import { MOST_OTHERS } from '../../src/messages/sending.ts';
import { toStored } from '../../src/platform/convert.ts';
import { assignedJob, lockedEscrow, noticesOf, submittedEscrow } from './acts.ts';
import { everyDocument } from './privacy.ts';
import { openStage, refusal, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

let stage: FlowStage;
let payer: Actor;
beforeAll(async () => {
  stage = await openStage({ MAIL: 'on' });
  payer = await stage.buyer(500_000);
});
afterEach(async () => {
  stage.fcm.heal();
  await sentMails();
});
afterAll(() => stage.stop());

let tokens = 0;
const newToken = (): string => `device-${String((tokens += 1)).padStart(4, '0')}:APA91b${'x'.repeat(20)}`;

/** Somebody with a device. */
async function reached(more: { language?: 'en' | 'ar' } = {}): Promise<{ who: Actor; token: string }> {
  const [who, token] = [await stage.actor(), newToken()];
  await who.api.push.add({ token, platform: 'android', ...more });
  return { who, token };
}

const titlesOf = (token: string) => stage.fcm.pushed(token).map(({ notification }) => notification.title);

type Letter = {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
};

async function mailsTo(who: Actor): Promise<Letter[]> {
  const { docs } = await stage.db.collection('mail').where('to', 'array-contains', who.email).get();
  return docs.map((one) => ({
    id: one.id,
    to: one.get('to') as string[],
    subject: one.get('message.subject') as string,
    html: one.get('message.html') as string,
  }));
}

/** What the Trigger Email extension writes beside a mail that it tried. */
const tried = async (id: string, state: 'SUCCESS' | 'ERROR' | 'PROCESSING', attempts = 1) => {
  const startTime = Timestamp.now();
  await stage.db.doc(`mail/${id}`).update({ delivery: { state, attempts, startTime, error: null } });
  await stage.idle();
};

/** The extension sends all that lies there. */
async function sentMails(): Promise<void> {
  await stage.idle();
  for (const { id } of (await stage.db.collection('mail').get()).docs) await tried(id, 'SUCCESS');
  expect((await stage.db.collection('mail').get()).size).toBe(0);
}

/** Notices as if they had been told, without the moves behind them. */
async function seed(who: Actor, count: number): Promise<void> {
  const batch = stage.db.batch();
  for (let i = 0; i < count; i += 1) {
    const notice = {
      kind: 'job-assigned',
      text: `Number ${i}.`,
      facts: {},
      about: 'jobs/j',
      at: 1_000_000 + i,
    };
    batch.create(stage.db.doc(`inboxes/${who.uid}/notices/n${i}`), toStored({ ...notice, readAt: null }));
  }
  await batch.commit();
}

test('F65 an inbox is paged, newest first, and a notice that is deleted meanwhile loses nobody their place', async () => {
  const who = await stage.actor();
  await seed(who, 7);
  const { list } = who.api.messages;
  const first = await list({ limit: 3 });
  expect(first.notices.map(({ id }) => id)).toEqual(['n6', 'n5', 'n4']);
  await who.api.messages.delete({ notice: 'n4' });
  const second = await list({ limit: 3, after: first.next! });
  expect(second.notices.map(({ id }) => id)).toEqual(['n3', 'n2', 'n1']);
  expect(await list({ limit: 3, after: second.next! })).toMatchObject({
    notices: [{ id: 'n0' }],
    next: null,
  });
  expect((await list({})).notices.map(({ id }) => id)).toEqual(['n6', 'n5', 'n3', 'n2', 'n1', 'n0']);
  for (const after of ['nonsense', '1~.2F', '1~__a__', `1~${'a'.repeat(1501)}`, '1~.2E.2E'])
    expect([after, await refusal(list({ after }))]).toMatchObject([after, { reason: 'invalid_input' }]);
});

test('F65 W0-40 nobody marks or deletes what is another’s', async () => {
  const [who, stranger] = [await stage.actor(), await stage.actor()];
  await seed(who, 1);
  for (const call of ['read', 'unmark', 'delete'] as const)
    expect(await refusal(stranger.api.messages[call]({ notice: 'n0' }))).toMatchObject({
      reason: 'not_found',
    });
  expect(await stranger.api.messages.list({})).toEqual({ notices: [], next: null });
  expect(await stranger.api.messages.readall({})).toEqual({ marked: 0, more: false });
  expect(await who.api.messages.unread({})).toEqual({ count: 1 });
});

test('F65 the count is right whoever marks what at once, and marking twice is marking once', async () => {
  const who = await stage.actor();
  await seed(who, 20);
  const { read, unmark, unread, readall } = who.api.messages;
  const half = Array.from({ length: 10 }, (_, i) => `n${i}`);
  const { answers, reasons } = await together([...half, ...half].map((notice) => read({ notice })));
  expect([answers.length, reasons]).toEqual([20, []]);
  const times = new Map(half.map((id) => [id, new Set<unknown>()]));
  for (const { id, readAt } of answers) times.get(id)!.add(readAt);
  expect([...times.values()].map(({ size }) => size)).toEqual(half.map(() => 1));
  expect(await unread({})).toEqual({ count: 10 });
  await together([
    ...half.slice(0, 5).map((notice) => unmark({ notice })),
    ...half.slice(5).map((notice) => who.api.messages.delete({ notice })),
  ]);
  expect(await unread({})).toEqual({ count: 15 });
  const all = await Promise.all([readall({}), readall({}), readall({})]);
  expect(all.reduce((sum, { marked }) => sum + marked, 0)).toBe(15);
  expect(await unread({})).toEqual({ count: 0 });
});

test('F65 reading all is bounded, goes on where it stopped, and leaves what came after it was looked at', async () => {
  const who = await stage.actor();
  await seed(who, 205);
  const until = 1_000_000 + 202;
  const marked = [];
  for (let more = true; more;) {
    const step = await who.api.messages.readall({ until });
    marked.push(step.marked);
    ({ more } = step);
  }
  expect(marked).toEqual([100, 100, 3]);
  const { notices } = await who.api.messages.list({ limit: 3 });
  expect(notices.map(({ id, readAt }) => [id, readAt === null])).toEqual([
    ['n204', true],
    ['n203', true],
    ['n202', false],
  ]);
});

test('F65 a notice that was deleted is not delivered again, nor sent, however late the delivery comes', async () => {
  const { who, token } = await reached();
  const job = await assignedJob(payer, who);
  await stage.idle();
  const { notices } = await who.api.messages.list({});
  const { id, kind, text, facts, about, at } = notices[0]!;
  expect(titlesOf(token)).toEqual(['You were chosen']);
  await who.api.messages.delete({ notice: id });
  await who.api.messages.delete({ notice: id });
  stage.cloud.host.faults['jobs-changed'] = { drop: true };
  await stage.db
    .doc(`jobs/${job}`)
    .update({ news: [toStored({ id, to: who.uid, kind, text, facts, about, at })] });
  await stage.idle();
  await stage.cloud.runSchedule('jobs-sweep');
  await stage.idle();
  stage.cloud.host.faults['jobs-changed'] = undefined;
  expect((await stage.db.doc(`jobs/${job}`).get()).get('news')).toEqual([]);
  expect((await who.api.messages.list({})).notices).toEqual([]);
  expect(await who.api.messages.unread({})).toEqual({ count: 0 });
  const left = await stage.db.doc(`inboxes/${who.uid}/notices/${id}`).get();
  expect(Object.keys(left.data()!)).toEqual(['deletedAt']);
  expect(titlesOf(token)).toHaveLength(1);
  expect(await refusal(who.api.messages.read({ notice: id }))).toMatchObject({ reason: 'not_found' });
});

test('D24 F66 what is told is mailed and pushed, each once, though every event comes twice and the sweep as well', async () => {
  const { who, token } = await reached();
  const doubled = ['escrow-changed', 'jobs-changed', 'messages-changed', 'messages-mailed'];
  for (const name of doubled) stage.cloud.host.faults[name] = { double: true };
  await lockedEscrow(payer, who);
  await stage.idle();
  await Promise.all([stage.cloud.runSchedule('messages-sweep'), stage.cloud.runSchedule('messages-sweep')]);
  expect(titlesOf(token).sort()).toEqual(['The money is in escrow', 'You were chosen']);
  const mails = await mailsTo(who);
  expect(mails.map(({ subject }) => subject).sort()).toEqual(['The money is in escrow', 'You were chosen']);
  expect(mails.map(({ to }) => to)).toEqual(mails.map(() => [who.email]));
  await sentMails();
  await stage.advance('24h');
  for (const name of doubled) stage.cloud.host.faults[name] = undefined;
  expect(titlesOf(token)).toHaveLength(2);
  expect(await mailsTo(who)).toEqual([]);
  expect((await stage.db.collection('messages').where('uid', '==', who.uid).get()).size).toBe(0);
});

test('F66 I11 where FCM is down the money moves as ever; the message comes later, and once', async () => {
  const { who, token } = await reached();
  const escrow = await submittedEscrow(payer, who);
  await stage.idle();
  await sentMails();
  const before = titlesOf(token).length;
  stage.fcm.faults.refuse = 503;
  expect(await payer.api.escrow.release({ escrow })).toMatchObject({ status: 'released' });
  await stage.idle();
  expect(await noticesOf(stage, who, `escrows/${escrow}`)).toContain('escrow-released');
  await stage.advance('6m');
  expect(titlesOf(token)).toHaveLength(before);
  stage.fcm.heal();
  await stage.advance('30m');
  expect(titlesOf(token).slice(before)).toEqual(['Money was released']);
  await stage.advance('24h');
  expect(titlesOf(token)).toHaveLength(before + 1);
});

test('F66 FCM took it and its answer was lost: it is sent again, and takes the place of the first', async () => {
  const { who, token } = await reached();
  stage.fcm.faults.send = 'timeout_after';
  await assignedJob(payer, who);
  await stage.idle();
  stage.fcm.heal();
  await stage.advance('10m');
  const pushed = stage.fcm.pushed(token);
  expect(pushed).toHaveLength(2);
  expect(new Set(pushed.map(({ android }) => android.notification.tag)).size).toBe(1);
  expect(new Set(pushed.map(({ apns }) => apns.headers['apns-collapse-id'])).size).toBe(1);
});

test.each([1, 2, 3])(
  'F66 an instance that dies at step %s of sending leaves the message to the sweep',
  async (step) => {
    const { who, token } = await reached();
    planCrash('messages-changed', { step, when: 'before' });
    await assignedJob(payer, who);
    await stage.idle();
    await stage.advance('15m');
    expect(titlesOf(token).length).toBeGreaterThanOrEqual(1);
    expect(new Set(stage.fcm.pushed(token).map(({ android }) => android.notification.tag)).size).toBe(1);
    expect(await mailsTo(who)).toHaveLength(1);
  },
);

test('F66 no event at all: the sweep sends it', async () => {
  const { who, token } = await reached();
  stage.cloud.host.faults['messages-changed'] = { drop: true };
  await assignedJob(payer, who);
  await stage.idle();
  expect(titlesOf(token)).toEqual([]);
  await stage.advance('6m');
  stage.cloud.host.faults['messages-changed'] = undefined;
  expect(titlesOf(token)).toEqual(['You were chosen']);
});

test.each(['UNREGISTERED', 'INVALID_ARGUMENT', 'SENDER_ID_MISMATCH'] as const)(
  'F66 a token of which FCM says %s is forgotten, and the others are told',
  async (fault) => {
    const { who, token } = await reached();
    const dead = newToken();
    expect(await who.api.push.add({ token: dead, platform: 'web' })).toEqual({ devices: 2 });
    stage.fcm.faults.tokens[dead] = fault;
    await assignedJob(payer, who);
    await stage.idle();
    expect(titlesOf(token)).toEqual(['You were chosen']);
    const reach = await stage.db.doc(`reach/${who.uid}`).get();
    expect((reach.get('devices') as { token: string }[]).map((one) => one.token)).toEqual([token]);
    expect((await stage.db.collection('pushTokens').where('uid', '==', who.uid).get()).size).toBe(1);
    const asked = stage.fcm.asked();
    await stage.advance('24h');
    expect(stage.fcm.asked()).toBe(asked);
  },
);

test('F66 a device is whoever’s signed in on it last; taking it away takes one’s own alone', async () => {
  const { who, token } = await reached();
  const next = await stage.actor();
  expect(await next.api.push.add({ token, platform: 'android' })).toEqual({ devices: 1 });
  expect(await who.api.push.remove({ token })).toEqual({ devices: 0 });
  await assignedJob(payer, who);
  await stage.idle();
  expect(titlesOf(token)).toEqual([]);
  await assignedJob(payer, next);
  await stage.idle();
  expect(titlesOf(token)).toEqual(['You were chosen']);
  expect(await next.api.push.remove({ token })).toEqual({ devices: 0 });
  expect((await stage.db.collection('pushTokens').where('uid', 'in', [who.uid, next.uid]).get()).size).toBe(
    0,
  );
  const both = [stage.actor(), stage.actor()];
  const [one, other] = await Promise.all(both);
  await together([one!, other!].map(({ api }) => api.push.add({ token, platform: 'web' })));
  const reaches = await Promise.all([one!, other!].map(({ uid }) => stage.db.doc(`reach/${uid}`).get()));
  const holders = reaches.filter((reach) => (reach.get('devices') as unknown[] | undefined)?.length === 1);
  expect(holders).toHaveLength(1);
});

test('F66 Arabic: a mail from right to left, and a push in it, with amounts as they are said there', async () => {
  const { who, token } = await reached({ language: 'en' });
  await who.api.messages.preferences({ language: 'ar' });
  await lockedEscrow(payer, who);
  await stage.idle();
  const mail = (await mailsTo(who)).find(({ subject }) => subject === 'المبلغ في الضمان')!;
  expect(mail.html).toContain('<html lang="ar" dir="rtl">');
  expect(mail.html).toContain('«\u2068A logo\u2069»');
  expect(titlesOf(token)).toContain('المبلغ في الضمان');
});

test('F66 on a device without a choice its app’s language is spoken', async () => {
  const { who, token } = await reached({ language: 'ar' });
  await assignedJob(payer, who);
  await stage.idle();
  expect(titlesOf(token)).toEqual(['وقع عليك الاختيار']);
  expect((await mailsTo(who)).map(({ subject }) => subject)).toEqual(['You were chosen']);
});

test('D24 F66 money notices cannot be switched off; the others can, and lie in the inbox all the same', async () => {
  const { who, token } = await reached();
  const { preferences } = who.api.messages;
  expect(await refusal(preferences({ push: { money: false } }))).toEqual({
    reason: 'always_sent',
    facts: { channel: 'push', group: 'money' },
  });
  const off = { work: false, social: false };
  expect(await preferences({ mail: off, push: off })).toMatchObject({ mail: { money: true, work: false } });
  await lockedEscrow(payer, who);
  await stage.idle();
  expect(titlesOf(token)).toEqual(['The money is in escrow']);
  expect((await mailsTo(who)).map(({ subject }) => subject)).toEqual(['The money is in escrow']);
  expect((await noticesOf(stage, who)).sort()).toEqual(['escrow-locked', 'job-assigned']);
  expect(await preferences({})).toMatchObject({ push: { money: true, work: false, social: false } });
});

test('F66 a mail that fails is tried again later, and goes when it was sent', async () => {
  const who = await stage.actor();
  await assignedJob(payer, who);
  await stage.idle();
  const [mail] = await mailsTo(who);
  const path = `mail/${mail!.id}`;
  await tried(mail!.id, 'PROCESSING');
  await stage.advance('6m');
  // The extension's own times have to stay what they are while it works.
  expect((await stage.db.doc(path).get()).get('delivery.startTime')).toBeInstanceOf(Timestamp);
  await tried(mail!.id, 'ERROR');
  await stage.advance('11m');
  expect((await stage.db.doc(path).get()).get('delivery')).toEqual({ state: 'RETRY', attempts: 1 });
  await tried(mail!.id, 'SUCCESS', 2);
  expect((await stage.db.doc(path).get()).exists).toBe(false);
  await stage.advance('24h');
  expect(await mailsTo(who)).toEqual([]);
});

test('F66 nobody sends it for days: it is given up, with the address in it', async () => {
  const who = await stage.actor();
  await assignedJob(payer, who);
  await stage.idle();
  expect(await mailsTo(who)).toHaveLength(1);
  await stage.advance('80h');
  await stage.advance('6h');
  expect(await mailsTo(who)).toEqual([]);
  expect((await stage.db.collection('messages').where('uid', '==', who.uid).get()).size).toBe(0);
});

test('F66 an address that nobody verified is not mailed', async () => {
  const person = await stage.cloud.person({ emailVerified: false });
  const who = { ...person, api: payer.api };
  await assignedJob(payer, who);
  await stage.idle();
  expect(await mailsTo(who)).toEqual([]);
  expect(await noticesOf(stage, who)).toEqual(['job-assigned']);
});

test('F66 a flood: so many in an hour and no more, and the others in the next', async () => {
  const { who, token } = await reached();
  const at = stage.cloud.clock.now();
  const news = Array.from({ length: MOST_OTHERS + 5 }, (_, i) =>
    toStored({
      ...{ id: `flood.${i}`, to: who.uid, kind: 'job-assigned', text: `Number ${i}.` },
      ...{ facts: {}, about: 'jobs/j', at },
    }),
  );
  await stage.db.doc(`jobs/${await assignedJob(payer, await stage.actor())}`).update({ news });
  await stage.idle();
  await stage.advance('30m');
  expect(titlesOf(token)).toHaveLength(MOST_OTHERS);
  await stage.advance('61m');
  expect(titlesOf(token)).toHaveLength(MOST_OTHERS + 5);
  expect(await who.api.messages.unread({})).toEqual({ count: MOST_OTHERS + 5 });
});

test('F66 W2-07 a token is in no answer and no log, and nothing of somebody stays who is erased', async () => {
  const { who, token } = await reached();
  await assignedJob(payer, who);
  await stage.idle();
  stage.fcm.faults.refuse = 401;
  await assignedJob(payer, who);
  await stage.idle();
  const { notices } = await who.api.messages.list({});
  await who.api.messages.delete({ notice: notices[0]!.id });
  expect(await mailsTo(who)).toHaveLength(2);
  await who.api.privacy.erase({ confirm: 'erase' });
  await stage.idle();
  await stage.advance('2h');
  const stored = JSON.stringify([...(await everyDocument(stage.db))]);
  expect(stored).not.toContain(token);
  expect(await mailsTo(who)).toEqual([]);
  for (const name of ['messages', 'pushTokens'])
    expect((await stage.db.collection(name).where('uid', '==', who.uid).get()).size).toBe(0);
  expect((await stage.db.doc(`reach/${who.uid}`).get()).exists).toBe(false);
  expect((await stage.db.collection(`inboxes/${who.uid}/notices`).get()).size).toBe(0);
  expect(stage.witness.heard().lines.filter((line) => line.includes(token))).toEqual([]);
  // What comes for them afterwards goes nowhere.
  const pushed = stage.fcm.asked();
  const at = stage.cloud.clock.now();
  const late = {
    id: 'late.0',
    to: who.uid,
    kind: 'job-assigned',
    text: 'You.',
    facts: {},
    about: 'jobs/j',
    at,
  };
  await stage.db
    .doc(`jobs/${await assignedJob(payer, await stage.actor())}`)
    .update({ news: [toStored(late)] });
  await stage.idle();
  expect(await mailsTo(who)).toEqual([]);
  expect(stage.fcm.asked()).toBe(pushed);
});
