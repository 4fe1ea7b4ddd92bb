import { giveUpCode } from '../codes/codes.operations.ts';
import { hide } from '../leaders/leaders.operations.ts';
import { forgetLinks } from '../links/links.operations.ts';
import { leaveTree } from '../tree/tree.operations.ts';

/**
 * Takes somebody out of everything that is about bringing others, once it is not stored any more who brought them: their
 * code and links lead nowhere, they are on no board, and are counted nowhere. May be repeated.
 */
export async function stopBringing(uid: string, at: number): Promise<void> {
  await giveUpCode(uid);
  await leaveTree(uid);
  await hide(uid, true, at);
  await forgetLinks(uid);
}
