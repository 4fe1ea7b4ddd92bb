import { defineInt, defineSecret, defineString, storageBucket } from 'firebase-functions/params';

/**
 * Every parameter and secret, declared once. `firebase deploy` asks for those without a default;
 * the local stack makes its own. Nothing but settings.ts, which checks them, reads the environment.
 */
export const stripeSecretKey = defineSecret('STRIPE_SECRET_KEY');
export const stripeWebhookSecret = defineSecret('STRIPE_WEBHOOK_SECRET');
/** Of the endpoint that Stripe tells of connected accounts. */
export const stripeConnectSecret = defineSecret('STRIPE_CONNECT_WEBHOOK_SECRET');
export const fatoraApiKey = defineSecret('FATORA_API_KEY');
/** Of the provider that does metered work, and of the callbacks that it signs. */
export const atelierApiKey = defineSecret('ATELIER_API_KEY');
export const atelierCallbackSecret = defineSecret('ATELIER_CALLBACK_SECRET');
/** 32 random bytes in base64: seals account numbers (`openssl rand -base64 32`). */
export const sealingKey = defineSecret('SEALING_KEY');

/** Where a payer is sent back to: the app's own page. */
export const appUrl = defineString('APP_URL', { description: 'Where payers return to, https://…' });
export const region = defineString('REGION', { default: 'europe-west1' });
/** What the platform takes from the payee's part of a job, and on top from the payer (D1). */
export const payeeFeeBps = defineInt('PAYEE_FEE_BPS', { default: 1000 });
export const payerFeeBps = defineInt('PAYER_FEE_BPS', { default: 0 });
/** For how long released money clears before it can be spent (D6); 0 for not at all. */
export const clearanceHours = defineInt('CLEARANCE_HOURS', { default: 0 });
/** The tax within the platform's fee: 500 means that of a fee of 105, 5 are tax. */
export const feeTaxBps = defineInt('FEE_TAX_BPS', { default: 0 });
/** How long a commission waits before it can be spent, so that what is refunded was never spent; it keeps a copy. */
export const commissionDays = defineInt('COMMISSION_DAYS', { default: 14 });
/** Who has less is not paid by the weekly run: minor units of INR. Never below what anybody may withdraw (D9). */
export const payrunMinimum = defineInt('PAYRUN_MINIMUM', { default: 50_000 });
/** After this many hours without a word from the payer, submitted work is paid (D4). */
export const autoReleaseHours = defineInt('AUTO_RELEASE_HOURS', { default: 72 });

/** What holds for an escrow that begins now; it keeps a copy (W0-14). */
export const feePolicy = () => ({
  payeeFeeBps: payeeFeeBps.value(),
  payerFeeBps: payerFeeBps.value(),
  releaseHours: autoReleaseHours.value(),
  clearanceHours: clearanceHours.value(),
  feeTaxBps: feeTaxBps.value(),
});

/** Who issues receipts and invoices; each keeps a copy of what it was then. Empty for what there is not. */
export const issuerName = defineString('ISSUER_NAME', { default: '' });
export const issuerAddress = defineString('ISSUER_ADDRESS', { default: '' });
export const issuerTaxId = defineString('ISSUER_TAX_ID', { default: '' });
export const issuer = () => ({
  name: issuerName.value(),
  address: issuerAddress.value(),
  taxId: issuerTaxId.value(),
});

/** The outside services' own addresses; only the local stack points elsewhere. */
export const stripeApi = defineString('STRIPE_API', { default: 'https://api.stripe.com' });
export const fatoraApi = defineString('FATORA_API', { default: 'https://api.fatora.io/v1' });
/** Of the provider that does metered work; empty for none. */
export const atelierApi = defineString('ATELIER_API', { default: '' });
export const tasksApi = defineString('TASKS_API', { default: 'https://cloudtasks.googleapis.com' });
/** Firebase Cloud Messaging, which reaches devices. */
export const fcmApi = defineString('FCM_API', { default: 'https://fcm.googleapis.com' });
/** `on`: notices are mailed too, by the Trigger Email extension, which has to be installed. */
export const mail = defineString('MAIL', { default: 'off' });
/** How long an answer of a provider’s is waited for; then its outcome is unknown, and asked for later. */
export const providerTimeoutSeconds = defineInt('PROVIDER_TIMEOUT_SECONDS', { default: 20 });
/** Cloud Storage, where identity documents lie. */
export const storageApi = defineString('STORAGE_API', { default: 'https://storage.googleapis.com' });
/** The project's own bucket, '' where it has none. */
export const kycBucket = (): string => storageBucket.value();
/** How long an identity that was verified is kept after an erasure (docs/privacy.md); 0 where no law demands it. */
export const kycKeepDays = defineInt('KYC_KEEP_DAYS', { default: 1826 });
/** Where functions are reached; empty means Google's own address for this project. */
export const functionsUrl = defineString('FUNCTIONS_URL', { default: '' });
/** `staging` allows the providers' test keys in a real project; `production` refuses them. */
export const environment = defineString('ENVIRONMENT', { default: 'production' });

/** `on`: only an app that App Check verified may call. The official emulators have no App Check. */
export const appCheck = defineString('APP_CHECK', { default: 'on' });
/** Every call's limit times this. */
export const limitFactor = defineInt('LIMIT_FACTOR', { default: 1 });
/** Proxies of one's own in front of the functions, each of which appends to `x-forwarded-for`. */
export const trustedProxies = defineInt('TRUSTED_PROXIES', { default: 0 });
/** `on`: each operation is a span of OpenTelemetry, for the SDK that the deployment brings. */
export const traces = defineString('TRACES', { default: 'off' });
