/**
 * Something that only a key opens (platform/seal.ts): its nonce, the ciphertext and its tag. `v: 2`: its person's own
 * key (platform/personkey.ts), which an erasure destroys; `v: 1`, made before there were those: the platform's.
 */
export type Sealed = {
  readonly v: 1 | 2;
  readonly nonce: string;
  readonly box: string;
  readonly tag: string;
};
