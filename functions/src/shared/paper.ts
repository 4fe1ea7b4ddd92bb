/** What stands on a sheet that is drawn, row by row; `platform/pdf.ts` draws it. */
export type Paper = {
  readonly title: string;
  readonly issuer: readonly string[];
  readonly head: readonly (readonly [name: string, value: string])[];
  readonly lines: readonly (readonly [text: string, amount: string])[];
  readonly sums: readonly (readonly [text: string, amount: string])[];
};

/** How an app speaks of somebody whose name it does not say. */
export const customer = (uid: string): string => `Customer ${uid.slice(-6)}`;
