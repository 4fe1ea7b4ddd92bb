declare module 'escape-html' {
  /** The text with each character that means something in HTML written as what it is. */
  export default function escapeHtml(text: string): string;
}
