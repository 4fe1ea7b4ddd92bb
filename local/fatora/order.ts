/** Fatora's orders and answers. https://fatora.io/api/standardCheckout.php, https://fatora.io/api/verify.php */
import { fraction } from '../../functions/src/platform/chance.ts';

/** The body of `POST /v1/payments/checkout`, as far as it is looked at. The amount is in major units. */
export type Order = {
  order_id: string;
  amount: number;
  currency: string;
  success_url: string;
  failure_url: string;
  note: string;
};

export type PaymentStatus = 'SUCCESS' | 'PENDING' | 'FAILURE';

/** An order and what became of it. */
export type Stored = Order & {
  page: string;
  transaction_id: string;
  payment_status: PaymentStatus;
  /** Null until a refund was asked for. */
  refund_status: 'completed' | 'pending' | null;
  refunds?: number;
};

/** JSON all through, so that `emulate` can copy it. */
export type Till = { orders: Record<string, Stored> };

export type Answer<Result> =
  | { status: 'SUCCESS'; result: Result }
  | { status: 'FAILURE'; error: { error_code: string; description: string } };

export type Verified = Pick<
  Stored,
  'order_id' | 'transaction_id' | 'amount' | 'currency' | 'note' | 'payment_status' | 'refund_status'
> & { payment_date: string; mode: 'test'; description: string };

/** Thrown by the rules, answered in Fatora's shape. `status` is the HTTP one. */
export class Complaint extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const complaintBody = (status: number, description: string): Answer<never> => ({
  status: 'FAILURE',
  error: { error_code: String(status), description },
});

const below = (most: number): number => Math.floor(fraction() * most);
export const newPage = (): string => Array.from({ length: 20 }, () => below(36).toString(36)).join('');
export const newTransaction = (): string => String(1e12 + below(9e12));

function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new Complaint(400, `${name} is required`);
  return value;
}

/** @throws Complaint 400 for what is missing or malformed. */
export function readOrder(body: unknown): Order {
  if (typeof body !== 'object' || body === null) throw new Complaint(400, 'a JSON object is required');
  const fields = body as Record<string, unknown>;
  const { amount, note, client } = fields;
  if (typeof amount !== 'number' || !(amount > 0))
    throw new Complaint(400, 'amount must be a positive number');
  if (typeof client !== 'object' || client === null) throw new Complaint(400, 'client is required');
  text(client as Record<string, unknown>, 'name');
  const currency = text(fields, 'currency');
  if (!/^[A-Z]{3}$/.test(currency)) throw new Complaint(422, 'currency must be a three-letter code');
  return {
    order_id: text(fields, 'order_id'),
    amount,
    currency,
    success_url: text(fields, 'success_url'),
    failure_url: text(fields, 'failure_url'),
    note: typeof note === 'string' ? note : '',
  };
}

/** Registers an order once; there is no idempotency key to tell a repeat from another order. */
export function register(till: Till, order: Order): Stored {
  if (till.orders[order.order_id]) throw new Complaint(409, 'order_id was used before');
  const stored: Stored = {
    ...order,
    page: newPage(),
    transaction_id: '',
    payment_status: 'PENDING',
    refund_status: null,
  };
  till.orders[order.order_id] = stored;
  return stored;
}

export function verify(till: Till, orderId: string): Verified {
  const stored = till.orders[orderId];
  if (!stored) throw new Complaint(404, 'no such order');
  const { order_id, transaction_id, amount, currency, note, payment_status, refund_status } = stored;
  const description = {
    SUCCESS: 'Transaction Successful - Approved',
    PENDING: 'Pending',
    FAILURE: 'Declined',
  };
  return {
    order_id,
    transaction_id,
    amount,
    currency,
    note,
    payment_status,
    refund_status,
    payment_date: '',
    mode: 'test',
    description: description[payment_status],
  };
}

/** A failed order may be tried again on its page, as a new transaction; a paid one not. */
export function pay(
  stored: Stored,
  status: 'SUCCESS' | 'FAILURE',
  amount: number | null,
  currency: string | null,
) {
  if (stored.payment_status === 'SUCCESS') throw new Complaint(409, 'already paid');
  stored.payment_status = status;
  stored.transaction_id = newTransaction();
  stored.amount = amount ?? stored.amount;
  stored.currency = currency ?? stored.currency;
}

/**
 * Returns a whole payment. There is no key to tell a repeat by, so a second one goes out again: `refunds` counts what
 * the payer got.
 */
export function refund(
  till: Till,
  body: unknown,
  how: 'pending' | 'succeeded' = 'succeeded',
): { refund_status: string } {
  const { order_id: id, transaction_id: transaction } = body as Record<string, unknown>;
  const stored = typeof id === 'string' ? till.orders[id] : undefined;
  if (!stored || stored.transaction_id !== transaction) throw new Complaint(404, 'no such payment');
  if (stored.payment_status !== 'SUCCESS') throw new Complaint(422, 'not paid');
  stored.refunds = (stored.refunds ?? 0) + 1;
  stored.refund_status = how === 'succeeded' ? 'completed' : 'pending';
  return { refund_status: stored.refund_status };
}
