/** Mutants that change nothing that anybody could see, by the line they are on, and why. */
export const equivalent: readonly { readonly file: string; readonly line: string; readonly why: string }[] =
  [];
