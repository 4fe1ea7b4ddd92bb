import type { Actor, FlowStage } from './stage.ts';
import { requestId } from './stage.ts';

/** A course, who makes it, and who learns it. */

export const reason = 'The new season.';
export const video = { source: 'youtube', videoId: 'dQw4w9WgXcQ' } as const;

let made = 0;

export const newCourseId = (): string => `course-${process.pid}-${(made += 1)}`;

/** How long each topic is, by its id; all in one module. */
export type Lengths = Readonly<Record<string, number>>;

/** A published course of QAR 100.00 and as much tax as 5 % are. */
export async function madeCourse(
  { maker, chief }: { readonly maker: Actor; readonly chief: Actor },
  lengths: Lengths,
  title = 'Selling online',
): Promise<string> {
  const course = newCourseId();
  const { api } = maker;
  await api.courses.save({ course, title, summary: 'How to.', reason });
  await api.courses.module({ course, module: 'basics', title: 'Basics', published: true, reason });
  for (const [topic, seconds] of Object.entries(lengths)) await addTopic(maker, course, topic, seconds);
  const sold = { base: 10_000, taxBps: 500, currency: 'QAR' } as const;
  await chief.api.courses.terms({ course, sold, reason });
  await api.courses.publish({ course, published: true, reason });
  return course;
}

export const addTopic = (maker: Actor, course: string, topic: string, seconds: number) =>
  maker.api.courses.topic({
    ...{ course, module: 'basics', topic, title: `Topic ${topic}`, seconds, published: true, video, reason },
  });

/** Somebody who bought it. */
export async function learnerOf(stage: FlowStage, course: string): Promise<Actor> {
  const person = await stage.buyer(20_000);
  await person.api.courses.buy({ requestId: requestId(), course });
  return person;
}

/** Watches a topic to its end, as a player would. */
export async function watchAll(stage: FlowStage, person: Actor, course: string, topic: string) {
  const { length } = await person.api.learning.open({ course, topic });
  let position = 0;
  let answer = await person.api.learning.beat({ course, topic, position });
  while (!answer.done) {
    await stage.advance('60s');
    position = Math.min(length, position + 60);
    answer = await person.api.learning.beat({ course, topic, position });
  }
  return answer;
}

/** Somebody with a certificate, and its number. */
export async function graduateOf(
  stage: FlowStage,
  course: string,
  topics: readonly string[],
): Promise<{ person: Actor; certificate: string }> {
  const person = await learnerOf(stage, course);
  for (const topic of topics) await watchAll(stage, person, course, topic);
  return { person, certificate: (await person.api.learning.claim({ course })).certificate };
}
