import { logger } from 'firebase-functions/logger';
import { writeAction } from '../oversight/action.store.ts';
import type { Actor } from '../oversight/action.ts';
import { atomically, load } from '../platform/firestore.ts';
import { lift, type Brake } from './brake.ts';
import { brakeRef } from './brake.store.ts';

/** Nothing leaves from now on. One that is on stays as it is, with the alert that put it on first. */
export async function engageBrake(alert: string, at: number): Promise<void> {
  const { isNew } = await atomically({
    read: (reader) => reader.get({ brake: brakeRef }),
    decide: ({ brake }) => ({ isNew: brake?.status !== 'on' }),
    write: (writer, { isNew }) => {
      if (isNew) writer.set(brakeRef, { status: 'on', since: at, alert });
    },
  });
  if (isNew) logger.error('nothing leaves any more: the brake is on', { alert });
}

/** Somebody puts it on by hand, recorded with the reason. One that is on stays as it is. */
export async function engageByHand(actor: Actor, at: number): Promise<Brake> {
  const id = `brake.${at}.engage`;
  const { isNew, after } = await atomically({
    read: (reader) => reader.get({ before: brakeRef }),
    decide: ({ before }): { isNew: boolean; after: Brake } =>
      before?.status === 'on'
        ? { isNew: false, after: before }
        : { isNew: true, after: { status: 'on', since: at, alert: id } },
    write: (writer, { isNew, after }) => {
      if (!isNew) return;
      writer.set(brakeRef, after);
      writeAction(writer, {
        ...{ id, action: 'brake-engage', target: 'brakes/payouts', at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        before: { status: 'off' },
        after: { status: 'on' },
      });
    },
  });
  if (isNew) logger.error('nothing leaves any more: the brake is on', { action: id });
  return after;
}

export const loadBrake = (): Promise<Brake | null> => load(brakeRef);

/** @throws Refusal what `lift` does. */
export async function liftBrake(actor: Actor, at: number): Promise<Brake> {
  const { after } = await atomically({
    read: (reader) => reader.get({ before: brakeRef }),
    decide: ({ before }) => ({ before, after: lift(before, { by: actor.uid, reason: actor.reason, at }) }),
    write: (writer, { before, after }) => {
      if (after === before || before?.status !== 'on') return;
      writer.set(brakeRef, after);
      writeAction(writer, {
        ...{ id: `brake.${before.since}.lift`, action: 'brake-lift', target: 'brakes/payouts', at },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
        before: { status: 'on', alert: before.alert },
        after: { status: 'off' },
      });
    },
  });
  return after;
}
