import { newReach, type Device, type Reach } from '../notifications/reach.ts';

/** More than anybody has in use; the one that was seen longest ago gives way. */
export const MOST_DEVICES = 10;

/** Newest first. @returns those that gave way, too */
export function addDevice(
  before: Reach | null,
  device: Device,
): { readonly reach: Reach; readonly dropped: readonly string[] } {
  const reach = before ?? newReach;
  const others = reach.devices.filter(({ id }) => id !== device.id);
  const devices = [device, ...others].toSorted((one, other) => other.seenAt - one.seenAt);
  return {
    reach: { ...reach, devices: devices.slice(0, MOST_DEVICES) },
    dropped: devices.slice(MOST_DEVICES).map(({ id }) => id),
  };
}

/** Null where none of them is there. */
export function withoutDevices(reach: Reach | null, gone: readonly string[]): Reach | null {
  if (!reach?.devices.some(({ id }) => gone.includes(id))) return null;
  return { ...reach, devices: reach.devices.filter(({ id }) => !gone.includes(id)) };
}
