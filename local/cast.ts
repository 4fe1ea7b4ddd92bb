import type { Client } from '../functions/client/src/index.ts';
import type { AdminRole } from '../functions/src/shared/call.ts';
import { clientOf } from './api.ts';
import type { Cloud } from './cloud.ts';
import { signIn, type Person } from './people.ts';

/** The people of the demo; each signs in as `<name>@coffer.test`. */
export const cast = {
  client: null,
  second: null,
  freelancer: null,
  mentor: null,
  partner: null,
  learner: null,
  finance: 'finance',
  treasurer: 'finance',
  support: 'support',
  moderator: 'moderator',
  superadmin: 'superadmin',
} as const satisfies Record<string, AdminRole | null>;

export type Name = keyof typeof cast;
export const PASSWORD = 'coffer-local';
export const emailOf = (name: Name): string => `${name}@coffer.test`;

/** Somebody who is signed in, with their typed client. The role is given once: `npm run grant` may change it. */
export type Player = Person & { readonly api: Client };

export async function enter(
  urls: Pick<Cloud['urls'], 'auth' | 'functions'>,
  projectId: string,
  name: Name,
): Promise<Player> {
  const role = cast[name];
  const claims = role === null ? {} : { role };
  const person = await signIn({
    host: urls.auth,
    projectId,
    email: emailOf(name),
    password: PASSWORD,
    claims,
    asItIs: true,
  });
  return { ...person, api: clientOf(urls.functions, person.idToken) };
}

export async function enterAll({ urls, projectId }: Cloud): Promise<Record<Name, Player>> {
  const names = Object.keys(cast) as Name[];
  const players = await Promise.all(names.map((name) => enter(urls, projectId, name)));
  return Object.fromEntries(names.map((name, i) => [name, players[i]])) as Record<Name, Player>;
}
