import { learnerOf, newCourseId, reason, video } from './learners.ts';
import type { All } from './spending.ts';

/** What people who make courses and learn them set off, once each. */

export async function teaching({ stage, cost, chief }: All): Promise<void> {
  const { courses } = chief.api;
  const [course, spare] = [newCourseId(), newCourseId()];
  await cost('courses-save', () => courses.save({ course, title: 'Selling', summary: '', reason }));
  const module = { course, module: 'basics', title: 'Basics', published: true, reason };
  await cost('courses-module', () => courses.module(module));
  const topic = { ...module, topic: 'first', title: 'First', seconds: 60, video };
  await cost('courses-topic', () => courses.topic(topic));
  await courses.topic({ ...topic, topic: 'second' });
  await cost('courses-order', () =>
    courses.order({ course, module: 'basics', order: ['second', 'first'], reason }),
  );
  await cost('courses-drop', () => courses.drop({ course, part: { kind: 'topic', id: 'second' }, reason }));
  const sold = { base: 10_000, taxBps: 0, currency: 'QAR' } as const;
  await cost('courses-terms', () => courses.terms({ course, sold, reason }));
  await cost('courses-publish', () => courses.publish({ course, published: true, reason }));
  await cost('courses-draft', () => courses.draft({ course }));
  await cost('courses-drafts', () => courses.drafts({ limit: 1 }));
  await courses.save({ course: spare, title: 'Never mind', reason });
  await cost('courses-remove', () => courses.remove({ course: spare, reason }));

  const person = await learnerOf(stage, course);
  await cost('courses-list', () => person.api.courses.list({ limit: 1 }));
  await cost('courses-show', () => person.api.courses.show({ course }));
  await cost('learning-show', () => person.api.learning.show({ course }));
  await cost('learning-open', () => person.api.learning.open({ course, topic: 'first' }));
  const beat = (position: number) => person.api.learning.beat({ course, topic: 'first', position });
  await beat(0);
  await stage.advance('10s');
  await cost('learning-beat', () => beat(10));
  await stage.advance('60s');
  const { certificate } = await cost('the beat that finishes a course', () => beat(60), 'learning-beat');
  const about = { certificate: certificate! };
  await cost('learning-claim', () => person.api.learning.claim({ course }));
  await cost('certificates-list', () => person.api.certificates.list({ limit: 1 }));
  await cost('certificates-pdf', () => person.api.certificates.pdf(about));
  await cost('certificates-verify', () => person.api.certificates.verify(about));
  const page = () => fetch(`${stage.cloud.urls.functions}/certificates-page?number=${certificate}`);
  await cost('a certificate’s page', page, 'certificates-page');
  await stage.advance('49h');
  await stage.cloud.runSchedule('roots-daily');
  await cost('certificates-proof', () => person.api.certificates.proof(about));
  await cost('certificates-revoke', () => chief.api.certificates.revoke({ ...about, reason }));
}
