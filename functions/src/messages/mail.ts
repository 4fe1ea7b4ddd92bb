/**
 * `mail/{id}`: what the Trigger Email extension (firestore-send-email) reads and sends. It writes `delivery` beside it:
 * PENDING, PROCESSING, then SUCCESS or ERROR; after an ERROR it tries once more when somebody writes RETRY.
 * https://firebase.google.com/docs/extensions/official/firestore-send-email/delivery-status
 */
export type Mail = {
  readonly to: readonly string[];
  readonly message: { readonly subject: string; readonly text: string; readonly html: string };
  /** The extension's own. Of its fields only these are ours to know; it keeps times under names of its own. */
  readonly delivery?: Delivery;
};

type Delivery = {
  readonly state: 'PENDING' | 'PROCESSING' | 'SUCCESS' | 'ERROR' | 'RETRY';
  readonly attempts: number;
};

/** An address that takes nothing that often takes nothing at all, and whoever goes on is taken for a nuisance. */
export const MOST_ATTEMPTS = 5;

/** What is done about a mail that was handed over. */
export type MailStep = 'over' | 'wait' | 'retry' | 'gone';

export function mailStep(mail: Mail | null): MailStep {
  if (mail === null) return 'gone';
  const { state = 'PENDING', attempts = 0 } = mail.delivery ?? {};
  if (state === 'SUCCESS') return 'over';
  if (state !== 'ERROR') return 'wait';
  return attempts < MOST_ATTEMPTS ? 'retry' : 'over';
}

/** Asks the extension for another attempt. Its times are left out: it sets those that it needs. */
export const retried = (mail: Mail): Mail => ({
  to: mail.to,
  message: mail.message,
  delivery: { state: 'RETRY', attempts: mail.delivery?.attempts ?? 0 },
});
