/** How fast anybody can get on. */

export const SECOND = 1000;
/** Oftener than this nothing is written of a topic. */
export const BEAT = 5 * SECOND;
/** Players go up to twice as fast. */
export const SPEED = 2;
/** A longer silence counts as this much: whoever watches is heard of. */
export const MOST_GAP = 60 * SECOND;
