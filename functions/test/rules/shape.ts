import { collections } from '../../src/collections.ts';
import type { Collection } from '../../src/platform/store.ts';
import { access } from './access.ts';
import { blocksOf, parseRules } from './parse.ts';
import { names } from './probes.ts';

/**
 * What stands in a rules file and no row of the table justifies. Probes can try only places that somebody
 * thought of; this finds a rule for any other.
 */
export function unjustified(source: string): string[] {
  const [root, ...blocks] = blocksOf(parseRules(source));
  const complaints = root!.allows.map(({ part }) => `for everything: ${part.text}`);
  const seen = new Set<string>();
  for (const { path, allows } of blocks) {
    const place = nameless(path.slice(root!.path.length));
    const name = names.find((one) => nameless(pathOf(one)) === place);
    if (name === undefined) complaints.push(`no row: ${path}`);
    if (seen.has(place)) complaints.push(`twice: ${path}`);
    seen.add(place);
    for (const { part, verbs } of name === undefined ? [] : allows) {
      const beyond = verbs.filter((verb) => !justifies(access[name!], verb));
      if (beyond.length > 0) complaints.push(`${name!} allows ${beyond.join()}: ${part.text}`);
      if (!part.text.includes(': if ')) complaints.push(`${name!} without a condition: ${part.text}`);
    }
  }
  const unread = names.filter((name) => access[name].get.length > 0 && !seen.has(nameless(pathOf(name))));
  return [...complaints, ...unread.map((name) => `no rule: ${name}`)];
}

const justifies = ({ get, list }: (typeof access)[keyof typeof access], verb: string): boolean =>
  (verb === 'get' && get.length > 0) ||
  (verb === 'list' && list.length > 0) ||
  (verb === 'read' && get.length > 0 && list.length > 0);

const pathOf = (name: keyof typeof collections): string => {
  const one: Collection<unknown> | ((uid: string) => Collection<unknown>) = collections[name];
  return `/${(typeof one === 'function' ? one('{uid}') : one).path}/{id}`;
};

/** A place is the same whatever its wildcards are called; one that takes in everything below is another. */
const nameless = (path: string) => path.replace(/\{\w+\}/g, '{}');
