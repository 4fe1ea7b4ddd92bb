/** `3,17-20` */
export function listOf(indexes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** @throws Error for what is no list of numbers */
export function readList(text: string): Set<number> {
  const all = text.split(',').flatMap((part) => {
    const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === '') throw new Error(`--only takes numbers like 3,17-20, not ${part || 'nothing'}`);
    if (Number(to) < Number(from)) throw new Error(`--only takes ${part} from the lesser to the greater`);
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
  });
  return new Set(all);
}
