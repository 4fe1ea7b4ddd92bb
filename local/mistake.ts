/** What somebody typed wrong, or has to see to first, in one sentence. */
export class Mistake extends Error {}
