import { join } from 'node:path';
import type { Call, FeatureContract, Guard } from '../functions/src/shared/call.ts';
import { currencies, exponents } from '../functions/src/shared/money.ts';
import { allReasons, common, meaningOf, statusOf, type Reason } from '../functions/src/shared/refusal.ts';
import { appQueries, type AppQuery } from '../functions/test/queries/app.ts';
import { doors, expected, type Endpoint } from './endpoints.ts';
import { fieldsOf, wholeOf } from './fields.ts';
import type { Meanings } from './meanings.ts';

/** docs/api.md as the contract says it; generate.ts writes it, and a test fails when that was forgotten. */

export const apiFile = join(import.meta.dirname, 'api.md');

type Contract = Readonly<Record<string, FeatureContract>>;

const code = (text: string): string => `\`${text}\``;
/** Words from the contract, where markdown would take `<uid>` for HTML. */
const plain = (text: string): string => text.replaceAll('<', '&lt;');
/** A cell may not end its column. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const example = (value: unknown): string => ['```json', JSON.stringify(value), '```'].join('\n');

const linkTo = (name: string): string => `[${code(name)}](#${name.replace('.', '-')})`;

export function renderApi(described: Contract, meanings: Meanings): string {
  const calls = Object.entries(described).flatMap(([feature, own]) =>
    Object.entries(own).map(([name, call]) => ({ feature, name: `${feature}-${name}`, call })),
  );
  const shown = new Map<unknown, string>();
  const features = Object.keys(described).map((feature) =>
    [
      `## ${feature}`,
      ...calls
        .filter((one) => one.feature === feature)
        .map(({ name, call }) => renderCall(name, call, shown, meanings)),
    ].join('\n\n'),
  );
  return [
    opening,
    '## All calls',
    table(
      ['Call', 'Who', 'What it does'],
      calls.map(({ name, call }) => [linkTo(name), whoMay(call), call.summary]),
    ),
    '## What a coin system is asked for',
    'Each of the usual endpoints, and what serves it: a call, a document or list that the app reads live, or a webhook.',
    table(
      ['Asked for', 'Served by'],
      expected.map((one) => [one.asked, served(one)]),
    ),
    ...features,
    '## Live reads',
    reading,
    table(['Read', 'Who', 'Collection', 'Filter', 'Order'], appQueries.map(renderRead)),
    '## Webhooks and health',
    'Plain HTTP, at the same addresses as the calls.',
    table(
      ['Function', 'Method', 'Who', 'Answers'],
      doors.map(({ name, method, who, answers }) => [code(name), method, who, answers]),
    ),
    '## Every refusal',
    table(
      ['Reason', 'Code', 'What it means', 'Calls that name it'],
      allReasons.map((reason) => [code(reason), code(statusOf(reason)), meaningOf(reason), namedBy(reason)]),
    ),
  ].join('\n\n');

  function namedBy(reason: Reason): string {
    const naming = calls.filter(({ call }) => call.refusals.includes(reason));
    if ((common as readonly Reason[]).includes(reason)) return 'any';
    if (naming.length > 5) return `${naming.length} calls`;
    return naming.map(({ name }) => linkTo(name)).join(', ') || 'webhooks';
  }
}

const orSuperadmin = (role: string): string => (role === 'superadmin' ? role : `${role} or superadmin`);

/** What every call may answer, so that no call lists it. */
function whoMay({ audience }: Call): string {
  if (audience === 'anyone') return 'anyone';
  return audience === 'user' ? 'anyone signed in' : orSuperadmin(audience);
}

const guards: Readonly<Record<Guard, string>> = {
  token: '',
  account: ' The account is asked for anew.',
  once: ' The account is asked for anew, and the App Check token is used up.',
};

function renderCall(name: string, call: Call, shown: Map<unknown, string>, meanings: Meanings): string {
  const meaning = (side: 'input' | 'output', field: string) =>
    plain(meanings.get(`${name} ${side} ${field}`) ?? '');
  const inputs = fieldsOf(call.input, 'input');
  const whole = wholeOf(call.input);
  const seen = shown.get(call.output);
  shown.set(call.output, seen ?? name);
  const outputs = fieldsOf(call.output, 'output');
  return [
    `### ${name}`,
    call.summary,
    `**Who:** ${whoMay(call)}. **Limit:** ${call.limit}${call.bounds === undefined ? '' : `; ${plain(call.bounds)}`}.${guards[call.guard]}`,
    '**Input**',
    inputs.length === 0
      ? 'An empty object.'
      : table(
          ['Field', 'Type', 'Required', 'Rules', 'Meaning'],
          inputs.map((row) => [
            code(row.field),
            row.type,
            row.required ? 'yes' : '',
            plain([row.when, row.rules].filter(Boolean).join('; ')),
            meaning('input', row.field),
          ]),
        ),
    ...(whole === '' ? [] : [`As a whole: ${whole}.`]),
    '**Output**',
    seen === undefined
      ? table(
          ['Field', 'Type', 'Meaning'],
          outputs.map((row) => [
            code(row.field),
            [row.type, row.when, row.required ? '' : 'may be missing'].filter(Boolean).join('; '),
            meaning('output', row.field),
          ]),
        )
      : `The same as of ${linkTo(seen)}.`,
    '**Refusals**',
    call.refusals.length === 0
      ? 'None but those of every call.'
      : table(
          ['Reason', 'Code', 'What it means'],
          call.refusals.map((reason) => [code(reason), code(statusOf(reason)), meaningOf(reason)]),
        ),
    '**Example**',
    example(call.example.input),
    'answers',
    example(call.example.output),
  ].join('\n\n');
}

const served = ({ calls = [], read, list, doors: knocked = [] }: Endpoint): string =>
  [
    ...calls.map((name) => linkTo(name.replace('.', '-'))),
    ...(read === undefined ? [] : [`the document ${code(read)}`]),
    ...(list === undefined ? [] : [`the [live read](#live-reads) “${list}”`]),
    ...knocked.map((name) => `the function ${code(name)}`),
  ].join(', ');

function renderRead({ about, who, query }: AppQuery): string[] {
  const { collection, where = [], orderBy = [] } = query('{uid}');
  return [
    about,
    who === 'person' ? 'the person' : orSuperadmin(who),
    code(collection.path),
    where.map(([field, operator, value]) => code(`${field} ${operator} ${shownValue(value)}`)).join(' and '),
    orderBy.map(([field, direction]) => code(`${field} ${direction}`)).join(', '),
  ];
}

const shownValue = (value: unknown): string => (value === '{uid}' ? '{uid}' : JSON.stringify(value));

const opening = `# API

Every call, made from \`functions/src/contract.ts\` by \`npm run docs\`. Do not edit it here.

## How to call

Calls are [callable functions](https://firebase.google.com/docs/functions/callable), deployed under the names below in
\`europe-west1\` (the parameter \`REGION\`). Every Firebase client SDK calls them; with TypeScript the
[typed client](../functions/client/src/index.ts) knows each call, its input and its answer:

\`\`\`ts
const coffer = createClient({
  callable: (name, options) => httpsCallable(functions, name, options),
  who: () => getAuth(app).currentUser?.uid ?? null,
});
const { checkoutUrl } = await coffer.purchases.create({ provider, item });
\`\`\`

Without an SDK it is \`POST https://europe-west1-<project>.cloudfunctions.net/<call>\` with \`{"data": input}\`, the header
\`Authorization: Bearer <Firebase ID token>\`, and \`{"result": output}\` or \`{"error": …}\` as the answer.

## Words and units

${table(
  ['Type', 'What it is'],
  [
    [
      'amount',
      'A whole number in the smallest unit of its currency: `20000` with `QAR` is QAR 200.00. In inputs from 1 to 10^13; never a decimal, never text.',
    ],
    [
      'currency',
      `${currencies.map((name) => `${code(name)} (${exponents[name]} decimals)`).join(', ')}. Coins are sold in QAR.`,
    ],
    ['time', 'Milliseconds since 1970, UTC, by the server’s clock.'],
    [
      'request id',
      '8 to 64 letters, digits, `-` or `_`, made by the app once for each thing it wants made and kept for its retries. The same id with the same input answers what was made; with other input it is `request_id_reused`.',
    ],
    ['user id', 'As Firebase Auth gives it.'],
    ['id', 'As an answer or a document gave it; opaque.'],
    ['text', 'Trimmed; without control characters.'],
  ],
)}

Inputs are strict: an unknown field is refused, never ignored. Of an answer, read the fields you know; more may come.

## How errors arrive

A call that says no has changed nothing. The SDK raises its own error with the \`code\` below, a \`message\` for
developers, and \`details\`:

\`\`\`json
{ "reason": "insufficient_funds", "facts": { "available": 500, "needed": 900, "currency": "QAR" } }
\`\`\`

Decide by \`details.reason\`, tell people with \`details.facts\`; \`refusalOf(error)\` of the client reads both. With
\`invalid_input\`, \`facts.path\` is the field and \`facts.problem\` what is wrong with it. An error without
\`details.reason\` comes from the way there (no network, a token that expired, \`INTERNAL\`): what happened is not known, so
repeat with the same request id.

Any call may answer ${common.map(code).join(', ')}; beside them each names its own.`;

const reading = `With a Firestore SDK, listened to or asked once; the security rules allow these and an index answers them.
A single document is read by its path: \`wallets/{uid}\`, \`purchases/{id}\`, \`escrows/{id}\`, \`jobs/{id}\`, \`withdrawals/{id}\`
and \`payees/{uid}\` by those whom they are about. Times in documents are Timestamps, amounts the same minor units.
Apps write no document at all.`;
