/**
 * What Stripe still wants to know, in words that a payee understands. Its own names are paths:
 * https://docs.stripe.com/api/accounts/object#account_object-requirements
 */

/** One line: what is missing, and where it is given. Neither holds a dot or an underscore. */
export type Need = { readonly need: string; readonly where: string };

/** The pages of the provider's onboarding. */
const pages = {
  person: 'Personal details',
  people: 'Owners and directors',
  company: 'Business details',
  bank: 'Bank account',
  documents: 'Documents',
  terms: 'Terms',
} as const;

/** Whose detail it is, by the first step of the path: how a line begins, and its page. */
const owners = {
  individual: ['Your', pages.person],
  company: ['The company’s', pages.company],
  representative: ['The representative’s', pages.people],
  owners: ['An owner’s', pages.people],
  directors: ['A director’s', pages.people],
  executives: ['An executive’s', pages.people],
  person: ['A person of the company’s', pages.people],
} as const satisfies Record<string, readonly [string, string]>;

/** Of a person or the company. The longest name that fits counts, so a date of birth is one line. */
const details: Readonly<Record<string, string>> = {
  first_name: 'first name',
  last_name: 'last name',
  full_name_aliases: 'other names',
  maiden_name: 'maiden name',
  first_name_kana: 'first name in kana',
  last_name_kana: 'last name in kana',
  first_name_kanji: 'first name in kanji',
  last_name_kanji: 'last name in kanji',
  name: 'legal name',
  name_kana: 'legal name in kana',
  name_kanji: 'legal name in kanji',
  dob: 'date of birth',
  address: 'address',
  address_kana: 'address in kana',
  address_kanji: 'address in kanji',
  registered_address: 'registered address',
  email: 'e-mail address',
  phone: 'phone number',
  gender: 'gender',
  nationality: 'nationality',
  political_exposure: 'public office, if any is held',
  id_number: 'national identity number',
  id_number_secondary: 'second identity number',
  ssn_last_4: 'last four digits of the social security number',
  relationship: 'role in the company',
  'relationship.percent_ownership': 'share of the company',
  'relationship.title': 'job title',
  tax_id: 'tax number',
  tax_id_registrar: 'tax registrar',
  vat_id: 'VAT number',
  registration_number: 'registration number',
  registration_date: 'date of registration',
  structure: 'legal form',
  owners_provided: 'list of owners, confirmed as complete',
  directors_provided: 'list of directors, confirmed as complete',
  executives_provided: 'list of executives, confirmed as complete',
  ownership_declaration: 'declaration of ownership',
  verification: 'identity check',
  'verification.document': 'identity document',
  'verification.additional_document': 'proof of address',
  'verification.proof_of_liveness': 'selfie',
};

/** The same for the company, where the words differ. */
const companyDetails: Readonly<Record<string, string>> = {
  'verification.document': 'registration document',
  verification: 'registration document',
};

/** Those that are of nobody in particular: the whole line, and its page. */
const others: Readonly<Record<string, readonly [string, string]>> = {
  external_account: ['A bank account to be paid to', pages.bank],
  tos_acceptance: ['Your agreement to Stripe’s terms', pages.terms],
  business_type: ['Whether you are a person or a company', pages.company],
  business_profile: ['What you do', pages.company],
  'business_profile.url': ['Your website, or a page about what you do', pages.company],
  'business_profile.mcc': ['Your line of work', pages.company],
  'business_profile.name': ['The name that you work under', pages.company],
  'business_profile.product_description': ['A description of what you do', pages.company],
  'business_profile.support_phone': ['A phone number for your customers', pages.company],
  'business_profile.support_email': ['An e-mail address for your customers', pages.company],
  'business_profile.support_address': ['An address for your customers', pages.company],
  'business_profile.annual_revenue': ['How much you take in a year', pages.company],
  'business_profile.estimated_worker_count': ['How many people work for you', pages.company],
  'settings.payments.statement_descriptor': ['The name on your customers’ statements', pages.company],
  'documents.bank_account_ownership_verification': ['Proof that the bank account is yours', pages.documents],
  'documents.company_license': ['The company’s licence', pages.documents],
  'documents.company_registration_verification': ['The company’s registration document', pages.documents],
  'documents.company_tax_id_verification': ['Proof of the company’s tax number', pages.documents],
  'documents.proof_of_registration': ['Proof of the company’s registration', pages.documents],
  'documents.proof_of_ultimate_beneficial_ownership': ['Proof of who owns the company', pages.documents],
  documents: ['A document', pages.documents],
  owners: ['The owners of the company', pages.people],
  directors: ['The directors of the company', pages.people],
  executives: ['The executives of the company', pages.people],
  representative: ['The representative of the company', pages.people],
};

/** `a.b.c`, `a.b`, `a`: what is found under the first of them. */
function longest<T>(table: Readonly<Record<string, T>>, path: readonly string[]): T | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const name = path.slice(0, length).join('.');
    if (Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}

/** Any name as something to read: `new_thing.of_stripe` becomes `new thing of stripe`. */
const readable = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 100)
    .trimEnd();

/** `person_1Abc…` names one of several people by the provider's id. */
const ownerNamed = (step: string): keyof typeof owners | null => {
  if (step.startsWith('person_')) return 'person';
  return Object.hasOwn(owners, step) ? (step as keyof typeof owners) : null;
};

/** One of the provider's names in words; a name that nobody knows yet is made readable. */
function needOf(name: string): Need {
  const path = name.split('.');
  const owner = path.length > 1 ? ownerNamed(path[0] ?? '') : null;
  if (owner !== null) {
    const [whose, page] = owners[owner];
    const rest = path.slice(1);
    const ofCompany = owner === 'company' ? longest(companyDetails, rest) : undefined;
    const known = ofCompany ?? longest(details, rest);
    const what = known ?? readable(rest.join(' ')).toLowerCase();
    return { need: what === '' ? `${whose} details` : `${whose} ${what}`, where: page };
  }
  const known = longest(others, path);
  if (known) return { need: known[0], where: known[1] };
  const what = readable(name).toLowerCase();
  return {
    need: what === '' ? 'Something that Stripe asks for' : `Stripe asks for: ${what}`,
    where: 'Onboarding',
  };
}

/** Each need once, in the provider's order: day, month and year of a birth are one line. */
export function needsOf(due: readonly string[]): Need[] {
  const needs = new Map(due.map(needOf).map((one) => [`${one.need}\n${one.where}`, one]));
  return [...needs.values()];
}

/** Why an account is stopped: https://docs.stripe.com/api/accounts/object#account_object-requirements-disabled_reason */
const stops: Readonly<Record<string, string>> = {
  'requirements.past_due': 'Stripe waits for something that was due.',
  'requirements.pending_verification': 'Stripe is checking what you gave.',
  'action_required.requested_capabilities': 'Stripe waits for you to finish.',
  under_review: 'Stripe is reviewing the account.',
  listed: 'Stripe is comparing the account with lists of people who may not be paid.',
  platform_paused: 'Payouts to the account are paused. Ask support.',
  account_gone: 'Stripe does not know the account any more. Ask support.',
};

/** A sentence for the payee, whatever the provider's word is. */
export function stopOf(disabled: string): string {
  if (Object.hasOwn(stops, disabled)) return stops[disabled] ?? '';
  return disabled.startsWith('rejected')
    ? 'Stripe does not accept the account. Ask support.'
    : 'Stripe has stopped the account. Ask support.';
}
