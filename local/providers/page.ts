/** The hosted checkout page of a provider stand-in: something to click on the local stack. */

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; background: #f4f5f7; color: #1c2433; margin: 0; display: grid;
    min-height: 100vh; place-items: center }
  main { background: #fff; padding: 2rem; border-radius: 12px; box-shadow: 0 4px 24px #0001; width: min(22rem, 80vw) }
  small { color: #6b7487 } h1 { font-size: 1.1rem; margin: .5rem 0 0 } .amount { font-size: 2rem; margin: .25rem 0 1.5rem }
  button { font: inherit; width: 100%; padding: .7rem; margin-top: .5rem; border: 0; border-radius: 8px;
    background: #e6e9ef; cursor: pointer }
  button[value=pay] { background: #4f46e5; color: #fff } a { display: block; margin-top: 1rem; color: #6b7487 }
  .word { color: #b42318 }`;

export type Page = {
  provider: string;
  description: string;
  amount: string;
  /** Value and label of each button; the value is posted as `choice`. */
  choices: [value: string, label: string][];
  /** Where a payer who changes their mind goes. */
  back: string | null;
  /** Bad news above the buttons. */
  word?: string;
};

export const checkoutPage = (page: Page): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(page.description)}</title><style>${style}</style></head><body><main>
<small>${escape(page.provider)} stand-in: no money moves here</small>
<h1>${escape(page.description)}</h1><p class="amount">${escape(page.amount)}</p>
${page.word ? `<p class="word" role="alert">${escape(page.word)}</p>` : ''}
<form method="post">${page.choices
  .map(([value, label]) => `<button name="choice" value="${escape(value)}">${escape(label)}</button>`)
  .join('')}</form>
${page.back ? `<a href="${escape(page.back)}">Back to the shop</a>` : ''}
</main></body></html>`;
