import fc from 'fast-check';
import { orderIdIn } from './fatora.hint.ts';

const read = (text: string) => orderIdIn(Buffer.from(text));

it.each([
  '{"order_id":"order-7:1","payment_status":"SUCCESS"}',
  ' {"order_id":"order-7:1"}\n',
  'transaction_id=9&order_id=order-7%3A1',
  '?order_id=order-7:1&transaction_id=9',
])('finds the order in %s', (text) => {
  expect(read(text)).toBe('order-7:1');
});

it.each([
  '',
  'null',
  '{',
  '[]',
  '{}',
  '{"order_id":7}',
  '{"order_id":null}',
  '{"order_id":{"a":1}}',
  '{"order_id":""}',
  '{"order_id":"../verify"}',
  '{"order_id":"a b"}',
  'order_id=',
  'id=order-7',
  `order_id=${'a'.repeat(501)}`,
  `{"order_id":"a","pad":"${'a'.repeat(10_000)}"}`,
])('finds none in %.60s', (text) => {
  expect(read(text)).toBeNull();
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.webQueryParameters()), (text) => {
      const id = read(text);
      expect(id === null || /^[\w.:-]{1,500}$/.test(id)).toBe(true);
    }),
  );
});
