import fc from 'fast-check';
import { needsOf, stopOf } from './requirements.ts';

const words = (...due: string[]) => needsOf(due).map(({ need, where }) => `${need} (${where})`);

test('F39 Stripe’s names become words, each thing one line in the provider’s order', () => {
  expect(
    words(
      'individual.verification.document',
      'external_account',
      'individual.dob.day',
      'tos_acceptance.date',
      'individual.dob.month',
      'tos_acceptance.ip',
      'individual.dob.year',
      'business_profile.url',
      'company.tax_id',
      'individual.address.line1',
      'individual.address.city',
    ),
  ).toEqual([
    'Your identity document (Personal details)',
    'A bank account to be paid to (Bank account)',
    'Your date of birth (Personal details)',
    'Your agreement to Stripe’s terms (Terms)',
    'Your website, or a page about what you do (Business details)',
    'The company’s tax number (Business details)',
    'Your address (Personal details)',
  ]);
});

test('whose it is makes a difference', () => {
  expect(words('company.verification.document')).toEqual([
    'The company’s registration document (Business details)',
  ]);
  expect(
    words('person_1NvKf3.verification.additional_document', 'representative.relationship.title'),
  ).toEqual([
    'A person of the company’s proof of address (Owners and directors)',
    'The representative’s job title (Owners and directors)',
  ]);
  expect(words('owners.email', 'owners')).toEqual([
    'An owner’s e-mail address (Owners and directors)',
    'The owners of the company (Owners and directors)',
  ]);
  expect(words('documents.company_license.files')).toEqual(['The company’s licence (Documents)']);
});

test('a name that is new reads all the same', () => {
  expect(words('individual.favourite_colour')).toEqual(['Your favourite colour (Personal details)']);
  expect(words('interv_1.new_thing')).toEqual(['Stripe asks for: interv 1 new thing (Onboarding)']);
  expect(words('', '._.')).toEqual(['Something that Stripe asks for (Onboarding)']);
  expect(words('constructor', 'individual.toString')).toEqual([
    'Stripe asks for: constructor (Onboarding)',
    'Your tostring (Personal details)',
  ]);
});

/** Names made of the pieces that Stripe's have, and any text. */
const step = fc.constantFrom(
  ...['individual', 'company', 'person_1a', 'owners', 'dob', 'day', 'verification', 'document', 'documents'],
  ...[
    'external_account',
    'tos_acceptance',
    'business_profile',
    'url',
    'settings',
    'new_thing',
    '',
    '_',
    '__proto__',
  ],
);
const name = fc.oneof(
  fc.array(step, { maxLength: 4 }).map((steps) => steps.join('.')),
  fc.string({ unit: 'grapheme' }),
);

test('F39 words never hold a dot or an underscore, never are empty, and none comes twice', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), (due) => {
      const needs = needsOf(due);
      for (const { need, where } of needs) {
        expect(`${need}${where}`).not.toMatch(/[._]/);
        expect(need.trim()).toBe(need);
        expect([need, where].every((text) => text.length > 2 && text.length < 200)).toBe(true);
      }
      expect(new Set(needs.map(({ need, where }) => `${need}|${where}`)).size).toBe(needs.length);
      expect(needs.length).toBeLessThanOrEqual(due.length);
      if (due.length > 0) expect(needs.length).toBeGreaterThan(0);
    }),
  );
});

test('every reason to stop an account is a sentence', () => {
  for (const reason of [
    'requirements.past_due',
    'under_review',
    'rejected.fraud',
    'listed',
    'new',
    'constructor',
  ])
    expect(stopOf(reason)).toMatch(/^[A-Z][^_]*\.$/);
  expect(stopOf('rejected.fraud')).not.toContain('fraud');
});
