import { collections } from '../collections.ts';
import type { Actor } from '../oversight/action.ts';
import { writeAction } from '../oversight/action.store.ts';
import { atomically } from '../platform/firestore.ts';
import type { Package } from './package.ts';

const shown = (one: Package | null) =>
  one ? { ...one.price, rank: one.rank, days: one.days, sold: one.sold } : {};

/** From now on this is what it costs and includes; who has bought it keeps what they bought. */
export async function definePackage(
  wanted: Omit<Package, 'version'>,
  actor: Actor,
  at: number,
): Promise<Package> {
  const ref = collections.packages.doc(wanted.name);
  const { pack } = await atomically({
    read: (reader) => reader.get({ before: ref }),
    decide: ({ before }) => ({ before, pack: { ...wanted, version: (before?.version ?? 0) + 1 } }),
    write: (writer, { before, pack: after }) => {
      writer.set(ref, after);
      writeAction(writer, {
        ...{ id: `package.${after.name}.${after.version}`, action: 'packages-define', at },
        ...{ target: `packages/${after.name}`, before: shown(before), after: shown(after) },
        ...{ by: actor.uid, role: actor.role, ip: actor.ip, reason: actor.reason },
      });
    },
  });
  return pack;
}
