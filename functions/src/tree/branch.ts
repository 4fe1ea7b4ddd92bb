/**
 * `branches/{uid}`: how many somebody brought, and how many those brought (F57). Kept as people come, so that nobody counts
 * a crowd to show a number; only those whom they brought, and whom these brought, ever write it.
 */
export type Branch = {
  readonly children: number;
  readonly grandchildren: number;
  /** Who brought them, once they are counted there; null before, or where nobody did. */
  readonly under: string | null;
};

export const bare: Branch = { children: 0, grandchildren: 0, under: null };

/** Somebody, who brought them, and who brought those: as they are counted. Null for none. */
export type Line = {
  readonly child: Branch;
  readonly parent: Branch;
  readonly grandparent: Branch | null;
};

/**
 * Counts somebody under who brought them, with all whom they have brought before: in whatever order people are counted, the
 * numbers are the same in the end.
 * @param by 1 for somebody who comes, -1 for somebody who leaves
 */
function shift({ child, parent, grandparent }: Line, by: 1 | -1): Omit<Line, 'child'> {
  return {
    parent: {
      ...parent,
      children: parent.children + by,
      grandchildren: parent.grandchildren + by * child.children,
    },
    grandparent: grandparent && { ...grandparent, grandchildren: grandparent.grandchildren + by },
  };
}

/** @returns null where they are counted already */
export const join = (line: Line, parent: string): Line | null =>
  line.child.under === null ? { child: { ...line.child, under: parent }, ...shift(line, 1) } : null;

/** @returns null where they are not counted */
export const part = (line: Line): Line | null =>
  line.child.under === null ? null : { child: { ...line.child, under: null }, ...shift(line, -1) };
