import type Stripe from 'stripe';
import { atelierEmulator, createFaults as noAtelierFaults } from '../atelier/emulator.ts';
import type { AtelierTask, Studio } from '../atelier/task.ts';
import { createFaults as noProviderFaults } from '../providers/faults.ts';
import { createFaults as noPushFaults, fcmEmulator, type FcmFaults, type Tower } from '../fcm/emulator.ts';
import { fatoraEmulator } from '../fatora/emulator.ts';
import type { Stored, Till as FatoraTill } from '../fatora/order.ts';
import { stripeEmulator } from '../stripe/emulator.ts';
import { emptyTill, type Happening, type Till } from '../stripe/till.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Deployment } from './load.ts';
import { WireError, type Scheduler } from './scheduler.ts';
import { openFiles, openSite, type Site } from './site.ts';

type Options = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly fatoraKey: string;
  readonly atelierKey: string;
  readonly timeoutMs: number;
  readonly tellStripe: (event: Happening) => void;
  readonly tellFatora: (order: Stored) => void;
  readonly tellAtelier: (task: AtelierTask) => void;
  /** Money is about to leave: a transfer, or a payout, reaches Stripe. */
  readonly leaving: (what: string) => void;
};

/** Stripe, Fatora and Atelier in this process: the local stack's own stand-ins, and the way to them under the seed's faults. */
export type Providers = {
  readonly stripe: Site;
  readonly till: Till;
  readonly fatora: Site;
  readonly orders: FatoraTill;
  /** What the stand-ins themselves do otherwise: another amount is collected, a refund takes its time. */
  readonly moods: ReturnType<typeof noProviderFaults>;
  readonly stripeHttp: Stripe.HttpClient;
  readonly fatoraHttp: Parameters<Deployment['useFatoraHttp']>[0];
  readonly atelier: Site;
  readonly studio: Studio;
  readonly atelierHttp: Parameters<Deployment['useAtelierHttp']>[0];
  /** The names of what lies in Cloud Storage. */
  readonly files: Set<string>;
  readonly filesHttp: Parameters<Deployment['useFilesHttp']>[0];
  /** What reached devices, and what FCM says of some of their tokens. */
  readonly tower: Tower;
  readonly tokens: FcmFaults['tokens'];
  readonly pushHttp: Parameters<Deployment['usePushHttp']>[0];
};

export function openProviders(options: Options): Providers {
  const { scheduler, faults, timeoutMs } = options;
  const moods = noProviderFaults();
  const till = emptyTill();
  const orders: FatoraTill = { orders: {} };
  const seconds = () => Math.floor(scheduler.now() / 1000);
  const stripe = openSite('http://stripe.sim', till, (context) =>
    stripeEmulator({
      ...{ faults: moods, seconds, hold: () => undefined },
      tell: (_, event) => options.tellStripe(event),
    }).setup(context),
  );
  const fatora = openSite('http://fatora.sim', orders, (context) =>
    fatoraEmulator({ apiKey: options.fatoraKey, faults: moods, tell: options.tellFatora }).setup(context),
  );

  const studio: Studio = { tasks: {}, made: 0 };
  const atelier = openSite('http://atelier.sim', studio, (context) =>
    atelierEmulator({
      ...{ apiKey: options.atelierKey, faults: noAtelierFaults() },
      tell(task) {
        options.tellAtelier(task);
        return Promise.resolve();
      },
    }).setup(context),
  );

  const files = new Set<string>();
  const storage = openFiles(files);

  const tower: Tower = { pushed: [], asked: 0 };
  const pushFaults = noPushFaults();
  const fcm = openSite('http://fcm.sim', tower, (context) =>
    fcmEmulator({ faults: pushFaults }).setup(context),
  );

  /** One request of a function: it may fail, or take effect and never be answered. */
  async function ask(
    site: Pick<Site, 'request'>,
    name: string,
    method: string,
    path: string,
    headers: Headed,
    body: string,
  ) {
    const operation = `${name} ${method} ${path.replace(/\?.*$/, '').replaceAll(/[a-z]+_[\w]{12,}|at_\d+|(?<=\/o\/).*/g, ':id')}`;
    const what = { kind: 'provider', detail: `${method} ${path} ${body}` } as const;
    const fiber = scheduler.current();
    const fate = fiber ? fateOf(faults, fiber.dice, operation) : null;
    if (fiber && fate !== null) fiber.struck = true;
    const answer = await scheduler.cross(what, async () => {
      if (fate === 'provider-error' || fate === 'provider-timeout-before')
        return { status: 500, text: '{"error":{"type":"api_error","message":"An unknown error occurred"}}' };
      if (method === 'POST' && /^\/v1\/(transfers|payouts)$/.test(path)) options.leaving(`${path} ${body}`);
      return site.request(method, path, headers, body);
    });
    if (fate === null || fate === 'provider-error') return answer;
    await scheduler.sleep(timeoutMs);
    throw Object.assign(new WireError(0, 'the provider did not answer in time'), { code: 'ETIMEDOUT' });
  }

  return {
    ...{ stripe, till, fatora, orders, moods, atelier, studio, files, tower },
    tokens: pushFaults.tokens,
    stripeHttp: {
      getClientName: () => 'simulator',
      async makeRequest(_host, _port, path, method, given, body) {
        const headers = lower(given);
        const { status, text } = await ask(stripe, 'stripe', method, path, headers, body || '');
        return {
          getStatusCode: () => status,
          getHeaders: () => ({}),
          getRawResponse: () => ({}),
          toStream: () => null,
          toJSON: () => Promise.resolve(JSON.parse(text) as unknown),
        };
      },
    },
    async fatoraHttp({ pathname }, request) {
      const headers = lower(request.headers as Readonly<Record<string, unknown>>);
      const { status, text } = await ask(fatora, 'fatora', 'POST', pathname, headers, request.body as string);
      return { status, text: () => Promise.resolve(text) };
    },
    async atelierHttp(url, { method = 'GET', headers, body }) {
      const { pathname } = new URL(url);
      const known = studio.made;
      const asked = lower(headers as Readonly<Record<string, unknown>>);
      const { status, text } = await ask(atelier, 'atelier', method, pathname, asked, (body ?? '') as string);
      const fiber = scheduler.current();
      // What it made is done, and told of, before the answer is here.
      if (fiber && studio.made > known && faults.strikes(fiber.dice, 'callback-first', 'atelier')) {
        const { task_id: task } = JSON.parse(text) as { task_id: string };
        await atelier.request('POST', `/play/${fiber.dice.pick(endings)}/${task}`, {}, '');
        await scheduler.sleep(timeoutMs - 200);
      }
      return { status: refusalOf(status, fiber?.dice), text: () => Promise.resolve(text) };
    },
    async pushHttp(url, { body }) {
      const { status, text } = await ask(fcm, 'fcm', 'POST', new URL(url).pathname, {}, body as string);
      return { status, text: () => Promise.resolve(text) };
    },
    async filesHttp(url, { method = 'GET' }) {
      const { pathname, search } = new URL(url);
      const { status, text } = await ask(storage, 'storage', method, `${pathname}${search}`, {}, '');
      return { ok: status < 300, status, json: () => Promise.resolve(JSON.parse(text) as unknown) };
    },
  };
}

const endings = ['succeeded', 'failed', 'empty'] as const;

/** Atelier has more ways than one to say that it cannot. */
const refusalOf = (status: number, dice?: Dice): number =>
  status === 500 && dice ? dice.pick([400, 402, 429, 500, 503]) : status;

type Headed = Readonly<Record<string, string>>;
const lower = (headers: Readonly<Record<string, unknown>>): Headed =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

function fateOf(faults: Faults, dice: Dice, operation: string) {
  for (const fate of ['provider-timeout-before', 'provider-timeout-after', 'provider-error'] as const)
    if (faults.strikes(dice, fate, operation)) return fate;
  return null;
}
