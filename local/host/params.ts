import * as params from 'firebase-functions/params';

type Declared = { readonly name: string; readonly options?: { readonly default?: unknown } };

/**
 * A deploy writes the default of each parameter into the environment, where the SDK reads it and nowhere
 * else; so does this, after the functions were imported. `declaredParams` is what a deploy reads as well.
 */
export function fillParams(): void {
  const { declaredParams = [] } = params as unknown as { declaredParams?: readonly Declared[] };
  for (const { name, options } of declaredParams) {
    const value = options?.default;
    if (process.env[name] !== undefined) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      process.env[name] = String(value);
    }
  }
}
