import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { plants } from './plants.ts';

/**
 * From now on the product's source is loaded with a bug in it. To be called before any of it is loaded.
 * @throws Error where the source has changed and the bug has no place any more
 */
export function plant(name: string): void {
  const edits = plants[name];
  if (!edits) throw new Error(`There is no bug called ${name}; there are ${Object.keys(plants).join(', ')}.`);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const mine = edits.filter(({ file }) => url.endsWith(`functions/src/${file}`));
      if (mine.length === 0) return loaded;
      let source = Buffer.from((loaded.source ?? '') as string).toString();
      for (const { file, find, put } of mine) {
        if (!source.includes(find)) throw new Error(`${name} has no place in ${file} any more.`);
        source = source.replace(find, () => put);
      }
      return { ...loaded, source };
    },
  });
}

/** From now on one file of the product is loaded from elsewhere. @param what `functions/src/…=path` */
export function exchange(what: string): void {
  const [file = '', path = ''] = what.split('=');
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url.endsWith(`/${file}`) ? { ...loaded, source: readFileSync(path, 'utf8') } : loaded;
    },
  });
}
