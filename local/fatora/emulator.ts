/** Fatora's doors: the API that the product calls and the page that a payer sees. */
import { defineEmulator, type EmulatorContext } from 'emulate';
import { under, type Faults } from '../providers/faults.ts';
import { checkoutPage } from '../providers/page.ts';
import * as fatora from './order.ts';
import { Complaint, type Answer, type Stored, type Till, type Verified } from './order.ts';

export type FatoraWiring = {
  apiKey: string;
  faults: Omit<Faults, 'signature'>;
  /** Sends the notification in the background. */
  tell: (stored: Stored) => void;
};

const broken = () => Response.json(fatora.complaintBody(500, 'Something went wrong'), { status: 500 });

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Complaint(415, 'JSON is required');
  }
}

function pageOf(stored: Stored, word?: string): string {
  const open = stored.payment_status !== 'SUCCESS';
  return checkoutPage({
    provider: 'Fatora',
    description: stored.note || stored.order_id,
    amount: `${stored.currency} ${stored.amount}`,
    choices: open
      ? [
          ['pay', 'Pay'],
          ['decline', 'Decline'],
        ]
      : [],
    back: stored.failure_url,
    ...(word === undefined ? {} : { word }),
  });
}

export const fatoraEmulator = ({ apiKey, faults, tell }: FatoraWiring) =>
  defineEmulator<Till>({
    name: 'fatora',
    state: () => ({ orders: {} }),
    cors: false,
    setup({ app, state: till, signal }: EmulatorContext<Till>) {
      const at = (page: string): Stored => {
        const found = Object.values(till.orders).find((stored) => stored.page === page);
        if (!found) throw new Complaint(404, 'no such page');
        return found;
      };
      const answer = (body: unknown): Response => Response.json(body);

      app.onError((error) =>
        error instanceof Complaint
          ? Response.json(fatora.complaintBody(error.status, error.message), { status: error.status })
          : broken(),
      );
      app.use(async (c, next) => {
        if (c.req.path.startsWith('/v1/') && c.req.header('api_key') !== apiKey)
          throw new Complaint(401, "Merchant API key isn't valid");
        await next();
      });

      app.post('/v1/payments/checkout', async (c) => {
        const body = await c.req.text();
        const work = () => {
          const { page } = fatora.register(till, fatora.readOrder(parse(body)));
          return answer({
            status: 'SUCCESS',
            result: { checkout_url: `${new URL(c.req.url).origin}/pay/${page}` },
          } satisfies Answer<{ checkout_url: string }>);
        };
        return under(faults.create, signal, work, broken);
      });
      app.post('/v1/payments/verify', async (c) => {
        const body = parse(await c.req.text());
        const orderId = (body as { order_id?: unknown } | null)?.order_id;
        if (typeof orderId !== 'string' || orderId === '') throw new Complaint(400, 'order_id is required');
        const work = () =>
          answer({ status: 'SUCCESS', result: fatora.verify(till, orderId) } satisfies Answer<Verified>);
        return under(faults.read, signal, work, broken);
      });

      app.post('/v1/payments/refund', async (c) => {
        const body = parse(await c.req.text());
        const work = () =>
          answer({ status: 'SUCCESS', result: fatora.refund(till, body, faults.refunds) } satisfies Answer<{
            refund_status: string;
          }>);
        return under(faults.calls.refund ?? 'none', signal, work, broken);
      });

      app.get('/pay/:page', (c) => c.html(pageOf(at(c.req.param('page')))));
      app.post('/pay/:page', async (c) => {
        const stored = at(c.req.param('page'));
        const paid = new URLSearchParams(await c.req.text()).get('choice') !== 'decline';
        if (stored.payment_status === 'SUCCESS') return c.html(pageOf(stored, 'This order is paid.'), 410);
        fatora.pay(stored, paid ? 'SUCCESS' : 'FAILURE', faults.amount, faults.currency);
        tell(stored);
        const back = new URL(paid ? stored.success_url : stored.failure_url);
        back.searchParams.set('transaction_id', stored.transaction_id);
        back.searchParams.set('order_id', stored.order_id);
        return c.redirect(back.href, 303);
      });
    },
  });
