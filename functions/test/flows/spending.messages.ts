import { assignedJob } from './acts.ts';
import type { All } from './spending.ts';

/** What people do with what they were told, and how it reaches them. */

export async function messaging({ stage, cost, payer }: All): Promise<void> {
  const who = await stage.actor();
  const token = `device-of-who:APA91b${'x'.repeat(20)}`;
  await cost('push-add', () => who.api.push.add({ token, platform: 'web' }));
  await cost('a notice that is pushed', () => assignedJob(payer, who), 'messages-changed');
  const { notices } = await cost('messages-list', () => who.api.messages.list({}));
  const notice = notices[0]!.id;
  await cost('messages-unread', () => who.api.messages.unread({}));
  await cost('messages-read', () => who.api.messages.read({ notice }));
  await cost('messages-unmark', () => who.api.messages.unmark({ notice }));
  await cost('messages-readall', () => who.api.messages.readall({}));
  await cost('messages-delete', () => who.api.messages.delete({ notice }));
  await cost('messages-preferences', () => who.api.messages.preferences({ push: { social: false } }));
  await cost('push-remove', () => who.api.push.remove({ token }));
}
