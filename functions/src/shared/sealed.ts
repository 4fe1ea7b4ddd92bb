/** Something that only the platform's key opens (platform/seal.ts): its nonce, the ciphertext and its tag. */
export type Sealed = { readonly v: 1; readonly nonce: string; readonly box: string; readonly tag: string };
