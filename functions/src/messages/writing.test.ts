import fc from 'fast-check';
import { allKinds } from '../notifications/kinds.ts';
import { languages } from '../notifications/reach.ts';
import { outcomeOf } from './push.gateway.ts';
import { pushOf } from './push.ts';
import { mailFor, wordsFor } from './writing.ts';
import { arabic } from './words.ar.ts';

/** Every fact that any notice has, as it may be. */
const facts = {
  ...{ title: 'A logo', detail: '•••• 6789', currency: 'QAR', direction: 'credit', credits: 0 },
  ...{ amount: 30_250, value: 10_000, price: 9_500, fromCard: 1, fromWallet: 2, back: 3, available: 2 },
  ...{ toPayee: 9_000, toPlatform: 1_000, toPayer: 0, owed: 0, days: 3 },
  ...{ expiresAt: 1_767_225_600_000, untilAt: 1_767_225_600_000 },
};

/** In credits, amounts are counts. */
const counted = { ...facts, currency: 'CREDIT' };
const ofCredits = ['allowance-given', 'lot-given', 'lot-expires', 'lot-expired'];

test.each(languages)('F66 every kind has words in %s, with nothing left open', (language) => {
  for (const kind of allKinds) {
    const own = Object.fromEntries(
      Object.entries(facts).filter(([name]) => name !== 'currency' || !ofCredits.includes(kind)),
    );
    const { title, text } = wordsFor({ kind, text: 'Something happened.', facts: own }, language);
    expect([kind, title]).toEqual([kind, expect.stringMatching(/^[^{}]{2,60}$/)]);
    expect([kind, text]).toEqual([kind, expect.not.stringMatching(/[{}]|undefined|NaN/)]);
    // The words themselves, not the title that speaks for them where a fact is missing.
    if (language === 'ar' && arabic[kind].text.includes('{')) expect([kind, text]).not.toEqual([kind, title]);
  }
});

test('F66 Arabic says amounts, counts and dates in its own way', () => {
  const released = wordsFor({ kind: 'escrow-released', text: 'You earned it.', facts }, 'ar');
  expect(released.text).toContain('«\u2068A logo\u2069»');
  expect(released.text).toMatch(/90\.00|٩٠٫٠٠/);
  const lot = (amount: number) => wordsFor({ kind: 'lot-expired', text: '', facts: { amount } }, 'ar').text;
  expect(new Set([1, 2, 3, 11, 100].map(lot)).size).toBe(5);
  expect(lot(2)).toContain('رصيدان');
  expect(
    wordsFor({ kind: 'purchase-paid', text: '', facts: { ...facts, credits: 5 } }, 'ar').text,
  ).not.toContain('QAR');
  expect(wordsFor({ kind: 'lot-given', text: '', facts: counted }, 'ar').text).not.toContain('{');
});

test('F66 a fact that is missing leaves the title to speak, and English says what was decided', () => {
  const said = { kind: 'commissions-earned', text: 'You earned INR 375.00.', facts: {} } as const;
  expect(wordsFor(said, 'ar').text).toBe(arabic['commissions-earned'].title);
  expect(wordsFor(said, 'en')).toEqual({ title: 'You earned a commission', text: said.text });
});

test('F66 what people wrote is text in a mail, whatever is in it, and no template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...languages), (title, language) => {
      const text = `“${title}” is done.`;
      const { html, subject } = mailFor(
        { kind: 'booking-done', text, facts: { title } },
        language,
        'https://app.example',
      );
      const [, body = ''] = /<p>(.*?)<\/p><p><a/s.exec(html) ?? [];
      expect(body.replaceAll('<br>', '')).not.toMatch(/[<>"]/);
      expect(subject).not.toContain('\n');
    }),
  );
  const evil = '<img src=x onerror=alert(1)>{amount}<a href="https://evil.example">';
  for (const language of languages) {
    const { html } = mailFor(
      { kind: 'job-assigned', text: evil, facts: { title: evil } },
      language,
      'https://a.b',
    );
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;{amount}');
    expect(html).toContain(language === 'ar' ? 'lang="ar" dir="rtl"' : 'lang="en" dir="ltr"');
  }
});

const said = (errorCode: string) =>
  JSON.stringify({
    error: { details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }] },
  });

const wrongIn = (field: string) =>
  JSON.stringify({
    error: {
      details: [
        { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'INVALID_ARGUMENT' },
        { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field }] },
      ],
    },
  });

test('F66 a text that is cut for a device is not cut within a letter', () => {
  const notice = { kind: 'job-assigned', text: '', facts: {}, about: 'jobs/j', at: 0, readAt: null } as const;
  for (const begin of ['', 'a']) {
    const text = begin + '😀'.repeat(400);
    const { notification } = pushOf({ token: 't' }, { id: 'n', name: 'n', notice }, { title: 'T', text });
    expect(notification.body.isWellFormed()).toBe(true);
    expect(text.startsWith(notification.body)).toBe(true);
    expect(notification.body.length).toBeGreaterThanOrEqual(499);
  }
});

test.each([
  [200, '{}', 'sent'],
  [404, said('UNREGISTERED'), 'dead'],
  [403, said('SENDER_ID_MISMATCH'), 'dead'],
  [400, said('INVALID_ARGUMENT'), 'dead'],
  [400, wrongIn('message.token'), 'dead'],
  // Of the message: who has the device still has it.
  [400, wrongIn('message.notification.body'), 'refused'],
  [400, '{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.BadRequest"}]}}', 'refused'],
  [401, said('THIRD_PARTY_AUTH_ERROR'), 'later'],
  [403, '{"error":{"status":"PERMISSION_DENIED"}}', 'later'],
  [404, '<html>', 'later'],
  [429, said('QUOTA_EXCEEDED'), 'later'],
  [503, said('UNAVAILABLE'), 'later'],
] as const)('F66 FCM answers %s %s: %s', (status, text, outcome) => {
  expect(outcomeOf(status, text)).toBe(outcome);
});
