import { verifyCertificate } from '../../client/src/verify.ts';
import { migrateVideos, type Told } from '../../src/courses/flat.operations.ts';
import { noticesOf } from './acts.ts';
import { violationsOn } from './books.ts';
import { withName } from './creators.ts';
import {
  addTopic,
  graduateOf,
  learnerOf,
  madeCourse,
  newCourseId,
  reason,
  video,
  watchAll,
} from './learners.ts';
import { openStage, refusal, requestId, together, type Actor, type FlowStage } from './stage.ts';

jest.setTimeout(120_000);

let stage: FlowStage;
let maker: Actor;
let chief: Actor;
beforeAll(async () => {
  stage = await openStage();
  [maker, chief] = await Promise.all([stage.actor('moderator'), stage.actor('superadmin')]);
}, 180_000);
afterEach(async () => {
  await stage.idle();
  expect(await violationsOn(stage)).toEqual([]);
});
afterAll(() => stage.stop());

const made = (lengths: Readonly<Record<string, number>>, title?: string) =>
  madeCourse({ maker, chief }, lengths, title);

/** Why all of these are refused. */
const reasonsOf = async (...calls: readonly Promise<unknown>[]) => [
  ...new Set((await Promise.all(calls.map(refusal))).map(({ reason: why }) => why)),
];

/** A document as it lies there. */
const at = async (path: string) => (await stage.db.doc(path).get()).data();

/** What anybody gets by the number of a certificate, without the app. */
async function page(number: string, accept = 'application/json') {
  const answer = await fetch(`${stage.cloud.urls.functions}/certificates-page?number=${number}`, {
    headers: { accept },
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

test('F59 a course is made part by part, ordered without gaps, shown when it is published, and each change is recorded', async () => {
  const course = await made({ one: 60, two: 90 });
  const person = await stage.actor();
  await addTopic(maker, course, 'three', 30);
  await maker.api.courses.order({ course, module: 'basics', order: ['three', 'one', 'two'], reason });
  const shown = await person.api.courses.show({ course });
  expect(shown.modules[0]!.topics.map(({ id }) => id)).toEqual(['three', 'one', 'two']);
  expect(JSON.stringify(shown)).not.toContain(video.videoId);
  expect((await person.api.courses.list({})).courses[0]).toMatchObject({
    id: course,
    topics: 3,
    seconds: 180,
  });
  expect(
    await refusal(maker.api.courses.order({ course, module: 'basics', order: ['three', 'one'], reason })),
  ).toMatchObject({ reason: 'plan_changed' });
  // Saving once more what is there writes nothing.
  const before = await at(`courses/${course}`);
  await addTopic(maker, course, 'three', 30);
  expect(await at(`courses/${course}`)).toEqual(before);
  // Two at once: neither is lost.
  await Promise.all(['four', 'five', 'six'].map((topic) => addTopic(maker, course, topic, 30)));
  const { modules, version } = await maker.api.courses.draft({ course });
  expect(modules[0]!.topics.map(({ id }) => id).sort()).toEqual([
    'five',
    'four',
    'one',
    'six',
    'three',
    'two',
  ]);
  const records = await stage.db.collection('adminActions').where('target', '==', `courses/${course}`).get();
  expect(records.size).toBe(version);
  expect(JSON.stringify(records.docs.map((doc) => doc.data()))).not.toContain(video.videoId);

  await maker.api.courses.drop({ course, part: { kind: 'topic', id: 'six' }, reason });
  expect(await at(`lessons/${course}~six`)).toBeUndefined();
  await maker.api.courses.publish({ course, published: false, reason });
  expect(await refusal(person.api.courses.show({ course }))).toMatchObject({ reason: 'not_found' });
  expect((await person.api.courses.list({})).courses.map(({ id }) => id)).not.toContain(course);
  // It may have been bought: it stays.
  expect(await refusal(maker.api.courses.remove({ course, reason }))).toMatchObject({
    reason: 'wrong_status',
  });
  const draft = newCourseId();
  await maker.api.courses.save({ course: draft, title: 'Never mind', reason });
  expect(await refusal(maker.api.courses.publish({ course: draft, published: true, reason }))).toMatchObject({
    reason: 'wrong_status',
    facts: { status: 'empty' },
  });
  await maker.api.courses.remove({ course: draft, reason });
  expect(await at(`courses/${draft}`)).toBeUndefined();
});

test('F59 nobody makes a course who may not, and what it costs is for a superadmin to say', async () => {
  const course = await made({ one: 60 });
  const person = await stage.actor();
  const save = { course, title: 'Mine', summary: '', reason };
  expect(
    await reasonsOf(
      person.api.courses.save(save),
      person.api.courses.draft({ course }),
      (await stage.actor('finance')).api.courses.save(save),
      maker.api.courses.terms({ course, fromRank: 1, reason }),
      person.api.courses.publish({ course, published: false, reason }),
    ),
  ).toEqual(['role_missing']);
});

test('F59 W4-23 a video leaves the server for those alone who may learn the course', async () => {
  const course = await made({ one: 60, hidden: 60 });
  const [person, stranger] = [await learnerOf(stage, course), await stage.actor()];
  const topic = 'one';
  expect(await person.api.learning.open({ course, topic })).toMatchObject({ video, length: 60, seconds: 0 });
  expect(await person.api.learning.show({ course })).toMatchObject({ open: true });
  expect(await stranger.api.learning.show({ course })).toMatchObject({ open: false, topics: [] });
  expect(
    await reasonsOf(
      stranger.api.learning.open({ course, topic }),
      stranger.api.learning.beat({ course, topic, position: 1 }),
    ),
  ).toEqual(['access_needed']);
  expect(await at(`progress/${course}~${stranger.uid}`)).toBeUndefined();
  // What is not published is not there, not even for who has bought it.
  const hidden = { course, module: 'basics', topic: 'hidden', title: 'Hidden', seconds: 60, video, reason };
  await maker.api.courses.topic({ ...hidden, published: false });
  expect(await refusal(person.api.learning.open({ course, topic: 'hidden' }))).toMatchObject({
    reason: 'not_found',
  });
  expect(JSON.stringify(await person.api.courses.show({ course }))).not.toContain('hidden');
  await maker.api.courses.publish({ course, published: false, reason });
  expect(
    await reasonsOf(person.api.learning.open({ course, topic }), person.api.learning.show({ course })),
  ).toEqual(['not_found']);
});

test('D22 F61 progress: not sooner than time passes, not oftener than every five seconds, never back', async () => {
  const course = await made({ one: 300 });
  const person = await learnerOf(stage, course);
  const beat = (position: number) => person.api.learning.beat({ course, topic: 'one', position });
  const first = await beat(300);
  expect(first).toMatchObject({ seconds: 0, done: false });
  // At once and many at once: one write, and all hear where they are.
  const storm = await together(Array.from({ length: 8 }, () => beat(300)));
  expect(storm.answers.every(({ seconds }) => seconds === 0)).toBe(true);
  expect(storm.reasons.filter((one) => one !== 'busy')).toEqual([]);
  expect((await at(`progress/${course}~${person.uid}`))?.version).toBe(1);
  await stage.advance('10s');
  const jump = await beat(300);
  expect(jump.seconds).toBeGreaterThanOrEqual(20);
  expect(jump.seconds).toBeLessThan(60);
  await stage.advance('10s');
  expect((await beat(1)).seconds).toBe(jump.seconds);
  await stage.advance('5h');
  const late = await beat(300);
  expect([late.seconds, late.done]).toEqual([jump.seconds + 120, false]);
  const input = { course, topic: 'one', position: -1 };
  for (const position of [-1, 36_001, Infinity, '3'])
    expect(await refusal(stage.call('learning-beat', { ...input, position }, person))).toMatchObject({
      reason: 'invalid_input',
    });
});

test('F61 two courses at once: time counts for neither, and again for the one that goes on', async () => {
  const courses = [await made({ one: 300 }), await made({ one: 300 })];
  const person = await stage.buyer(30_000);
  for (const course of courses) await person.api.courses.buy({ requestId: requestId(), course });
  const beat = async (i: number) =>
    (await person.api.learning.beat({ course: courses[i]!, topic: 'one', position: 300 })).seconds;
  for (let round = 0; round < 3; round += 1) {
    expect([await beat(0), await beat(1)]).toEqual([0, 0]);
    await stage.advance('10s');
  }
  expect(await beat(1)).toBeGreaterThanOrEqual(20);
  expect(await at(`watching/${person.uid}`)).toEqual({ course: courses[1] });
});

test('D22 F62 W4-23 W4-24 a certificate: when all is done, once; anybody may verify it and hears three things', async () => {
  const course = await made({ one: 60, two: 60 }, 'Selling <b>online</b>');
  const person = await learnerOf(stage, course);
  const username = await withName(person, 'grad');
  expect((await watchAll(stage, person, course, 'one')).certificate).toBeNull();
  expect(await refusal(person.api.learning.claim({ course }))).toMatchObject({
    reason: 'course_unfinished',
    facts: { topics: 2, done: 1 },
  });
  await person.api.learning.beat({ course, topic: 'two', position: 0 });
  await stage.advance('60s');
  // The last beat, many times at once: one certificate.
  const ends = await together(
    Array.from({ length: 6 }, () => person.api.learning.beat({ course, topic: 'two', position: 60 })),
  );
  expect(ends.reasons.filter((one) => one !== 'busy')).toEqual([]);
  const { certificates } = await person.api.certificates.list({});
  expect(certificates).toHaveLength(1);
  const { number, issuedAt } = certificates[0]!;
  expect(number).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ends.answers.map(({ certificate }) => certificate))).toEqual(new Set([number]));
  await stage.idle();
  expect(await noticesOf(stage, person)).toContain('certificates-issued');

  const said = { username, course: 'Selling <b>online</b>', issuedAt };
  expect(await stage.call('certificates-verify', { certificate: number })).toEqual(said);
  const shown = await page(number);
  expect([shown.status, JSON.parse(shown.text)]).toEqual([200, said]);
  const html = await page(number, 'text/html');
  expect(html.text).toContain('Selling &lt;b&gt;online&lt;/b&gt;');
  expect(html.headers.get('cache-control')).toBe('no-store');
  for (const text of [shown.text, html.text, JSON.stringify(said)]) {
    expect(text).not.toContain(person.uid);
    expect(text).not.toContain('@');
  }
  expect((await page('ab'.repeat(16))).status).toBe(404);
  for (const wrong of ['ab', '', '../x', `${number}0`, number.toUpperCase()])
    expect((await page(encodeURIComponent(wrong))).status).toBe(404);

  // A topic that comes later takes nothing back, and brings no second one.
  await addTopic(maker, course, 'three', 30);
  expect(await person.api.learning.claim({ course })).toEqual({ certificate: number });
  await watchAll(stage, person, course, 'three');
  expect((await person.api.certificates.list({})).certificates).toHaveLength(1);
  const pdf = await person.api.certificates.pdf({ certificate: number });
  expect(Buffer.from(pdf.pdf, 'base64').toString('latin1').slice(0, 5)).toBe('%PDF-');
  const other = await stage.actor();
  expect(
    await reasonsOf(
      other.api.certificates.pdf({ certificate: number }),
      other.api.certificates.proof({ certificate: number }),
      other.api.certificates.list({ after: number }),
    ),
  ).toEqual(['not_found']);
});

test('F62 W4-23 a course that is not published certifies nothing; when the last open topic goes, one may claim', async () => {
  const course = await made({ one: 30, two: 30 });
  const person = await learnerOf(stage, course);
  await watchAll(stage, person, course, 'one');
  await maker.api.courses.publish({ course, published: false, reason });
  expect(
    await reasonsOf(
      person.api.learning.beat({ course, topic: 'two', position: 30 }),
      person.api.learning.claim({ course }),
    ),
  ).toEqual(['not_found']);
  await maker.api.courses.drop({ course, part: { kind: 'topic', id: 'two' }, reason });
  await maker.api.courses.publish({ course, published: true, reason });
  const { certificate } = await person.api.learning.claim({ course });
  expect(await person.api.learning.claim({ course })).toEqual({ certificate });
});

test('F62 the receipt chain proves it: the root of its day is over what it says, also on a day without money', async () => {
  const course = await made({ one: 30 });
  const person = await learnerOf(stage, course);
  await person.api.learning.beat({ course, topic: 'one', position: 0 });
  // Two days later nothing has moved but this.
  await stage.advance('49h');
  await watchAll(stage, person, course, 'one');
  const { certificate } = await person.api.learning.claim({ course });
  expect(await refusal(person.api.certificates.proof({ certificate }))).toMatchObject({ reason: 'not_due' });
  await stage.advance('26h');
  await stage.cloud.runSchedule('roots-daily');
  const proof = await person.api.certificates.proof({ certificate });
  expect(proof.certificate).toMatchObject({ number: certificate, uid: person.uid, course });
  const root = (await at(`roots/${proof.root.day}`))?.root as string;
  expect(await verifyCertificate(proof, root)).toEqual({ valid: true });
  for (const change of [
    { title: 'Medicine' },
    { uid: 'ben' },
    { issuedAt: proof.certificate.issuedAt - 1 },
    { number: 'ab'.repeat(16) },
  ]) {
    const forged = { ...proof, certificate: { ...proof.certificate, ...change } };
    expect(await verifyCertificate(forged, root)).toMatchObject({ valid: false });
  }
  expect(await verifyCertificate(proof, 'ab'.repeat(32))).toMatchObject({ valid: false });
  expect(await verifyCertificate({ ...proof, more: 1 }, root)).toMatchObject({ valid: false });
});

test('F62 one that is taken back is found by nobody, and not issued again; whoever is erased is named by none', async () => {
  const course = await made({ one: 30 });
  const { person, certificate } = await graduateOf(stage, course, ['one']);
  const username = await withName(person, 'gone');
  const verify = () => stage.call('certificates-verify', { certificate });
  expect(await verify()).toMatchObject({ username });
  const nobody = await stage.actor('support');
  expect(await refusal(nobody.api.certificates.revoke({ certificate, reason }))).toMatchObject({
    reason: 'role_missing',
  });
  // Of two people: one is erased, one has it taken back.
  const second = await graduateOf(stage, course, ['one']);
  await maker.api.certificates.revoke({ certificate: second.certificate, reason });
  expect(
    await refusal(maker.api.certificates.revoke({ certificate: second.certificate, reason })),
  ).toMatchObject({ reason: 'wrong_status' });
  expect((await page(second.certificate)).status).toBe(404);
  expect((await second.person.api.certificates.list({})).certificates[0]).toMatchObject({
    status: 'revoked',
    reason,
  });
  expect(await second.person.api.learning.claim({ course })).toEqual({ certificate: second.certificate });
  await stage.idle();
  expect(await noticesOf(stage, second.person)).toContain('certificates-revoked');

  const { forget } = await forgettable(person);
  await forget();
  expect(await at(`progress/${course}~${person.uid}`)).toBeUndefined();
  expect(await at(`watching/${person.uid}`)).toBeUndefined();
  expect(await verify()).toMatchObject({ username: null, course: 'Selling online' });
  expect((await page(certificate)).text).not.toContain(username);
});

/** Their money is spent, so that nothing is left that keeps them. */
async function forgettable(person: Actor) {
  const { amount } = { amount: (await person.api.wallet.get({})).balances[0]!.available };
  const shop = await made({ one: 30 });
  const sold = { base: amount, taxBps: 0, currency: 'QAR' } as const;
  await chief.api.courses.terms({ course: shop, sold, reason });
  await person.api.courses.buy({ requestId: requestId(), course: shop });
  return {
    forget: async () => {
      await person.api.privacy.erase({ confirm: 'erase' });
      await stage.idle();
    },
  };
}

test('F84 flat videos become topics: told first, then done, and a second run changes nothing', async () => {
  const name = `Old course ${process.pid}`;
  const videos = {
    a: { course: name, title: 'First', url: 'https://youtu.be/dQw4w9WgXcQ', seconds: 60, order: 1 },
    b: { course: name, title: 'Second', url: 'https://cdn.example.com/b.mp4', seconds: 90, order: 2 },
    c: { course: name, title: 'Broken', url: 'ftp://x', seconds: 90, order: 3 },
    d: { course: name, title: 'No place', url: 'https://cdn.example.com/d.mp4', seconds: 10 },
  };
  for (const [id, doc] of Object.entries(videos)) await stage.db.doc(`videos/old-${id}`).set(doc);
  const run = async (apply: boolean) => {
    const told: Told[] = [];
    return { sums: await migrateVideos({ apply, at: 1 }, (one) => told.push(one)), told };
  };
  const sums = { videos: 4, added: 3, left: 1 };
  expect((await run(false)).sums).toEqual(sums);
  const { courses } = await maker.api.courses.drafts({ limit: 50 });
  expect(courses.map(({ title }) => title)).not.toContain(name);
  const done = await run(true);
  expect(done.sums).toEqual(sums);
  const { course: id } = done.told[0]!;
  const draft = await maker.api.courses.draft({ course: id });
  expect(draft.published).toBe(false);
  expect(draft.modules[0]!.topics.map(({ title }) => title)).toEqual(['First', 'Second', 'No place']);
  expect(draft.modules[0]!.topics[1]!.video).toEqual({
    source: 'external',
    url: 'https://cdn.example.com/b.mp4',
  });
  expect((await run(true)).sums).toEqual({ videos: 4, added: 0, left: 1 });
  expect(await maker.api.courses.draft({ course: id })).toEqual(draft);
});
