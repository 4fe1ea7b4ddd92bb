/** `enrolments/{course}~{uid}`: a single course that somebody bought. It has no end. */
export type Enrolment = {
  readonly course: string;
  readonly uid: string;
  readonly title: string;
  /** All orders of it that were ever paid; it holds while one of them stands. */
  readonly orders: readonly { readonly order: string; readonly stands: boolean }[];
  /** The order by which it holds, or held last. */
  readonly order: string;
  readonly sinceAt: number;
  readonly status: 'active' | 'ended';
  readonly version: number;
};
