import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import { learningContract } from './learning.contract.ts';
import { beat, claimCertificate, learningOf, openTopic } from './learning.operations.ts';
import { BEAT } from './pace.ts';
import { watchedOf, type Progress } from './watched.ts';

const state = (progress: Progress | null, topic: string) => {
  const { seconds = 0, doneAt = null } = (progress && watchedOf(progress, topic)) ?? {};
  return { topic, seconds, done: doneAt !== null };
};

const handlers: Handlers<typeof learningContract> = {
  show: async ({ course }, { uid }, at) => {
    const { open, progress } = await learningOf(uid, course, at);
    const topics = Object.keys(progress?.topics ?? {}).map((topic) => state(progress, topic));
    return { open, topics, certificate: progress?.certificate ?? null };
  },
  open: async (place, { uid }, at) => {
    const { video, topic, progress } = await openTopic({ ...place, uid, at });
    const { seconds, done } = state(progress, topic.id);
    return { video, length: topic.seconds, seconds, done };
  },
  beat: async (word, { uid }, at) => {
    const progress = await beat({ ...word, uid, at });
    // Nothing is written of a topic by a clock that is behind the one before: then there is none of it yet.
    const { beatAt } = watchedOf(progress, word.topic) ?? progress.last;
    return { ...state(progress, word.topic), nextAt: beatAt + BEAT, certificate: progress.certificate };
  },
  claim: async ({ course }, { uid }, at) => ({ certificate: await claimCertificate(uid, course, at) }),
};

export const learning = serveCalls('learning', learningContract, handlers);
