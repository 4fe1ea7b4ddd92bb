import { waiting, type Finding } from '../alerts/alert.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { format, type Currency, type Minor } from '../shared/money.ts';
import type { Refund } from './refund.ts';

const words = {
  started: (amount) => `${amount} is on its way back to your card.`,
  refunded: (amount) => `${amount} is back on your card. Your bank may take some days to show it.`,
  failed: (amount) =>
    `${amount} could not be returned to your card. Whoever gave it has it again; what was in escrow is in your wallet.`,
} satisfies Record<string, (amount: string) => string>;

type Owing = { readonly uid: string; readonly amount: Minor };

/** What the payer hears, and, when it begins, who owes from now on. */
export function told(
  id: string,
  refund: Pick<Refund, 'news' | 'uid' | 'amount' | 'currency' | 'target' | 'version'>,
  event: keyof typeof words,
  at: number,
  owed: readonly Owing[] = [],
): Newsworthy {
  const { uid, amount, currency, target, version } = refund;
  const cause = `refund.${id}.${version}.${event}`;
  return tell(refund, { cause, about: `refunds/${id}`, at }, [
    {
      to: uid,
      kind: `refund-${event}`,
      text: words[event](format(amount, currency)),
      facts: { refund: id, target, amount, currency },
    },
    ...owed.map((one) => debtNotice(id, one, currency)),
  ]);
}

/** For finance: somebody has to look at the provider. */
export const late = (id: string, { uid, amount, currency, status, taken }: Refund): Finding =>
  waiting('refund_waits', `refunds/${id}`, {
    title: `A refund of ${format(amount, currency)} waits: ${status}`,
    explanation: `Look at the refund ${id} at the provider. One under review is ended with refunds-resolve: refunded if it went back, failed if it did not. Any other is asked about until the provider says.`,
    facts: { status, amount, currency },
    people: [uid, ...taken.shares.map((share) => share.uid)],
  });

/** For finance: the provider changed its mind. */
export function afterFailure(id: string, { uid, amount, currency, taken }: Refund): Finding {
  const money = format(amount, currency);
  return {
    kind: 'refund_after_failure',
    severity: 'critical',
    title: `A refund of ${money} that had failed went back after all`,
    explanation: `The provider had said no to the refund ${id} and now says that ${money} is on the card of ${uid}. Whoever gave for it has it again, so it was paid twice. Nothing was changed.`,
    facts: { refund: id, uid, amount, currency },
    about: `refunds/${id}`,
    people: [uid, ...taken.shares.map((share) => share.uid)],
  };
}

const debtNotice = (id: string, { uid, amount }: Owing, currency: Currency) => ({
  to: uid,
  kind: 'refund-debt' as const,
  text: `A payment was refunded that you had already spent or withdrawn: you owe ${format(amount, currency)}, which your next earnings repay.`,
  facts: { refund: id, amount, currency },
});
