import { collections } from '../collections.ts';
import { atomically } from '../platform/firestore.ts';
import { sweep } from '../platform/sweep.ts';
import { emptiedMember, isEmptiedMember } from './holding.ts';
import { enrolmentsOf } from './orders.store.ts';

/**
 * Somebody is erased: which packages and courses they had goes. Their orders stay, and how much these gave, by which the
 * audit compares both. May be repeated.
 * @param blank what stands where a name was
 */
export async function forgetHoldings(uid: string, blank: string): Promise<void> {
  await atomically({
    read: (reader) => reader.get({ member: collections.members.doc(uid) }),
    decide: ({ member }) => ({ after: member && !isEmptiedMember(member) ? emptiedMember(member) : null }),
    write: (writer, { after }) => {
      if (after) writer.set(collections.members.doc(uid), after);
    },
  });
  const { failed } = await sweep(enrolmentsOf(uid), async (id) => {
    await atomically({
      read: (reader) => reader.get({ enrolment: collections.enrolments.doc(id) }),
      decide: ({ enrolment }) => ({
        after: enrolment && enrolment.title !== blank ? { ...enrolment, title: blank } : null,
      }),
      write: (writer, { after }) => {
        if (after) writer.set(collections.enrolments.doc(id), after);
      },
    });
  });
  if (failed > 0) throw new Error(`${failed} enrolments of ${uid} still have their titles`);
}
