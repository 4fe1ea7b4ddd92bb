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

/** What is done about a mail that was handed over. */
export type MailStep = 'sent' | 'wait' | 'retry' | 'gone';

export function mailStep(mail: Mail | null): MailStep {
  if (mail === null) return 'gone';
  if (mail.delivery?.state === 'SUCCESS') return 'sent';
  return mail.delivery?.state === 'ERROR' ? 'retry' : 'wait';
}

/** Asks the extension for another attempt. Its times are left out: it sets those that it needs. */
export const retried = (mail: Mail): Mail => ({
  to: mail.to,
  message: mail.message,
  delivery: { state: 'RETRY', attempts: mail.delivery?.attempts ?? 0 },
});
