/** Mutants that no probe can tell from the rules, each with the reason why it does not matter. */
export const equivalents: readonly { readonly mutant: string; readonly why: string }[] = [];
