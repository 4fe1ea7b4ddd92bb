import { randomUUID } from 'node:crypto';

/** Someone with an account, signed in. */
export type Person = { readonly uid: string; readonly email: string; readonly idToken: string };

export type SignIn = {
  /** The Auth emulator, `host:port`. */
  readonly host: string;
  readonly projectId: string;
  readonly uid?: string;
  readonly email?: string;
  readonly password?: string;
  /** Custom claims, as an admin would set them: `{ role: 'finance' }`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** An account that is there already stays as it is, whatever others made of it. */
  readonly asItIs?: boolean;
  /** False for an address that nobody has shown to be theirs. */
  readonly emailVerified?: boolean;
};

const PASSWORD = 'coffer-local';

/**
 * Makes sure that the account exists with exactly these claims (or `asItIs`), and signs in with its password.
 * The same e-mail again is the same person.
 */
export async function signIn(wanted: SignIn): Promise<Person> {
  const { host, projectId, claims = {}, password = PASSWORD, emailVerified = true } = wanted;
  const email = wanted.email ?? `${wanted.uid ?? randomUUID()}@example.test`;
  const api = `http://${host}/identitytoolkit.googleapis.com/v1`;
  const made = await post(`${api}/projects/${projectId}/accounts`, {
    ...(wanted.uid !== undefined && { localId: wanted.uid }),
    email,
    password,
    emailVerified,
  });
  if (!made.ok && !/EMAIL_EXISTS|DUPLICATE_LOCAL_ID/.test(made.problem)) throw new Error(made.problem);
  if (!made.ok && wanted.asItIs) return signInAgain({ host, projectId, email, password });
  const found = await must(post(`${api}/projects/${projectId}/accounts:lookup`, { email: [email] }));
  const [account] = found.users as [{ localId: string }];
  await must(
    post(`${api}/projects/${projectId}/accounts:update`, {
      localId: account.localId,
      password,
      customAttributes: JSON.stringify(claims),
    }),
  );
  return signInAgain({ host, projectId, email, password });
}

/** Signs in as the account is: whatever others made of it meanwhile stays. The name of the project is its key (auth/server.ts). */
export async function signInAgain(who: {
  readonly host: string;
  readonly projectId: string;
  readonly email: string;
  readonly password?: string;
}): Promise<Person> {
  const { host, projectId, email, password = PASSWORD } = who;
  const url = `http://${host}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=${projectId}`;
  const { localId, idToken } = await must(post(url, { email, password, returnSecureToken: true }));
  return { uid: localId as string, email, idToken: idToken as string };
}

type Answer = { ok: true; body: Record<string, unknown> } | { ok: false; problem: string };

async function post(url: string, body: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return answer.ok
    ? { ok: true, body: JSON.parse(text) as Record<string, unknown> }
    : { ok: false, problem: `The Auth emulator refused ${url}: ${text}` };
}

async function must(asked: Promise<Answer>): Promise<Record<string, unknown>> {
  const answer = await asked;
  if (!answer.ok) throw new Error(answer.problem);
  return answer.body;
}
