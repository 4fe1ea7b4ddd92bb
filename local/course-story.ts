import type { Player } from './cast.ts';
import type { Stack } from './stack.ts';

/** A course: made by an admin, learned in the time that it takes, and shown to whoever asks. */

const reason = 'The first course.';
const course = 'selling-online';
const topics = [
  {
    ...{ topic: 'first-steps', title: 'First steps', seconds: 60 },
    video: { source: 'youtube', videoId: 'dQw4w9WgXcQ' },
  },
  {
    ...{ topic: 'first-customer', title: 'The first customer', seconds: 45 },
    video: { source: 'vimeo', videoId: '76979871' },
  },
] as const;

/** Two topics by a moderator; that every package includes them is for a superadmin to say. */
export async function makeCourse({ api }: Player, superadmin: Player): Promise<void> {
  await api.courses.save({ course, title: 'Selling online', summary: 'To the first customer.', reason });
  await api.courses.module({ course, module: 'basics', title: 'Basics', published: true, reason });
  for (const topic of topics)
    await api.courses.topic({ course, module: 'basics', ...topic, published: true, reason });
  await superadmin.api.courses.terms({ course, fromRank: 1, reason });
  await api.courses.publish({ course, published: true, reason });
}

/** Jumps to the end first, which counts for nothing, and then watches as long as it lasts. */
export async function learn(stack: Stack, { api }: Player) {
  let certificate: string | null = null;
  let jumped = 0;
  for (const { topic } of topics) {
    const { length } = await api.learning.open({ course, topic });
    const end = { course, topic, position: length };
    jumped += (await api.learning.beat(end)).seconds;
    await stack.advance(length * 1000);
    ({ certificate } = await api.learning.beat(end));
  }
  if (certificate === null) throw new Error('The course is finished, and there is no certificate.');
  return { topics: topics.length, jumped, certificate };
}

/** What anybody sees, without an account. */
export async function verifyOnPage(stack: Stack, certificate: string) {
  const answer = await fetch(`${stack.cloud.urls.functions}/certificates-page/${certificate}`, {
    headers: { accept: 'application/json' },
  });
  return (await answer.json()) as { readonly username: string; readonly course: string };
}
