/** As many links as one answer has; whoever moves more in a day gets theirs in pages. */
export const LINKS = 200;
