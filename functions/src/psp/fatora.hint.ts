/** Reads an unsigned Fatora notification. All that it may tell us is which order to ask about. */

/** Wide enough for our attempt ids, narrow enough that nothing else reaches the verify endpoint. */
const orderId = /^[A-Za-z0-9_.:-]{1,500}$/;

function fieldsOf(text: string): unknown {
  if (!text.startsWith('{')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The order id in a body of JSON, form or query style (with or without its `?`), or null. */
export function orderIdIn(rawBody: Uint8Array): string | null {
  if (rawBody.length > 10_000) return null;
  const fields = fieldsOf(Buffer.from(rawBody).toString('utf8').trim());
  if (typeof fields !== 'object' || fields === null || !('order_id' in fields)) return null;
  const { order_id: id } = fields;
  return typeof id === 'string' && orderId.test(id) ? id : null;
}
