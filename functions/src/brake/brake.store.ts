import { collections } from '../collections.ts';

/** The one brake there is. Approvals read it and write it never, so it is no hot document. */
export const brakeRef = collections.brakes.doc('payouts');
