/** An Atelier for the local stack: takes tasks, ends them when it is told to, signs its callbacks. Loopback only. */
import { createHmac } from 'node:crypto';
import { createEmulator } from 'emulate';
import { createCourier, type Delivery, type Letter } from '../providers/courier.ts';
import { atelierEmulator, createFaults, type AtelierFaults } from './emulator.ts';
import { wordOf, type AtelierTask, type Ending } from './task.ts';

export type AtelierStandInSettings = {
  /** 0 takes a free one. */
  port: number;
  callbackUrl: string;
  apiKey: string;
  callbackSecret: string;
  now?: () => number;
};

export type AtelierStandIn = {
  url: string;
  /** Set a field to misbehave from now on; `heal` puts all of them back. */
  faults: AtelierFaults;
  heal(): void;
  tasks(): AtelierTask[];
  /** Ends a task and tells of it; the newest one where none is named. */
  finish(ending: Ending, task?: string): Promise<void>;
  /** What it would tell of a task now. */
  word(task: string): object;
  /** Sends a callback by hand, true or not, `times` copies in parallel and with no retries. */
  deliver(word: object, options?: { times?: number; forged?: boolean; at?: number }): Promise<Delivery[]>;
  deliveries(): readonly Delivery[];
  idle(): Promise<void>;
  stop(): Promise<void>;
};

export async function startAtelier(settings: AtelierStandInSettings): Promise<AtelierStandIn> {
  const { port, callbackUrl, apiKey, callbackSecret, now = Date.now } = settings;
  const faults = createFaults();
  const courier = createCourier(callbackUrl, { lateMs: 0 });

  function write(word: object, forged = faults.signature === 'bad', at = now()): Letter {
    const body = JSON.stringify(word);
    const seconds = Math.floor(at / 1000);
    const secret = forged ? 'another secret' : callbackSecret;
    const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return {
      body,
      headers: { 'content-type': 'application/json', 'atelier-signature': `t=${seconds},v1=${mac}` },
    };
  }
  async function tell(task: AtelierTask): Promise<void> {
    courier.send(() => write(wordOf(task)), faults.delivery);
    await courier.idle();
  }

  const runtime = await createEmulator({
    service: atelierEmulator({ apiKey, faults, tell }),
    port,
    hostname: '127.0.0.1',
    inspector: true,
  });
  const tasks = () => Object.values(runtime.snapshot().state.tasks);
  function found(id = tasks().at(-1)?.task_id): AtelierTask {
    const task = tasks().find(({ task_id }) => task_id === id);
    if (!task) throw new Error(`no task ${id ?? ''}`);
    return task;
  }

  return {
    // The server is bound to IPv4; `localhost` may mean IPv6 first.
    url: runtime.url.replace('//localhost', '//127.0.0.1'),
    faults,
    heal: () => void Object.assign(faults, createFaults()),
    tasks,
    async finish(ending, task) {
      await runtime.request(`/play/${ending}/${found(task).task_id}`, { method: 'POST' });
      await courier.idle();
    },
    word: (task) => wordOf(found(task)),
    deliver: (word, { times = 1, forged = false, at } = {}) =>
      courier.deliver(Array.from({ length: times }, () => write(word, forged, at))),
    deliveries: courier.deliveries,
    idle: courier.idle,
    async stop() {
      await courier.stop();
      await runtime.close();
    },
  };
}
