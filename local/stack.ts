import { randomBytes } from 'node:crypto';
import { startAtelier, type AtelierStandIn } from './atelier/atelier.ts';
import type { Cloud } from './cloud.ts';
import { startFcm, type FcmStandIn } from './fcm/fcm.ts';
import { startFatora, type FatoraStandIn } from './fatora/fatora.ts';
import { startStripe, type StripeStandIn } from './stripe/stripe.ts';

export type Stack<C extends Cloud = Cloud> = {
  readonly cloud: C;
  readonly stripe: StripeStandIn;
  readonly fatora: FatoraStandIn;
  readonly atelier: AtelierStandIn;
  readonly fcm: FcmStandIn;
  /** Moves the clock everywhere: tasks and schedules that became due run, sessions expire. */
  readonly advance: (by: string | number) => Promise<void>;
  /** Resolves when no webhook and no event is on its way. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * The cloud and the payment providers, wired together with secrets made for this run.
 * @param functionsUrl where the functions will be reached, for the providers' webhooks
 * @param openCloud starts the cloud with the parameters it is given
 */
export async function startStack<C extends Cloud>(
  functionsUrl: string,
  ports: {
    readonly stripe: number;
    readonly fatora: number;
    readonly atelier: number;
    readonly fcm: number;
    readonly control: number;
  },
  openCloud: (env: Record<string, string>) => Promise<C>,
): Promise<Stack<C>> {
  let now = Date.now;
  const webhookSecret = `whsec_${randomBytes(24).toString('hex')}`;
  const connectSecret = `whsec_${randomBytes(24).toString('hex')}`;
  const fatoraKey = randomBytes(16).toString('hex');
  const stripe = await startStripe({
    port: ports.stripe,
    webhookUrl: `${functionsUrl}/psp-stripe`,
    webhookSecret,
    connectSecret,
    now: () => now(),
  });
  const fatora = await startFatora({
    port: ports.fatora,
    webhookUrl: `${functionsUrl}/psp-fatora`,
    apiKey: fatoraKey,
  });
  const atelierKey = randomBytes(16).toString('hex');
  const callbackSecret = randomBytes(24).toString('hex');
  const atelier = await startAtelier({
    port: ports.atelier,
    callbackUrl: `${functionsUrl}/generations-callback?provider=atelier`,
    apiKey: atelierKey,
    callbackSecret,
    now: () => now(),
  });
  const fcm = await startFcm({ port: ports.fcm });
  const cloud = await openCloud({
    STRIPE_SECRET_KEY: 'sk_test_local',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_CONNECT_WEBHOOK_SECRET: connectSecret,
    STRIPE_API: stripe.url,
    FATORA_API_KEY: fatoraKey,
    FATORA_API: `${fatora.url}/v1`,
    ATELIER_API: atelier.url,
    ATELIER_API_KEY: atelierKey,
    ATELIER_CALLBACK_SECRET: callbackSecret,
    FCM_API: fcm.url,
    SEALING_KEY: randomBytes(32).toString('base64'),
    // The page that a payer comes back to; the control server has one.
    APP_URL: `http://127.0.0.1:${ports.control}/app`,
    ISSUER_NAME: 'Your company',
    // There is no App Check on this machine unless a test brings one.
    APP_CHECK: 'off',
  });
  now = cloud.clock.now;

  const idle = async () => {
    await Promise.all([stripe.idle(), fatora.idle(), atelier.idle()]);
    await cloud.idle();
  };
  return {
    cloud,
    stripe,
    fatora,
    atelier,
    fcm,
    idle,
    async advance(by) {
      await idle();
      await cloud.advance(by);
      await stripe.tick();
      await idle();
    },
    async stop() {
      await Promise.all([stripe.stop(), fatora.stop(), atelier.stop(), fcm.stop()]);
      await cloud.stop();
    },
  };
}
