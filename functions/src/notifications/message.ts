import type { Notice } from './notice.ts';
import type { Ways } from './reach.ts';

/**
 * `messages/{hash of person and notice}`: a notice on its way out of the inbox. It is created in one commit with the
 * notice, so one that was delivered is never without its message; it is gone when everything of it was sent, or when it
 * is too late for that.
 */
export type Message = {
  readonly uid: string;
  readonly notice: string;
  /** `handed`: it lies in `mail` under the same id. */
  readonly mail: 'none' | 'waiting' | 'handed';
  /** The devices that have yet to show it. */
  readonly devices: readonly string[];
  readonly at: number;
  /** How often it was tried. */
  readonly tries: number;
  /** When it is looked at next; while somebody sends it, that is later. */
  readonly dueAt: number;
  readonly version: number;
};

export const newMessage = ({ id, to, at }: Notice, { mail, devices }: Ways): Message => ({
  ...{ uid: to, notice: id, mail: mail ? 'waiting' : 'none', devices },
  ...{ at, tries: 0, dueAt: at, version: 1 },
});
