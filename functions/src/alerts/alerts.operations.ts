import { logger } from 'firebase-functions/logger';
import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, createOnce } from '../platform/firestore.ts';
import type { Alert, Finding } from './alert.ts';
import { closeAlert } from './closing.ts';

/**
 * Lets people know of something, once: the same id again, or at once, is the alert that is there.
 * @param id names the cause; no `/` in it
 * @returns whether it is new
 */
export async function raise(id: string, finding: Finding, at: number): Promise<boolean> {
  const isNew = await createOnce(collections.alerts.doc(id), { ...finding, at, status: 'open' });
  if (isNew) {
    const { kind, severity, title, about } = finding;
    logger.error('an alert was raised', { alert: id, kind, severity, title, about });
  }
  return isNew;
}

/** Finance has looked into it; recorded with the reason. @throws Refusal what `closeAlert` does. */
export async function closeOne(id: string, actor: Actor, at: number): Promise<Alert> {
  const ref = collections.alerts.doc(id);
  const { alert } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => {
      const after = closeAlert(before, { id, by: actor.uid, at, reason: actor.reason });
      return { changed: after !== null, alert: (after ?? before)! };
    },
    write: (writer, { changed, alert: after }) => {
      if (!changed) return;
      writer.set(ref, after);
      writeAction(writer, {
        ...{ id: `alert.${id}.close`, action: 'alerts-close', target: `alerts/${id}`, at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        before: { status: 'open' },
        after: { status: 'closed' },
      });
    },
  });
  return alert;
}
