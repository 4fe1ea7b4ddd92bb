import { z } from 'zod';
import { call } from '../shared/call.ts';
import { Time, Uid } from '../shared/schema.ts';
import { Country } from './account.contract.ts';
import { connectedStatuses } from './connected.ts';

/** What the provider still asks for, and where in its onboarding that is given. */
const NeedView = z.object({ need: z.string(), where: z.string() });

/** The payee's account at the provider, in words a payee understands. */
export const ConnectView = z.object({
  /** `none`: never asked for. `incomplete`: give what is needed; `checking`: wait; `restricted`: see `reason`. */
  status: z.enum(['none', ...connectedStatuses]),
  country: z.string().nullable(),
  /** Of what the provider pays out to. */
  last4: z.string().nullable(),
  needs: z.array(NeedView),
  /** Why it is stopped; null when it is not. */
  reason: z.string().nullable(),
  /** When the provider was asked last. */
  askedAt: Time.nullable(),
});

/** A page of the provider's, for this payee alone: good for minutes, and once. */
const LinkView = z.object({ url: z.url(), expiresAt: Time });

/** As finance sees it: with the provider's own words, to look it up there. */
const AdminConnectView = ConnectView.extend({
  uid: Uid,
  account: z.string().nullable(),
  due: z.array(z.string()),
  disabled: z.string().nullable(),
  startedAt: Time,
  nextAt: Time.nullable(),
});

const view = {
  status: 'incomplete' as const,
  country: 'QA',
  last4: null,
  needs: [
    { need: 'Your date of birth', where: 'Personal details' },
    { need: 'A bank account to be paid to', where: 'Bank account' },
  ],
  reason: null,
  askedAt: 1767225600000,
};
const link = { url: 'https://connect.stripe.com/setup/e/acct_1/abc', expiresAt: 1767225900000 };

export const connectContract = {
  start: call({
    summary: 'Makes the caller’s account at the payment provider, once, and answers where it is completed.',
    audience: 'user',
    input: z.strictObject({ country: Country }),
    output: ConnectView.extend({ link: LinkView }),
    refusals: ['wrong_status', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '5/min',
    bounds: 'one account a person, in one country for good; safe to repeat',
    example: { input: { country: 'QA' }, output: { ...view, link } },
  }),
  link: call({
    summary: 'A fresh link to the provider’s page, where the caller gives what is needed.',
    audience: 'user',
    input: z.strictObject({}),
    output: LinkView,
    refusals: ['not_found', 'provider_unavailable', 'provider_refused'],
    guard: 'account',
    limit: '10/min',
    bounds: 'good for minutes, and once',
    example: { input: {}, output: link },
  }),
  status: call({
    summary:
      'How the caller’s account stands. While it is not ready the provider is asked, once a minute at most.',
    audience: 'user',
    input: z.strictObject({}),
    output: ConnectView,
    refusals: [],
    guard: 'account',
    limit: '30/min',
    example: { input: {}, output: view },
  }),
  show: call({
    summary: 'Somebody’s account, with the provider’s own names of what it asks for.',
    audience: 'finance',
    input: z.strictObject({ uid: Uid }),
    output: AdminConnectView,
    refusals: ['not_found'],
    guard: 'account',
    limit: '60/min',
    example: {
      input: { uid: 'ann' },
      output: {
        ...view,
        uid: 'ann',
        account: 'acct_1NvK2eLkdIwHu7ix',
        due: ['individual.dob.day', 'individual.dob.month', 'external_account'],
        disabled: 'requirements.past_due',
        startedAt: 1767225000000,
        nextAt: 1767312000000,
      },
    },
  }),
} as const;
