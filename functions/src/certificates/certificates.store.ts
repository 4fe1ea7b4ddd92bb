import { collections } from '../collections.ts';
import type { Query, Writer } from '../platform/store.ts';
import { headIdOf, headOf, type Certificate } from './certificate.ts';

/** A new one, and its leaf for the tree of its day. */
export function writeCertificate(writer: Writer, number: string, certificate: Certificate): void {
  const head = headOf(number, certificate);
  writer.create(collections.certificates.doc(number), certificate);
  writer.create(collections.rootHeads.doc(headIdOf(head)), head);
}

type Page = { readonly limit: number; readonly after?: string | undefined };

/** Somebody's own, newest first. Index: uid, issuedAt desc. */
export const certificatesOf = (uid: string, { limit, after }: Page): Query<Certificate> => ({
  collection: collections.certificates,
  where: [['uid', '==', uid]],
  orderBy: [['issuedAt', 'desc']],
  limit,
  ...(after !== undefined && { after }),
});
