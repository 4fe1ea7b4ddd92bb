import { projectID, type defineSecret } from 'firebase-functions/params';
import {
  appCheck,
  appUrl,
  atelierApi,
  atelierApiKey,
  atelierCallbackSecret,
  autoReleaseHours,
  clearanceHours,
  commissionDays,
  environment,
  fatoraApi,
  fatoraApiKey,
  fcmApi,
  feeTaxBps,
  functionsUrl,
  kycKeepDays,
  limitFactor,
  mail,
  payeeFeeBps,
  payerFeeBps,
  payrunMinimum,
  providerTimeoutSeconds,
  sealingKey,
  storageApi,
  stripeApi,
  stripeConnectSecret,
  stripeSecretKey,
  stripeWebhookSecret,
  tasksApi,
  traces,
  trustedProxies,
} from './params.ts';

/**
 * Whether this deployment may run. Firebase keeps project ids that begin with `demo-` for local use; every
 * other project is held to real values, and one that is wrong stops the function with one sentence.
 * https://firebase.google.com/docs/emulator-suite/connect_firestore#choose_a_firebase_project
 */

type Secret = ReturnType<typeof defineSecret>;

export type Settings = {
  readonly project: string;
  /** `production`, or `staging` where providers' test keys are allowed. */
  readonly environment: string;
  readonly appUrl: string;
  /** Of the provider that does metered work, whoever it is; empty for none. */
  readonly atelier: string;
  readonly apis: Readonly<Record<'stripe' | 'fatora' | 'fcm' | 'storage' | 'tasks' | 'functions', string>>;
  readonly numbers: Readonly<Record<keyof typeof bounds, number>>;
  /** `on`, or `off` where apps have no App Check yet. */
  readonly appCheck: string;
  readonly traces: string;
  /** `on` where the Trigger Email extension is installed. */
  readonly mail: string;
  /** Only those that the function may see. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly emulator: boolean;
};

const official: Readonly<Record<string, string>> = {
  stripe: 'https://api.stripe.com',
  fatora: 'https://api.fatora.io/v1',
  fcm: 'https://fcm.googleapis.com',
  storage: 'https://storage.googleapis.com',
  tasks: 'https://cloudtasks.googleapis.com',
  functions: '',
};

const bounds = {
  PAYEE_FEE_BPS: [0, 10_000],
  PAYER_FEE_BPS: [0, 10_000],
  AUTO_RELEASE_HOURS: [1, 8760],
  CLEARANCE_HOURS: [0, 8760],
  FEE_TAX_BPS: [0, 10_000],
  COMMISSION_DAYS: [0, 365],
  KYC_KEEP_DAYS: [0, 36_525],
  // INR 1 to INR 480,000: more than a week’s limit would pay nobody.
  PAYRUN_MINIMUM: [100, 48_000_000],
  // A call to Stripe may be two of these in a row, and a function has 60 seconds.
  PROVIDER_TIMEOUT_SECONDS: [1, 25],
  LIMIT_FACTOR: [1, 1_000_000],
  TRUSTED_PROXIES: [0, 10],
} as const;

/** The first thing that is wrong, as one sentence; null when all is well. Pure. */
export function problemIn(settings: Settings): string | null {
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = settings.numbers[name as keyof typeof bounds];
    if (!Number.isInteger(value) || value < least || value > most)
      return `${name} must be a whole number from ${least} to ${most}; it is ${value}.`;
  }
  if (settings.appCheck !== 'on' && settings.appCheck !== 'off')
    return `APP_CHECK must be on or off; it is ${settings.appCheck}.`;
  if (settings.traces !== 'on' && settings.traces !== 'off')
    return `TRACES must be on or off; it is ${settings.traces}.`;
  if (settings.mail !== 'on' && settings.mail !== 'off')
    return `MAIL must be on or off; it is ${settings.mail}.`;
  for (const [name, value] of Object.entries(settings.secrets))
    if (!value.trim()) return `The secret ${name} is missing.`;
  const key = settings.secrets.SEALING_KEY;
  if (key !== undefined && Buffer.from(key, 'base64').length !== 32)
    return 'SEALING_KEY must be 32 bytes in base64.';
  return settings.project.startsWith('demo-') ? null : problemInProduction(settings);
}

function problemInProduction({
  environment,
  appUrl,
  apis,
  atelier,
  secrets,
  emulator,
}: Settings): string | null {
  if (emulator) return 'An emulator or a debug mode is set in the environment of a real project.';
  if (environment !== 'production' && environment !== 'staging')
    return `ENVIRONMENT must be production or staging; it is ${environment}.`;
  for (const [name, url] of Object.entries(apis))
    if (url !== official[name])
      return `${name.toUpperCase()}_${name === 'functions' ? 'URL' : 'API'} points at ${url}, which is only for the local stack.`;
  if (!/^https:\/\/./.test(appUrl)) return `APP_URL must begin with https://; it is ${appUrl || 'empty'}.`;
  if (atelier !== '' && !/^https:\/\/./.test(atelier))
    return `ATELIER_API must begin with https://; it is ${atelier}.`;
  if (environment === 'staging') return null;
  const test = Object.entries(secrets).find(([, value]) => /test|local|example|changeme/i.test(value));
  return test && test[0] !== 'SEALING_KEY'
    ? `The secret ${test[0]} is a test value; set ENVIRONMENT to staging, or use the live one.`
    : null;
}

const secretValues = (secrets: readonly Secret[]) =>
  Object.fromEntries(secrets.map((secret) => [secret.name, process.env[secret.name] ?? '']));

/** With any of them data goes elsewhere, or tokens are not verified: the SDKs follow them without a word. */
const backDoors = [
  'FIRESTORE_EMULATOR_HOST',
  'FIREBASE_AUTH_EMULATOR_HOST',
  'FUNCTIONS_EMULATOR',
  'FIREBASE_DEBUG_MODE',
];

const current = (secrets: readonly Secret[]): Settings => ({
  project: projectID.value(),
  environment: environment.value(),
  appUrl: appUrl.value(),
  atelier: atelierApi.value(),
  apis: {
    stripe: stripeApi.value(),
    fatora: fatoraApi.value(),
    fcm: fcmApi.value(),
    storage: storageApi.value(),
    tasks: tasksApi.value(),
    functions: functionsUrl.value(),
  },
  numbers: {
    PAYEE_FEE_BPS: payeeFeeBps.value(),
    PAYER_FEE_BPS: payerFeeBps.value(),
    AUTO_RELEASE_HOURS: autoReleaseHours.value(),
    CLEARANCE_HOURS: clearanceHours.value(),
    FEE_TAX_BPS: feeTaxBps.value(),
    COMMISSION_DAYS: commissionDays.value(),
    KYC_KEEP_DAYS: kycKeepDays.value(),
    PAYRUN_MINIMUM: payrunMinimum.value(),
    PROVIDER_TIMEOUT_SECONDS: providerTimeoutSeconds.value(),
    LIMIT_FACTOR: limitFactor.value(),
    TRUSTED_PROXIES: trustedProxies.value(),
  },
  appCheck: appCheck.value(),
  traces: traces.value() || 'off',
  mail: mail.value() || 'off',
  secrets: secretValues(secrets),
  emulator: backDoors.some((name) => Boolean(process.env[name])),
});

/** Whether App Check has to have verified the app. The official functions emulator has no way to. */
export const needsAppCheck = (): boolean =>
  appCheck.value() !== 'off' && process.env.FUNCTIONS_EMULATOR !== 'true';

const checked = new Map<string, string | null>();

/**
 * Checked before a function does anything, once an instance.
 * @throws Error with one sentence that names what is missing or wrong.
 */
export function mustBeReady(secrets: readonly Secret[]): void {
  const key = secrets.map(({ name }) => name).join();
  if (!checked.has(key)) checked.set(key, problemIn(current(secrets)));
  const problem = checked.get(key);
  if (problem) throw new Error(`Not ready: ${problem}`);
}

export const allSecrets = [
  stripeSecretKey,
  stripeWebhookSecret,
  stripeConnectSecret,
  fatoraApiKey,
  sealingKey,
  atelierApiKey,
  atelierCallbackSecret,
];

/** What is wired and what is not, in words that give no secret away. */
export function wiring() {
  const settings = current(allSecrets);
  const state = (name: string) => {
    const value = settings.secrets[name] ?? '';
    if (!value) return 'missing';
    return /test|local/i.test(value) ? 'test' : 'set';
  };
  return {
    environment: settings.project.startsWith('demo-') ? 'local' : settings.environment,
    stripe: state('STRIPE_SECRET_KEY'),
    stripeWebhook: state('STRIPE_WEBHOOK_SECRET') === 'missing' ? 'missing' : 'set',
    stripeConnectWebhook: state('STRIPE_CONNECT_WEBHOOK_SECRET') === 'missing' ? 'missing' : 'set',
    fatora: state('FATORA_API_KEY') === 'missing' ? 'missing' : 'set',
    atelier: settings.atelier === '' ? 'off' : state('ATELIER_API_KEY') === 'missing' ? 'missing' : 'set',
    sealing: state('SEALING_KEY') === 'missing' ? 'missing' : 'set',
    appCheck: settings.appCheck,
    tasks: settings.apis.tasks === official.tasks ? 'google' : 'local',
    problem: problemIn(settings),
  };
}

/** The function that this instance serves, as its platform names it. */
export const served = (): string => process.env.K_SERVICE ?? 'unknown';
