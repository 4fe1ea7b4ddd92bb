import { prepareEnvironment } from '../host/environment.ts';

/**
 * The environment of the simulated functions, and their log. To be imported before anything else: the Firebase SDKs look
 * at the environment, and take hold of the console, while they load.
 */

/** What everything that differs from machine to machine is made from; none of it is secret. */
export const secrets = {
  webhook: 'whsec_simulated',
  connect: 'whsec_simulated_connect',
  fatora: 'simulated-key',
  atelier: 'simulated-key',
  atelierCallback: 'simulated-callback-key',
  /** As little as a function may wait for a provider. */
  timeoutMs: 2000,
} as const;

/** Where no Firestore is. */
export const nowhere = 'firestore.sim:1';

export const projectId = 'demo-sim';

const env = {
  FIREBASE_DEBUG_MODE: 'true',
  // Tokens are believed as they are: who signs them is not what is looked at here.
  FIREBASE_DEBUG_FEATURES: JSON.stringify({ skipTokenVerification: true }),
  STRIPE_SECRET_KEY: 'sk_test_local',
  STRIPE_WEBHOOK_SECRET: secrets.webhook,
  STRIPE_CONNECT_WEBHOOK_SECRET: secrets.connect,
  STRIPE_API: 'http://stripe.sim',
  FATORA_API_KEY: secrets.fatora,
  FATORA_API: 'http://fatora.sim/v1',
  ATELIER_API: 'http://atelier.sim',
  ATELIER_API_KEY: secrets.atelier,
  ATELIER_CALLBACK_SECRET: secrets.atelierCallback,
  FIREBASE_CONFIG: JSON.stringify({ projectId, storageBucket: 'demo-sim' }),
  STORAGE_API: 'http://storage.sim',
  KYC_KEEP_DAYS: '30',
  TASKS_API: 'http://tasks.sim',
  FCM_API: 'http://fcm.sim',
  FUNCTIONS_URL: 'http://functions.sim',
  SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  APP_URL: 'http://app.sim',
  ISSUER_NAME: 'Your company',
  APP_CHECK: 'off',
  CLEARANCE_HOURS: '1',
  COMMISSION_DAYS: '1',
  AUTO_RELEASE_HOURS: '1',
  PAYER_FEE_BPS: '250',
  FEE_TAX_BPS: '500',
  LIMIT_FACTOR: '1',
  PROVIDER_TIMEOUT_SECONDS: '2',
};

let hear: (text: string) => void = () => undefined;

/** What is to be done with the warnings and errors of the functions' own log. */
export const onLog = (listener: typeof hear): void => void (hear = listener);

function hush(): void {
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const write = console[level].bind(console);
    console[level] = (...parts: unknown[]) => {
      const [text] = parts;
      if (typeof text !== 'string' || !/^\{.*"severity":/.test(text)) {
        write(...parts);
        return;
      }
      if (level === 'error' || level === 'warn') hear(text);
    };
  }
}

prepareEnvironment({
  projectId,
  firestoreHost: process.env.FIRESTORE_EMULATOR_HOST ?? nowhere,
  authHost: 'auth.sim:1',
  env,
});
hush();
