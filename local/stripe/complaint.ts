/** Stripe's errors. https://docs.stripe.com/api/errors */
import type Stripe from 'stripe';

type Problem = Pick<Stripe.StripeRawError, 'type' | 'message' | 'code' | 'param'> & {
  /** Where a card was declined, as it is now. */
  payment_intent?: object;
};

/** Thrown by the stand-in's rules, answered in Stripe's shape. `status` is the HTTP one. */
export class Complaint extends Error {
  readonly status: number;
  readonly problem: Problem;
  /**
   * Whether the request was begun: what comes of it then is kept under its idempotency key, a refusal too, while a
   * parameter that fails validation leaves the key free (https://docs.stripe.com/api/idempotent_requests).
   */
  readonly begun: boolean;
  constructor(status: number, problem: Problem, begun = true) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
    this.begun = begun;
  }
}

export const invalid = (param: string, code: string, message: string): Complaint =>
  new Complaint(400, { type: 'invalid_request_error', code, param, message }, false);

export const missing = (what: string, id: string): Complaint =>
  new Complaint(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param: what,
    message: `No such ${what}: ${id}`,
  });

export const noSuchSession = (id: string): Complaint => missing('checkout.session', id);

export const otherParameters = (key: string): Complaint =>
  new Complaint(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });

/** Refuses a request without a secret test key; a payer's browser has a publishable one, and confirms with it. */
export function authenticate(authorization: string | undefined, path: string): void {
  const refuse = (message: string) => new Complaint(401, { type: 'invalid_request_error', message });
  if (!authorization) throw refuse('You did not provide an API key.');
  const key = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? '';
  const allowed = path.endsWith('/confirm') ? /^(sk|rk|pk)_test_\w+$/ : /^(sk|rk)_test_\w+$/;
  if (!allowed.test(key)) throw refuse(`Invalid API Key provided: ${key.slice(0, 8)}***`);
}
