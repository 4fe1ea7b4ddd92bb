/**
 * `adminActions/{id}`: who used which power on what, and why. Written in the same commit as what it
 * records, so it can be neither skipped nor left behind; never changed (F70).
 */
export type AdminAction = {
  /** Names the cause, e.g. `withdrawal:<id>:approve`. */
  readonly id: string;
  readonly action: string;
  readonly target: string;
  /** The admin's uid, or `system` for timers and sweeps. */
  readonly by: string;
  readonly role: string;
  readonly ip: string | null;
  readonly at: number;
  readonly reason: string;
  /** What counted, before and after: states and amounts, never account numbers. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
};

/** Who acts and why, as a handler knows it. */
export type Actor = {
  readonly uid: string;
  readonly role: string;
  readonly ip: string | null;
  readonly reason: string;
};
