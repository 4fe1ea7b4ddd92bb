import { join } from 'node:path';
import { grounds } from '../functions/src/privacy/grounds.ts';
import { rows } from '../functions/src/privacy/personal.ts';

/** docs/privacy.md from the table that the erasure goes by; generate.ts writes it, and a test fails when that was forgotten. */

export const privacyFile = join(import.meta.dirname, 'privacy.md');

type Row = ReturnType<typeof rows>[number];

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');

const place = ({ collection, fields }: Row): string =>
  collection === 'all'
    ? 'every collection'
    : [`\`${collection}\``, ...fields.map((one) => `\`${one}\``)].join(' ');

/** Rows that differ in nothing but the collection are one. */
const grouped = (some: readonly Row[]): { readonly where: string; readonly row: Row }[] =>
  [...Map.groupBy(some, ({ what, fate, law, for: long }) => [what, fate, law, long].join('|')).values()].map(
    (same) => ({ where: same.map(place).join(', '), row: same[0]! }),
  );

const intro = `# A person’s data, and its erasure

Entries hold uids and amounts, and nothing else about anybody. What is personal lies apart from them: in the account, in
Storage, and in the documents below. Bank numbers and the identity are sealed with two keys that each person has of their
own (\`personKeys/{uid}\`, each sealed by \`SEALING_KEY\`); with a key destroyed no copy of what it sealed opens again.

\`privacy-status\` tells somebody what would be erased and what kept; \`privacy-erase\` does it, for good. It is refused with
\`money_left\` while anything is in the wallet, owed, in escrow, offered by them as a job, ordered, being paid out, refunded
or charged back, whether they paid it or were paid by it. A job that somebody else offers keeps nobody: it is open again. Then the account is closed, so that no call that moves money takes its token any more; it is looked once more
whether money came meanwhile; everything goes; and 70 minutes later, when the last token has run out, the same again. Each
step may be repeated, and the hourly sweep finishes what a crash left. One that stops leaves a freeze, or a closed account,
that was there before.

For two years it is looked every day what came afterwards, such as a refund of what they were paid: their inbox is emptied
again, and money or a debt raises \`erased_money\`.

What is less than the least withdrawal (QAR 50), and a debt, stand in the way as well. The rest can be spent, or given up: once
its owner has said so in writing, finance takes it with \`adjustments-request\`, which names their last entry. A debt is
repaid by what they earn, or let go in the same way by an adjustment that gives as much.`;

const operator = `## What is left to the operator

- \`KYC_KEEP_DAYS\` is 1826 (five years). Set it to 0 where no law against money laundering binds you. For that long a
  verified identity stays, sealed, with its documents, and nobody but finance opens it, by a recorded \`kyc-reveal\`.
- Backups: an old copy of \`personKeys\` brings back what it opened. Leave that collection out of exports that you keep, or
  keep those no longer than 30 days; point-in-time recovery goes back 7 days by itself. All other backups may be kept.
- Boxes sealed before there were keys of people (\`v: 1\`) open with \`SEALING_KEY\` alone. An erasure takes them out of the
  store; in older backups they can be read as long as that key is there.
- Storage keeps deleted files for as long as the bucket’s soft-delete policy says: 7 days unless you changed it.
- \`remainders\` in \`privacy-kept\` names what is yours to do: \`files\`, where the project has no bucket set;
  \`stripe_account\` and \`stripe_customer\`, where Stripe did not take them away; \`generated_work\`, where the provider of
  metered work did not. What Stripe and Fatora keep of payments they
  keep on grounds of their own; Stripe’s redaction jobs take names out of what it has.
- With \`MAIL=on\` the Trigger Email extension writes what it sends, and to whom, into Cloud Logging: keep those lines no
  longer than you need them, or exclude them there.
- Records of calls in Cloud Logging name uids; what is older than its retention (30 days) is gone.
- Money that comes for somebody after their erasure lies in a wallet that is frozen for good (\`left\` in \`privacy-kept\`
  names it). \`erased_money\` tells of it for two years; finance sends it back, or corrects it with \`adjustments-request\`.
  What comes later still is seen in the wallet alone.
- With an identity that is kept, the key to it is as well; the key to bank numbers is not: it goes at once.
- A uid that your app signs in by custom tokens must never be given out again.`;

export const renderPrivacy = (): string => {
  const all = rows();
  const kept = all.filter(({ fate }) => fate === 'kept');
  const later = all.filter(({ fate, law }) => fate !== 'kept' && law === grounds.identity.law);
  const gone = all.filter((row) => !kept.includes(row) && !later.includes(row));
  const keptLines = grouped(kept).map(({ where, row }) => [where, row.what, row.why, row.law, row.for]);
  const goes = (some: readonly Row[]) => grouped(some).map(({ where, row }) => [where, row.what, row.fate]);
  return [
    intro,
    '## What is kept',
    table(['Where', 'What', 'Why', 'Law', 'For how long'], keptLines),
    '## What goes at once',
    `On the ground of ${grounds.request.law}. \`sealed\`: the only key to it is destroyed.`,
    table(['Where', 'What', 'How'], goes(gone)),
    '## What may have to wait',
    `${grounds.identity.why} ${grounds.identity.law}. Kept until ${grounds.identity.for}. What was not verified goes at once.`,
    table(['Where', 'What', 'How'], goes(later)),
    operator,
    '',
  ].join('\n\n');
};
