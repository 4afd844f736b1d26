import { Secret } from "./secret.ts";

/** The fields of a connection's credential, each wrapped. */
export type Credential = { readonly [field: string]: Secret };

/** Wraps plaintext fields at the door, so that nothing behind it holds a printable secret. Absent fields give an empty credential. */
export function wrapCredential(fields: { readonly [field: string]: string } | undefined): Credential {
  const wrapped: { [field: string]: Secret } = Object.create(null);
  for (const [name, value] of Object.entries(fields ?? {})) wrapped[name] = new Secret(value);
  return Object.freeze(wrapped);
}
