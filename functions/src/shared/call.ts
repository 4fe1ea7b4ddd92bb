import type { z } from 'zod';
import type { Reason } from './refusal.ts';

/** Admin roles live in custom claims only: `{ role: 'finance' }`. A superadmin may do what any of them may. */
export const adminRoles = ['support', 'finance', 'moderator', 'superadmin'] as const;
export type AdminRole = (typeof adminRoles)[number];

/** Who may make a call: anyone, anyone signed in, or admins of one role. */
export type Audience = 'anyone' | 'user' | AdminRole;

/** Who is calling, as the verified token says. */
export type Caller = { readonly uid: string; readonly role: AdminRole | null; readonly ip: string | null };

/** A call that anyone may make gets no caller. */
export type CallerOf<A extends Audience> = A extends 'anyone' ? Caller | null : Caller;

/** How often one person may make a call in any such span of time; an address may somewhat oftener. */
export type Rate = `${number}/${'s' | 'min' | 'h' | 'day'}`;

/**
 * What is asked of the caller beyond a verified token. `account`: that the account still stands and holds its
 * role now, not only when the token was made. `once`: that, and an App Check token that nobody used before.
 */
export type Guard = 'token' | 'account' | 'once';

export type Call<
  A extends Audience = Audience,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  R extends readonly Reason[] = readonly Reason[],
> = {
  /** One sentence: what it does. */
  readonly summary: string;
  readonly audience: A;
  readonly input: I;
  readonly output: O;
  /** What it may refuse, beyond what every call may (`common`). */
  readonly refusals: R;
  /** `account` for what moves money or is an admin's, `once` for what takes money out. */
  readonly guard: Guard;
  readonly limit: Rate;
  /** Other bounds that hold for it, in words. */
  readonly bounds?: string;
  readonly example: { readonly input: z.input<I>; readonly output: z.input<O> };
};

/** Declares one call; the identity function, there for its types. */
export const call = <
  A extends Audience,
  I extends z.ZodType,
  O extends z.ZodType,
  const R extends readonly Reason[],
>(
  spec: Call<A, I, O, R>,
): Call<A, I, O, R> => spec;

/** A feature's calls by their one-word names. */
export type FeatureContract = Readonly<Record<string, Call>>;

/** What a feature's handlers must be: one for each call of its contract, no more. */
export type Handlers<C extends FeatureContract> = {
  readonly [K in keyof C]: (
    input: z.output<C[K]['input']>,
    caller: CallerOf<C[K]['audience']>,
    at: number,
  ) => Promise<z.input<C[K]['output']>> | z.input<C[K]['output']>;
};
