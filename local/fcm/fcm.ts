/** Firebase Cloud Messaging for the local stack, which has no emulator: what was sent can be looked at. Loopback only. */
import { createEmulator } from 'emulate';
import { createFaults, fcmEmulator, type FcmFaults, type Pushed } from './emulator.ts';

export type FcmStandIn = {
  url: string;
  /** Set a field to misbehave from now on; `heal` puts all of them back. */
  faults: FcmFaults;
  heal(): void;
  /** All that was sent, oldest first; to one device, where a token is named. */
  pushed(token?: string): Pushed[];
  /** How many requests came, whatever became of them. */
  asked(): number;
  stop(): Promise<void>;
};

/** @param port 0 takes a free one */
export async function startFcm({ port }: { port: number }): Promise<FcmStandIn> {
  const faults = createFaults();
  const runtime = await createEmulator({
    service: fcmEmulator({ faults }),
    port,
    hostname: '127.0.0.1',
    inspector: true,
  });
  const tower = () => runtime.snapshot().state;
  return {
    url: runtime.url.replace('//localhost', '//127.0.0.1'),
    faults,
    heal: () => void Object.assign(faults, createFaults()),
    pushed: (token) => tower().pushed.filter((message) => token === undefined || message.token === token),
    asked: () => tower().asked,
    stop: () => runtime.close(),
  };
}
