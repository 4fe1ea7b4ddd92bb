import { collections } from '../collections.ts';
import type { Writer } from '../platform/store.ts';
import type { AdminAction } from './action.ts';

export function writeAction(writer: Writer, action: AdminAction): void {
  writer.create(collections.adminActions.doc(action.id), action);
}
