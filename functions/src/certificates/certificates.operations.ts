import { collections } from '../collections.ts';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { usernamesOf } from '../profiles/profiles.store.ts';
import { askAgainAt } from '../receipts/receipt.ts';
import { pathOf } from '../receipts/receipts.operations.ts';
import { Refusal } from '../shared/refusal.ts';
import { headOf, revoke, statementOf, type Certificate } from './certificate.ts';
import { NUMBER_FORM } from './number.ts';

const none = (id: string) => new Refusal('not_found', { what: 'certificate', id });

/** One of somebody's own. @throws Refusal `not_found`, the same for one that there is not and one of others */
export async function ownCertificate(number: string, uid: string): Promise<Certificate> {
  const found = await load(collections.certificates.doc(number));
  if (found?.uid !== uid) throw none(number);
  return found;
}

export type Verified = {
  readonly username: string | null;
  readonly course: string;
  readonly issuedAt: number;
};

/**
 * What anybody is told of a number: these three things and no other (W4-24). The username is that of now; whoever was
 * erased has none.
 * @throws Refusal `not_found` for one that there is not, and for one that was taken back
 */
export async function verifyNumber(number: string): Promise<Verified> {
  const found = NUMBER_FORM.test(number) ? await load(collections.certificates.doc(number)) : null;
  if (found?.status !== 'valid') throw none(number.slice(0, 64));
  const username = (await usernamesOf([found.uid])).get(found.uid) ?? null;
  return { username, course: found.title, issuedAt: found.issuedAt };
}

/**
 * That the root of its day is over the seal of a certificate of somebody's own.
 * @throws Refusal `not_found`; `not_due` while its day has no root yet
 */
export async function proofOf(number: string, uid: string, at: number) {
  const found = await ownCertificate(number, uid);
  const head = headOf(number, found);
  const sealed = await load(collections.roots.doc(head.day));
  if (!sealed) throw new Refusal('not_due', { dueAt: askAgainAt(head.day, at) });
  const { day, previous, tree, wallets, root } = sealed;
  const { index, hashes } = await pathOf(head, wallets);
  return {
    certificate: statementOf(number, found),
    path: { index, hashes: [...hashes] },
    root: { day, previous, tree, wallets, root },
  };
}

/** See `revoke`. */
export async function revokeCertificate(number: string, actor: Actor, at: number): Promise<Certificate> {
  const ref = collections.certificates.doc(number);
  const { after } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({
      after: revoke(before, { number, by: actor.uid, reason: actor.reason, at }),
    }),
    write: (writer, { after: now }) => {
      writer.set(ref, now);
      writeAction(writer, {
        ...{ id: `certificate.${number}.revoke`, action: 'certificates-revoke' },
        target: `certificates/${number}`,
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason, at },
        before: { status: 'valid' },
        after: { status: 'revoked' },
      });
    },
  });
  return after;
}
