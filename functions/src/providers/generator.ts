/** What the product asks of an outside service that makes things, and what it may believe of the answer. No I/O here. */

export const generators = ['atelier'] as const;
export type GeneratorName = (typeof generators)[number];

export const workKinds = ['image', 'video', 'enhance'] as const;
export type WorkKind = (typeof workKinds)[number];

/** What a provider is to make. A repeat of one `attempt` is the same work, and is made once. */
export type Work = {
  readonly attempt: string;
  readonly kind: WorkKind;
  readonly prompt: string;
  /** Fetched by the provider and by nobody else. */
  readonly imageUrl: string | null;
  readonly callbackUrl: string;
};

/** Why work came to nothing; every one of them refunds all of it. */
export const failureCodes = [
  'network_error',
  'provider_unavailable',
  'provider_payment',
  'provider_rejected',
  'task_creation_failed',
  'invalid_response',
  'callback_failure',
  'timeout',
  'crash',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** What a provider says about one task: always its own word, never the caller's. */
export type WorkReport =
  | { readonly task: string; readonly outcome: 'running' }
  | { readonly task: string; readonly outcome: 'succeeded'; readonly resultUrl: string }
  | { readonly task: string; readonly outcome: 'failed'; readonly code: FailureCode };

export type CallbackRequest = {
  readonly rawBody: Uint8Array;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since 1970, by our clock. */
  readonly at: number;
};

/** One provider. Another one is another file that makes one of these. */
export type Generator = {
  readonly name: GeneratorName;
  /** Hands the work over; answers the provider's own id of the task. @throws WorkFailed */
  submit(work: Work): Promise<string>;
  /** Asks what became of a task; null when the provider does not know it. @throws WorkFailed */
  ask(task: string): Promise<WorkReport | null>;
  /** Takes away what it keeps of a task, its result with it; one that it does not know is gone. @throws WorkFailed */
  forget(task: string): Promise<void>;
  /** Verifies and translates a callback. @throws BadCallback */
  readCallback(request: CallbackRequest): WorkReport;
};

/** It did not work out. `network_error`: whether the provider took it is UNKNOWN, so a repeat names the same attempt. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
  readonly failure: FailureCode;
  constructor(failure: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** The callback is forged, unsigned, too old or garbled: nothing in it may be believed. */
export class BadCallback extends Error {
  override readonly name = 'BadCallback';
}
