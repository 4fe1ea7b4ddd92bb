/** https://github.com/component/escape-html */
declare module 'escape-html' {
  export default function escapeHtml(text: string): string;
}
