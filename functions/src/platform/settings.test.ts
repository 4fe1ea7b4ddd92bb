import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredParams } from 'firebase-functions/params';
import { problemIn, type Settings } from './settings.ts';

const live: Settings = {
  project: 'my-market',
  environment: 'production',
  appUrl: 'https://market.example',
  atelier: '',
  apis: {
    stripe: 'https://api.stripe.com',
    fatora: 'https://api.fatora.io/v1',
    fcm: 'https://fcm.googleapis.com',
    storage: 'https://storage.googleapis.com',
    tasks: 'https://cloudtasks.googleapis.com',
    functions: '',
  },
  numbers: {
    PAYEE_FEE_BPS: 1000,
    PAYER_FEE_BPS: 0,
    AUTO_RELEASE_HOURS: 72,
    CLEARANCE_HOURS: 0,
    FEE_TAX_BPS: 0,
    COMMISSION_DAYS: 14,
    KYC_KEEP_DAYS: 1826,
    PAYRUN_MINIMUM: 50_000,
    PROVIDER_TIMEOUT_SECONDS: 20,
    LIMIT_FACTOR: 1,
    TRUSTED_PROXIES: 0,
  },
  appCheck: 'on',
  traces: 'off',
  mail: 'off',
  secrets: {
    STRIPE_SECRET_KEY: 'sk_live_abc',
    STRIPE_WEBHOOK_SECRET: 'whsec_abc',
    STRIPE_CONNECT_WEBHOOK_SECRET: 'whsec_def',
    FATORA_API_KEY: 'E4B73FEE',
    SEALING_KEY: randomBytes(32).toString('base64'),
  },
  emulator: false,
};

test('a production project with live values may run', () => {
  expect(problemIn(live)).toBeNull();
});

test.each<[string, Partial<Settings>, string]>([
  ['a missing secret', { secrets: { ...live.secrets, FATORA_API_KEY: '' } }, 'FATORA_API_KEY is missing'],
  [
    'a test key',
    { secrets: { ...live.secrets, STRIPE_SECRET_KEY: 'sk_test_abc' } },
    'STRIPE_SECRET_KEY is a test value',
  ],
  ['an App Check that is neither', { appCheck: 'true' }, 'APP_CHECK must be on or off; it is true'],
  ['traces that are neither', { traces: 'yes' }, 'TRACES must be on or off; it is yes'],
  ['mail that is neither', { mail: 'yes' }, 'MAIL must be on or off; it is yes'],
  ['a short sealing key', { secrets: { SEALING_KEY: 'c2hvcnQ=' } }, 'SEALING_KEY must be 32 bytes'],
  [
    'a stand-in for Stripe',
    { apis: { ...live.apis, stripe: 'http://127.0.0.1:9404' } },
    'STRIPE_API points at',
  ],
  [
    'another address for functions',
    { apis: { ...live.apis, functions: 'http://x' } },
    'FUNCTIONS_URL points at',
  ],
  ['an emulator', { emulator: true }, 'An emulator or a debug mode is set'],
  ['no app', { appUrl: '' }, 'APP_URL must begin with https://'],
  [
    'a fee above everything',
    { numbers: { ...live.numbers, PAYEE_FEE_BPS: 10_001 } },
    'PAYEE_FEE_BPS must be',
  ],
  [
    'a timer of nothing',
    { numbers: { ...live.numbers, AUTO_RELEASE_HOURS: 0 } },
    'AUTO_RELEASE_HOURS must be',
  ],
  ['an unknown environment', { environment: 'prod' }, 'ENVIRONMENT must be'],
])('F83 %s stops a production project with one sentence', (_, change, sentence) => {
  expect(problemIn({ ...live, ...change })).toContain(sentence);
});

test('staging takes test keys, and the local stack takes its own addresses', () => {
  const secrets = { ...live.secrets, STRIPE_SECRET_KEY: 'sk_test_abc' };
  expect(problemIn({ ...live, secrets, environment: 'staging' })).toBeNull();
  const apis = { ...live.apis, stripe: 'http://127.0.0.1:9404' };
  expect(problemIn({ ...live, secrets, apis, emulator: true, project: 'demo-coffer' })).toBeNull();
});

test('the deploy asks for no parameter that has a default: functions/.env holds them all', async () => {
  await import('./params.ts');
  const file = readFileSync(join(import.meta.dirname, '..', '..', '.env'), 'utf8');
  const written = Object.fromEntries(
    [...file.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value]) => [name, value]),
  );
  const defaults = declaredParams.flatMap((param) => {
    const { default: value } = param.options as { default?: string | number };
    return value === undefined ? [] : [[param.name, String(value)]];
  });
  expect(written).toEqual(Object.fromEntries(defaults));
});
