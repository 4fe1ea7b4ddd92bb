import fc from 'fast-check';
import { BEAT, SPEED } from './pace.ts';
import { newCourse, type Course } from '../courses/course.ts';
import { allowed, certify, enoughOf, isFinished, watch, type Progress } from './watched.ts';

const start = 1_767_225_600_000;
const number = 'ab'.repeat(16);

const courseOf = (...lengths: readonly number[]): Course => ({
  ...newCourse('Selling', '', start),
  published: true,
  modules: [
    {
      ...{ id: 'all', title: 'All', published: true },
      topics: lengths.map((seconds, i) => ({ id: `t${i}`, title: `T${i}`, seconds, published: true })),
    },
  ],
});

const beat = (topic: string, position: number, length: number, at: number) => ({
  ...{ uid: 'ann', course: 'selling', topic, position, length, at, isHere: true },
});

const lengths = [600, 90, 7];
/** Anything a player may say, at any time by the server, whose clock may run back. */
const beats = fc.array(
  fc.record({
    topic: fc.nat(2),
    position: fc.oneof(fc.nat(40_000), fc.double({ min: 0, max: 40_000, noNaN: true })),
    wait: fc.oneof(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: 0, max: 10_000_000 })),
  }),
  { maxLength: 60 },
);

test('F61 no beats, in any order and at any pace, get further than the time that passed; nothing goes back; done stays', () => {
  fc.assert(
    fc.property(beats, (all) => {
      let progress: Progress | null = null;
      let [at, latest, written] = [start, start, start];
      for (const { topic, position, wait } of all) {
        at += wait;
        latest = Math.max(latest, at);
        const before: Progress | null = progress;
        const id = `t${topic}`;
        const after = watch(before, beat(id, position, lengths[topic]!, at));
        progress = after;
        if (!before) {
          expect(after.topics[id]).toEqual({ seconds: 0, beatAt: at, doneAt: null });
          written = at;
          latest = at;
          continue;
        }
        if (after !== before) {
          if (before.topics[id]) expect(at - before.topics[id].beatAt).toBeGreaterThanOrEqual(BEAT);
          expect(at).toBeGreaterThanOrEqual(before.last.beatAt);
          expect(after.last).toEqual({ topic: id, beatAt: at });
        }
        for (const [name, { seconds, doneAt }] of Object.entries(before.topics)) {
          expect(after.topics[name]!.seconds).toBeGreaterThanOrEqual(seconds);
          if (doneAt !== null) expect(after.topics[name]!.doneAt).toBe(doneAt);
        }
        const { seconds, doneAt } = after.topics[id] ?? { seconds: 0, doneAt: null };
        expect(seconds).toBeLessThanOrEqual(
          Math.min(lengths[topic]!, Math.max(position, before.topics[id]?.seconds ?? 0)),
        );
        if (doneAt !== null) expect(seconds).toBeGreaterThanOrEqual(enoughOf(lengths[topic]!));
        // All topics together: whoever opens ten at once is not ten times as fast.
        const total = Object.values(after.topics).reduce((sum, one) => sum + one.seconds, 0);
        expect(total).toBeLessThanOrEqual((SPEED * (latest - written)) / 1000);
      }
    }),
    { numRuns: 500 },
  );
});

test('F61 whoever watches at any pace up to twice as fast gets to the end, and no sooner', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 5, max: 60 }),
      fc.constantFrom(0.5, 1, 1.25, 1.5, 2),
      (length, every, pace) => {
        let progress = watch(null, beat('t0', 0, length, start));
        let at = start;
        while (progress.topics.t0!.doneAt === null) {
          at += every * 1000;
          progress = watch(progress, beat('t0', Math.min(length, ((at - start) / 1000) * pace), length, at));
          expect(at - start).toBeLessThan((length / pace + 2 * every) * 1000);
        }
        expect(((at - start) / 1000) * pace).toBeGreaterThanOrEqual(enoughOf(length));
      },
    ),
  );
});

test('F61 a jump to the end counts as far as time has passed, a long silence as a minute, a clock behind as nothing', () => {
  const first = watch(null, beat('t0', 600, 600, start));
  expect(first.topics.t0).toMatchObject({ seconds: 0, doneAt: null });
  const jump = watch(first, beat('t0', 600, 600, start + 10_000));
  expect(jump.topics.t0).toMatchObject({ seconds: 20, doneAt: null });
  expect(watch(jump, beat('t0', 600, 600, start + 9 * 3_600_000)).topics.t0!.seconds).toBe(140);
  expect(watch(jump, beat('t0', 600, 600, start + 10_000 + BEAT - 1))).toBe(jump);
  expect(watch(jump, beat('t0', 600, 600, start - 3_600_000))).toBe(jump);
  expect(watch(jump, beat('t0', 3, 600, start + 20_000)).topics.t0!.seconds).toBe(20);
  expect(allowed(jump.last, beat('t1', 600, 600, start + 60_000))).toBe(0);
});

test('F61 done stays done when the video becomes longer, or is begun anew', () => {
  let progress = watch(null, beat('t0', 0, 10, start));
  progress = watch(progress, beat('t0', 10, 10, start + 10_000));
  expect(progress.topics.t0).toMatchObject({ seconds: 10, doneAt: start + 10_000 });
  const longer = watch(progress, beat('t0', 0, 600, start + 20_000));
  expect(longer.topics.t0).toMatchObject({ seconds: 10, doneAt: start + 10_000 });
  expect([1, 9, 10, 19, 20, 600].map(enoughOf)).toEqual([1, 9, 9, 18, 18, 598]);
});

const done = (...ids: readonly string[]): Progress => ({
  ...{ uid: 'ann', course: 'selling', certificate: null, version: 3 },
  topics: Object.fromEntries(ids.map((id) => [id, { seconds: 1, beatAt: start, doneAt: start }])),
  last: { topic: 't0', beatAt: start },
});

test('F62 W4-23 a certificate for all that is published, once, and never for less', () => {
  const course = courseOf(600, 90);
  const about = { number, at: start };
  expect(certify(done('t0'), course, about).certificate).toBeNull();
  expect(certify(done('t0', 'gone'), course, about).certificate).toBeNull();
  expect(certify(done('t0', 't1'), { ...course, published: false }, about).certificate).toBeNull();
  expect(isFinished({ ...course, modules: [] }, done('t0'))).toBe(false);
  const earned = certify(done('t0', 't1'), course, about);
  expect(earned.certificate).toMatchObject({
    uid: 'ann',
    course: 'selling',
    title: 'Selling',
    status: 'valid',
  });
  expect(earned.progress.certificate).toBe(number);
  expect(certify(earned.progress, course, { number: 'cd'.repeat(16), at: start }).certificate).toBeNull();
  // A topic that comes later takes nothing back, and asks for nothing.
  expect(certify(earned.progress, courseOf(600, 90, 7), about)).toEqual({
    progress: earned.progress,
    certificate: null,
  });
});

test('F61 F62 a topic may be called what every object has: it is begun, done and certified like any other', () => {
  const course = { ...courseOf(10), modules: [] as Course['modules'] };
  const topics = ['constructor', 'last'].map((id) => ({ id, title: id, seconds: 10, published: true }));
  const whole = { ...course, modules: [{ id: 'all', title: 'All', published: true, topics }] };
  let progress: Progress | null = null;
  for (const [i, topic] of ['last', 'constructor', 'constructor', 'last', 'last'].entries())
    progress = watch(progress, beat(topic, 10, 10, start + i * 60_000));
  expect(progress?.topics).toMatchObject({ constructor: { seconds: 10 }, last: { seconds: 10 } });
  expect(isFinished(whole, progress!)).toBe(true);
  expect(isFinished(whole, { topics: {} })).toBe(false);
});

test('F61 courses at once: all of them together get no further than the time that passed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ course: fc.nat(2), wait: fc.integer({ min: 0, max: 30_000 }) }), {
        maxLength: 60,
      }),
      (all) => {
        const seen = new Map<number, Progress>();
        let [at, last] = [start, -1];
        for (const { course, wait } of all) {
          at += wait;
          const before = seen.get(course) ?? null;
          const after = watch(before, { ...beat('t0', 600, 600, at), isHere: last === course });
          if (after !== before) last = course;
          seen.set(course, after);
        }
        const total = [...seen.values()].reduce((sum, one) => sum + one.topics.t0!.seconds, 0);
        expect(total).toBeLessThanOrEqual((SPEED * (at - start)) / 1000);
      },
    ),
  );
});
